/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/local.h"

#include <stdio.h>

#include "cli/host/host.h"
#include "cli/prompt.h"

static int ask(void *context, const char *question, Secret *ret) {
        const CliArgs *args = context;

        return args->from_stdin ? cli_secret_from_stdin(ret)
                                : cli_secret_from_terminal(question, /* confirm= */ false, ret);
}

static int confirm(void *context, const char *question) {
        (void) context;
        return cli_confirm(question);
}

/* A login that was not tried is nothing to forget by accident. */
static CliExit complain(const CliArgs *args) {
        (void) fprintf(stderr,
                       "iamctl: %s: say --prove USER, who must get in by it before it counts, or "
                       "--unproved\n",
                       args->op->words);
        return CLI_USAGE;
}

CliExit cli_local(const CliArgs *args) {
        const CliHostIn *in = &args->host;
        const HostPorts ports = { ask, confirm, (void *) (uintptr_t) args };
        const HostWish wish = {
                .prove = in->prove,
                .yes = in->yes,
                .dry_run = in->dry_run,
                .json = args->json,
        };
        bool enables = args->op == &cli_host_enable;
        int r;

        if (enables && !in->dry_run && (in->prove == NULL) != in->unproved)
                return complain(args);
        r = enables ? host_enable(&wish, &ports) : host_disable(&wish, &ports);
        return r == 0 ? CLI_DONE : CLI_REFUSED;
}
