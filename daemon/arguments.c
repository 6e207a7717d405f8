/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "daemon/config.h"

#define EXIT_INVALIDARGUMENT 2 /* systemd.exec(5) */
#define TEXT_MAX ((size_t) 1 << 20)

static int usage(FILE *stream) {
        (void) fputs("Usage: iamd [OPTION...]\n\n"
                     "Serves the realms of this machine: OpenID Connect over HTTP, PAM, NSS and "
                     "iamctl "
                     "over\nUnix sockets. Started by systemd, which hands over the sockets and the "
                     "key.\n\n"
                     "  --config FILE        read FILE and FILE.d/*.conf instead of " CONFIG_FILE
                     "\n"
                     "  --check-config       read the configuration, say what is wrong, exit\n"
                     "  --print-config-doc   print the reference of iamd.conf, exit\n"
                     "  --print-config-man   the same as the source of its manual page\n"
                     "  --version            print the version, exit\n"
                     "  --help               print this, exit\n",
                     stream);
        return stream == stdout ? EXIT_SUCCESS : EXIT_INVALIDARGUMENT;
}

static int print(void (*write)(Buf *)) {
        CLEANUP(buf_done) Buf text = BUF_INIT(TEXT_MAX);

        write(&text);
        if (buf_error(&text) < 0 || fputs(text.bytes, stdout) < 0 || fflush(stdout) != 0)
                return EX_IOERR;
        return EXIT_SUCCESS;
}

Arguments arguments_read(int argc, char **argv) {
        static const struct option options[] = {
                { "config", required_argument, NULL, 'c' },
                { "check-config", no_argument, NULL, 'k' },
                { "print-config-doc", no_argument, NULL, 'd' },
                { "print-config-man", no_argument, NULL, 'm' },
                { "version", no_argument, NULL, 'v' },
                { "help", no_argument, NULL, 'h' },
                {},
        };
        Arguments arguments = { .config_file = CONFIG_FILE, .exit_code = -1 };
        int option;

        /* No threads yet: getopt's state is ours alone.  NOLINTNEXTLINE(concurrency-mt-unsafe) */
        while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
                switch (option) {
                case 'c':
                        arguments.config_file = optarg;
                        arguments.config_must_exist = true;
                        continue;
                case 'k':
                        arguments.check_config = true;
                        continue;
                case 'd':
                        arguments.exit_code = print(config_print_doc);
                        return arguments;
                case 'm':
                        arguments.exit_code = print(config_print_man);
                        return arguments;
                case 'v':
                        (void) puts("iamd " IAMD_VERSION);
                        arguments.exit_code = EXIT_SUCCESS;
                        return arguments;
                default:
                        arguments.exit_code = usage(option == 'h' ? stdout : stderr);
                        return arguments;
                }
        if (optind < argc)
                arguments.exit_code = usage(stderr);
        return arguments;
}
