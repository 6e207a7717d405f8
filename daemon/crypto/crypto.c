/* SPDX-License-Identifier: Apache-2.0 */
/* Assembles the port from the parts; the only file that knows all of them. */
#include "daemon/crypto/crypto.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/reason.h"
#include "base/secret_bytes.h"
#include "base/str.h"
#include "daemon/crypto/digest.h"
#include "daemon/crypto/jws.h"
#include "daemon/crypto/key_cache.h"
#include "daemon/crypto/password.h"
#include "daemon/crypto/rsa_pool.h"
#include "daemon/crypto/seal.h"

#define BEARER_SIZE 32
#define BEARER_KEK_ID "bearer"

struct Crypto {
        Keyring *keyring;
        KeyCache *cache;
        RsaPool *pool;
        Verified *verified;
        PasswordHasher hasher;
};

int crypto_new(const CryptoConfig *config, Crypto **ret) {
        CLEANUP(crypto_freep) Crypto *crypto = calloc(1, sizeof *crypto);
        int r;

        if (crypto == NULL)
                return -ENOMEM;
        r = keyring_new(config->kek, &crypto->keyring);
        if (r < 0)
                return r;
        r = key_cache_new(&crypto->cache);
        if (r < 0)
                return r;
        r = rsa_pool_new(&crypto->pool);
        if (r < 0)
                return r;
        r = verified_new(&crypto->verified);
        if (r < 0)
                return r;
        r = password_hasher_init(&crypto->hasher, &config->password_cost, crypto->keyring);
        if (r < 0)
                return r;
        *ret = TAKE(crypto);
        return 0;
}

Crypto *crypto_free(Crypto *crypto) {
        if (crypto == NULL)
                return NULL;
        verified_free(crypto->verified);
        rsa_pool_free(crypto->pool);
        key_cache_free(crypto->cache);
        keyring_free(crypto->keyring);
        explicit_bzero(crypto, sizeof *crypto);
        free(crypto);
        return NULL;
}

void crypto_freep(Crypto **crypto) {
        *crypto = crypto_free(*crypto);
}

const char *crypto_kek_id(const Crypto *crypto) {
        return keyring_kek_id(crypto->keyring);
}

int crypto_rsa_pool_fill(Crypto *crypto) {
        return rsa_pool_fill(crypto->pool);
}

static int
port_password_hash(Crypto *crypto, Arena *arena, const Secret *password, const char **ret_phc) {
        return password_hash(&crypto->hasher, arena, password, ret_phc);
}

static int
port_password_verify(Crypto *crypto, const char *phc, const Secret *password, bool *ret_rehash) {
        return password_verify(&crypto->hasher, phc, password, ret_rehash);
}

static const char *port_password_mock(Crypto *crypto) {
        return crypto->hasher.mock;
}

static SealPlace place_of_owner(const RealmId *realm, const Id *owner, const char *context) {
        return (SealPlace){
                .realm = realm,
                .owner = owner->bytes,
                .owner_len = sizeof owner->bytes,
                .context = context,
        };
}

static int
port_seal(Crypto *crypto, Arena *arena, const RealmId *realm, const Id *owner, const char *context,
          const Secret *plain, Sealed *ret) {
        SealPlace place = place_of_owner(realm, owner, context);

        return seal_bytes(
                        arena, keyring_seal_key(crypto->keyring), crypto_kek_id(crypto), &place,
                        secret_bytes(plain), plain->len, ret);
}

static int
port_unseal(Crypto *crypto, const RealmId *realm, const Id *owner, const char *context,
            const Sealed *sealed, Secret *ret) {
        SealPlace place = place_of_owner(realm, owner, context);

        if (!str_eq(sealed->kek_id, crypto_kek_id(crypto)))
                return -ENOKEY;
        secret_clear(ret);
        return unseal_bytes(
                        keyring_seal_key(crypto->keyring), &place, sealed, secret_buffer(ret),
                        SECRET_MAX, &ret->len);
}

static const SealPlace bearer_place = { .context = BEARER_KEK_ID };

static int bearer_key(const Secret *bearer, DerivedKey *ret) {
        return key_derive(secret_bytes(bearer), bearer->len, "iamd bearer 1", ret);
}

static int
port_seal_under(Crypto *, Arena *arena, const Secret *bearer, const Secret *plain, Sealed *ret) {
        CLEANUP(derived_key_clear) DerivedKey key = {};
        int r;

        r = bearer_key(bearer, &key);
        if (r < 0)
                return r;
        return seal_bytes(
                        arena, &key, BEARER_KEK_ID, &bearer_place, secret_bytes(plain), plain->len,
                        ret);
}

static int port_unseal_under(Crypto *, const Secret *bearer, const Sealed *sealed, Secret *ret) {
        CLEANUP(derived_key_clear) DerivedKey key = {};
        int r;

        if (!str_eq(sealed->kek_id, BEARER_KEK_ID))
                return -ENOKEY;
        r = bearer_key(bearer, &key);
        if (r < 0)
                return r;
        secret_clear(ret);
        return unseal_bytes(&key, &bearer_place, sealed, secret_buffer(ret), SECRET_MAX, &ret->len);
}

/* A private key is bound to its realm, its kid and its algorithm. */
static SealPlace place_of_key(const RealmId *realm, const char *kid, KeyAlg alg) {
        static const char *const contexts[_KEY_ALG_MAX] = {
                [KEY_ALG_ES256] = "signing-key ES256",
                [KEY_ALG_RS256] = "signing-key RS256",
        };

        return (SealPlace){
                .realm = realm,
                .owner = kid,
                .owner_len = strlen(kid),
                .context = contexts[alg],
        };
}

static int key_pair(Crypto *crypto, KeyAlg alg, EVP_PKEY **ret) {
        EVP_PKEY *ready = alg == KEY_ALG_RS256 ? rsa_pool_take(crypto->pool) : NULL;

        if (ready != NULL) {
                *ret = ready;
                return 0;
        }
        return jwk_generate(alg, ret);
}

static int
port_key_make(Crypto *crypto, Arena *arena, const RealmId *realm, KeyAlg alg, SigningKey *ret) {
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL;
        SigningKey key = { .realm = *realm, .alg = alg };
        char kid[KID_SIZE];
        uint8_t *der = NULL;
        size_t der_len = 0;
        int r;

        if (alg < 0 || alg >= _KEY_ALG_MAX)
                return -EINVAL;
        r = key_pair(crypto, alg, &pkey);
        if (r < 0)
                return r;
        r = jwk_thumbprint(pkey, alg, kid);
        if (r < 0)
                return r;
        key.kid = arena_strdup(arena, kid);
        if (key.kid == NULL)
                return -ENOMEM;
        r = jwk_public_text(arena, pkey, alg, kid, &key.public_jwk);
        if (r < 0)
                return r;

        r = jwk_private_der(pkey, &der, &der_len);
        if (r < 0)
                return r;
        SealPlace place = place_of_key(realm, kid, alg);
        r = seal_bytes(arena, keyring_seal_key(crypto->keyring), crypto_kek_id(crypto), &place, der,
                       der_len, &key.private_key);
        jwk_der_free(der, der_len);
        if (r < 0)
                return r;
        *ret = key;
        return 0;
}

static int private_load(Crypto *crypto, const SigningKey *key, EVP_PKEY **ret) {
        SealPlace place = place_of_key(&key->realm, key->kid, key->alg);
        uint8_t der[SEAL_PLAIN_MAX];
        size_t len = 0;
        int r;

        if (!str_eq(key->private_key.kek_id, crypto_kek_id(crypto)))
                return -ENOKEY;
        r =
                        unseal_bytes(keyring_seal_key(crypto->keyring), &place, &key->private_key,
                                     der, sizeof der, &len);
        if (r < 0)
                return r;
        r = jwk_from_private_der(der, len, key->alg, ret);
        explicit_bzero(der, len);
        return r;
}

/*
 * The kid is the thumbprint of the key.  Checked whenever a key is read, so that a cached key is
 * what its name says and a record whose parts were exchanged is refused.
 */
static int key_load(Crypto *crypto, const SigningKey *key, bool is_private, EVP_PKEY **ret) {
        KeyCacheName name = {
                .realm = &key->realm, .kid = key->kid, .alg = key->alg, .is_private = is_private
        };
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL;
        char kid[KID_SIZE];
        int r;

        if (key->alg < 0 || key->alg >= _KEY_ALG_MAX || str_is_empty(key->kid))
                return -EINVAL;
        pkey = key_cache_get(crypto->cache, &name);
        if (pkey != NULL) {
                *ret = TAKE(pkey);
                return 0;
        }

        r = is_private ? private_load(crypto, key, &pkey)
                       : jwk_import(key->public_jwk, strlen(key->public_jwk), key->alg, &pkey);
        if (r != 0)
                return r < 0 ? r : -EBADMSG;
        r = jwk_thumbprint(pkey, key->alg, kid);
        if (r < 0)
                return r;
        if (!str_eq(kid, key->kid))
                return -EBADMSG;
        key_cache_put(crypto->cache, &name, pkey);
        *ret = TAKE(pkey);
        return 0;
}

static int
port_sign(Crypto *crypto, Arena *arena, const SigningKey *key, const char *typ, const char *claims,
          const char **ret_jws) {
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL;
        int r;

        r = key_load(crypto, key, /* is_private= */ true, &pkey);
        if (r < 0)
                return r;
        JwsKey jws_key = { .alg = key->alg, .kid = key->kid, .pkey = pkey };
        return jws_sign(arena, &jws_key, typ, claims, ret_jws);
}

static int port_jws_kid(Crypto *, Arena *arena, const char *jws, const char **ret_kid) {
        return jws_kid(arena, jws, ret_kid);
}

static int
port_verify(Crypto *crypto, Arena *arena, const SigningKey *key, const char *typ, const char *jws,
            const char **ret_claims) {
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL;
        int r;

        r = key_load(crypto, key, /* is_private= */ false, &pkey);
        if (r < 0)
                return r;
        const JwsKey jws_key = {
                .alg = key->alg, .kid = key->kid, .pkey = pkey, .verified = crypto->verified
        };
        return jws_verify(arena, &jws_key, typ, jws, ret_claims);
}

static void port_key_forget(Crypto *crypto, const RealmId *realm, const char *kid) {
        key_cache_forget(crypto->cache, realm, kid);
}

static int port_bearer_make(Crypto *, Secret *ret_text, Sha256 *ret_hash) {
        uint8_t bytes[BEARER_SIZE];
        char text[BASE64_SIZE(BEARER_SIZE)];
        int r;

        if (RAND_bytes(bytes, sizeof bytes) != 1)
                return ossl_error();
        size_t len = base64url_encode(bytes, sizeof bytes, text);
        explicit_bzero(bytes, sizeof bytes);
        r = secret_move_in(ret_text, text, len);
        if (r < 0)
                return r;
        digest_secret_sha256(ret_text, ret_hash);
        return 0;
}

static int
port_keyed_hash(Crypto *crypto, const char *context, const void *bytes, size_t len, Sha256 *ret) {
        return keyring_hash(crypto->keyring, context, bytes, len, ret);
}

void crypto_port(Crypto *crypto, CryptoPort *ret) {
        *ret = (CryptoPort){
                .self = crypto,
                .password_hash = port_password_hash,
                .password_verify = port_password_verify,
                .password_mock = port_password_mock,
                .seal = port_seal,
                .unseal = port_unseal,
                .seal_under = port_seal_under,
                .unseal_under = port_unseal_under,
                .key_make = port_key_make,
                .key_forget = port_key_forget,
                .sign = port_sign,
                .jws_kid = port_jws_kid,
                .verify = port_verify,
                .bearer_make = port_bearer_make,
                .sha256 = digest_sha256,
                .secret_sha256 = digest_secret_sha256,
                .keyed_hash = port_keyed_hash,
        };
}
