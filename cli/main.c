/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/prctl.h>
#include <sys/resource.h>

#include "cli/run.h"

int main(int argc, char **argv) {
        /* Secrets pass through: no core dump, no tracer that is not root's. */
        (void) setrlimit(RLIMIT_CORE, &(struct rlimit){});
        (void) prctl(PR_SET_DUMPABLE, 0);
        return (int) cli_run(argc, argv);
}
