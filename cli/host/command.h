/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of this machine, run one at a time with an environment of ours and a deadline. */
#pragma once

#include "base/buf.h"
#include "cli/host/file.h"

#define COMMAND_OUTPUT_MAX ((size_t) 1 << 20)

/*
 * extra: one more line of the environment, or NULL.  The exit status; 256 when a signal ended it;
 * -errno when it could not run (-ENOENT: there is no such program).  What it prints, errors too, is
 * put into ret_output (NULL: to where we print).
 */
int command_run(const char *const argv[], const char *extra, Buf *ret_output);

/* Shows how two texts differ, as diff -u does, on standard output. */
int command_diff(const char *path, HostText before, HostText after);

bool command_exists(const char *program); /* an absolute path */
