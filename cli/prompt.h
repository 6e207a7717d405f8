/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets from people or pipes, never from arguments.  Buffers are wiped. */
#pragma once

#include "base/secret.h"

/* One line of standard input, without its end.  -ENODATA: there is none. */
int cli_secret_from_stdin(Secret *ret);
/*
 * Asked on the controlling terminal without echo; twice when confirm.  -ENXIO: there is no
 * terminal; -EINVAL: the two differ; -ECANCELED: no answer.
 */
int cli_secret_from_terminal(const char *question, bool confirm, Secret *ret);
/* "QUESTION? [y/N]" on the controlling terminal.  -ENXIO as above; -ECANCELED: not yes. */
int cli_confirm(const char *question);
