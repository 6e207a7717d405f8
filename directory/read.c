/* SPDX-License-Identifier: Apache-2.0 */
#include "directory/read.h"

#include <string.h>

#include "directory/bytes.h"
#include "directory/siphash.h"
#include "directory/text.h"

static int
section_open(const uint8_t *bytes, size_t len, uint64_t header_size, unsigned id,
             DirectorySpan *ret) {
        const uint8_t *entry = bytes + DIRECTORY_AT_SECTIONS + (size_t) 16 * id;
        uint64_t offset = take_u64(entry);
        uint64_t size = take_u64(entry + 8);
        unsigned kind = id % DIRECTORY_DELTA;
        bool is_table = kind >= DIRECTORY_USER_BY_NAME;

        if (size == 0) {
                *ret = (DirectorySpan){};
                return 0;
        }
        if (offset > len || size > len - offset || offset % DIRECTORY_ALIGN != 0 ||
            offset < header_size)
                return -EBADMSG;
        if (size % (is_table ? DIRECTORY_BUCKET_SIZE : DIRECTORY_RECORD_ALIGN) != 0)
                return -EBADMSG;
        *ret = (DirectorySpan){ .bytes = bytes + offset, .size = size };
        return 0;
}

int directory_open(const void *data, size_t len, Directory *ret) {
        const uint8_t *bytes = data;
        Directory directory = {};
        uint32_t header_size;
        int r;

        if (bytes == NULL || (uintptr_t) bytes % 8 != 0)
                return -EINVAL;
        if (len < DIRECTORY_HEADER_SIZE || len > DIRECTORY_FILE_MAX ||
            memcmp(bytes, DIRECTORY_MAGIC, DIRECTORY_MAGIC_SIZE) != 0)
                return -EBADMSG;

        /* The checksum's place is the same in every version, so a broken file is never mistaken for
         * one of another version. */
        header_size = take_u32(bytes + DIRECTORY_AT_HEADER_SIZE);
        if (header_size < DIRECTORY_HEADER_SIZE || header_size > DIRECTORY_HEADER_MAX ||
            header_size > len)
                return -EBADMSG;
        if (header_checksum(bytes, header_size) != take_u32(bytes + DIRECTORY_AT_CHECKSUM))
                return -EBADMSG;
        if (take_u16(bytes + DIRECTORY_AT_MAJOR) != DIRECTORY_MAJOR ||
            take_u64(bytes + DIRECTORY_AT_REQUIRED) != 0)
                return -EPROTONOSUPPORT;
        if (take_u64(bytes + DIRECTORY_AT_FILE_SIZE) != len)
                return -EBADMSG;

        for (unsigned i = 0; i < _DIRECTORY_SECTION_MAX; i++) {
                r = section_open(bytes, len, header_size, i, &directory.sections[i]);
                if (r < 0)
                        return r;
        }
        directory.has_delta = directory.sections[DIRECTORY_DELTA + DIRECTORY_USERS].size > 0 ||
                              directory.sections[DIRECTORY_DELTA + DIRECTORY_GROUPS].size > 0;
        directory.flags = take_u32(bytes + DIRECTORY_AT_FLAGS);
        directory.generation = take_u64(bytes + DIRECTORY_AT_GENERATION);
        directory.published_at = (Usec) take_u64(bytes + DIRECTORY_AT_PUBLISHED);
        directory.seed[0] = take_u64(bytes + DIRECTORY_AT_SEED);
        directory.seed[1] = take_u64(bytes + DIRECTORY_AT_SEED + 8);
        *ret = directory;
        return 0;
}

/* What is looked for: a name, or a number with name NULL. */
typedef struct Key {
        const char *name;
        size_t len;
        uint32_t id;
        uint64_t hash;
} Key;

static Key key_from_name(const Directory *d, const char *name, size_t len) {
        return (Key){ .name = name, .len = len, .hash = siphash24(d->seed, name, len) };
}

static Key key_from_id(const Directory *d, uint32_t id) {
        uint32_t le = htole32(id);

        return (Key){ .id = id, .hash = siphash24(d->seed, &le, sizeof(le)) };
}

/* Yields the offsets of the records whose table entry has the key's tag. */
typedef struct Probe {
        const uint8_t *table;
        uint64_t buckets;
        uint64_t bucket;
        uint32_t tag;
        unsigned entry; /* counted over all buckets of this search */
} Probe;

static Probe probe_start(const DirectorySpan *table, uint64_t hash) {
        uint64_t buckets = table->size / DIRECTORY_BUCKET_SIZE;

        return (Probe){
                .table = table->bytes,
                .buckets = buckets,
                .bucket = ((hash >> 32) * buckets) >> 32,
                .tag = (uint32_t) hash,
        };
}

static bool probe_next(Probe *p, uint64_t *ret_offset) {
        while (p->buckets > 0 && p->entry < DIRECTORY_PROBE_MAX * DIRECTORY_BUCKET_ENTRIES) {
                unsigned entry = p->entry++ % DIRECTORY_BUCKET_ENTRIES;
                const uint8_t *at =
                                p->table + p->bucket * DIRECTORY_BUCKET_SIZE + (size_t) entry * 8;
                uint32_t ref = take_u32(at + 4);

                if (ref == 0)
                        return false;
                if (entry == DIRECTORY_BUCKET_ENTRIES - 1)
                        p->bucket = p->bucket + 1 < p->buckets ? p->bucket + 1 : 0;
                if (take_u32(at) != p->tag)
                        continue;
                *ret_offset = (uint64_t) (ref - 1) * DIRECTORY_RECORD_ALIGN;
                return true;
        }
        return false;
}

/* The size of the record at offset, all of it inside the section.  0: there is none to be had. */
static uint32_t record_size(const DirectorySpan *section, uint64_t offset, uint32_t fixed) {
        uint32_t size;

        if (section->size < fixed || offset > section->size - fixed)
                return 0;
        size = take_u32(section->bytes + offset);
        if (size < fixed || size % DIRECTORY_RECORD_ALIGN != 0 || size > section->size - offset)
                return 0;
        return size;
}

/* Places and lengths only: all strings end inside the record.  Says nothing about their contents.
 */
static int user_view(const DirectorySpan *section, uint64_t offset, DirectoryUserView *ret) {
        uint32_t size = record_size(section, offset, DIRECTORY_USER_FIXED);
        const uint8_t *record;
        DirectoryUserView view;
        uint64_t need;

        if (size == 0)
                return -EBADMSG;
        record = section->bytes + offset;
        if (size > 64)
                __builtin_prefetch(record + 64); /* the strings, mostly */
        view = (DirectoryUserView){
                .uid = take_u32(record + DIRECTORY_USER_UID),
                .gid = take_u32(record + DIRECTORY_USER_GID),
                .flags = take_u32(record + DIRECTORY_USER_FLAGS),
                .gid_count = take_u32(record + DIRECTORY_USER_GID_COUNT),
                .gids = record + DIRECTORY_USER_FIXED,
                .name_len = take_u8(record + DIRECTORY_USER_LENGTHS),
                .gecos_len = take_u8(record + DIRECTORY_USER_LENGTHS + 1),
                .home_len = take_u8(record + DIRECTORY_USER_LENGTHS + 2),
                .shell_len = take_u8(record + DIRECTORY_USER_LENGTHS + 3),
        };
        need = DIRECTORY_USER_FIXED + 4 * (uint64_t) view.gid_count + view.name_len +
               view.gecos_len + view.home_len + view.shell_len + 4;
        if (view.gid_count > DIRECTORY_GIDS_MAX || need > size)
                return -EBADMSG;
        view.name = (const char *) view.gids + 4 * (size_t) view.gid_count;
        view.gecos = view.name + view.name_len + 1;
        view.home = view.gecos + view.gecos_len + 1;
        view.shell = view.home + view.home_len + 1;
        if (view.name[view.name_len] != '\0' || view.gecos[view.gecos_len] != '\0' ||
            view.home[view.home_len] != '\0' || view.shell[view.shell_len] != '\0')
                return -EBADMSG;
        *ret = view;
        return 0;
}

static int group_view(const DirectorySpan *section, uint64_t offset, DirectoryGroupView *ret) {
        uint32_t size = record_size(section, offset, DIRECTORY_GROUP_FIXED);
        const uint8_t *record;
        DirectoryGroupView view;
        uint64_t need;

        if (size == 0)
                return -EBADMSG;
        record = section->bytes + offset;
        view = (DirectoryGroupView){
                .gid = take_u32(record + DIRECTORY_GROUP_GID),
                .flags = take_u32(record + DIRECTORY_GROUP_FLAGS),
                .member_count = take_u32(record + DIRECTORY_GROUP_MEMBER_COUNT),
                .members_len = take_u32(record + DIRECTORY_GROUP_MEMBERS_LEN),
                .name_len = take_u8(record + DIRECTORY_GROUP_NAME_LEN),
                .name = (const char *) record + DIRECTORY_GROUP_FIXED,
        };
        need = DIRECTORY_GROUP_FIXED + (uint64_t) view.name_len + 1 + view.members_len;
        if (need > size || view.name[view.name_len] != '\0')
                return -EBADMSG;
        view.members = view.name + view.name_len + 1;
        /* A member is at least one character and its NUL. */
        if (view.member_count > view.members_len / 2 ||
            (view.member_count == 0) != (view.members_len == 0))
                return -EBADMSG;
        if (view.members_len > 0 && view.members[view.members_len - 1] != '\0')
                return -EBADMSG;
        *ret = view;
        return 0;
}

static bool user_numbers_are_acceptable(const DirectoryUserView *user) {
        return posix_id_is_acceptable(user->uid) && posix_id_is_acceptable(user->gid) &&
               (user->flags & DIRECTORY_REMOVED) == 0;
}

bool directory_user_is_acceptable(const DirectoryUserView *user) {
        return user_numbers_are_acceptable(user) &&
               directory_name_is_acceptable(user->name, user->name_len) &&
               field_is_acceptable(user->gecos, user->gecos_len, GECOS_MAX) &&
               path_is_acceptable(user->home, user->home_len) &&
               path_is_acceptable(user->shell, user->shell_len);
}

bool directory_group_is_acceptable(const DirectoryGroupView *group) {
        return posix_id_is_acceptable(group->gid) && (group->flags & DIRECTORY_REMOVED) == 0 &&
               directory_name_is_acceptable(group->name, group->name_len);
}

static bool key_matches(const Key *key, const char *name, size_t len, uint32_t id) {
        if (key->name == NULL)
                return key->id == id;
        return key->len == len && memcmp(key->name, name, len) == 0;
}

/* layer: 0 for the base, DIRECTORY_DELTA for the delta.  Tombstones are found too. */
static int user_find(const Directory *d, unsigned layer, const Key *key, DirectoryUserView *ret) {
        unsigned table = key->name != NULL ? DIRECTORY_USER_BY_NAME : DIRECTORY_USER_BY_UID;
        Probe probe = probe_start(&d->sections[layer + table], key->hash);
        DirectoryUserView view;
        uint64_t offset;
        int r;

        while (probe_next(&probe, &offset)) {
                r = user_view(&d->sections[layer + DIRECTORY_USERS], offset, &view);
                if (r < 0)
                        return r;
                if (!key_matches(key, view.name, view.name_len, view.uid))
                        continue;
                *ret = view;
                return 0;
        }
        return IAM_E_NOT_FOUND;
}

static int group_find(const Directory *d, unsigned layer, const Key *key, DirectoryGroupView *ret) {
        unsigned table = key->name != NULL ? DIRECTORY_GROUP_BY_NAME : DIRECTORY_GROUP_BY_GID;
        Probe probe = probe_start(&d->sections[layer + table], key->hash);
        DirectoryGroupView view;
        uint64_t offset;
        int r;

        while (probe_next(&probe, &offset)) {
                r = group_view(&d->sections[layer + DIRECTORY_GROUPS], offset, &view);
                if (r < 0)
                        return r;
                if (!key_matches(key, view.name, view.name_len, view.gid))
                        continue;
                *ret = view;
                return 0;
        }
        return IAM_E_NOT_FOUND;
}

/* 1: a record of the delta has the name or the number of this base record.  0, -EBADMSG. */
static int user_is_superseded(const Directory *d, const DirectoryUserView *user) {
        DirectoryUserView other;
        Key key;
        int r;

        key = key_from_name(d, user->name, user->name_len);
        r = user_find(d, DIRECTORY_DELTA, &key, &other);
        if (r == IAM_E_NOT_FOUND) {
                key = key_from_id(d, user->uid);
                r = user_find(d, DIRECTORY_DELTA, &key, &other);
        }
        if (r < 0)
                return r;
        return r == 0;
}

static int group_is_superseded(const Directory *d, const DirectoryGroupView *group) {
        DirectoryGroupView other;
        Key key;
        int r;

        key = key_from_name(d, group->name, group->name_len);
        r = group_find(d, DIRECTORY_DELTA, &key, &other);
        if (r == IAM_E_NOT_FOUND) {
                key = key_from_id(d, group->gid);
                r = group_find(d, DIRECTORY_DELTA, &key, &other);
        }
        if (r < 0)
                return r;
        return r == 0;
}

static int user_get(const Directory *d, const Key *key, DirectoryUserView *ret) {
        DirectoryUserView view;
        int r = IAM_E_NOT_FOUND;

        if (d->has_delta) {
                r = user_find(d, DIRECTORY_DELTA, key, &view);
                if (r == 0 && (view.flags & DIRECTORY_REMOVED) != 0)
                        return IAM_E_NOT_FOUND;
        }
        if (r == IAM_E_NOT_FOUND) {
                r = user_find(d, 0, key, &view);
                if (r == 0 && d->has_delta) {
                        r = user_is_superseded(d, &view);
                        r = r > 0 ? IAM_E_NOT_FOUND : r;
                }
        }
        if (r != 0)
                return r;
        if (!user_numbers_are_acceptable(&view))
                return -EBADMSG;
        *ret = view;
        return 0;
}

static int group_get(const Directory *d, const Key *key, DirectoryGroupView *ret) {
        DirectoryGroupView view;
        int r = IAM_E_NOT_FOUND;

        if (d->has_delta) {
                r = group_find(d, DIRECTORY_DELTA, key, &view);
                if (r == 0 && (view.flags & DIRECTORY_REMOVED) != 0)
                        return IAM_E_NOT_FOUND;
        }
        if (r == IAM_E_NOT_FOUND) {
                r = group_find(d, 0, key, &view);
                if (r == 0 && d->has_delta) {
                        r = group_is_superseded(d, &view);
                        r = r > 0 ? IAM_E_NOT_FOUND : r;
                }
        }
        if (r != 0)
                return r;
        if (!directory_group_is_acceptable(&view))
                return -EBADMSG;
        *ret = view;
        return 0;
}

int directory_user_find_by_name(
                const Directory *directory, const char *name, DirectoryUserView *ret) {
        size_t len = strnlen(name, DIRECTORY_NAME_MAX + 1);
        Key key;

        if (len > DIRECTORY_NAME_MAX)
                return IAM_E_NOT_FOUND;
        key = key_from_name(directory, name, len);
        return user_get(directory, &key, ret);
}

int directory_user_find_by_uid(const Directory *directory, uint32_t uid, DirectoryUserView *ret) {
        Key key;

        if (!posix_id_is_acceptable(uid))
                return IAM_E_NOT_FOUND;
        key = key_from_id(directory, uid);
        return user_get(directory, &key, ret);
}

int directory_user_by_name(const Directory *directory, const char *name, DirectoryUserView *ret) {
        DirectoryUserView view;
        int r = directory_user_find_by_name(directory, name, &view);

        if (r == 0 && !directory_user_is_acceptable(&view))
                r = -EBADMSG;
        if (r == 0)
                *ret = view;
        return r;
}

int directory_user_by_uid(const Directory *directory, uint32_t uid, DirectoryUserView *ret) {
        DirectoryUserView view;
        int r = directory_user_find_by_uid(directory, uid, &view);

        if (r == 0 && !directory_user_is_acceptable(&view))
                r = -EBADMSG;
        if (r == 0)
                *ret = view;
        return r;
}

int directory_group_by_name(const Directory *directory, const char *name, DirectoryGroupView *ret) {
        size_t len = strnlen(name, DIRECTORY_NAME_MAX + 1);
        Key key;

        if (len > DIRECTORY_NAME_MAX)
                return IAM_E_NOT_FOUND;
        key = key_from_name(directory, name, len);
        return group_get(directory, &key, ret);
}

int directory_group_by_gid(const Directory *directory, uint32_t gid, DirectoryGroupView *ret) {
        Key key;

        if (!posix_id_is_acceptable(gid))
                return IAM_E_NOT_FOUND;
        key = key_from_id(directory, gid);
        return group_get(directory, &key, ret);
}

/*
 * A cursor runs through the base's section, then through the delta's: 1 with the layer and the
 * record's offset, *cursor behind it; 0 at the end.
 */
static int
cursor_next(const Directory *d, unsigned section, uint64_t *cursor, unsigned *ret_layer,
            uint64_t *ret_offset) {
        const DirectorySpan *base = &d->sections[section];
        const DirectorySpan *delta = &d->sections[DIRECTORY_DELTA + section];
        bool in_base = *cursor < base->size;
        const DirectorySpan *span = in_base ? base : delta;
        uint64_t offset = in_base ? *cursor : *cursor - base->size;
        uint32_t size;

        if (offset >= span->size)
                return 0;
        size = record_size(span, offset, DIRECTORY_USER_FIXED);
        if (size == 0)
                return -EBADMSG;
        *cursor += size;
        *ret_layer = in_base ? 0 : DIRECTORY_DELTA;
        *ret_offset = offset;
        return 1;
}

int directory_user_next(const Directory *directory, uint64_t *cursor, DirectoryUserView *ret) {
        DirectoryUserView view;
        uint64_t offset = 0;
        unsigned layer = 0;
        int r;

        for (;;) {
                r = cursor_next(directory, DIRECTORY_USERS, cursor, &layer, &offset);
                if (r <= 0)
                        return r < 0 ? r : IAM_E_NOT_FOUND;
                if (user_view(&directory->sections[layer + DIRECTORY_USERS], offset, &view) < 0 ||
                    !directory_user_is_acceptable(&view))
                        continue;
                if (layer == 0 && directory->has_delta && user_is_superseded(directory, &view) != 0)
                        continue;
                *ret = view;
                return 0;
        }
}

int directory_group_next(const Directory *directory, uint64_t *cursor, DirectoryGroupView *ret) {
        DirectoryGroupView view;
        uint64_t offset = 0;
        unsigned layer = 0;
        int r;

        for (;;) {
                r = cursor_next(directory, DIRECTORY_GROUPS, cursor, &layer, &offset);
                if (r <= 0)
                        return r < 0 ? r : IAM_E_NOT_FOUND;
                if (group_view(&directory->sections[layer + DIRECTORY_GROUPS], offset, &view) < 0 ||
                    !directory_group_is_acceptable(&view))
                        continue;
                if (layer == 0 && directory->has_delta &&
                    group_is_superseded(directory, &view) != 0)
                        continue;
                *ret = view;
                return 0;
        }
}

uint32_t directory_user_gid(const DirectoryUserView *user, uint32_t i) {
        uint32_t gid = take_u32(user->gids + 4 * (size_t) i);

        return posix_id_is_acceptable(gid) ? gid : 0;
}

const char *
directory_member_next(const DirectoryGroupView *group, uint32_t *offset, size_t *ret_len) {
        while (*offset < group->members_len) {
                const char *name = group->members + *offset;
                size_t len = strnlen(name, group->members_len - *offset);

                *offset += (uint32_t) len + 1;
                if (*offset > group->members_len)
                        return NULL;
                if (!directory_name_is_acceptable(name, len))
                        continue;
                *ret_len = len;
                return name;
        }
        return NULL;
}
