/* SPDX-License-Identifier: Apache-2.0 */
#include "directory/build.h"

#include <string.h>

#include "directory/build_private.h"
#include "directory/bytes.h"
#include "directory/siphash.h"

/* Entries for a bucket on average: most searches end in one cache line, and the tables stay small
 * enough to share the processor's cache with the records. */
#define BUCKET_LOAD 5
#define SEEDS_MAX 16
#define CACHE_LINE 64

typedef struct Writer {
        uint8_t *bytes;
        size_t at;
        size_t capacity;
} Writer;

static size_t buckets_for(size_t count) {
        return count == 0 ? 0 : count / BUCKET_LOAD + 1;
}

static size_t gids_kept(const DirectoryUser *user) {
        return user->gid_count < DIRECTORY_GIDS_MAX ? user->gid_count : DIRECTORY_GIDS_MAX;
}

/* Exact but for padding and what is left out later; the sum over all entries sizes the image. */
static size_t user_need(const DirectoryUser *user) {
        size_t texts = strnlen(str_or(user->name, ""), DIRECTORY_NAME_MAX) +
                       strnlen(str_or(user->gecos, ""), GECOS_MAX) +
                       strnlen(str_or(user->home, ""), HOST_PATH_MAX) +
                       strnlen(str_or(user->shell, ""), HOST_PATH_MAX) + 4;
        size_t record = align_up(DIRECTORY_USER_FIXED + texts, DIRECTORY_RECORD_ALIGN);

        return 4 * gids_kept(user) + record + CACHE_LINE;
}

static size_t group_need(const DirectoryGroup *group) {
        size_t n = DIRECTORY_GROUP_FIXED + DIRECTORY_NAME_MAX + 1 + DIRECTORY_RECORD_ALIGN;

        for (size_t i = 0; i < group->member_count; i++)
                n += strnlen(group->members[i], DIRECTORY_NAME_MAX) + 1;
        return n;
}

static size_t private_group_need(const DirectoryUser *user) {
        return DIRECTORY_GROUP_FIXED + strnlen(str_or(user->name, ""), DIRECTORY_NAME_MAX) + 1 +
               DIRECTORY_RECORD_ALIGN;
}

static size_t entries_need(const DirectoryEntries *entries) {
        size_t groups = entries->group_count + entries->user_count;
        size_t n = (size_t) DIRECTORY_DELTA * DIRECTORY_ALIGN;

        for (size_t i = 0; i < entries->user_count; i++)
                n += user_need(&entries->users[i]) + private_group_need(&entries->users[i]);
        for (size_t i = 0; i < entries->group_count; i++)
                n += group_need(&entries->groups[i]);
        n += 2 * (buckets_for(entries->user_count) + buckets_for(groups)) * DIRECTORY_BUCKET_SIZE;
        return n;
}

/* The lists of gids that a layer has so far: at most one for each user. */
typedef struct GidLists {
        uint8_t *bytes; /* all of them, one after the other */
        size_t len;
        IndexItem *items; /* name: a list's bytes */
        size_t count;
        Index by_content;
} GidLists;

static size_t gid_lists_bound(const DirectoryEntries *entries) {
        size_t n = 128 + entries->user_count * sizeof(IndexItem) + index_bound(entries->user_count);

        for (size_t i = 0; i < entries->user_count; i++)
                n += 4 * gids_kept(&entries->users[i]);
        return n;
}

static size_t image_bound(const DirectoryInput *input) {
        return align_up(DIRECTORY_HEADER_SIZE, DIRECTORY_ALIGN) + entries_need(&input->base) +
               entries_need(&input->delta);
}

size_t directory_build_bound(const DirectoryInput *input) {
        return image_bound(input) + build_choose_bound(input) + gid_lists_bound(&input->base) +
               gid_lists_bound(&input->delta) + 4096;
}

static void writer_align(Writer *w, size_t to) {
        w->at = align_up(w->at, to); /* the arena's memory is zero */
        assert(w->at <= w->capacity);
}

static void writer_put(Writer *w, const void *bytes, size_t len) {
        assert(len <= w->capacity - w->at);
        memcpy(w->bytes + w->at, bytes, len);
        w->at += len;
}

static uint8_t writer_text(Writer *w, const char *text) {
        size_t len = strlen(text);

        assert(len <= UINT8_MAX);
        writer_put(w, text, len + 1);
        return (uint8_t) len;
}

static int gid_lists_init(const Build *b, const Chosen *users, GidLists *ret) {
        GidLists lists = {};
        size_t n = 0;

        for (size_t i = 0; i < users->count; i++)
                n += ((const DirectoryUser *) users->sources[i])->gid_count;
        lists.bytes = arena_alloc(b->arena, 4 * n + 1);
        lists.items = arena_new_n(b->arena, IndexItem, users->count + 1);
        if (lists.bytes == NULL || lists.items == NULL)
                return -ENOMEM;
        *ret = lists;
        return index_init(
                        &ret->by_content, b->arena, b->seed, lists.items, users->count,
                        /* by_name= */ true);
}

/* Where the user's published gids lie, counted in gids; those of another who has the same. */
static uint32_t
gid_lists_add(const Build *b, GidLists *lists, const DirectoryUser *user, uint32_t *ret_count) {
        uint8_t *list = lists->bytes + lists->len;
        size_t len = 0, same;

        for (size_t g = 0; g < user->gid_count; g++) {
                if (user->gids[g] == user->gid || !build_has_gid(b, user->gids[g]))
                        continue;
                put_u32(list + len, user->gids[g]);
                len += 4;
        }
        *ret_count = (uint32_t) (len / 4);
        if (len == 0)
                return 0;
        same = index_find_name(&lists->by_content, (const char *) list, len);
        if (same == SIZE_MAX) {
                same = lists->count++;
                lists->items[same] = (IndexItem){ .name = (const char *) list, .len = len };
                index_add(&lists->by_content, same);
                lists->len += len;
        }
        return (uint32_t) ((size_t) (lists->items[same].name - (const char *) lists->bytes) / 4);
}

static void write_user(const Build *b, Writer *w, const Chosen *chosen, size_t i, GidLists *lists) {
        const DirectoryUser *user = chosen->sources[i];
        bool is_removed = (chosen->flags[i] & DIRECTORY_REMOVED) != 0;
        size_t start = w->at;
        uint8_t *record = w->bytes + start;
        uint32_t gids = 0, gid_count = 0;

        assert(w->capacity - w->at >= DIRECTORY_USER_FIXED);
        w->at += DIRECTORY_USER_FIXED;
        if (!is_removed)
                gids = gid_lists_add(b, lists, user, &gid_count);
        put_u16(record + DIRECTORY_USER_FLAGS, (uint16_t) chosen->flags[i]);
        put_u32(record + DIRECTORY_USER_UID, user->uid);
        put_u32(record + DIRECTORY_USER_GID, user->gid);
        put_u32(record + DIRECTORY_USER_GIDS, gids);
        put_u32(record + DIRECTORY_USER_GID_COUNT, gid_count);
        record[DIRECTORY_USER_LENGTHS] = writer_text(w, user->name);
        record[DIRECTORY_USER_LENGTHS + 1] =
                        writer_text(w, is_removed ? "" : str_or(user->gecos, ""));
        record[DIRECTORY_USER_LENGTHS + 2] = writer_text(w, is_removed ? "" : user->home);
        record[DIRECTORY_USER_LENGTHS + 3] = writer_text(w, is_removed ? "" : user->shell);
        writer_align(w, DIRECTORY_RECORD_ALIGN);
        put_u16(record + DIRECTORY_USER_SIZE, (uint16_t) (w->at - start));
}

/*
 * A record begins where it lies in no more cache lines than its size needs: the one before it is
 * made longer, which only enumeration sees.
 */
static size_t user_place(Writer *w, size_t record, size_t before) {
        size_t size = w->at - record;
        size_t lines = (size + CACHE_LINE - 1) / CACHE_LINE;
        size_t into = record % CACHE_LINE;
        size_t shift = CACHE_LINE - into;

        if (into + size <= lines * CACHE_LINE || before == SIZE_MAX)
                return record;
        assert(shift <= w->capacity - w->at);
        memmove(w->bytes + record + shift, w->bytes + record, size);
        memset(w->bytes + record, 0, shift);
        put_u16(w->bytes + before + DIRECTORY_USER_SIZE, (uint16_t) (record + shift - before));
        w->at += shift;
        return record + shift;
}

static void write_group(const Build *b, Writer *w, const Chosen *chosen, size_t i) {
        const DirectoryGroup *group = chosen->sources[i]; /* NULL: private, without members */
        bool is_removed = (chosen->flags[i] & DIRECTORY_REMOVED) != 0;
        size_t start = w->at;
        uint8_t *record = w->bytes + start;
        uint32_t member_count = 0;
        size_t members;

        assert(w->capacity - w->at >= DIRECTORY_GROUP_FIXED);
        w->at += DIRECTORY_GROUP_FIXED;
        record[DIRECTORY_GROUP_NAME_LEN] = writer_text(w, chosen->items[i].name);
        members = w->at;
        for (size_t m = 0; group != NULL && m < group->member_count && !is_removed; m++) {
                size_t len = strnlen(group->members[m], DIRECTORY_NAME_MAX + 1);

                if (!build_has_user(b, group->members[m], len))
                        continue;
                writer_put(w, group->members[m], len + 1);
                member_count++;
        }
        put_u32(record + DIRECTORY_GROUP_GID, chosen->items[i].id);
        put_u32(record + DIRECTORY_GROUP_FLAGS, chosen->flags[i]);
        put_u32(record + DIRECTORY_GROUP_MEMBER_COUNT, member_count);
        put_u32(record + DIRECTORY_GROUP_MEMBERS_LEN, (uint32_t) (w->at - members));
        writer_align(w, DIRECTORY_RECORD_ALIGN);
        put_u32(record + DIRECTORY_GROUP_SIZE, (uint32_t) (w->at - start));
}

static void section_put(Writer *w, unsigned section, size_t start) {
        uint8_t *entry = w->bytes + DIRECTORY_AT_SECTIONS + (size_t) 16 * section;

        put_u64(entry, start);
        put_u64(entry + 8, w->at - start);
}

static unsigned section_of(int layer, unsigned section) {
        return section + (layer == LAYER_DELTA ? DIRECTORY_DELTA : 0);
}

static int write_users(const Build *b, Writer *w, int layer) {
        const Chosen *chosen = &b->users[layer];
        size_t start, before = SIZE_MAX;
        GidLists lists;
        int r;

        r = gid_lists_init(b, chosen, &lists);
        if (r < 0)
                return r;
        writer_align(w, DIRECTORY_ALIGN);
        start = w->at;
        for (size_t i = 0; i < chosen->count; i++) {
                size_t record = w->at;

                write_user(b, w, chosen, i, &lists);
                before = user_place(w, record, before);
                chosen->refs[i] = (uint32_t) ((before - start) / DIRECTORY_RECORD_ALIGN) + 1;
        }
        section_put(w, section_of(layer, DIRECTORY_USERS), start);

        writer_align(w, DIRECTORY_ALIGN);
        start = w->at;
        writer_put(w, lists.bytes, lists.len);
        section_put(w, section_of(layer, DIRECTORY_GIDS), start);
        return 0;
}

static void write_groups(const Build *b, Writer *w, int layer) {
        const Chosen *chosen = &b->groups[layer];
        size_t start;

        writer_align(w, DIRECTORY_ALIGN);
        start = w->at;
        for (size_t i = 0; i < chosen->count; i++) {
                chosen->refs[i] = (uint32_t) ((w->at - start) / DIRECTORY_RECORD_ALIGN) + 1;
                write_group(b, w, chosen, i);
        }
        section_put(w, section_of(layer, DIRECTORY_GROUPS), start);
}

/* False: the entry would lie further than a reader looks. */
static bool table_add(uint8_t *table, size_t buckets, uint64_t hash, uint32_t ref) {
        size_t bucket = (size_t) hash_bucket(hash, buckets);

        for (int probe = 0; probe < DIRECTORY_PROBE_MAX; probe++) {
                uint8_t *tag = table + bucket * DIRECTORY_BUCKET_SIZE;

                for (int i = 0; i < DIRECTORY_BUCKET_ENTRIES; i++, tag += 4) {
                        if (take_u32(tag + DIRECTORY_BUCKET_REFS) != 0)
                                continue;
                        put_u32(tag, (uint32_t) hash);
                        put_u32(tag + DIRECTORY_BUCKET_REFS, ref);
                        return true;
                }
                bucket = bucket + 1 < buckets ? bucket + 1 : 0;
        }
        return false;
}

static bool
write_table(Writer *w, const uint64_t seed[2], const Chosen *chosen, bool by_name,
            unsigned section) {
        size_t buckets = buckets_for(chosen->count);
        uint8_t *table;
        size_t start;

        writer_align(w, DIRECTORY_ALIGN);
        start = w->at;
        table = w->bytes + start;
        w->at += buckets * DIRECTORY_BUCKET_SIZE;
        assert(w->at <= w->capacity);
        memset(table, 0, buckets * DIRECTORY_BUCKET_SIZE); /* of a seed tried before */
        for (size_t i = 0; i < chosen->count; i++) {
                const IndexItem *item = &chosen->items[i];
                uint32_t id = htole32(item->id);
                uint64_t hash = by_name ? siphash13(seed, item->name, item->len)
                                        : siphash13(seed, &id, sizeof(id));

                if (!table_add(table, buckets, hash, chosen->refs[i]))
                        return false;
        }
        section_put(w, section, start);
        return true;
}

static bool write_tables(const Build *b, Writer *w, const uint64_t seed[2]) {
        for (unsigned layer = 0; layer < LAYERS; layer++) {
                unsigned first = section_of((int) layer, 0);

                if (!write_table(w, seed, &b->users[layer], true, first + DIRECTORY_USER_BY_NAME) ||
                    !write_table(w, seed, &b->users[layer], false, first + DIRECTORY_USER_BY_UID) ||
                    !write_table(w, seed, &b->groups[layer], true,
                                 first + DIRECTORY_GROUP_BY_NAME) ||
                    !write_table(w, seed, &b->groups[layer], false, first + DIRECTORY_GROUP_BY_GID))
                        return false;
        }
        return true;
}

/* With buckets so full hardly any seed fails; the next ones follow from the given one. */
static int write_all_tables(const Build *b, Writer *w, uint64_t seed[2]) {
        size_t start = w->at;

        for (uint64_t attempt = 1; attempt <= SEEDS_MAX; attempt++) {
                uint64_t next[2] = { siphash13(seed, &attempt, sizeof(attempt)), seed[0] };

                w->at = start;
                if (write_tables(b, w, seed))
                        return 0;
                seed[0] = next[0];
                seed[1] = next[1];
        }
        return -EFBIG;
}

static void write_header(const DirectoryInput *input, Writer *w, const uint64_t seed[2]) {
        uint8_t *header = w->bytes;

        memcpy(header + DIRECTORY_AT_MAGIC, DIRECTORY_MAGIC, DIRECTORY_MAGIC_SIZE);
        put_u16(header + DIRECTORY_AT_MAJOR, DIRECTORY_MAJOR);
        put_u16(header + DIRECTORY_AT_MINOR, DIRECTORY_MINOR);
        put_u32(header + DIRECTORY_AT_HEADER_SIZE, DIRECTORY_HEADER_SIZE);
        put_u32(header + DIRECTORY_AT_FLAGS, input->is_complete ? DIRECTORY_COMPLETE : 0);
        put_u64(header + DIRECTORY_AT_FILE_SIZE, w->at);
        put_u64(header + DIRECTORY_AT_GENERATION, input->generation);
        put_u64(header + DIRECTORY_AT_PUBLISHED, (uint64_t) input->published_at);
        put_u64(header + DIRECTORY_AT_SEED, seed[0]);
        put_u64(header + DIRECTORY_AT_SEED + 8, seed[1]);
        put_u32(header + DIRECTORY_AT_CHECKSUM, header_checksum(header, DIRECTORY_HEADER_SIZE));
}

int directory_build(Arena *arena, const DirectoryInput *input, DirectoryImage *ret) {
        Build build = { .input = input, .arena = arena };
        Writer w = { .capacity = image_bound(input) };
        uint64_t seed[2];
        int r;

        if (w.capacity > DIRECTORY_FILE_MAX)
                return -EFBIG;
        memcpy(build.seed, input->seed, sizeof(build.seed));
        memcpy(seed, input->seed, sizeof(seed));
        r = build_choose(&build);
        if (r < 0)
                return r;
        w.bytes = arena_alloc(arena, w.capacity);
        if (w.bytes == NULL)
                return -ENOMEM;

        w.at = DIRECTORY_HEADER_SIZE;
        for (int layer = 0; layer < LAYERS; layer++) {
                r = write_users(&build, &w, layer);
                if (r < 0)
                        return r;
                write_groups(&build, &w, layer);
        }
        r = write_all_tables(&build, &w, seed);
        if (r < 0)
                return r;
        write_header(input, &w, seed);

        *ret = (DirectoryImage){
                .bytes = w.bytes,
                .len = w.at,
                .user_count = build.users[LAYER_BASE].count + build.users[LAYER_DELTA].count,
                .group_count = build.groups[LAYER_BASE].count + build.groups[LAYER_DELTA].count,
                .skipped_count = build.skipped,
        };
        return 0;
}

const char *directory_skip_text(DirectorySkip why) {
        switch (why) {
        case DIRECTORY_SKIP_NAME:
                return "its name may not be published";
        case DIRECTORY_SKIP_ID:
                return "its number may not be published";
        case DIRECTORY_SKIP_TEXT:
                return "its gecos, home or shell is not fit for passwd";
        case DIRECTORY_SKIP_LOCAL:
                return "a local account or group has its name or number";
        case DIRECTORY_SKIP_DUPLICATE:
                return "another entry has its name or number";
        case DIRECTORY_SKIP_SIZE:
                return "it has too many groups";
        case SENTINELS(DIRECTORY_SKIP):
                break;
        }
        return "unknown";
}
