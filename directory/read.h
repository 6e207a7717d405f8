/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checked reader of a snapshot: bytes in, values out, no allocation, no I/O, no locks.  The
 * bytes may be hostile: what comes out never has a number or a name that law 13 forbids, and every
 * string ends inside the bytes.  They may even change underneath (a hostile publisher), so numbers
 * are taken once; who copies strings out must terminate the copies by the lengths given here.
 */
#pragma once

#include "base/macro.h"
#include "base/reason.h"
#include "directory/layout.h"

typedef struct DirectorySpan {
        const uint8_t *bytes;
        uint64_t size;
} DirectorySpan;

/* A checked header; it lends from the bytes it was opened on. */
typedef struct Directory {
        /* What every lookup needs comes first: it lies in few cache lines. */
        uint64_t seed[2];
        uint32_t flags;
        bool has_delta;
        DirectorySpan sections[_DIRECTORY_SECTION_MAX];
        uint64_t generation;
        Usec published_at;
} Directory;

typedef struct DirectoryUserView {
        uint32_t uid;
        uint32_t gid;
        uint32_t flags;
        uint32_t gid_count; /* at most DIRECTORY_GIDS_MAX */
        const uint8_t *gids; /* little-endian; read with directory_user_gid() */
        const char *name; /* the four strings follow each other, each with its NUL */
        const char *gecos;
        const char *home;
        const char *shell;
        uint8_t name_len;
        uint8_t gecos_len;
        uint8_t home_len;
        uint8_t shell_len;
} DirectoryUserView;

typedef struct DirectoryGroupView {
        uint32_t gid;
        uint32_t flags;
        uint32_t member_count; /* as many NULs as members has */
        uint32_t members_len;
        const char *name;
        const char *members; /* names, each with its NUL; take them with directory_member_next() */
        uint8_t name_len;
} DirectoryGroupView;

/*
 * Checks the header and all sections' places.  bytes must be aligned to 8 and outlive ret.
 * -EBADMSG: not a snapshot, or a broken one; -EPROTONOSUPPORT: of a version we cannot read.
 */
int directory_open(const void *bytes, size_t len, Directory *ret);

static inline bool directory_is_complete(const Directory *directory) {
        return (directory->flags & DIRECTORY_COMPLETE) != 0;
}

/* 0, IAM_E_NOT_FOUND, or -EBADMSG when the record is one that must not be believed. */
int directory_user_by_name(const Directory *directory, const char *name, DirectoryUserView *ret);
int directory_user_by_uid(const Directory *directory, uint32_t uid, DirectoryUserView *ret);
int directory_group_by_name(const Directory *directory, const char *name, DirectoryGroupView *ret);
int directory_group_by_gid(const Directory *directory, uint32_t gid, DirectoryGroupView *ret);

/*
 * For who copies the texts first and then holds the copy to directory_user_is_acceptable(): here
 * places, lengths and numbers are checked, the texts' contents are not.
 */
int directory_user_find_by_name(
                const Directory *directory, const char *name, DirectoryUserView *ret);
int directory_user_find_by_uid(const Directory *directory, uint32_t uid, DirectoryUserView *ret);

/*
 * One after the other, from *cursor = 0; IAM_E_NOT_FOUND at the end.  Records that must not be
 * believed are left out; -EBADMSG when the rest cannot be found because a record's size is broken.
 */
int directory_user_next(const Directory *directory, uint64_t *cursor, DirectoryUserView *ret);
int directory_group_next(const Directory *directory, uint64_t *cursor, DirectoryGroupView *ret);

/* The i-th supplementary gid; 0 for one that must not be believed: leave it out. */
uint32_t directory_user_gid(const DirectoryUserView *user, uint32_t i);

/*
 * The next member name from *offset = 0; NULL at the end.  ret_len is without the NUL.  Names that
 * must not be believed are left out.
 */
const char *
directory_member_next(const DirectoryGroupView *group, uint32_t *offset, size_t *ret_len);

/* Law 13 for a value that came another way (the lookup socket): the same rules as above. */
bool directory_user_is_acceptable(const DirectoryUserView *user);
bool directory_group_is_acceptable(const DirectoryGroupView *group);
/* A user's or group's name, plain or name@realm.  text[len] must be readable. */
bool directory_name_is_acceptable(const char *text, size_t len);
