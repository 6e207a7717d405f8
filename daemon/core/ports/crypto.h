/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All cryptography, shaped as messages so that it can become a process of its own: no private
 * key and no key-encryption key crosses this port in the clear.
 */
#pragma once

#include "base/arena.h"
#include "base/id.h"
#include "base/secret.h"

#define SHA256_SIZE 32
typedef struct Sha256 {
        uint8_t bytes[SHA256_SIZE];
} Sha256;

/* JWS algorithms (RFC 7518 section 3.1, RFC 8037).  The algorithm belongs to the key record. */
typedef enum KeyAlg {
        KEY_ALG_ES256,
        KEY_ALG_RS256,
        _KEY_ALG_MAX,
        _KEY_ALG_INVALID = -EINVAL,
} KeyAlg;

const char *key_alg_name(KeyAlg alg); /* "ES256" */
KeyAlg key_alg_from_name(const char *name);

/* See core/key_life.h. */
typedef enum KeyState {
        KEY_NEXT,
        KEY_ACTIVE,
        KEY_RETIRING,
        KEY_DESTROYED,
        _KEY_STATE_MAX,
        _KEY_STATE_INVALID = -EINVAL,
} KeyState;

const char *key_state_name(KeyState state); /* "next" "active" "retiring" "destroyed" */
KeyState key_state_from_name(const char *name);

/* A ciphertext of ours: AES-256-GCM under the key-encryption key named by kek_id. */
typedef struct Sealed {
        const char *kek_id;
        const uint8_t *bytes; /* nonce, ciphertext, tag */
        size_t len;
} Sealed;

/* A signing key as the store keeps it. */
typedef struct SigningKey {
        RealmId realm;
        const char *kid; /* JWK thumbprint, RFC 7638 */
        KeyAlg alg;
        const char *public_jwk; /* JSON text with kid, alg and use */
        Sealed private_key; /* empty: it signs no more */
        KeyState state;
        Usec since; /* it is in that state */
} SigningKey;

typedef struct PasswordCost {
        uint32_t memory_kib;
        uint32_t passes;
        uint32_t lanes;
} PasswordCost;

typedef struct Crypto Crypto;

typedef struct CryptoPort {
        Crypto *self;

        /* argon2id in PHC form, in the hash lane only.  The text is the arena's. */
        int (*password_hash)(Crypto *, Arena *, const Secret *password, const char **ret_phc);
        /*
         * 0, or IAM_E_WRONG_PASSWORD; -EINVAL when the stored text is not one of ours or its cost
         * is beyond the ceiling; -ENOKEY when it was peppered under another key-encryption key.
         * ret_rehash: the stored cost differs from today's.
         */
        int (*password_verify)(Crypto *, const char *phc, const Secret *password, bool *ret_rehash);
        /*
         * A verifier that matches nothing, of today's cost: unknown users pay for it like known
         * ones.
         */
        const char *(*password_mock)(Crypto *);

        /* context: what the plaintext is for ("totp", "signing-key"); bound with realm and owner as
         * additional data, so that a row cannot be moved to another place.  unseal: -EBADMSG for an
         * altered or moved row, -ENOKEY for one sealed under another key-encryption key. */
        int (*seal)(Crypto *, Arena *, const RealmId *, const Id *owner, const char *context,
                    const Secret *plain, Sealed *ret);
        int (*unseal)(Crypto *, const RealmId *, const Id *owner, const char *context,
                      const Sealed *sealed, Secret *ret);
        /* The same under a key derived from the presented bearer secret instead of the KEK:
         * kek_id is "bearer".  Used for the successor of a refresh token. */
        int (*seal_under)(
                        Crypto *, Arena *, const Secret *bearer, const Secret *plain, Sealed *ret);
        int (*unseal_under)(Crypto *, const Secret *bearer, const Sealed *sealed, Secret *ret);

        /* Makes a key pair.  RSA-2048 comes from a small pool made ahead when there is one. */
        int (*key_make)(Crypto *, Arena *, const RealmId *, KeyAlg, SigningKey *ret);
        /* The key was destroyed: drops what is kept of it in memory. */
        void (*key_forget)(Crypto *, const RealmId *, const char *kid);
        /* Compact JWS (RFC 7515 section 7.1) over claims, a JSON text of ours.  typ: "JWT",
         * "at+jwt". */
        int (*sign)(Crypto *, Arena *, const SigningKey *, const char *typ, const char *claims,
                    const char **ret_jws);
        /*
         * Reads the header of a compact JWS without believing it: kid only, to find the key record.
         * IAM_E_TOKEN_INVALID when it is not a JWS of at most 16 KiB.
         */
        int (*jws_kid)(Crypto *, Arena *, const char *jws, const char **ret_kid);
        /* Verifies with the record's algorithm; the header must name the same alg, kid and typ, and
         * have no crit.  ret_claims: the payload, checked to be one JSON object.
         * IAM_E_TOKEN_INVALID. */
        int (*verify)(Crypto *, Arena *, const SigningKey *, const char *typ, const char *jws,
                      const char **ret_claims);

        /* 32 random bytes as 43 base64url characters: codes, cookies, tokens, client secrets. */
        int (*bearer_make)(Crypto *, Secret *ret_text, Sha256 *ret_hash);
        void (*sha256)(const void *bytes, size_t len, Sha256 *ret);
        void (*secret_sha256)(const Secret *secret, Sha256 *ret);
        /* HMAC-SHA256 under a key derived from the KEK for this context: guess counter keys,
         * CSRF tokens, device cookies. */
        int (*keyed_hash)(
                        Crypto *, const char *context, const void *bytes, size_t len, Sha256 *ret);
} CryptoPort;
