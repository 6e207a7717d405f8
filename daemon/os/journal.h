/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal behind core/ports/log.h: native fields when systemd connected our standard error to
 * it, else lines on standard error, with the "<level>" prefix unless that is a terminal.
 */
#pragma once

#include "daemon/core/ports/log.h"

typedef struct Journal Journal;

/* level: the least important syslog level that is written. */
int journal_new(unsigned level, Journal **ret);
Journal *journal_free(Journal *journal); /* NULL ok */
void journal_set_level(Journal *journal, unsigned level); /* from any thread */
LogPort journal_port(Journal *journal);

/* For tests: lines to this descriptor, whatever standard error is. */
void journal_set_fd(Journal *journal, int fd);
