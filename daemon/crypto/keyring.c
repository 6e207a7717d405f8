/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/crypto/keyring.h"

#include <openssl/core_names.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/encode.h"
#include "base/secret_bytes.h"
#include "daemon/crypto/digest.h"
#include "daemon/crypto/ossl.h"

#define CONTEXT_MAX 64

struct Keyring {
        uint8_t kek[KEK_SIZE];
        DerivedKey seal;
        DerivedKey pepper;
        char kek_id[KEK_ID_SIZE];
};

void derived_key_clear(DerivedKey *key) {
        explicit_bzero(key, sizeof *key);
}

int key_derive(const void *secret, size_t len, const char *info, DerivedKey *ret) {
        CLEANUP(evp_kdf_freep) EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
        CLEANUP(evp_kdf_ctx_freep) EVP_KDF_CTX *ctx = NULL;
        CLEANUP(derived_key_clear) DerivedKey key;
        Secret own = {};
        char digest[] = "SHA256", purpose[160];
        OSSL_PARAM params[4];
        int r;

        /* OSSL_PARAM wants writable memory. */
        if (snprintf(purpose, sizeof purpose, "%s", info) >= (int) sizeof purpose)
                return -EINVAL;
        r = secret_set(&own, secret, len);
        if (r < 0)
                return r;

        ctx = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
        params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
        params[1] = OSSL_PARAM_construct_octet_string(
                        OSSL_KDF_PARAM_KEY, secret_buffer(&own), own.len);
        params[2] = OSSL_PARAM_construct_octet_string(
                        OSSL_KDF_PARAM_INFO, purpose, strlen(purpose));
        params[3] = OSSL_PARAM_construct_end();
        bool derived = ctx != NULL && EVP_KDF_derive(ctx, key.bytes, sizeof key.bytes, params) == 1;
        secret_clear(&own);
        if (!derived)
                return ossl_error();

        *ret = key;
        return 0;
}

int keyring_new(const Secret *kek, Keyring **ret) {
        CLEANUP(keyring_freep) Keyring *keyring = NULL;
        CLEANUP(derived_key_clear) DerivedKey id = {};
        void *memory;
        int r;

        if (kek == NULL || secret_is_empty(kek))
                return -ENOKEY;
        if (kek->len != KEK_SIZE)
                return -EINVAL;

        memory = mmap(NULL, sizeof *keyring, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                      /* fd= */ -1, /* offset= */ 0);
        if (memory == MAP_FAILED)
                return -errno;
        keyring = memory;
        if (mlock(keyring, sizeof *keyring) < 0)
                return -errno;
        if (madvise(keyring, sizeof *keyring, MADV_DONTDUMP) < 0)
                return -errno;

        memcpy(keyring->kek, secret_bytes(kek), KEK_SIZE);
        r = key_derive(keyring->kek, KEK_SIZE, "iamd kek id", &id);
        if (r < 0)
                return r;
        hex_encode(id.bytes, (KEK_ID_SIZE - 1) / 2, keyring->kek_id);
        r = key_derive(keyring->kek, KEK_SIZE, "iamd seal 1", &keyring->seal);
        if (r < 0)
                return r;
        r = key_derive(keyring->kek, KEK_SIZE, "iamd password 1", &keyring->pepper);
        if (r < 0)
                return r;

        *ret = TAKE(keyring);
        return 0;
}

Keyring *keyring_free(Keyring *keyring) {
        if (keyring == NULL)
                return NULL;
        explicit_bzero(keyring, sizeof *keyring);
        munmap(keyring, sizeof *keyring);
        return NULL;
}

void keyring_freep(Keyring **keyring) {
        *keyring = keyring_free(*keyring);
}

const char *keyring_kek_id(const Keyring *keyring) {
        return keyring->kek_id;
}

const DerivedKey *keyring_seal_key(const Keyring *keyring) {
        return &keyring->seal;
}

const DerivedKey *keyring_pepper(const Keyring *keyring) {
        return &keyring->pepper;
}

int keyring_hash(
                const Keyring *keyring, const char *context, const void *bytes, size_t len,
                Sha256 *ret) {
        CLEANUP(derived_key_clear) DerivedKey key = {};
        char info[CONTEXT_MAX + sizeof "iamd hash 1 "];
        int r;

        if (snprintf(info, sizeof info, "iamd hash 1 %s", context) >= (int) sizeof info)
                return -EINVAL;
        r = key_derive(keyring->kek, KEK_SIZE, info, &key);
        if (r < 0)
                return r;
        digest_hmac(key.bytes, bytes, len, ret);
        return 0;
}
