/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of iamctl, read by the tables of cli/ops.h: which operation is meant, and the
 * values given to it.  Asks nobody and connects to nothing.
 */
#pragma once

#include "base/arena.h"
#include "cli/ops.h"

#define CLI_PROBLEM_MAX 256

typedef struct CliArgs {
        const WireOp *op; /* NULL: none was named, or only help is wanted */
        union {
                WireOpIn in; /* secrets are still empty */
                CliHostIn host; /* of what iamctl does itself */
        };
        bool help;
        bool json;
        bool from_stdin; /* secrets are lines of standard input */
        bool follow; /* audit list: go on for ever */
        bool limited; /* --limit was given: one page */
        const char *socket;
        const char *prefix; /* help for the operations that begin so; "" for all */
        char problem[CLI_PROBLEM_MAX]; /* after -EINVAL: what is wrong, for people */
} CliArgs;

/* -EINVAL with a problem; -ENOMEM. */
int cli_args_parse(Arena *arena, int argc, char **argv, Usec now, CliArgs *ret);

/* "displayName", "default_shell" as options: "display-name", "default-shell". */
void cli_option_name(const char *field, char *ret, size_t size);

/* 2026-01-31, 2026-01-31T15:04:05Z, or how long ago: 45s, 30m, 2h, 7d.  -EINVAL. */
int cli_time_parse(const char *text, Usec now, Usec *ret);
int cli_seconds_parse(const char *text, int64_t *ret); /* "45s", "30m", "2h", "7d" */
#define CLI_TIME_SIZE 24
void cli_time_format(Usec time, char ret[CLI_TIME_SIZE]); /* 2026-01-31 15:04:05Z */
