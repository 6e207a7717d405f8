/* SPDX-License-Identifier: Apache-2.0 */
/* What iamctl does itself on this machine, in its own room, cli/host. */
#pragma once

#include "cli/args.h"
#include "cli/run.h"

CliExit cli_local(const CliArgs *args);
