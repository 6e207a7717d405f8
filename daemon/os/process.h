/* SPDX-License-Identifier: Apache-2.0 */
/* What this process does to keep its secrets its own, and the credentials that systemd gives it. */
#pragma once

#include "base/secret.h"

#define KEK_CREDENTIAL "iamd.kek"

/* Not dumpable, no core file, nothing it creates readable by others.  Before any secret is read. */
int process_harden(void);

/* Keeps memory out of swap; page-wise, so neighbours are locked too. */
int memory_lock(const void *memory, size_t len);

/*
 * Reads $CREDENTIALS_DIRECTORY/NAME, exactly size bytes.  -ENOKEY: systemd gave no such credential;
 * -EPERM: others may read or write it; -EBADMSG: another size; -ELOOP: a symlink.
 */
int credential_read(const char *name, size_t size, Secret *ret);
