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
        X(ONWARD_WORDS, "Press the button to go back to the application.")                         \
        X(CONFIRM_IDENTITY, "Confirm that it is you")                                              \
        X(CHANGE_PASSWORD, "Change password")                                                      \
        X(CANCEL, "Cancel")                                                                        \
        /* The account page. */                                                                    \
        X(ACCOUNT, "Your account")                                                                 \
        X(ACCOUNT_PERSON, "About you")                                                             \
        X(ACCOUNT_NAME, "Name")                                                                    \
        X(ACCOUNT_EMAIL, "E-mail")                                                                 \
        X(ACCOUNT_GROUPS, "Groups")                                                                \
        X(ACCOUNT_ROLES, "Roles")                                                                  \
        X(ACCOUNT_NONE, "none")                                                                    \
        X(ACCOUNT_MORE, "and {} more")                                                             \
        X(ACCOUNT_FACTORS, "How you sign in")                                                      \
        X(ACCOUNT_PASSWORD_SINCE, "Chosen {}")                                                     \
        X(ACCOUNT_NO_PASSWORD, "You have none")                                                    \
        X(ACCOUNT_TOTP, "One-time codes")                                                          \
        X(ACCOUNT_TOTP_SINCE, "On since {}")                                                       \
        X(ACCOUNT_TOTP_OFF, "Off: your password alone opens your account")                         \
        X(ACCOUNT_SET_UP, "Set up")                                                                \
        X(ACCOUNT_REMOVE, "Remove")                                                                \
        X(ACCOUNT_SESSIONS, "Where you are signed in")                                             \
        X(ACCOUNT_THIS, "This browser")                                                            \
        X(ACCOUNT_ON_HOST, "{} on a host")                                                         \
        X(ACCOUNT_BROWSER, "Browser")                                                              \
        X(ACCOUNT_SINCE, "since {}")                                                               \
        X(ACCOUNT_SEEN, "last used {}")                                                            \
        X(ACCOUNT_END_ALL, "Sign out everywhere")                                                  \
        X(ACCOUNT_END_ALL_WORDS, "Ends every session in every browser, this one too, and takes "   \
                                 "all access from applications. Shells that are open on hosts "    \
                                 "run until they are left.")                                       \
        X(ACCOUNT_DONE_PASSWORD, "Your password is changed, here and on every host. All other "    \
                                 "sessions have ended.")                                           \
        X(ACCOUNT_DONE_TOTP, "One-time codes are on. You are asked for one at every sign-in.")     \
        X(ACCOUNT_DONE_TOTP_REMOVED, "One-time codes are off. All other sessions have ended.")     \
        X(ACCOUNT_DONE_SESSION, "That session has ended.")                                         \
        X(TOTP_SET_UP, "Set up one-time codes")                                                    \
        X(TOTP_WORDS, "You need an app on your phone that makes one-time codes, such as "          \
                      "FreeOTP, Aegis or Google Authenticator. From then on you are asked for a "  \
                      "code from it after your password, in the browser, over ssh and for sudo.")  \
        X(TOTP_SHOW, "Show the QR code")                                                           \
        X(TOTP_SCAN, "Scan this with the app. It is shown only once.")                             \
        X(TOTP_QR, "QR code with the secret that is also written below it")                        \
        X(TOTP_TYPE, "Or type this secret into it:")                                               \
        X(TOTP_CONFIRM, "Type the code that the app shows now, so that both agree.")               \
        X(TOTP_TURN_ON, "Turn on")                                                                 \
        X(TOTP_WRONG, "That code did not match. Type the next one that the app shows.")            \
        X(TOTP_AGAIN, "Begin again with a new secret")                                             \
        X(TOTP_REMOVE, "Remove one-time codes?")                                                   \
        X(TOTP_REMOVE_WORDS, "Your password alone will open your account, in the browser and on "  \
                             "every host. All other sessions end.")

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
