/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/names.h"
#include "directory/build_private.h"
#include "directory/read.h"
#include "directory/text.h"

static const DirectoryEntries *layer_entries(const DirectoryInput *input, int layer) {
        return layer == LAYER_BASE ? &input->base : &input->delta;
}

/* A private group may join each user's. */
static size_t group_capacity(const DirectoryEntries *entries) {
        return entries->group_count + entries->user_count;
}

static size_t chosen_bound(size_t capacity) {
        return capacity * (sizeof(IndexItem) + sizeof(void *) + 2 * sizeof(uint32_t)) + 256 +
               2 * index_bound(capacity);
}

static size_t local_bound(size_t n) {
        return n * sizeof(IndexItem) + 64 + index_bound(n);
}

size_t build_choose_bound(const DirectoryInput *input) {
        const DirectoryLocal *local = &input->local;
        size_t n = local_bound(local->user_names.n) + local_bound(local->group_names.n) +
                   local_bound(local->uid_count) + local_bound(local->gid_count);

        for (int layer = 0; layer < LAYERS; layer++) {
                n += chosen_bound(layer_entries(input, layer)->user_count);
                n += chosen_bound(group_capacity(layer_entries(input, layer)));
        }
        return n;
}

static int chosen_init(Build *b, Chosen *chosen, size_t capacity) {
        int r;

        chosen->items = arena_new_n(b->arena, IndexItem, capacity);
        chosen->sources = arena_new_n(b->arena, const void *, capacity);
        chosen->flags = arena_new_n(b->arena, uint32_t, capacity);
        chosen->refs = arena_new_n(b->arena, uint32_t, capacity);
        if (capacity > 0 && (chosen->items == NULL || chosen->sources == NULL ||
                             chosen->flags == NULL || chosen->refs == NULL))
                return -ENOMEM;
        r = index_init(&chosen->by_name, b->arena, b->seed, chosen->items, capacity, true);
        if (r < 0)
                return r;
        return index_init(&chosen->by_id, b->arena, b->seed, chosen->items, capacity, false);
}

static void chosen_add(Chosen *chosen, IndexItem item, const void *source, uint32_t flags) {
        size_t i = chosen->count++;

        chosen->items[i] = item;
        chosen->sources[i] = source;
        chosen->flags[i] = flags;
        index_add(&chosen->by_name, i);
        index_add(&chosen->by_id, i);
}

static int local_names_init(Build *b, Index *index, const StrList *names) {
        IndexItem *items = arena_new_n(b->arena, IndexItem, names->n);
        int r;

        if (names->n > 0 && items == NULL)
                return -ENOMEM;
        r = index_init(index, b->arena, b->seed, items, names->n, true);
        for (size_t i = 0; r == 0 && i < names->n; i++) {
                items[i] = (IndexItem){ .name = names->items[i], .len = strlen(names->items[i]) };
                index_add(index, i);
        }
        return r;
}

static int local_ids_init(Build *b, Index *index, const uint32_t *ids, size_t n) {
        IndexItem *items = arena_new_n(b->arena, IndexItem, n);
        int r;

        if (n > 0 && items == NULL)
                return -ENOMEM;
        r = index_init(index, b->arena, b->seed, items, n, false);
        for (size_t i = 0; r == 0 && i < n; i++) {
                items[i] = (IndexItem){ .id = ids[i] };
                index_add(index, i);
        }
        return r;
}

static void skip(Build *b, DirectorySkip why, bool is_group, const char *name, uint32_t id) {
        b->skipped++;
        if (b->input->skipped != NULL)
                b->input->skipped(b->input->skipped_context, why, is_group, str_or(name, ""), id);
}

static bool text_fits(const char *text, size_t max, bool is_path) {
        size_t len = text != NULL ? strnlen(text, max + 1) : max + 1;

        if (len > max)
                return false;
        return is_path ? path_is_acceptable(text, len) : field_is_acceptable(text, len, max);
}

static bool has(const Index *names, const IndexItem *item) {
        return index_find_name(names, item->name, item->len) != SIZE_MAX;
}

static bool has_id(const Index *ids, uint32_t id) {
        return index_find_id(ids, id) != SIZE_MAX;
}

/* Whether this user is published; else why not.  Tombstones need only a name and a number. */
static bool
user_fits(const Build *b, const Chosen *chosen, const DirectoryUser *user, const IndexItem *item,
          DirectorySkip *ret_why) {
        bool is_removed = (user->flags & DIRECTORY_REMOVED) != 0;

        if (!directory_name_is_acceptable(item->name, item->len))
                *ret_why = DIRECTORY_SKIP_NAME;
        else if (!posix_id_is_acceptable(user->uid) || !posix_id_is_acceptable(user->gid))
                *ret_why = DIRECTORY_SKIP_ID;
        else if (!is_removed && (!text_fits(str_or(user->gecos, ""), GECOS_MAX, false) ||
                                 !text_fits(user->home, HOST_PATH_MAX, true) ||
                                 !text_fits(user->shell, HOST_PATH_MAX, true)))
                *ret_why = DIRECTORY_SKIP_TEXT;
        else if (!is_removed &&
                 (has(&b->local_user_names, item) || has_id(&b->local_uids, user->uid) ||
                  has_id(&b->local_gids, user->gid)))
                *ret_why = DIRECTORY_SKIP_LOCAL;
        else if (has(&chosen->by_name, item) || has_id(&chosen->by_id, item->id))
                *ret_why = DIRECTORY_SKIP_DUPLICATE;
        else if (user->gid_count > DIRECTORY_GIDS_MAX)
                *ret_why = DIRECTORY_SKIP_SIZE;
        else
                return true;
        return false;
}

static bool
group_fits(const Build *b, const Chosen *chosen, const IndexItem *item, bool is_removed,
           DirectorySkip *ret_why) {
        if (!directory_name_is_acceptable(item->name, item->len))
                *ret_why = DIRECTORY_SKIP_NAME;
        else if (!posix_id_is_acceptable(item->id))
                *ret_why = DIRECTORY_SKIP_ID;
        else if (!is_removed &&
                 (has(&b->local_group_names, item) || has_id(&b->local_gids, item->id)))
                *ret_why = DIRECTORY_SKIP_LOCAL;
        else if (has(&chosen->by_name, item) || has_id(&chosen->by_id, item->id))
                *ret_why = DIRECTORY_SKIP_DUPLICATE;
        else
                return true;
        return false;
}

static IndexItem item_of(const char *name, uint32_t id) {
        name = str_or(name, "");
        return (IndexItem){ .name = name, .len = strnlen(name, DIRECTORY_NAME_MAX + 1), .id = id };
}

static void choose_users(Build *b, const DirectoryEntries *entries, Chosen *chosen) {
        for (size_t i = 0; i < entries->user_count; i++) {
                const DirectoryUser *user = &entries->users[i];
                IndexItem item = item_of(user->name, user->uid);
                DirectorySkip why;

                if (user_fits(b, chosen, user, &item, &why))
                        chosen_add(chosen, item, user, user->flags);
                else
                        skip(b, why, false, user->name, user->uid);
        }
}

static void choose_groups(Build *b, const DirectoryEntries *entries, Chosen *chosen) {
        for (size_t i = 0; i < entries->group_count; i++) {
                const DirectoryGroup *group = &entries->groups[i];
                IndexItem item = item_of(group->name, group->gid);
                DirectorySkip why;

                if (group_fits(b, chosen, &item, (group->flags & DIRECTORY_REMOVED) != 0, &why))
                        chosen_add(chosen, item, group, group->flags & ~DIRECTORY_PRIVATE);
                else
                        skip(b, why, true, group->name, group->gid);
        }
}

/* A removed user's private group goes with it.  A group given under that number takes its place. */
static void choose_private_groups(Build *b, const Chosen *users, Chosen *groups) {
        for (size_t i = 0; i < users->count; i++) {
                const DirectoryUser *user = users->sources[i];
                uint32_t removed = users->flags[i] & DIRECTORY_REMOVED;
                const IndexItem *item = &users->items[i];
                DirectorySkip why;
                size_t same;

                if (user->gid != user->uid)
                        continue;
                same = index_find_id(&groups->by_id, item->id);
                if (same != SIZE_MAX &&
                    index_find_name(&groups->by_name, item->name, item->len) == same)
                        continue;
                if (group_fits(b, groups, item, removed != 0, &why))
                        chosen_add(groups, *item, NULL, DIRECTORY_PRIVATE | removed);
                else
                        skip(b, why, true, user->name, user->gid);
        }
}

bool build_has_user(const Build *b, const char *name, size_t len) {
        size_t i = index_find_name(&b->users[LAYER_DELTA].by_name, name, len);

        if (i != SIZE_MAX)
                return (b->users[LAYER_DELTA].flags[i] & DIRECTORY_REMOVED) == 0;
        return index_find_name(&b->users[LAYER_BASE].by_name, name, len) != SIZE_MAX;
}

bool build_has_gid(const Build *b, uint32_t gid) {
        size_t i = index_find_id(&b->groups[LAYER_DELTA].by_id, gid);

        if (i != SIZE_MAX)
                return (b->groups[LAYER_DELTA].flags[i] & DIRECTORY_REMOVED) == 0;
        return index_find_id(&b->groups[LAYER_BASE].by_id, gid) != SIZE_MAX;
}

int build_choose(Build *b) {
        const DirectoryLocal *local = &b->input->local;
        int r;

        r = local_names_init(b, &b->local_user_names, &local->user_names);
        if (r == 0)
                r = local_names_init(b, &b->local_group_names, &local->group_names);
        if (r == 0)
                r = local_ids_init(b, &b->local_uids, local->uids, local->uid_count);
        if (r == 0)
                r = local_ids_init(b, &b->local_gids, local->gids, local->gid_count);
        for (int layer = 0; r == 0 && layer < LAYERS; layer++) {
                const DirectoryEntries *entries = layer_entries(b->input, layer);

                r = chosen_init(b, &b->users[layer], entries->user_count);
                if (r == 0)
                        r = chosen_init(b, &b->groups[layer], group_capacity(entries));
                if (r < 0)
                        break;
                choose_users(b, entries, &b->users[layer]);
                choose_groups(b, entries, &b->groups[layer]);
                choose_private_groups(b, &b->users[layer], &b->groups[layer]);
        }
        return r;
}
