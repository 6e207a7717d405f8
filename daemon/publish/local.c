/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/publish/local.h"

#include "local/accounts.h"

/* In the form that the builder of a directory wants. */
typedef struct Local {
        StrList names;
        uint32_t *ids;
} Local;

static int
file_load(const char *path, int (*load)(const char *, LocalAccounts *), Arena *arena, Local *ret) {
        CLEANUP(local_accounts_done) LocalAccounts accounts = {};
        const char **names;
        int r = load(path, &accounts);

        if (r < 0)
                return r;
        names = arena_new_n(arena, const char *, accounts.n + 1);
        ret->ids = arena_new_n(arena, uint32_t, accounts.n + 1);
        if (names == NULL || ret->ids == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < accounts.n; i++) {
                names[i] = arena_strdup(arena, accounts.by_name[i].name);
                if (names[i] == NULL)
                        return -ENOMEM;
                ret->ids[i] = accounts.by_name[i].uid;
        }
        ret->names = (StrList){ .items = names, .n = accounts.n };
        return 0;
}

int local_load(const char *passwd, const char *group, Arena *arena, DirectoryLocal *ret) {
        Local users = {};
        Local groups = {};
        int r;

        r = file_load(passwd, local_users_load, arena, &users);
        if (r == 0)
                r = file_load(group, local_groups_load, arena, &groups);
        if (r < 0)
                return r;
        *ret = (DirectoryLocal){
                .user_names = users.names,
                .group_names = groups.names,
                .uids = users.ids,
                .uid_count = users.names.n,
                .gids = groups.ids,
                .gid_count = groups.names.n,
        };
        return 0;
}
