/* SPDX-License-Identifier: Apache-2.0 */
/* iamctl from its arguments to its exit code. */
#pragma once

/* What scripts may rely on. */
typedef enum CliExit {
        CLI_DONE = 0,
        CLI_REFUSED = 1, /* iamd said no, and why */
        CLI_USAGE = 2,
        CLI_UNREACHABLE = 3,
        CLI_LATE = 4, /* waited, but not long enough */
        CLI_UNWELL = 5, /* status: a check is bad */
} CliExit;

CliExit cli_run(int argc, char **argv);
