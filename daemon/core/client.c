/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/client.h"

#include <string.h>

bool audience_is_wellformed(const char *audience) {
        size_t len = strlen(audience);

        return len > 0 && len <= AUDIENCE_MAX && str_is_ascii_printable(audience) &&
               strchr(audience, ' ') == NULL;
}
