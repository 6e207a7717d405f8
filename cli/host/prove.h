/* SPDX-License-Identifier: Apache-2.0 */
/* Whether people still get in: what is known of root and of a local account, and a whole login. */
#pragma once

#include "base/buf.h"
#include "cli/host/host.h"

#define FACTS_MAX 4096

/*
 * What the machine says of root and of one local person now: their passwd lines as programs see
 * them, and what PAM's account phase answers.  The same text before and after a change: nothing
 * that they need was broken.
 */
int prove_facts(Buf *ret);

/* 0: PAM let the realm's user in, by every question that iamd wants to ask.  IAM_E_DENIED. */
int prove_login(const char *user, const HostPorts *ports);
