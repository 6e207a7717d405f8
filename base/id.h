/* SPDX-License-Identifier: Apache-2.0 */
/* 16-byte identifiers (RFC 9562, UUIDv7 when made by us).  A realm's id has a type of its own. */
#pragma once

#include "base/macro.h"

#define ID_TEXT_SIZE 37 /* 36 characters and the NUL */

typedef struct Id {
        uint8_t bytes[16];
} Id;

typedef struct RealmId {
        Id id;
} RealmId;

bool id_is_null(const Id *id);
bool id_equal(const Id *a, const Id *b);
int id_parse(const char *text, Id *ret); /* canonical lower-case form only; -EINVAL */
void id_format(const Id *id, char ret_text[ID_TEXT_SIZE]);
/* RFC 9562 section 5.7 from a time and 10 random bytes, both the caller's. */
void id_make_v7(Usec now, const uint8_t random[10], Id *ret);
