/* SPDX-License-Identifier: Apache-2.0 */
/* What people and tokens read of a closure: names, paths, the steps of an explanation. */
#include <string.h>

#include "base/names.h"
#include "daemon/core/closure.h"

#define GROUP_PATH_MAX (GROUP_DEPTH_MAX * (USER_NAME_MAX + 1))

const char *closure_group_path(const ClosureModel *model, Arena *arena, const Group *group) {
        char path[GROUP_PATH_MAX + 1];
        size_t at = sizeof(path) - 1;

        path[at] = '\0';
        /* From the end to the front; deeper trees, and circles, were refused when written. */
        for (int depth = 0; group != NULL && depth < GROUP_DEPTH_MAX; depth++) {
                size_t len = strlen(group->name);

                if (len + 1 > at)
                        break;
                at -= len;
                memcpy(path + at, group->name, len);
                path[--at] = '/';
                group = id_is_null(&group->parent) ? NULL : closure_group(model, &group->parent);
        }
        return arena_strdup(arena, path + at);
}

int closure_role_names(const Closure *closure, Arena *arena, StrList *ret) {
        const char **names = arena_new_n(arena, const char *, closure->n_roles + 1);
        size_t n = 0;

        if (names == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < closure->n_roles; i++)
                if (id_is_null(&closure->roles[i].role->client))
                        names[n++] = closure->roles[i].role->name;
        *ret = (StrList){ .items = names, .n = n };
        return 0;
}

int closure_group_paths(const Closure *closure, Arena *arena, StrList *ret) {
        const char **paths = arena_new_n(arena, const char *, closure->n_groups + 1);

        if (paths == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < closure->n_groups; i++) {
                paths[i] = closure_group_path(closure->model, arena, closure->groups[i].group);
                if (paths[i] == NULL)
                        return -ENOMEM;
        }
        *ret = (StrList){ .items = paths, .n = closure->n_groups };
        return 0;
}

/* As if all were direct: what stands in the lists of the model is what the user holds. */
int closure_names_of_user(
                const StorePort *store, Txn *txn, const RealmId *realm, Arena *arena,
                const Id *user, StrList *ret_roles, StrList *ret_groups) {
        ClosureModel model = {};
        Closure all = { .model = &model };
        int r;

        r = store->held->groups(txn, realm, user, arena, &model.groups);
        if (r == 0)
                r = store->held->roles(txn, realm, user, arena, &model.roles);
        if (r == 0)
                r = closure_model_index(&model, arena);
        if (r != 0)
                return r;
        all.groups = arena_new_n(arena, ClosureGroup, model.groups.n + 1);
        all.roles = arena_new_n(arena, ClosureRole, model.roles.n + 1);
        if (all.groups == NULL || all.roles == NULL)
                return -ENOMEM;
        for (; all.n_groups < model.groups.n; all.n_groups++)
                all.groups[all.n_groups].group = &model.groups.items[all.n_groups];
        for (; all.n_roles < model.roles.n; all.n_roles++)
                all.roles[all.n_roles].role = &model.roles.items[all.n_roles];
        r = closure_role_names(&all, arena, ret_roles);
        return r == 0 ? closure_group_paths(&all, arena, ret_groups) : r;
}

/* Steps are found from the right to the user, and told the other way round. */
static void reverse(const char **items, size_t n) {
        for (size_t i = 0; i < n / 2; i++) {
                const char *other = items[n - 1 - i];

                items[n - 1 - i] = items[i];
                items[i] = other;
        }
}

int closure_explain(const Closure *closure, Arena *arena, size_t permission, StrList *ret) {
        const ClosurePermission *p = &closure->permissions[permission];
        const char **steps =
                        arena_new_n(arena, const char *, closure->n_roles + closure->n_groups + 2);
        size_t n = 0, group = p->by_group, role = p->by_role;

        if (steps == NULL)
                return -ENOMEM;
        steps[n++] = arena_printf(
                        arena, "permission %s:%s", p->permission->resource, p->permission->action);
        for (; role != CLOSURE_NONE; role = closure->roles[role].by_role) {
                steps[n++] = arena_printf(arena, "role %s", closure->roles[role].role->name);
                group = closure->roles[role].by_group;
        }
        for (; group != CLOSURE_NONE; group = closure->groups[group].below) {
                const char *path = closure_group_path(
                                closure->model, arena, closure->groups[group].group);

                steps[n++] = path == NULL ? NULL : arena_printf(arena, "group %s", path);
        }
        for (size_t i = 0; i < n; i++)
                if (steps[i] == NULL)
                        return -ENOMEM;
        reverse(steps, n);
        *ret = (StrList){ .items = steps, .n = n };
        return 0;
}
