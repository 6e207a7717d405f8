/* SPDX-License-Identifier: Apache-2.0 */
/* What --help says, from wire/ops' tables. */
#pragma once

#include "base/buf.h"
#include "wire/ops.h"

#define CLI_VALUE_SIZE 64

/* What stands for a value: "REDIRECT-URI", "NUMBER", "RS256|ES256". */
void cli_value_name(const WireField *field, char ret[CLI_VALUE_SIZE]);

/* Is refused when it is not among the arguments: not what is read from elsewhere then. */
bool cli_is_required(const WireField *field);

void cli_help_op(Buf *out, const WireOp *op);
/* The operations whose words begin so; "" for all, with iamctl's own options and exit codes. */
void cli_help_list(Buf *out, const char *prefix);
