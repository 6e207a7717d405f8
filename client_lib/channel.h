/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One stream to iamd for code that runs in foreign processes: whom it believes, deadlines, bytes.
 * No signal, no descriptor below 3, nothing inherited, nothing waited for beyond a deadline.
 */
#pragma once

#include "base/buf.h"

/* Monotonic milliseconds, the clock of all deadlines here. */
int64_t channel_now_ms(void);

/*
 * The socket's directory must be root's, or the effective user's, and writable for nobody else; the
 * peer must be root (systemd, when it listens) or owner.  -ECONNREFUSED and -ENOENT when nobody
 * serves, -EPERM when who serves is not to be believed, -ETIMEDOUT.  *fd is the caller's to close,
 * connected or not; it is -1 or less when there is none.
 */
int channel_connect(const char *socket_path, uid_t owner, int64_t deadline, int *fd);
void channel_close(int *fd); /* for CLEANUP; -1 is closed */

int channel_send(int fd, const void *bytes, size_t len, int64_t deadline);
/* One message up to its NUL, which is left out.  -EMSGSIZE beyond the buffer's limit. */
int channel_receive(int fd, Buf *reply, int64_t deadline);
