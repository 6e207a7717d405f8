/* SPDX-License-Identifier: Apache-2.0 */
/* What one uid, or one user of whom root speaks, may have under way and use up. */
#include "daemon/ipc/shares.h"
#include "tests/support/test.h"

TEST(calls_of_connections_that_were_dropped_are_counted_until_they_are_over) {
        static IpcShares shares;

        for (int i = 0; i < IPC_JOBS_PER_UID; i++)
                ASSERT_TRUE(ipc_share_take(&shares, 1000, /* writes= */ false, 1));
        ASSERT_FALSE(ipc_share_take(&shares, 1000, /* writes= */ false, 1));
        ASSERT_TRUE(ipc_share_take(&shares, 1001, /* writes= */ false, 1));
        ASSERT_TRUE(ipc_share_take(&shares, 0, /* writes= */ true, 1));
        ipc_share_give(&shares, 1000);
        ASSERT_TRUE(ipc_share_take(&shares, 1000, /* writes= */ false, 1));
}

TEST(a_thousand_uids_forget_the_one_that_owes_least) {
        static IpcShares shares;

        for (int i = 0; i < IPC_WRITES_AT_ONCE; i++) {
                ASSERT_TRUE(ipc_share_take(&shares, 1000, /* writes= */ true, 1));
                ipc_share_give(&shares, 1000);
        }
        for (uid_t uid = 100000; uid < 100000 + 2 * IPC_SHARES_MAX; uid++) {
                ASSERT_TRUE(ipc_share_take(&shares, uid, /* writes= */ true, 1));
                ipc_share_give(&shares, uid);
        }
        ASSERT_FALSE(ipc_share_take(&shares, 1000, /* writes= */ true, 1));
        ASSERT_TRUE(ipc_share_take(&shares, 1000, /* writes= */ true, 1 + IPC_WRITE_EVERY));
}

TEST(a_user_of_whom_root_speaks_has_a_share_of_his_own) {
        const uint64_t alice = ipc_share_of_name(1000);
        static IpcShares shares;

        for (int i = 0; i < IPC_JOBS_PER_UID; i++)
                ASSERT_TRUE(ipc_share_take(&shares, alice, /* writes= */ false, 1));
        ASSERT_FALSE(ipc_share_take(&shares, alice, /* writes= */ false, 1));
        ASSERT_TRUE(ipc_share_take(&shares, 1000, /* writes= */ false, 1));
        ASSERT_TRUE(ipc_share_take(&shares, 0, /* writes= */ false, 1));
        ipc_share_give(&shares, alice);
        ASSERT_TRUE(ipc_share_take(&shares, alice, /* writes= */ false, 1));
}
