/* SPDX-License-Identifier: Apache-2.0 */
/* The manual page of iamctl, in mdoc(7), from wire/ops' tables. */
#pragma once

#include "base/buf.h"

void cli_man(Buf *out);
