/* SPDX-License-Identifier: Apache-2.0 */
/* RSA keys made ahead: one takes up to a second of CPU, which no request should wait for. */
#pragma once

#include "daemon/crypto/jwk.h"

#define RSA_POOL_SIZE 2

typedef struct RsaPool RsaPool;

int rsa_pool_new(RsaPool **ret);
RsaPool *rsa_pool_free(RsaPool *pool);
EVP_PKEY *rsa_pool_take(RsaPool *pool); /* the caller's; NULL: empty */
int rsa_pool_fill(RsaPool *pool);
