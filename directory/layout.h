/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of the published snapshot and the protocol of its two files.  Little-endian, every
 * offset from the start of the file unless it says otherwise.  Knows no files and no system calls;
 * the daemon publishes by these rules (daemon/publish), the modules read by them
 * (client_lib/directory_map).
 *
 * directory.v1: immutable.  Written beside under another name, fchmod 0644, fsync, rename, fsync of
 * the directory.  Never written, truncated or linked after the rename: readers have it mapped.
 *
 * generation.v1: GENERATION_FILE_SIZE bytes, created once (under another name, then renamed), later
 * changed only through the one 64-bit word at GENERATION_WORD_OFFSET, which readers have mapped.
 * The publisher's rules:
 *   1. The file exists, with word 0, before the first directory.v1 is renamed into place.
 *   2. A publication puts word + 1 into the header's `generation`, renames, and only then stores
 * that number into the word (release).  A crash in between loses nothing: at its start the
 * publisher stores the greater of the word and the header's generation, or publishes anew.
 *   3. The word never goes back and is never reused for other contents of directory.v1.
 *   4. Whoever must replace the file itself stores GENERATION_MOVED into the old one first, after
 *      the new one is in place: readers then open both files again.  The new word starts above the
 *      old one.
 * A reader takes the word before it opens directory.v1, and looks again whenever the word differs:
 * a publication in between is seen as one more change, never as none.
 *
 * Versions: a reader refuses another major and unknown `required` bits; it ignores a greater minor,
 * unknown `optional` bits, unknown flags, further sections and further bytes of the header.
 */
#pragma once

#include "base/macro.h"
#include "base/names.h"

#define DIRECTORY_FILE "directory.v1"
#define GENERATION_FILE "generation.v1"

#define GENERATION_MAGIC "IAMGEN1\n"
#define GENERATION_FILE_SIZE 4096
#define GENERATION_WORD_OFFSET 8
#define GENERATION_MOVED UINT64_MAX

#define DIRECTORY_MAGIC "IAMDIR\r\n"
#define DIRECTORY_MAGIC_SIZE 8
#define DIRECTORY_MAJOR 1
#define DIRECTORY_MINOR 0

/* Limits, written for both sides. */
#define DIRECTORY_FILE_MAX ((uint64_t) 2 << 30)
#define DIRECTORY_HEADER_MAX 4096
#define DIRECTORY_NAME_MAX (USER_NAME_MAX + 1 + REALM_NAME_MAX) /* name@realm */
#define DIRECTORY_GIDS_MAX 65536 /* NGROUPS_MAX */
#define DIRECTORY_ALIGN 64 /* of sections */
#define DIRECTORY_RECORD_ALIGN 8

/* Header flags. */
#define DIRECTORY_COMPLETE 1u /* what is not in here does not exist: a miss is final */

/* Flags of user and group records.  The bits not named here are zero and reserved. */
#define DIRECTORY_REMOVED 1u /* delta only: a tombstone */
#define DIRECTORY_PRIVATE 2u /* group: a user's private group */
#define DIRECTORY_HOST_LOGIN 4u /* user: host:login is allowed on this host as published */

/* Sections that hold records (one after the other, each a multiple of DIRECTORY_RECORD_ALIGN; its
 * size may be larger than what it holds, so that the next one lies in fewer cache lines), the lists
 * of supplementary gids, and the four tables over the records; the delta has the same.  A record of
 * the delta supersedes every base record of its kind that has its name or its number. */
typedef enum DirectorySectionId {
        DIRECTORY_USERS,
        DIRECTORY_GROUPS,
        DIRECTORY_GIDS,
        DIRECTORY_USER_BY_NAME,
        DIRECTORY_USER_BY_UID,
        DIRECTORY_GROUP_BY_NAME,
        DIRECTORY_GROUP_BY_GID,
        DIRECTORY_DELTA, /* the same seven again, + DIRECTORY_DELTA */
        _DIRECTORY_SECTION_MAX = 2 * DIRECTORY_DELTA,
        _DIRECTORY_SECTION_INVALID = -EINVAL,
} DirectorySectionId;

/* Header: offsets of its fields.  The checksum is CRC-32 (IEEE 802.3) over header_size bytes with
 * the checksum itself taken as zero. */
enum {
        DIRECTORY_AT_MAGIC = 0,
        DIRECTORY_AT_MAJOR = 8, /* u16 */
        DIRECTORY_AT_MINOR = 10, /* u16 */
        DIRECTORY_AT_HEADER_SIZE = 12, /* u32, at least DIRECTORY_HEADER_SIZE */
        DIRECTORY_AT_CHECKSUM = 16, /* u32 */
        DIRECTORY_AT_FLAGS = 20, /* u32 */
        DIRECTORY_AT_REQUIRED = 24, /* u64, feature bits a reader must know */
        DIRECTORY_AT_OPTIONAL = 32, /* u64, feature bits it may ignore */
        DIRECTORY_AT_FILE_SIZE = 40, /* u64 */
        DIRECTORY_AT_GENERATION = 48, /* u64 */
        DIRECTORY_AT_PUBLISHED = 56, /* i64, Usec */
        DIRECTORY_AT_SEED = 64, /* 16 bytes, SipHash-1-3 key */
        DIRECTORY_AT_SECTIONS = 80, /* { u64 offset, u64 size } each */
        DIRECTORY_HEADER_SIZE = DIRECTORY_AT_SECTIONS + 16 * _DIRECTORY_SECTION_MAX,
};

/*
 * Tables: buckets of one cache line with DIRECTORY_BUCKET_ENTRIES entries: u32 tags[], u32 refs[].
 * h = SipHash-1-3(seed, key), key = the name's bytes or the number's four; the first bucket is
 * ((h >> 32) * buckets) >> 32, the tag is the low half of h, overflow goes to the next bucket
 * (cyclic).  ref 0 is empty; else the record starts (ref - 1) * DIRECTORY_RECORD_ALIGN bytes into
 * its section.  Buckets fill from the front, so a search ends at the first empty entry, and in any
 * case after DIRECTORY_PROBE_MAX buckets: the builder takes another seed when a key would lie
 * further.
 */
#define DIRECTORY_BUCKET_SIZE 64
#define DIRECTORY_BUCKET_ENTRIES 8
#define DIRECTORY_BUCKET_REFS 32 /* offset of the refs in a bucket */
#define DIRECTORY_PROBE_MAX 8

/* User record; then name, gecos, home, shell, each with its NUL.  The supplementary gids, without
 * the primary one, are u32 in DIRECTORY_GIDS of the same layer; users with the same ones share
 * them. */
enum {
        DIRECTORY_USER_SIZE = 0, /* u16, of the whole record with its padding */
        DIRECTORY_USER_FLAGS = 2, /* u16 */
        DIRECTORY_USER_UID = 4, /* u32 */
        DIRECTORY_USER_GID = 8, /* u32 */
        DIRECTORY_USER_GIDS = 12, /* u32, the first one's place, counted in gids */
        DIRECTORY_USER_GID_COUNT = 16, /* u32 */
        DIRECTORY_USER_LENGTHS = 20, /* u8 each: name, gecos, home, shell; without NUL */
        DIRECTORY_USER_FIXED = 24,
};

/* Group record; then the name with its NUL, then member_count user names, each with its NUL. */
enum {
        DIRECTORY_GROUP_SIZE = 0, /* u32 */
        DIRECTORY_GROUP_GID = 4, /* u32 */
        DIRECTORY_GROUP_FLAGS = 8, /* u32 */
        DIRECTORY_GROUP_MEMBER_COUNT = 12, /* u32 */
        DIRECTORY_GROUP_MEMBERS_LEN = 16, /* u32, bytes of all member names with their NULs */
        DIRECTORY_GROUP_NAME_LEN = 20, /* u8, then 3 zero bytes */
        DIRECTORY_GROUP_FIXED = 24,
};
