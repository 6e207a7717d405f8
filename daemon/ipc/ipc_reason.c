/* SPDX-License-Identifier: Apache-2.0 */
/* The one map from what the domain answers to what a local caller is told. */
#include "base/reason.h"
#include "daemon/ipc/ipc_call.h"

int ipc_reason(int result, const IpcPeer *peer) {
        if (result == -ENOMEM || result == -EMSGSIZE)
                return IAM_E_TOO_LARGE; /* beyond the limit of one answer */
        if (result <= 0 || result >= _IAM_E_MAX)
                return IAM_E_UNAVAILABLE;
        if (peer->uid == 0 || reason_is_tellable(result))
                return result;
        return IAM_E_WRONG_CREDENTIALS;
}
