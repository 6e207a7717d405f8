/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each index is a hash table of chains over one list: heads[] by the id's hash, nexts[] from row to
 * row, both holding row + 1 so that zeroed memory means none.
 */
#include "daemon/core/closure.h"

#include <string.h>

#include "base/names.h"

/* Ids are ours and end in random bytes, RFC 9562 section 5.7. */
static uint32_t id_hash(const Id *id) {
        uint32_t hash;

        memcpy(&hash, id->bytes + sizeof(id->bytes) - sizeof(hash), sizeof(hash));
        return hash;
}

static int index_init(ClosureIndex *index, Arena *arena, size_t n) {
        size_t buckets = 1;

        while (buckets < n)
                buckets *= 2;
        index->heads = arena_new_n(arena, uint32_t, buckets);
        index->nexts = arena_new_n(arena, uint32_t, n + 1);
        index->mask = (uint32_t) (buckets - 1);
        return index->heads == NULL || index->nexts == NULL ? -ENOMEM : 0;
}

/* Rows put last to first come out first to last. */
static void index_put(ClosureIndex *index, const Id *id, size_t row) {
        uint32_t *head = &index->heads[id_hash(id) & index->mask];

        index->nexts[row] = *head;
        *head = (uint32_t) row + 1;
}

#define INDEX(model, arena, list, member, index)                                                   \
        ({                                                                                         \
                int index_r_ = index_init(&(model)->index, (arena), (model)->list.n);              \
                for (size_t row_ = (model)->list.n; index_r_ == 0 && row_ > 0; row_--)             \
                        index_put(&(model)->index, &(model)->list.items[row_ - 1].member,          \
                                  row_ - 1);                                                       \
                index_r_;                                                                          \
        })

/* All rows of the list whose member is the id; row_ is the row. */
#define FOR_ROWS(row, model, list, member, index, id)                                              \
        for (uint32_t next_ = (model)->index.heads[id_hash(id) & (model)->index.mask], row = 0;    \
             next_ != 0 && (row = next_ - 1, true); next_ = (model)->index.nexts[row])             \
                if (id_equal(&(model)->list.items[row].member, (id)))

int closure_model_index(ClosureModel *model, Arena *arena) {
        int r;

        r = INDEX(model, arena, groups, id, group_by_id);
        if (r == 0)
                r = INDEX(model, arena, roles, id, role_by_id);
        if (r == 0)
                r = INDEX(model, arena, assignments, subject, assignment_by_subject);
        if (r == 0)
                r = INDEX(model, arena, composites, role, composite_by_role);
        if (r == 0)
                r = INDEX(model, arena, permissions, subject, permission_by_subject);
        if (r == 0)
                r = INDEX(model, arena, sudo_rules, role, sudo_by_role);
        return r;
}

int closure_model_load(
                const StorePort *store, Txn *txn, const RealmId *realm, Arena *arena,
                ClosureModel *ret) {
        ClosureModel model = {};
        int r;

        r = store->groups->list_all(txn, realm, arena, &model.groups);
        if (r == 0)
                r = store->roles->list_all(txn, realm, arena, &model.roles);
        if (r == 0)
                r = store->roles->assignments(txn, realm, arena, &model.assignments);
        if (r == 0)
                r = store->roles->composites(txn, realm, arena, &model.composites);
        if (r == 0)
                r = store->roles->permissions(txn, realm, arena, &model.permissions);
        if (r == 0)
                r = store->roles->sudo_rules(txn, realm, arena, &model.sudo_rules);
        if (r == 0)
                r = closure_model_index(&model, arena);
        if (r != 0)
                return r;
        *ret = model;
        return 0;
}

static size_t group_row(const ClosureModel *model, const Id *id) {
        FOR_ROWS(row, model, groups, id, group_by_id, id)
                return row;
        return CLOSURE_NONE;
}

static size_t role_row(const ClosureModel *model, const Id *id) {
        FOR_ROWS(row, model, roles, id, role_by_id, id)
                return row;
        return CLOSURE_NONE;
}

const Group *closure_group(const ClosureModel *model, const Id *id) {
        size_t row = group_row(model, id);

        return row == CLOSURE_NONE ? NULL : &model->groups.items[row];
}

const Role *closure_role(const ClosureModel *model, const Id *id) {
        size_t row = role_row(model, id);

        return row == CLOSURE_NONE ? NULL : &model->roles.items[row];
}

/* Marks what was added, so that circles end and nothing comes twice. */
typedef struct Walk {
        Closure *closure;
        uint8_t *seen_groups;
        uint8_t *seen_roles;
} Walk;

static void add_group(Walk *walk, const Id *id, size_t below) {
        Closure *c = walk->closure;
        size_t row = group_row(c->model, id);

        if (row == CLOSURE_NONE || walk->seen_groups[row] != 0)
                return;
        walk->seen_groups[row] = 1;
        c->groups[c->n_groups++] = (ClosureGroup){
                .group = &c->model->groups.items[row],
                .below = below,
        };
}

static void add_role(Walk *walk, const Id *id, size_t by_group, size_t by_role) {
        Closure *c = walk->closure;
        size_t row = role_row(c->model, id);

        if (row == CLOSURE_NONE || walk->seen_roles[row] != 0)
                return;
        walk->seen_roles[row] = 1;
        c->roles[c->n_roles++] = (ClosureRole){
                .role = &c->model->roles.items[row],
                .by_group = by_group,
                .by_role = by_role,
        };
}

static void add_assigned(Walk *walk, SubjectKind kind, const Id *subject, size_t by_group) {
        const ClosureModel *model = walk->closure->model;

        FOR_ROWS(row, model, assignments, subject, assignment_by_subject, subject)
                if (model->assignments.items[row].subject_kind == kind)
                        add_role(walk, &model->assignments.items[row].role, by_group, CLOSURE_NONE);
}

static void
add_permissions(Closure *c, SubjectKind kind, const Id *subject, size_t by_group, size_t by_role) {
        const ClosureModel *model = c->model;

        FOR_ROWS(row, model, permissions, subject, permission_by_subject, subject) {
                const Permission *p = &model->permissions.items[row];

                if (p->subject_kind != kind)
                        continue;
                c->rules[c->n_permissions] =
                                (PolicyRule){ .resource = p->resource, .action = p->action };
                c->permissions[c->n_permissions++] = (ClosurePermission){
                        .permission = p,
                        .by_group = by_group,
                        .by_role = by_role,
                };
        }
}

static int closure_alloc(Closure *c, Walk *walk, Arena *arena) {
        const ClosureModel *model = c->model;

        c->groups = arena_new_n(arena, ClosureGroup, model->groups.n + 1);
        c->roles = arena_new_n(arena, ClosureRole, model->roles.n + 1);
        c->permissions = arena_new_n(arena, ClosurePermission, model->permissions.n + 1);
        c->rules = arena_new_n(arena, PolicyRule, model->permissions.n + 1);
        c->sudo = arena_new_n(arena, ClosureSudo, model->sudo_rules.n + 1);
        walk->closure = c;
        walk->seen_groups = arena_new_n(arena, uint8_t, model->groups.n + 1);
        walk->seen_roles = arena_new_n(arena, uint8_t, model->roles.n + 1);
        if (c->groups == NULL || c->roles == NULL || c->permissions == NULL || c->rules == NULL ||
            c->sudo == NULL || walk->seen_groups == NULL || walk->seen_roles == NULL)
                return -ENOMEM;
        return 0;
}

/* The lists grow while they are walked: they are their own work queues. */
static void walk_roles(Walk *walk, const Id *user) {
        Closure *c = walk->closure;
        const ClosureModel *model = c->model;

        add_assigned(walk, SUBJECT_USER, user, CLOSURE_NONE);
        for (size_t i = 0; i < c->n_groups; i++)
                add_assigned(walk, SUBJECT_GROUP, &c->groups[i].group->id, i);
        for (size_t i = 0; i < c->n_roles; i++)
                FOR_ROWS(row, model, composites, role, composite_by_role, &c->roles[i].role->id)
                        add_role(walk, &model->composites.items[row].includes, CLOSURE_NONE, i);
}

int closure_make(
                const ClosureModel *model, Arena *arena, const Id *user, const Id *direct,
                size_t n_direct, Closure *ret) {
        Closure c = { .model = model };
        Walk walk;

        if (closure_alloc(&c, &walk, arena) < 0)
                return -ENOMEM;

        for (size_t i = 0; i < n_direct; i++)
                add_group(&walk, &direct[i], CLOSURE_NONE);
        for (size_t i = 0; i < c.n_groups; i++)
                if (!id_is_null(&c.groups[i].group->parent))
                        add_group(&walk, &c.groups[i].group->parent, i);
        walk_roles(&walk, user);

        for (size_t i = 0; i < c.n_groups; i++)
                add_permissions(&c, SUBJECT_GROUP, &c.groups[i].group->id, i, CLOSURE_NONE);
        for (size_t i = 0; i < c.n_roles; i++) {
                const Id *role = &c.roles[i].role->id;

                add_permissions(&c, SUBJECT_ROLE, role, CLOSURE_NONE, i);
                FOR_ROWS(row, model, sudo_rules, role, sudo_by_role, role)
                        c.sudo[c.n_sudo++] = (ClosureSudo){
                                .rule = &model->sudo_rules.items[row],
                                .by_role = i,
                        };
        }
        *ret = c;
        return 0;
}

int closure_load(
                const StorePort *store, Txn *txn, const RealmId *realm, Arena *arena,
                const ClosureModel *model, const Id *user, Closure *ret) {
        GroupList groups;
        Id *direct;
        int r;

        r = store->groups->of_user(txn, realm, user, arena, &groups);
        if (r != 0)
                return r;
        direct = arena_new_n(arena, Id, groups.n + 1);
        if (direct == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < groups.n; i++)
                direct[i] = groups.items[i].id;
        return closure_make(model, arena, user, direct, groups.n, ret);
}

/* Who has no roles has nothing that hangs on them. */
static int
held_load(const HeldOps *held, Txn *txn, const RealmId *realm, Arena *arena, const Id *user,
          ClosureModel *model) {
        int r;

        r = held->groups(txn, realm, user, arena, &model->groups);
        if (r == 0)
                r = held->assignments(txn, realm, user, arena, &model->assignments);
        if (r == 0 && model->assignments.n > 0)
                r = held->roles(txn, realm, user, arena, &model->roles);
        if (r == 0 && model->roles.n > 0)
                r = held->composites(txn, realm, user, arena, &model->composites);
        if (r == 0 && model->roles.n + model->groups.n > 0)
                r = held->permissions(txn, realm, user, arena, &model->permissions);
        if (r == 0 && model->roles.n > 0)
                r = held->sudo_rules(txn, realm, user, arena, &model->sudo_rules);
        return r;
}

int closure_of_user(
                const StorePort *store, Txn *txn, const RealmId *realm, Arena *arena,
                const Id *user, Closure *ret) {
        ClosureModel *model = arena_new(arena, ClosureModel);
        int r;

        if (model == NULL)
                return -ENOMEM;
        r = held_load(store->held, txn, realm, arena, user, model);
        if (r == 0)
                r = closure_model_index(model, arena);
        return r == 0 ? closure_load(store, txn, realm, arena, model, user, ret) : r;
}

int closure_role_reaches(const ClosureModel *model, Arena *arena, const Id *from, const Id *to) {
        uint8_t *seen = arena_new_n(arena, uint8_t, model->roles.n + 1);
        size_t *queue = arena_new_n(arena, size_t, model->roles.n + 1);
        size_t n = 0, row = role_row(model, from);

        if (seen == NULL || queue == NULL)
                return -ENOMEM;
        if (id_equal(from, to))
                return 1;
        if (row == CLOSURE_NONE)
                return 0;
        seen[row] = 1;
        queue[n++] = row;
        for (size_t i = 0; i < n; i++) {
                const Id *role = &model->roles.items[queue[i]].id;

                FOR_ROWS(k, model, composites, role, composite_by_role, role) {
                        const Id *next = &model->composites.items[k].includes;

                        if (id_equal(next, to))
                                return 1;
                        row = role_row(model, next);
                        if (row == CLOSURE_NONE || seen[row] != 0)
                                continue;
                        seen[row] = 1;
                        queue[n++] = row;
                }
        }
        return 0;
}
