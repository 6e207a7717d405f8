/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/login.h"

#include "base/ssh_key.h"

#define MEMBER(Struct, member) .offset = offsetof(Struct, member)
#define TEXT(Struct, member, wire, least, most, how)                                               \
        {                                                                                          \
                .name = (wire), .type = WIRE_STRING, .flags = (how), MEMBER(Struct, member),       \
                .min = (least), .max = (most)                                                      \
        }
#define HIDDEN(Struct, member, wire, least, most, how)                                             \
        {                                                                                          \
                .name = (wire), .type = WIRE_SECRET, .flags = (how), MEMBER(Struct, member),       \
                .min = (least), .max = (most)                                                      \
        }
#define NUMBER(Struct, member, wire, least, most, how)                                             \
        {                                                                                          \
                .name = (wire), .type = WIRE_INT, .flags = (how), MEMBER(Struct, member),          \
                .min = (least), .max = (most)                                                      \
        }
#define WHO(Struct)                                                                                \
        TEXT(Struct, user, "user", 1, WIRE_LOGIN_NAME_MAX, WIRE_REQUIRED),                         \
                        TEXT(Struct, service, "service", 0, WIRE_SERVICE_MAX, 0),                  \
                        TEXT(Struct, tty, "tty", 0, WIRE_TTY_MAX, 0),                              \
                        TEXT(Struct, rhost, "rhost", 0, WIRE_RHOST_MAX, 0)
#define TABLE(name, fields_of) const WireLoginTable name = { fields_of, ELEMENTSOF(fields_of) }
#define JSON_INT_MAX (((int64_t) 1 << 53) - 1)
#define PID_LIMIT (1 << 22) /* the kernel's PID_MAX_LIMIT */

/* clang-format off */
static const WireField start_fields[] = {
        WHO(WireLoginStart),
        TEXT(WireLoginStart, ruser, "ruser", 0, WIRE_RUSER_MAX, 0),
        TEXT(WireLoginStart, boot_id, "bootId", WIRE_BOOT_ID_SIZE, WIRE_BOOT_ID_SIZE, 0),
        NUMBER(WireLoginStart, parent_pid, "parentPid", 0, PID_LIMIT, 0),
        NUMBER(WireLoginStart, parent_start, "parentStart", 0, JSON_INT_MAX, 0),
        TEXT(WireLoginStart, key, "key", 1, SSH_KEY_TEXT_MAX, 0),
        { .name = "purpose", .type = WIRE_STRING, MEMBER(WireLoginStart, purpose), .max = 32,
          .choices = "login confirm change-password set-password" },
        HIDDEN(WireLoginStart, proof, "proof", 1, WIRE_ATTEMPT_MAX, 0),
};
TABLE(wire_login_start, start_fields);

static const WireField account_in_fields[] = {
        WHO(WireAccountIn),
        TEXT(WireAccountIn, ruser, "ruser", 0, WIRE_RUSER_MAX, 0),
};
TABLE(wire_account_in, account_in_fields);

static const WireField answer_fields[] = {
        HIDDEN(WireLoginAnswer, attempt, "attempt", 1, WIRE_ATTEMPT_MAX, WIRE_REQUIRED),
        TEXT(WireLoginAnswer, id, "id", 1, 32, WIRE_REQUIRED),
        HIDDEN(WireLoginAnswer, value, "value", 0, SECRET_MAX, WIRE_REQUIRED),
        HIDDEN(WireLoginAnswer, again, "again", 0, SECRET_MAX, 0),
        TEXT(WireLoginAnswer, rhost, "rhost", 0, WIRE_RHOST_MAX, 0),
        TEXT(WireLoginAnswer, ruser, "ruser", 0, WIRE_RUSER_MAX, 0),
};
TABLE(wire_login_answer, answer_fields);

static const WireField attempt_fields[] = {
        HIDDEN(WireLoginAttempt, attempt, "attempt", 1, WIRE_ATTEMPT_MAX, WIRE_REQUIRED),
        { .name = "why", .type = WIRE_STRING, MEMBER(WireLoginAttempt, why), .max = 32,
          .choices = "unserved cancelled" },
};
TABLE(wire_login_attempt, attempt_fields);

static const WireField prompt_fields[] = {
        TEXT(WirePrompt, id, "id", 1, 32, WIRE_REQUIRED),
        { .name = "kind", .type = WIRE_STRING, .flags = WIRE_REQUIRED, MEMBER(WirePrompt, kind),
          .max = 16, .choices = "text secret code new info" },
        TEXT(WirePrompt, label, "label", 1, WIRE_PROMPT_TEXT_MAX, WIRE_REQUIRED),
        TEXT(WirePrompt, again, "again", 1, WIRE_PROMPT_TEXT_MAX, 0),
};

static const WireField step_fields[] = {
        { .name = "outcome", .type = WIRE_STRING, .flags = WIRE_REQUIRED,
          MEMBER(WireLoginStep, outcome), .max = 16, .choices = "ask done refused" },
        HIDDEN(WireLoginStep, attempt, "attempt", 1, WIRE_ATTEMPT_MAX, WIRE_REQUIRED),
        { .name = "prompts", .type = WIRE_OBJECTS, MEMBER(WireLoginStep, prompts),
          .max = WIRE_PROMPTS_MAX, .fields = prompt_fields, .n_fields = ELEMENTSOF(prompt_fields),
          .row_size = sizeof(WirePrompt) },
        TEXT(WireLoginStep, notice, "notice", 0, WIRE_PROMPT_TEXT_MAX, 0),
        TEXT(WireLoginStep, user, "user", 1, WIRE_LOGIN_NAME_MAX, 0),
        TEXT(WireLoginStep, reason, "reason", 1, 64, 0),
};
TABLE(wire_login_step, step_fields);

static const WireField account_fields[] = {
        TEXT(WireAccountOut, user, "user", 1, WIRE_LOGIN_NAME_MAX, WIRE_REQUIRED),
        NUMBER(WireAccountOut, uid, "uid", 1, UINT32_MAX, WIRE_REQUIRED),
};
TABLE(wire_account_out, account_fields);

static const WireField session_fields[] = {
        WHO(WireHostSession),
        TEXT(WireHostSession, boot_id, "bootId", WIRE_BOOT_ID_SIZE, WIRE_BOOT_ID_SIZE,
             WIRE_REQUIRED),
        NUMBER(WireHostSession, leader_pid, "leaderPid", 1, PID_LIMIT, WIRE_REQUIRED),
        NUMBER(WireHostSession, leader_start, "leaderStart", 0, JSON_INT_MAX, WIRE_REQUIRED),
        TEXT(WireHostSession, key, "key", 1, SSH_KEY_TEXT_MAX, 0),
        HIDDEN(WireHostSession, attempt, "attempt", 1, WIRE_ATTEMPT_MAX, 0),
};
TABLE(wire_host_session, session_fields);
/* clang-format on */
