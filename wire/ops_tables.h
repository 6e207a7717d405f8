/* SPDX-License-Identifier: Apache-2.0 */
/* The tables that wire/ops.c puts together, and the words they are written in.  For wire/ only. */
#pragma once

#include "base/names.h"
#include "wire/ops.h"

/* clang-format off */
#define WIRE_TABLES(X)                                                                             \
        X(WireNothing) X(WireNameIn) X(WireRealmIn) X(WirePageIn)                                  \
        X(SetupIn) X(SetupOut) X(StatusOut) X(BackupOut) X(WaitOut) X(WhyIn) X(WhyOut)             \
        X(RealmView) X(RealmCreateIn) X(RealmListIn) X(RealmListOut) X(RealmSetIn)                 \
        X(RealmNamedIn)                                                                            \
        X(UserView) X(UserCreateIn) X(UserListIn) X(UserListOut) X(UserSetPasswordIn)              \
        X(TotpEnrolOut) X(UserKeyRow) X(UserKeyAddIn) X(UserKeyListOut) X(UserKeyRemoveIn)         \
        X(GroupView) X(GroupCreateIn) X(GroupListOut) X(GroupMemberIn)                             \
        X(RoleRefIn) X(RoleView) X(RoleCreateIn) X(RoleListOut) X(RoleAssignIn) X(RoleIncludeIn)   \
        X(RolePermitIn) X(SudoAddIn) X(SudoRemoveIn) X(SudoListOut) X(HostAllowIn) X(HostListOut)                  \
        X(ClientView) X(ClientCreateIn) X(ClientListOut) X(ClientSetIn) X(ClientRotateSecretIn)    \
        X(KeyRotateIn) X(KeyListOut) X(SessionListIn) X(SessionListOut) X(SessionEndIn)  \
        X(AuditListIn) X(AuditListOut)

#define X(Struct) extern const WireTable table_##Struct;
WIRE_TABLES(X)
#undef X

#define TABLE(Struct, rows)                                                                        \
        const WireTable table_##Struct = { .fields = (rows), .n = ELEMENTSOF(rows),                \
                                           .size = sizeof(Struct) }

/* Values that come in. */
#define IN_TEXT(T, member, wire_name, least, most, how, what)                                      \
        { .name = (wire_name), .type = WIRE_STRING, .offset = offsetof(T, member), .min = (least), \
          .max = (most), .flags = (how), .doc = (what) }
#define IN_CHOICE(T, member, wire_name, words, how, what)                                          \
        { .name = (wire_name), .type = WIRE_STRING, .offset = offsetof(T, member), .min = 1,       \
          .max = 32, .choices = (words), .flags = (how), .doc = (what) }
#define IN_INT(T, member, wire_name, least, most, preset, what)                                    \
        { .name = (wire_name), .type = WIRE_INT, .offset = offsetof(T, member), .min = (least),    \
          .max = (most), .initial = (preset), .doc = (what) }
#define IN_SECONDS(T, member, wire_name, most, preset, what)                                       \
        { .name = (wire_name), .type = WIRE_INT, .offset = offsetof(T, member), .min = 0,          \
          .max = (most), .initial = (preset), .flags = WIRE_SECONDS, .doc = (what) }
#define IN_MAYBE(T, member, wire_name, what)                                                       \
        { .name = (wire_name), .type = WIRE_MAYBE, .offset = offsetof(T, member), .doc = (what) }
#define IN_TIME(T, member, wire_name, what)                                                        \
        { .name = (wire_name), .type = WIRE_TIME, .offset = offsetof(T, member), .doc = (what) }
#define IN_SECRET(T, member, wire_name, how, what)                                                 \
        { .name = (wire_name), .type = WIRE_SECRET, .offset = offsetof(T, member), .min = 1,       \
          .max = SECRET_MAX, .flags = (how), .doc = (what) }
#define IN_TEXTS(T, member, wire_name, most, what)                                                 \
        { .name = (wire_name), .type = WIRE_STRINGS, .offset = offsetof(T, member),                \
          .max = (most), .doc = (what) }
#define IN_REALM(T)                                                                                \
        IN_TEXT(T, realm, "realm", 1, REALM_NAME_MAX, 0, "the realm; default: this host's")
#define IN_PAGE(T)                                                                                 \
        IN_INT(T, limit, "limit", 1, WIRE_PAGE_MAX, WIRE_PAGE_DEFAULT, "at most so many rows"),    \
        IN_TEXT(T, after, "after", 0, 255, 0, "only rows after this cursor")

/* Values that go out: a reader bounds them only against nonsense. */
#define OUT_TEXT(T, member, wire_name)                                                             \
        { .name = (wire_name), .type = WIRE_STRING, .offset = offsetof(T, member), .max = 65536 }
#define OUT_WIDE(T, member, wire_name)                                                             \
        { .name = (wire_name), .type = WIRE_STRING, .offset = offsetof(T, member), .max = 65536,   \
          .flags = WIRE_WIDE }
#define OUT_INT(T, member, wire_name)                                                              \
        { .name = (wire_name), .type = WIRE_INT, .offset = offsetof(T, member), .min = 0,          \
          .max = INT64_MAX, .initial = WIRE_INT_ABSENT }
#define OUT_BOOL(T, member, wire_name)                                                             \
        { .name = (wire_name), .type = WIRE_BOOL, .offset = offsetof(T, member) }
#define OUT_TIME(T, member, wire_name)                                                             \
        { .name = (wire_name), .type = WIRE_TIME, .offset = offsetof(T, member) }
#define OUT_SECRET(T, member, wire_name)                                                           \
        { .name = (wire_name), .type = WIRE_SECRET, .offset = offsetof(T, member),                 \
          .max = SECRET_MAX }
#define OUT_TEXTS(T, member, wire_name)                                                            \
        { .name = (wire_name), .type = WIRE_STRINGS, .offset = offsetof(T, member),                \
          .max = WIRE_NAMES_MAX }
#define OUT_ROWS(T, member, wire_name, Row, rows)                                                  \
        { .name = (wire_name), .type = WIRE_OBJECTS, .offset = offsetof(T, member),                \
          .max = WIRE_PAGE_MAX, .fields = (rows), .n_fields = ELEMENTSOF(rows),                    \
          .row_size = sizeof(Row) }
/* clang-format on */

/* A realm named by a word instead of an option. */
typedef WireRealmIn RealmNamedIn;
