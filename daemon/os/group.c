/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/os/group.h"

#include "local/accounts.h"

int group_find_local(const char *file, const char *name, gid_t *ret) {
        CLEANUP(local_accounts_done) LocalAccounts groups = {};
        uint32_t gid;
        int r = local_groups_load(file, &groups);

        if (r < 0)
                return r;
        *ret = local_accounts_find(&groups, name, &gid) ? gid : GID_NONE;
        return 0;
}
