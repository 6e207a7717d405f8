/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal as faces and main.c see it.  Lower floors return and do not log.  Every message is an
 * event of the one table below, so that it can be found by its MESSAGE_ID; whatever varies goes
 * into fields.  Never a secret, in text or field: no password, code, token, cookie or key.
 */
#pragma once

#include <stdarg.h>

#include "base/macro.h"

/* X(NAME, syslog level, MESSAGE_ID): the numbers are random and never change their meaning. */
#define LOG_EVENTS(X)                                                                              \
        X(STARTED, 5, "e41fb94876df489e9d66089c47e00620")                                          \
        X(STOPPED, 5, "fd0f2093163a4db0929d7d0f628d8f45")                                          \
        X(START_FAILED, 3, "cce39e66817642069ef11d9bb969303a")                                     \
        X(RELOADED, 5, "a1f058c764d74e5d8db1da561e40b170")                                         \
        X(RELOAD_REFUSED, 3, "7d13ab0e7173445593409f71ea1d8437")                                   \
        X(RESTART_NEEDED, 4, "5e28866c06fd4776ad41690b219940d5")                                   \
        X(COMPONENT_FAILED, 3, "d692a19b73ad40a8b85e70c4fe447e7a")                                 \
        X(STUCK, 3, "b704ab1cdba2482dbfc2729a320e05b0")                                            \
        X(CLOCK_BEHIND, 3, "cf5107d204274e02b27cb3e4c7b8fa3d")                                     \
        X(CLOCK_OBEYED, 5, "67f58e1e62c6478186a2385373194793")                                     \
        X(LOGIN, 6, "04c0a3b927b04a20be1cde05d2ad81aa")                                            \
        X(LOGIN_REFUSED, 5, "b7efa6357a93419ab748cf266a55ce69")                                    \
        X(LOGIN_DOOR_UNFIT, 4, "1893d9f42860442d92c7460d48ad7645")                                 \
        X(ADMIN, 5, "cf17a6358c67475686cb4c842b5966c1")                                            \
        X(ADMIN_DENIED, 4, "f889eeb2a988456c8f9373e45fac50aa")                                     \
        X(REQUEST_FAILED, 3, "c670da921b814dcda1bcfa4be4ee3583")                                   \
        X(PEER_REFUSED, 4, "75a618172fda4027aec2de4189992fb4")                                     \
        X(OVERLOADED, 4, "e030298a7ca541a8b78b72f36e5bb4e0")                                       \
        X(PUBLISHED, 7, "4231ccf0f3bb4265803e839b69c70a7f")                                        \
        X(PUBLISH_FAILED, 3, "a0d02049389b44da9e15d1df486485d3")                                   \
        X(ENTRY_LEFT_OUT, 4, "20eee8303449e76840d7322009f4829c")

typedef enum LogEvent {
#define X(name, level, message_id) LOG_##name,
        LOG_EVENTS(X)
#undef X
                        _LOG_EVENT_MAX,
        _LOG_EVENT_INVALID = -EINVAL,
} LogEvent;

#define LOG_FIELDS_MAX 16 /* more are left out */

typedef struct LogField {
        const char *name; /* of the journal: upper case, begins with IAM_ */
        const char *value; /* NULL leaves the field out */
} LogField;

typedef struct LogPort {
        /* From any thread; never fails towards the caller.  Control characters are replaced. */
        void (*write)(void *self, LogEvent event, const LogField *fields, size_t n,
                      const char *format, va_list arguments) _printf_(5, 0);
        void *self;
} LogPort;

/* fields may be NULL when n is 0. */
static inline void _printf_(5, 6)
                log_event(const LogPort *log, LogEvent event, const LogField *fields, size_t n,
                          const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        log->write(log->self, event, fields, n, format, arguments);
        va_end(arguments);
}

#define LOG_FIELDS(...)                                                                            \
        (const LogField[]){ __VA_ARGS__ },                                                         \
                        sizeof((const LogField[]){ __VA_ARGS__ }) / sizeof(LogField)
