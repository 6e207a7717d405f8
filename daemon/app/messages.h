/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one message catalogue: every text that a person at a login door reads.  Faces print what
 * they are given and know ids of no text.  English is the first language and the fallback.
 */
#pragma once

#include "base/macro.h"

/* X(ID, "English") */
#define IAM_MESSAGES(X)                                                                            \
        X(LABEL_USERNAME, "User name")                                                             \
        X(LABEL_PASSWORD, "Password")                                                              \
        X(LABEL_TOTP, "One-time code")                                                             \
        X(NOTICE_NO_MATCH, "That did not match. Try again.")                                       \
        X(NOTICE_REFUSED, "That did not match. Start again.")

typedef enum MessageId {
#define X(id, english) MESSAGE_##id,
        IAM_MESSAGES(X)
#undef X
                        _MESSAGE_MAX,
        _MESSAGE_INVALID = -EINVAL,
} MessageId;

const char *message_text(MessageId id);
