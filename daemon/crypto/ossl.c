/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/crypto/ossl.h"

#include <openssl/err.h>

int ossl_error(void) {
        int r = -EIO;

        for (unsigned long e = ERR_get_error(); e != 0; e = ERR_get_error())
                if (ERR_GET_REASON(e) == ERR_R_MALLOC_FAILURE)
                        r = -ENOMEM;
        return r;
}
