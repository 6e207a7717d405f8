/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that iamctl can be told: the operations of wire/ops, and in their places among them what it
 * does itself on this machine, which have no method.
 */
#pragma once

#include "wire/ops.h"

typedef struct CliHostIn {
        const char *prove;
        bool unproved;
        bool yes;
        bool dry_run;
} CliHostIn;

extern const WireOp cli_host_enable;
extern const WireOp cli_host_disable;

const WireOp *cli_op(size_t i); /* NULL: there are no more */
