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
        uint64_t unit = kind >= DIRECTORY_USER_BY_NAME ? DIRECTORY_BUCKET_SIZE
                        : kind == DIRECTORY_GIDS       ? sizeof(uint32_t)
                                                       : DIRECTORY_RECORD_ALIGN;

        if (size == 0) {
                *ret = (DirectorySpan){};
                return 0;
        }
        if (offset > len || size > len - offset || offset % DIRECTORY_ALIGN != 0 ||
            offset < header_size)
                return -EBADMSG;
        if (size % unit != 0)
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
        return (Key){ .name = name, .len = len, .hash = siphash13(d->seed, name, len) };
}

static Key key_from_id(const Directory *d, uint32_t id) {
        uint32_t le = htole32(id);

        return (Key){ .id = id, .hash = siphash13(d->seed, &le, sizeof(le)) };
}

typedef uint32_t Tags __attribute__((vector_size(16)));

/* Bit i: the bucket's i-th tag is this one.  All at once: a search has no branch for each entry. */
static inline unsigned bucket_matches(const uint8_t *bucket, uint32_t tag) {
        uint32_t le = htole32(tag);
        Tags first, second, wanted = { le, le, le, le };
        Tags bits;

        memcpy(&first, bucket, sizeof(first));
        memcpy(&second, bucket + sizeof(first), sizeof(second));
        bits = ((Tags) (first == wanted) & (Tags){ 1, 2, 4, 8 }) |
               ((Tags) (second == wanted) & (Tags){ 16, 32, 64, 128 });
        return bits[0] | bits[1] | bits[2] | bits[3];
}

/* Yields the offsets of the records whose table entry has the key's tag. */
typedef struct Probe {
        const uint8_t *table;
        uint64_t buckets;
        uint64_t bucket;
        uint32_t tag;
        unsigned matches; /* of this bucket, not yet yielded */
        unsigned left; /* buckets to look into, this one included */
} Probe;

static inline Probe probe_start(const DirectorySpan *table, uint64_t hash) {
        Probe p = {
                .table = table->bytes,
                .buckets = table->size / DIRECTORY_BUCKET_SIZE,
                .tag = (uint32_t) hash,
                .left = DIRECTORY_PROBE_MAX,
        };

        if (p.buckets == 0)
                return (Probe){};
        p.bucket = hash_bucket(hash, p.buckets);
        p.matches = bucket_matches(p.table + p.bucket * DIRECTORY_BUCKET_SIZE, p.tag);
        return p;
}

static inline bool probe_next(Probe *p, uint64_t *ret_offset) {
        while (p->left > 0) {
                const uint8_t *bucket = p->table + p->bucket * DIRECTORY_BUCKET_SIZE;
                const uint8_t *refs = bucket + DIRECTORY_BUCKET_REFS;

                while (p->matches != 0) {
                        unsigned entry = (unsigned) __builtin_ctz(p->matches);
                        uint32_t ref = take_u32(refs + (size_t) 4 * entry);

                        p->matches &= p->matches - 1;
                        if (ref == 0)
                                continue;
                        *ret_offset = (uint64_t) (ref - 1) * DIRECTORY_RECORD_ALIGN;
                        return true;
                }
                if (take_u32(refs + (size_t) 4 * (DIRECTORY_BUCKET_ENTRIES - 1)) == 0)
                        return false; /* not full: nothing went further */
                p->left--;
                p->bucket = p->bucket + 1 < p->buckets ? p->bucket + 1 : 0;
                p->matches = bucket_matches(p->table + p->bucket * DIRECTORY_BUCKET_SIZE, p->tag);
        }
        return false;
}

/* Whether a record of this size, which begins with its fixed part, lies inside the section. */
static inline bool
record_fits(const DirectorySpan *section, uint64_t offset, uint32_t size, uint32_t fixed) {
        return size >= fixed && size % DIRECTORY_RECORD_ALIGN == 0 &&
               size <= section->size - offset;
}

/* The size of the record at offset, all of it inside the section.  0: there is none to be had. */
static inline uint32_t user_size(const DirectorySpan *section, uint64_t offset) {
        uint32_t size;

        if (section->size < DIRECTORY_USER_FIXED || offset > section->size - DIRECTORY_USER_FIXED)
                return 0;
        __builtin_prefetch(section->bytes + offset + 64); /* a long record's second line */
        size = take_u16(section->bytes + offset + DIRECTORY_USER_SIZE);
        return record_fits(section, offset, size, DIRECTORY_USER_FIXED) ? size : 0;
}

static inline uint32_t group_size(const DirectorySpan *section, uint64_t offset) {
        uint32_t size;

        if (section->size < DIRECTORY_GROUP_FIXED || offset > section->size - DIRECTORY_GROUP_FIXED)
                return 0;
        size = take_u32(section->bytes + offset + DIRECTORY_GROUP_SIZE);
        return record_fits(section, offset, size, DIRECTORY_GROUP_FIXED) ? size : 0;
}

/*
 * Places and lengths only: all strings end inside the record, the gids inside their section.  Says
 * nothing about their contents, not even that there is a NUL where one must be.
 */
static inline int
user_view(const Directory *d, unsigned layer, uint64_t offset, DirectoryUserView *ret) {
        const DirectorySpan *section = &d->sections[layer + DIRECTORY_USERS];
        const DirectorySpan *gids = &d->sections[layer + DIRECTORY_GIDS];
        uint32_t size = user_size(section, offset);
        const uint8_t *record;
        uint32_t lengths;
        uint64_t first;

        if (size == 0)
                return -EBADMSG;
        record = section->bytes + offset;
        first = take_u32(record + DIRECTORY_USER_GIDS);
        lengths = take_u32(record + DIRECTORY_USER_LENGTHS);
        ret->flags = take_u16(record + DIRECTORY_USER_FLAGS);
        ret->uid = take_u32(record + DIRECTORY_USER_UID);
        ret->gid = take_u32(record + DIRECTORY_USER_GID);
        ret->gid_count = take_u32(record + DIRECTORY_USER_GID_COUNT);
        ret->name_len = (uint8_t) lengths;
        ret->gecos_len = (uint8_t) (lengths >> 8);
        ret->home_len = (uint8_t) (lengths >> 16);
        ret->shell_len = (uint8_t) (lengths >> 24);
        ret->name = (const char *) record + DIRECTORY_USER_FIXED;
        ret->gecos = ret->name + ret->name_len + 1;
        ret->home = ret->gecos + ret->gecos_len + 1;
        ret->shell = ret->home + ret->home_len + 1;
        if (ret->shell + ret->shell_len + 1 > (const char *) record + size)
                return -EBADMSG;
        if (ret->gid_count > DIRECTORY_GIDS_MAX || 4 * (first + ret->gid_count) > gids->size)
                return -EBADMSG;
        ret->gids = ret->gid_count > 0 ? gids->bytes + 4 * first : NULL;
        return 0;
}

static int group_view(const DirectorySpan *section, uint64_t offset, DirectoryGroupView *ret) {
        uint32_t size = group_size(section, offset);
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

static bool texts_are_packed(const DirectoryUserView *user) {
        return user->gecos == user->name + user->name_len + 1 &&
               user->home == user->gecos + user->gecos_len + 1 &&
               user->shell == user->home + user->home_len + 1;
}

bool directory_user_is_acceptable(const DirectoryUserView *user) {
        if (!user_numbers_are_acceptable(user))
                return false;
        if (texts_are_packed(user) && passwd_texts_are_plain(
                                                      user->name, user->name_len, user->gecos_len,
                                                      user->home_len, user->shell_len))
                return true;
        return directory_name_is_acceptable(user->name, user->name_len) &&
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
static inline int
user_find(const Directory *d, unsigned layer, const Key *key, DirectoryUserView *ret) {
        unsigned table = key->name != NULL ? DIRECTORY_USER_BY_NAME : DIRECTORY_USER_BY_UID;
        Probe probe = probe_start(&d->sections[layer + table], key->hash);
        uint64_t offset;

        while (probe_next(&probe, &offset)) {
                int r = user_view(d, layer, offset, ret);

                if (r < 0)
                        return r;
                if (key_matches(key, ret->name, ret->name_len, ret->uid))
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

static int user_get_over_delta(const Directory *d, const Key *key, DirectoryUserView *ret) {
        int r = user_find(d, DIRECTORY_DELTA, key, ret);

        if (r == 0 && (ret->flags & DIRECTORY_REMOVED) != 0)
                return IAM_E_NOT_FOUND;
        if (r != IAM_E_NOT_FOUND)
                return r;
        r = user_find(d, 0, key, ret);
        if (r == 0)
                r = user_is_superseded(d, ret);
        return r > 0 ? IAM_E_NOT_FOUND : r;
}

/* Fills ret also when it fails. */
static inline int user_get(const Directory *d, const Key *key, DirectoryUserView *ret) {
        int r = __builtin_expect(d->has_delta, 0) ? user_get_over_delta(d, key, ret)
                                                  : user_find(d, 0, key, ret);

        if (r == 0 && !user_numbers_are_acceptable(ret))
                return -EBADMSG;
        return r;
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
        _uninitialized_ DirectoryUserView view;
        Key key;
        int r;

        if (len > DIRECTORY_NAME_MAX)
                return IAM_E_NOT_FOUND;
        key = key_from_name(directory, name, len);
        r = user_get(directory, &key, &view);
        if (r == 0)
                *ret = view;
        return r;
}

int directory_user_find_by_uid(const Directory *directory, uint32_t uid, DirectoryUserView *ret) {
        _uninitialized_ DirectoryUserView view;
        Key key;
        int r;

        if (!posix_id_is_acceptable(uid))
                return IAM_E_NOT_FOUND;
        key = key_from_id(directory, uid);
        r = user_get(directory, &key, &view);
        if (r == 0)
                *ret = view;
        return r;
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
        size = section == DIRECTORY_USERS ? user_size(span, offset) : group_size(span, offset);
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
                if (user_view(directory, layer, offset, &view) < 0 ||
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
