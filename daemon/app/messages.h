/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one message catalogue: every text that a person at a login door or on a page reads.  Faces
 * print what they are given and know ids of texts, no words.  English is the first language and the
 * fallback.  {} stands for a value.
 */
#pragma once

#include "base/arena.h"
#include "daemon/core/language.h"

/* X(ID, "English") */
#define IAM_MESSAGES(X)                                                                            \
        /* Prompts, at every door. */                                                              \
        X(LABEL_USERNAME, "User name")                                                             \
        X(LABEL_PASSWORD, "Password")                                                              \
        X(LABEL_CURRENT_PASSWORD, "Current password")                                              \
        X(LABEL_TOTP, "One-time code")                                                             \
        X(LABEL_NEW_PASSWORD, "New password")                                                      \
        X(LABEL_NEW_PASSWORD_AGAIN, "New password again")                                          \
        X(INFO_EXPIRED, "Your password has to be changed before you go on.")                       \
        X(NOTICE_NO_MATCH, "That did not match. Try again.")                                       \
        X(NOTICE_REFUSED, "That did not match. Start again.")                                      \
        X(NOTICE_WEAK, "Choose at least {} characters, and neither a common password nor one "     \
                       "made of your name.")                                                       \
        X(NOTICE_SAME, "That is the present password. Choose another one.")                        \
        X(NOTICE_DIFFER, "The two entries differ. Try again.")                                     \
        X(NOTICE_CHARACTERS, "That password has characters that cannot be typed everywhere. "      \
                             "Choose another one.")                                                \
        X(NOTICE_UNCHANGED, "The password was not changed.")                                       \
        /* Pages. */                                                                               \
        X(CONTINUE, "Continue")                                                                    \
        X(SIGN_IN, "Sign in")                                                                      \
        X(SIGN_OUT, "Sign out")                                                                    \
        X(SIGN_OUT_QUESTION, "Sign out?")                                                          \
        X(SIGN_OUT_WORDS, "You will be signed out of every application of {} in this browser.")    \
        X(SIGNED_OUT, "Signed out")                                                                \
        X(SIGNED_OUT_HEADING, "You are signed out")                                                \
        X(CLOSE_WINDOW, "You can close this window.")                                              \
        X(REFUSED, "The sign-in was refused.")                                                     \
        X(ERROR, "Sign-in error")                                                                  \
        X(ERROR_HEADING, "That did not work")                                                      \
        X(ERROR_ADVICE, "Go back to the application and try again. If this keeps happening, tell " \
                        "your administrator this number:")                                         \
        X(ERROR_HERE, "something went wrong here; the journal says what")                          \
        X(ERROR_DENIED, "access denied")                                                           \
        X(ONWARD, "Signing in")                                                                    \
        X(ONWARD_WORDS, "Press the button to go back to the application.")

typedef enum MessageId {
#define X(id, english) MESSAGE_##id,
        IAM_MESSAGES(X)
#undef X
                        _MESSAGE_MAX,
        _MESSAGE_INVALID = -EINVAL,
} MessageId;

const char *message_text(Language language, MessageId id);
/* The text with the value in the place of {}.  NULL: out of memory. */
const char *message_with(Arena *arena, Language language, MessageId id, const char *value);
/* What a person is told for a Reason: one that may not be told, and -errno, get general words. */
const char *message_reason(Language language, int reason);
