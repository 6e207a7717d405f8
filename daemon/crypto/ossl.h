/* SPDX-License-Identifier: Apache-2.0 */
/* Owners for OpenSSL objects, and its error queue as ours: the queue is always left empty. */
#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "base/macro.h"

#define OSSL_OWNER(Type, name, free_fn)                                                            \
        /* NOLINTNEXTLINE(bugprone-macro-parentheses): a type cannot be parenthesised */           \
        static inline void name##_freep(Type **object) {                                           \
                free_fn(*object);                                                                  \
                *object = NULL;                                                                    \
        }

OSSL_OWNER(EVP_PKEY, evp_pkey, EVP_PKEY_free)
OSSL_OWNER(EVP_PKEY_CTX, evp_pkey_ctx, EVP_PKEY_CTX_free)
OSSL_OWNER(EVP_MD_CTX, evp_md_ctx, EVP_MD_CTX_free)
OSSL_OWNER(EVP_CIPHER_CTX, evp_cipher_ctx, EVP_CIPHER_CTX_free)
OSSL_OWNER(EVP_KDF, evp_kdf, EVP_KDF_free)
OSSL_OWNER(EVP_KDF_CTX, evp_kdf_ctx, EVP_KDF_CTX_free)
OSSL_OWNER(BIGNUM, bignum, BN_clear_free)
OSSL_OWNER(ECDSA_SIG, ecdsa_sig, ECDSA_SIG_free)
OSSL_OWNER(OSSL_PARAM_BLD, ossl_param_bld, OSSL_PARAM_BLD_free)
OSSL_OWNER(OSSL_PARAM, ossl_param, OSSL_PARAM_free)
OSSL_OWNER(PKCS8_PRIV_KEY_INFO, pkcs8, PKCS8_PRIV_KEY_INFO_free)

/* Empties this thread's queue.  -ENOMEM when memory was the cause, else -EIO. */
int ossl_error(void);
