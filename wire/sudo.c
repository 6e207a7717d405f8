/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/sudo.h"

#define TEXT(Struct, member, wire, least, most, how)                                               \
        {                                                                                          \
                .name = (wire), .type = WIRE_STRING, .flags = (how),                               \
                .offset = offsetof(Struct, member), .min = (least), .max = (most)                  \
        }
#define WHAT(Struct)                                                                               \
        TEXT(Struct, user, "user", 1, WIRE_LOGIN_NAME_MAX, WIRE_REQUIRED),                         \
                        TEXT(Struct, run_as, "runAs", 0, WIRE_RUSER_MAX, 0),                       \
                        TEXT(Struct, tty, "tty", 0, WIRE_TTY_MAX, 0),                              \
                        TEXT(Struct, boot_id, "bootId", WIRE_BOOT_ID_SIZE, WIRE_BOOT_ID_SIZE, 0),  \
        {                                                                                          \
                .name = "processes", .type = WIRE_STRINGS, .offset = offsetof(Struct, processes),  \
                .max = WIRE_SUDO_PROCESSES_MAX                                                     \
        }

/* clang-format off */
static const WireField approve_fields[] = {
        WHAT(WireSudoApprove),
        TEXT(WireSudoApprove, path, "path", 0, WIRE_SUDO_COMMAND_MAX, 0),
        { .name = "attempt", .type = WIRE_SECRET, .offset = offsetof(WireSudoApprove, attempt),
          .min = 1, .max = WIRE_ATTEMPT_MAX },
};
const WireLoginTable wire_sudo_approve = { approve_fields, ELEMENTSOF(approve_fields) };

static const WireField verdict_fields[] = {
        TEXT(WireSudoVerdict, user, "user", 1, WIRE_LOGIN_NAME_MAX, WIRE_REQUIRED),
        { .name = "decision", .type = WIRE_STRING, .flags = WIRE_REQUIRED,
          .offset = offsetof(WireSudoVerdict, decision), .max = 16, .choices = "allow factor" },
};
const WireLoginTable wire_sudo_verdict = { verdict_fields, ELEMENTSOF(verdict_fields) };

static const WireField report_fields[] = {
        WHAT(WireSudoReport),
        TEXT(WireSudoReport, command, "command", 0, WIRE_SUDO_COMMAND_MAX, 0),
        { .name = "event", .type = WIRE_STRING, .flags = WIRE_REQUIRED,
          .offset = offsetof(WireSudoReport, event), .max = WIRE_SUDO_EVENT_MAX,
          .choices = "accepted rejected failed finished" },
        TEXT(WireSudoReport, cwd, "cwd", 0, WIRE_SUDO_PATH_MAX, 0),
        TEXT(WireSudoReport, message, "message", 0, WIRE_SUDO_MESSAGE_MAX, 0),
        { .name = "status", .type = WIRE_INT, .offset = offsetof(WireSudoReport, status),
          .min = 0, .max = 255, .initial = WIRE_INT_ABSENT },
};
/* clang-format on */
const WireLoginTable wire_sudo_report = { report_fields, ELEMENTSOF(report_fields) };
