/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds the bytes of a snapshot from values, in time linear in their number.  Pure: randomness,
 * the time and the list of local accounts come from the caller, the memory from its arena.  What
 * the reader would refuse, what a local account already owns and what is there twice is left out
 * and reported; it never makes the publication fail.
 */
#pragma once

#include "base/arena.h"
#include "base/macro.h"
#include "base/str.h"
#include "directory/layout.h"

typedef struct DirectoryUser {
        const char *name;
        const char *gecos; /* NULL is "" */
        const char *home;
        const char *shell;
        uint32_t uid;
        uint32_t gid; /* equal to uid: the builder adds the private group `name` */
        uint32_t flags; /* DIRECTORY_HOST_LOGIN; DIRECTORY_REMOVED in a delta */
        const uint32_t *gids; /* supplementary, effective: the group tree is already flattened */
        size_t gid_count;
} DirectoryUser;

typedef struct DirectoryGroup {
        const char *name;
        uint32_t gid;
        uint32_t flags;
        const char *const *members; /* user names, effective */
        size_t member_count;
} DirectoryGroup;

/* What the host's own files hold (passwd and group read by fgetpwent, not through NSS). */
typedef struct DirectoryLocal {
        StrList user_names;
        StrList group_names;
        const uint32_t *uids;
        size_t uid_count;
        const uint32_t *gids;
        size_t gid_count;
} DirectoryLocal;

typedef struct DirectoryEntries {
        const DirectoryUser *users;
        size_t user_count;
        const DirectoryGroup *groups;
        size_t group_count;
} DirectoryEntries;

/* Why an entry was left out. */
typedef enum DirectorySkip {
        DIRECTORY_SKIP_NAME, /* not a name we may hand out */
        DIRECTORY_SKIP_ID, /* not a number we may hand out */
        DIRECTORY_SKIP_TEXT, /* gecos, home or shell is not fit for passwd */
        DIRECTORY_SKIP_LOCAL, /* a local account or group has the name or the number */
        DIRECTORY_SKIP_DUPLICATE, /* an earlier entry has the name or the number */
        DIRECTORY_SKIP_SIZE, /* more members or gids than the format holds */
        _DIRECTORY_SKIP_MAX,
        _DIRECTORY_SKIP_INVALID = -EINVAL,
} DirectorySkip;

/* Called once for each entry left out; is_group tells which kind. */
typedef void (*DirectorySkipped)(
                void *context, DirectorySkip why, bool is_group, const char *name, uint32_t id);

typedef struct DirectoryInput {
        DirectoryEntries base;
        DirectoryEntries delta; /* changed entries whole, and tombstones (name, number, gid) */
        DirectoryLocal local;
        uint64_t generation; /* see layout.h */
        Usec published_at;
        uint8_t seed[16]; /* random, new for each build */
        bool is_complete;
        DirectorySkipped skipped; /* may be NULL */
        void *skipped_context;
} DirectoryInput;

typedef struct DirectoryImage {
        const uint8_t *bytes; /* in the arena */
        size_t len;
        size_t user_count; /* entries written, base and delta, tombstones too */
        size_t group_count; /* private groups too */
        size_t skipped_count;
} DirectoryImage;

/* Bytes of arena that directory_build() needs at most for this input. */
size_t directory_build_bound(const DirectoryInput *input);

/*
 * A supplementary gid is kept only when the group is published too, and a member only when the user
 * is.  -ENOMEM: the arena's limit; -EFBIG: beyond DIRECTORY_FILE_MAX.
 */
int directory_build(Arena *arena, const DirectoryInput *input, DirectoryImage *ret);

const char *directory_skip_text(DirectorySkip why);
