/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of iamd: what to read, and what is printed instead of serving. */
#pragma once

#include <stdbool.h>

typedef struct Arguments {
        const char *config_file;
        bool config_must_exist; /* it was named */
        bool check_config;
        int exit_code; /* >= 0: what was asked for is done */
} Arguments;

/* Prints the help, the version or the references when they were asked for. */
Arguments arguments_read(int argc, char **argv);
