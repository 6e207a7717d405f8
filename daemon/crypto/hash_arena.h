/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The big block of memory that argon2id works in: one per thread, kept between hashes so that a
 * login pays no page faults, locked when the limits allow, never dumped, unmapped when the thread
 * ends.  Must not know what is hashed.
 */
#pragma once

#include "base/macro.h"

/* Blocks up to this size are kept for the thread's next hash; larger ones are given back at once.
 */
#define HASH_ARENA_KEEP ((size_t) 64 << 20)

/* argon2's allocate_fptr and deallocate_fptr.  Nonzero: no memory. */
int hash_arena_take(uint8_t **ret_memory, size_t bytes);
void hash_arena_give(uint8_t *memory, size_t bytes);

/* This thread's kept block, for tests: is there one, and does it hold nothing but zeros? */
bool hash_arena_is_kept_and_wiped(void);
