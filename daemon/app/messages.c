/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/messages.h"

static const char *const english[_MESSAGE_MAX] = {
#define X(id, text) [MESSAGE_##id] = text,
        IAM_MESSAGES(X)
#undef X
};

const char *message_text(MessageId id) {
        assert(id >= 0 && id < _MESSAGE_MAX);
        return english[id];
}
