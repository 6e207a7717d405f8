/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/publish/collect.h"

#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "base/str.h"
#include "base/sudo_rule.h"
#include "daemon/core/closure.h"
#include "policy/policy.h"

#define SCRATCH_MAX ((size_t) 64 << 20) /* the closure of one user */

/* A realm as read, and what becomes of it. */
typedef struct RealmPart {
        const char *suffix; /* "" or "@realm" */
        bool is_plain;
        bool is_enabled;
        UserList users;
        MembershipList memberships; /* by user */
        Id *member_groups; /* the groups of memberships, so that a user's are one array */
        ClosureModel model;

        DirectoryUser *out_users;
        size_t n_users;
        uint32_t **user_groups; /* parallel to out_users: rows of model.groups */
        DirectoryGroup *out_groups;
        size_t n_groups;
} RealmPart;

typedef struct Collect {
        const CollectRequest *request;
        Arena *arena;
        Arena scratch; /* of one user */
        RealmPart parts[COLLECT_REALMS_MAX];
        size_t n_parts;
        const char *missing[COLLECT_REALMS_MAX];
        size_t n_missing;
        SudoRow *sudo;
        size_t n_sudo;
        size_t sudo_capacity;
        int64_t up_to;
} Collect;

static int by_user(const void *a, const void *b) {
        return memcmp(&((const Membership *) a)->user, &((const Membership *) b)->user, sizeof(Id));
}

static int sudo_row_compare(const void *a, const void *b) {
        const SudoRow *x = a, *y = b;
        int r;

        if (x->uid != y->uid)
                return x->uid < y->uid ? -1 : 1;
        r = strcmp(x->run_as, y->run_as);
        return r != 0 ? r : strcmp(x->command, y->command);
}

static int part_load(Collect *c, Txn *txn, const char *name, bool is_plain) {
        const StorePort *store = c->request->store;
        RealmPart *part = &c->parts[c->n_parts];
        Realm realm;
        int r;

        r = store->realms->by_name(txn, name, c->arena, &realm);
        if (r == IAM_E_NOT_FOUND) {
                c->missing[c->n_missing++] = name;
                return 0;
        }
        if (r != 0)
                return r;

        *part = (RealmPart){ .is_plain = is_plain, .is_enabled = realm.enabled };
        part->suffix = is_plain ? "" : arena_printf(c->arena, "@%s", name);
        if (part->suffix == NULL)
                return -ENOMEM;
        r = store->users->list_posix(txn, &realm.id, c->arena, &part->users);
        if (r == 0)
                r = store->groups->memberships(txn, &realm.id, c->arena, &part->memberships);
        if (r == 0)
                r = closure_model_load(store, txn, &realm.id, c->arena, &part->model);
        if (r == 0)
                c->n_parts++;
        return r;
}

static int collect_read(Txn *txn, void *context) {
        Collect *c = context;
        int r;

        /* This may be the second run. */
        arena_reset(c->arena);
        c->n_parts = c->n_missing = 0;
        r = c->request->store->outbox->pending(txn, DIRECTORY_TOPIC, &c->up_to);
        if (r == 0 && !str_is_empty(c->request->realm))
                r = part_load(c, txn, c->request->realm, true);
        for (size_t i = 0; r == 0 && i < c->request->also->n; i++) {
                if (c->n_parts + c->n_missing == COLLECT_REALMS_MAX)
                        return -E2BIG;
                r = part_load(c, txn, c->request->also->items[i], false);
        }
        return r;
}

static const char *with_suffix(Arena *arena, const char *name, const char *suffix) {
        return suffix[0] == '\0' ? name : arena_printf(arena, "%s%s", name, suffix);
}

static int sudo_add(Collect *c, const SudoRow *row) {
        if (c->n_sudo == c->sudo_capacity) {
                size_t capacity = c->sudo_capacity == 0 ? 64 : c->sudo_capacity * 2;
                SudoRow *rows = arena_new_n(c->arena, SudoRow, capacity);

                if (rows == NULL)
                        return -ENOMEM;
                if (c->n_sudo > 0)
                        memcpy(rows, c->sudo, c->n_sudo * sizeof(*rows));
                c->sudo = rows;
                c->sudo_capacity = capacity;
        }
        c->sudo[c->n_sudo++] = *row;
        return 0;
}

/* Only who may log in here: a right that cannot be used today must not wait for tomorrow. */
static int
collect_sudo(Collect *c, const RealmPart *part, const User *user, const Closure *closure) {
        PolicySubject subject = {
                .is_disabled = !user->enabled,
                .rules = closure->rules,
                .n_rules = closure->n_permissions,
        };
        PolicyContext context = { .is_realm_disabled = !part->is_enabled };

        if (!part->is_plain || closure->n_sudo == 0 ||
            policy_decide(&subject, "login", "host", &context, NULL) != VERDICT_ALLOW)
                return 0;
        for (size_t i = 0; i < closure->n_sudo; i++) {
                const ClosureSudo *sudo = &closure->sudo[i];
                SudoRow row = { user->uid, user->name, sudo->rule->run_as, sudo->rule->command };
                int r;

                /* The helper would refuse the whole file for it, and with it every revocation. */
                if (!sudo_run_as_is_acceptable(row.run_as) ||
                    !sudo_command_is_acceptable(row.command)) {
                        report_left_out(c->request->reports, REPORT_SUDO_RULE,
                                        closure->roles[sudo->by_role].role->name,
                                        "its command or target is not one we hand to sudo");
                        continue;
                }
                r = sudo_add(c, &row);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* The user's place among the memberships, which are by user. */
static size_t memberships_of(const RealmPart *part, const Id *user, size_t *ret_n) {
        size_t low = 0, high = part->memberships.n;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (memcmp(&part->memberships.items[middle].user, user, sizeof(*user)) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        *ret_n = 0;
        while (low + *ret_n < part->memberships.n &&
               id_equal(&part->memberships.items[low + *ret_n].user, user))
                (*ret_n)++;
        return low;
}

static int collect_user(Collect *c, RealmPart *part, const User *user, size_t *member_counts) {
        size_t n_direct, first = memberships_of(part, &user->id, &n_direct);
        DirectoryUser *out = &part->out_users[part->n_users];
        uint32_t *gids, *rows;
        Closure closure;
        int r;

        arena_reset(&c->scratch);
        r =
                        closure_make(&part->model, &c->scratch, &user->id,
                                     part->member_groups + first, n_direct, &closure);
        if (r < 0)
                return r;
        gids = arena_new_n(c->arena, uint32_t, closure.n_groups);
        rows = arena_new_n(c->arena, uint32_t, closure.n_groups);
        *out = (DirectoryUser){
                .name = with_suffix(c->arena, user->name, part->suffix),
                .gecos = user->display_name,
                .home = user->home,
                .shell = user->shell,
                .uid = user->uid,
                .gid = user->uid,
                .gids = gids,
        };
        if (out->name == NULL || (closure.n_groups > 0 && (gids == NULL || rows == NULL)))
                return -ENOMEM;
        for (size_t i = 0; i < closure.n_groups; i++) {
                const Group *group = closure.groups[i].group;
                size_t row = (size_t) (group - part->model.groups.items);

                if (!group->posix)
                        continue;
                gids[out->gid_count] = group->gid;
                rows[out->gid_count++] = (uint32_t) row;
                member_counts[row]++;
        }
        part->user_groups[part->n_users++] = rows;
        return collect_sudo(c, part, user, &closure);
}

static int collect_groups(Collect *c, RealmPart *part, const size_t *member_counts) {
        size_t n = part->model.groups.n;
        DirectoryGroup **out_of_row = arena_new_n(c->arena, DirectoryGroup *, n);

        part->out_groups = arena_new_n(c->arena, DirectoryGroup, n);
        if (n > 0 && (out_of_row == NULL || part->out_groups == NULL))
                return -ENOMEM;
        for (size_t row = 0; row < n; row++) {
                const Group *group = &part->model.groups.items[row];
                DirectoryGroup *out = &part->out_groups[part->n_groups];

                if (!group->posix)
                        continue;
                out_of_row[row] = out;
                part->n_groups++;
                out->name = with_suffix(c->arena, group->name, part->suffix);
                out->gid = group->gid;
                out->members = arena_new_n(c->arena, const char *, member_counts[row]);
                if (out->name == NULL || (member_counts[row] > 0 && out->members == NULL))
                        return -ENOMEM;
        }
        for (size_t i = 0; i < part->n_users; i++) {
                const DirectoryUser *user = &part->out_users[i];

                for (size_t k = 0; k < user->gid_count; k++) {
                        DirectoryGroup *group = out_of_row[part->user_groups[i][k]];

                        ((const char **) (uintptr_t) group->members)[group->member_count++] =
                                        user->name;
                }
        }
        return 0;
}

static int collect_part(Collect *c, RealmPart *part) {
        size_t *member_counts = arena_new_n(c->arena, size_t, part->model.groups.n + 1);
        int r;

        part->member_groups = arena_new_n(c->arena, Id, part->memberships.n + 1);
        part->out_users = arena_new_n(c->arena, DirectoryUser, part->users.n + 1);
        part->user_groups = arena_new_n(c->arena, uint32_t *, part->users.n + 1);
        if (member_counts == NULL || part->member_groups == NULL || part->out_users == NULL ||
            part->user_groups == NULL)
                return -ENOMEM;
        if (part->memberships.n > 1)
                qsort(part->memberships.items, part->memberships.n, sizeof(Membership), by_user);
        for (size_t i = 0; i < part->memberships.n; i++)
                part->member_groups[i] = part->memberships.items[i].group;
        for (size_t i = 0; i < part->users.n; i++) {
                r = collect_user(c, part, &part->users.items[i], member_counts);
                if (r < 0)
                        return r;
        }
        return collect_groups(c, part, member_counts);
}

static size_t sudo_unique(SudoRow *rows, size_t n) {
        size_t kept = 0;

        if (n > 1)
                qsort(rows, n, sizeof(*rows), sudo_row_compare);
        for (size_t i = 0; i < n; i++) {
                if (kept == 0 || sudo_row_compare(&rows[kept - 1], &rows[i]) != 0)
                        rows[kept++] = rows[i];
        }
        return kept;
}

static int collect_join(Collect *c, Collected *ret) {
        size_t n_users = 0, n_groups = 0;
        DirectoryGroup *groups;
        DirectoryUser *users;

        for (size_t i = 0; i < c->n_parts; i++) {
                n_users += c->parts[i].n_users;
                n_groups += c->parts[i].n_groups;
        }
        users = arena_new_n(c->arena, DirectoryUser, n_users + 1);
        groups = arena_new_n(c->arena, DirectoryGroup, n_groups + 1);
        if (users == NULL || groups == NULL)
                return -ENOMEM;
        n_users = n_groups = 0;
        for (size_t i = 0; i < c->n_parts; i++) {
                const RealmPart *part = &c->parts[i];

                if (part->n_users > 0)
                        memcpy(users + n_users, part->out_users, part->n_users * sizeof(*users));
                if (part->n_groups > 0)
                        memcpy(groups + n_groups, part->out_groups,
                               part->n_groups * sizeof(*groups));
                n_users += part->n_users;
                n_groups += part->n_groups;
        }
        *ret = (Collected){
                .entries = { users, n_users, groups, n_groups },
                .sudo = c->sudo,
                .sudo_count = sudo_unique(c->sudo, c->n_sudo),
                .up_to = c->up_to,
        };
        return 0;
}

int collect(const CollectRequest *request, Collected *ret) {
        Collect c = {
                .request = request,
                .arena = request->arena,
                .scratch = ARENA_INIT(SCRATCH_MAX),
        };
        int r;

        r = request->store->read(request->store->self, collect_read, &c);
        for (size_t i = 0; r == 0 && i < c.n_missing; i++)
                report_left_out(request->reports, REPORT_REALM, c.missing[i],
                                "there is no such realm");
        for (size_t i = 0; r == 0 && i < c.n_parts; i++)
                r = collect_part(&c, &c.parts[i]);
        if (r == 0)
                r = collect_join(&c, ret);
        arena_done(&c.scratch);
        return r;
}
