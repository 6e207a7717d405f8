/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/crypto/seal.h"

#include <openssl/rand.h>
#include <string.h>

#include "daemon/crypto/ossl.h"

static const char label[] = "iamd seal 1";

typedef struct Aad {
        uint8_t bytes[sizeof label + sizeof(Id) + 1 + SEAL_OWNER_MAX + SEAL_CONTEXT_MAX];
        size_t len;
} Aad;

static void aad_put(Aad *aad, const void *bytes, size_t len) {
        assert(len <= sizeof aad->bytes - aad->len);
        if (len > 0)
                memcpy(aad->bytes + aad->len, bytes, len);
        aad->len += len;
}

/* Every field but the last has a fixed size or its length before it: two places never collide. */
static int aad_make(const SealPlace *place, Aad *ret) {
        static const RealmId no_realm = {};
        const RealmId *realm = place->realm != NULL ? place->realm : &no_realm;
        size_t context_len = strlen(place->context);
        uint8_t owner_len = (uint8_t) place->owner_len;

        if (place->owner_len > SEAL_OWNER_MAX || context_len > SEAL_CONTEXT_MAX)
                return -EINVAL;
        ret->len = 0;
        aad_put(ret, label, sizeof label);
        aad_put(ret, realm->id.bytes, sizeof realm->id.bytes);
        aad_put(ret, &owner_len, sizeof owner_len);
        aad_put(ret, place->owner, place->owner_len);
        aad_put(ret, place->context, context_len);
        return 0;
}

int seal_bytes(Arena *arena, const DerivedKey *key, const char *kek_id, const SealPlace *place,
               const void *plain, size_t len, Sealed *ret) {
        CLEANUP(evp_cipher_ctx_freep) EVP_CIPHER_CTX *ctx = NULL;
        Aad aad;
        int n = 0;
        int r;

        if (len > SEAL_PLAIN_MAX)
                return -EMSGSIZE;
        r = aad_make(place, &aad);
        if (r < 0)
                return r;

        uint8_t *out = arena_alloc(arena, len + SEAL_OVERHEAD);
        char *id = arena_strdup(arena, kek_id);
        if (out == NULL || id == NULL)
                return -ENOMEM;
        uint8_t *text = out + SEAL_NONCE_SIZE, *tag = text + len;

        ctx = EVP_CIPHER_CTX_new();
        if (ctx == NULL || RAND_bytes(out, SEAL_NONCE_SIZE) != 1 ||
            EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->bytes, out) != 1 ||
            EVP_EncryptUpdate(ctx, NULL, &n, aad.bytes, (int) aad.len) != 1 ||
            EVP_EncryptUpdate(ctx, text, &n, plain, (int) len) != 1 ||
            EVP_EncryptFinal_ex(ctx, text + n, &n) != 1 ||
            EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, SEAL_TAG_SIZE, tag) != 1) {
                /* What was written may be plaintext-dependent and unauthenticated: not handed out.
                 */
                return ossl_error();
        }

        *ret = (Sealed){ .kek_id = id, .bytes = out, .len = len + SEAL_OVERHEAD };
        return 0;
}

int unseal_bytes(
                const DerivedKey *key, const SealPlace *place, const Sealed *sealed, void *ret,
                size_t capacity, size_t *ret_len) {
        CLEANUP(evp_cipher_ctx_freep) EVP_CIPHER_CTX *ctx = NULL;
        uint8_t tag[SEAL_TAG_SIZE], *out = ret;
        Aad aad;
        int n = 0, rest = 0;
        int r;

        if (sealed->len < SEAL_OVERHEAD)
                return -EBADMSG;
        size_t len = sealed->len - SEAL_OVERHEAD;
        if (len > SEAL_PLAIN_MAX || len > capacity)
                return -EMSGSIZE;
        r = aad_make(place, &aad);
        if (r < 0)
                return r;

        const uint8_t *text = sealed->bytes + SEAL_NONCE_SIZE;
        memcpy(tag, text + len, sizeof tag);
        ctx = EVP_CIPHER_CTX_new();
        if (ctx == NULL ||
            EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->bytes, sealed->bytes) != 1 ||
            EVP_DecryptUpdate(ctx, NULL, &n, aad.bytes, (int) aad.len) != 1 ||
            EVP_DecryptUpdate(ctx, out, &n, text, (int) len) != 1 ||
            EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, SEAL_TAG_SIZE, tag) != 1) {
                explicit_bzero(out, len);
                return ossl_error();
        }
        if (EVP_DecryptFinal_ex(ctx, out + n, &rest) != 1) {
                explicit_bzero(out, len); /* unauthenticated: nobody may see it */
                (void) ossl_error();
                return -EBADMSG;
        }

        *ret_len = len;
        return 0;
}
