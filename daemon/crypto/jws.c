/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/crypto/jws.h"

#include <string.h>

#include "base/encode.h"
#include "base/json.h"
#include "base/reason.h"
#include "base/str.h"
#include "daemon/crypto/digest.h"

#define ES256_HALF ((size_t) 32)
#define SIGNATURE_MAX (RSA_BITS_MAX / 8)
#define TYP_MAX 32
#define ALG_MAX 16

/* Three texts lent from the token. */
typedef struct JwsParts {
        const char *header;
        size_t header_len;
        const char *payload;
        size_t payload_len;
        const char *signature;
        size_t signature_len;
} JwsParts;

typedef struct JwsHeader {
        char alg[ALG_MAX + 1];
        char kid[JWS_KID_MAX + 1];
        char typ[TYP_MAX + 1];
        bool has_alg;
        bool has_kid;
        bool has_typ;
} JwsHeader;

static bool jws_split(const char *jws, JwsParts *ret) {
        size_t len = strnlen(jws, JWS_MAX + 1);

        if (len > JWS_MAX)
                return false;
        const char *end = jws + len;
        const char *dot = memchr(jws, '.', len);
        if (dot == NULL)
                return false;
        const char *payload = dot + 1;
        const char *second = memchr(payload, '.', (size_t) (end - payload));
        if (second == NULL)
                return false;
        const char *signature = second + 1;

        *ret = (JwsParts){
                .header = jws,
                .header_len = (size_t) (dot - jws),
                .payload = payload,
                .payload_len = (size_t) (second - payload),
                .signature = signature,
                .signature_len = (size_t) (end - signature),
        };
        return ret->header_len > 0 && ret->payload_len > 0 && ret->signature_len > 0 &&
               memchr(signature, '.', ret->signature_len) == NULL;
}

static bool header_member(const JsonValue *key, const JsonValue *value, JwsHeader *header) {
        const struct {
                const char *name;
                char *text;
                size_t size;
                bool *has;
        } known[] = {
                { "alg", header->alg, sizeof header->alg, &header->has_alg },
                { "kid", header->kid, sizeof header->kid, &header->has_kid },
                { "typ", header->typ, sizeof header->typ, &header->has_typ },
        };
        size_t len;

        for (size_t i = 0; i < ELEMENTSOF(known); i++) {
                if (!json_str_eq(key, known[i].name))
                        continue;
                if (json_get_str(value, known[i].text, known[i].size, &len) < 0)
                        return false;
                *known[i].has = true;
                return true;
        }
        return false;
}

static bool header_read(const JwsParts *parts, JwsHeader *ret) {
        char text[JWS_HEADER_MAX];
        JsonValue object, key, value;
        JsonIter iter;
        size_t len;

        *ret = (JwsHeader){};
        if (base64url_decode(parts->header, parts->header_len, text, sizeof text, &len) < 0 ||
            json_check(text, len, &object, NULL) < 0 || object.type != JSON_OBJECT)
                return false;
        json_iter(&object, &iter);
        while (json_next(&iter, &key, &value) == 1)
                if (!header_member(&key, &value, ret))
                        return false;
        return ret->has_alg;
}

/* Both absent, or both there and equal. */
static bool text_agrees(bool has, const char *text, const char *expected) {
        return has ? expected != NULL && str_eq(text, expected) : expected == NULL;
}

int jws_kid(Arena *arena, const char *jws, const char **ret_kid) {
        JwsHeader header;
        JwsParts parts;

        if (!jws_split(jws, &parts) || !header_read(&parts, &header) || !header.has_kid)
                return IAM_E_TOKEN_INVALID;
        char *kid = arena_strdup(arena, header.kid);
        if (kid == NULL)
                return -ENOMEM;
        *ret_kid = kid;
        return 0;
}

/* RFC 7518 section 3.4: r and s, 32 bytes each; OpenSSL speaks DER. */
static int ecdsa_from_der(const uint8_t *der, size_t len, uint8_t ret[2 * ES256_HALF]) {
        CLEANUP(ecdsa_sig_freep) ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long) len);

        if (sig == NULL ||
            BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret, (int) ES256_HALF) != (int) ES256_HALF ||
            BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret + ES256_HALF, (int) ES256_HALF) !=
                            (int) ES256_HALF)
                return ossl_error();
        return 0;
}

/* ret holds SIGNATURE_MAX bytes. */
static int ecdsa_to_der(const uint8_t raw[2 * ES256_HALF], uint8_t *ret, size_t *ret_len) {
        CLEANUP(ecdsa_sig_freep) ECDSA_SIG *sig = ECDSA_SIG_new();
        CLEANUP(bignum_freep) BIGNUM *r = BN_bin2bn(raw, (int) ES256_HALF, NULL);
        CLEANUP(bignum_freep) BIGNUM *s = BN_bin2bn(raw + ES256_HALF, (int) ES256_HALF, NULL);
        uint8_t *at = ret;

        if (sig == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(sig, r, s) != 1)
                return ossl_error();
        r = s = NULL; /* now sig's */
        int len = i2d_ECDSA_SIG(sig, &at);
        if (len <= 0)
                return ossl_error();
        *ret_len = (size_t) len;
        return 0;
}

/* ret holds SIGNATURE_MAX bytes. */
static int
sign_bytes(const JwsKey *key, const void *bytes, size_t len, uint8_t *ret, size_t *ret_len) {
        CLEANUP(evp_md_ctx_freep) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
        size_t signature_len = SIGNATURE_MAX;
        uint8_t raw[2 * ES256_HALF];
        int r;

        if (ctx != NULL) /* no copy of the context for bytes that could follow */
                EVP_MD_CTX_set_flags(ctx, EVP_MD_CTX_FLAG_FINALISE);
        if (ctx == NULL ||
            EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, key->pkey, NULL) != 1 ||
            EVP_DigestSign(ctx, ret, &signature_len, bytes, len) != 1)
                return ossl_error();
        if (key->alg == KEY_ALG_ES256) {
                r = ecdsa_from_der(ret, signature_len, raw);
                if (r < 0)
                        return r;
                memcpy(ret, raw, sizeof raw);
                signature_len = sizeof raw;
        }
        *ret_len = signature_len;
        return 0;
}

int jws_sign(Arena *arena, const JwsKey *key, const char *typ, const char *claims,
             const char **ret_jws) {
        CLEANUP(buf_done) Buf header = BUF_INIT(JWS_HEADER_MAX);
        JsonWriter w = JSON_WRITER(&header);
        uint8_t signature[SIGNATURE_MAX];
        size_t signature_len = 0, claims_len = strlen(claims);
        JsonValue object;
        int r;

        if (claims_len > JWS_MAX)
                return -EMSGSIZE;
        if (!jwk_fits(key->pkey, key->alg) || json_check(claims, claims_len, &object, NULL) < 0 ||
            object.type != JSON_OBJECT)
                return -EINVAL;
        json_begin_object(&w);
        json_put_str(&w, "alg", key_alg_name(key->alg));
        json_put_str(&w, "kid", key->kid);
        json_put_str(&w, "typ", typ);
        json_end_object(&w);
        r = buf_error(&header);
        if (r < 0)
                return r;

        /* The token is written in place: header.payload, then .signature over what stands there. */
        char *text =
                        arena_alloc(arena, BASE64_SIZE(header.len) + BASE64_SIZE(claims_len) +
                                                           BASE64_SIZE(SIGNATURE_MAX));
        if (text == NULL)
                return -ENOMEM;
        size_t len = base64url_encode(header.bytes, header.len, text);
        text[len++] = '.';
        len += base64url_encode(claims, claims_len, text + len);
        r = sign_bytes(key, text, len, signature, &signature_len);
        if (r < 0)
                return r;
        text[len++] = '.';
        len += base64url_encode(signature, signature_len, text + len);
        if (len > JWS_MAX)
                return -EMSGSIZE;
        *ret_jws = text;
        return 0;
}

/* 0, IAM_E_TOKEN_INVALID, or -errno. */
static int
signature_check(const JwsKey *key, const void *bytes, size_t len, const uint8_t *signature,
                size_t signature_len) {
        CLEANUP(evp_md_ctx_freep) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
        uint8_t der[SIGNATURE_MAX];
        int r;

        if (!jwk_fits(key->pkey, key->alg))
                return -EINVAL;
        if (key->alg == KEY_ALG_ES256) {
                if (signature_len != 2 * ES256_HALF)
                        return IAM_E_TOKEN_INVALID;
                r = ecdsa_to_der(signature, der, &signature_len);
                if (r < 0)
                        return r;
                signature = der;
        } else if (signature_len != (size_t) EVP_PKEY_get_size(key->pkey)) {
                return IAM_E_TOKEN_INVALID;
        }
        if (ctx == NULL ||
            EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", NULL, NULL, key->pkey, NULL) != 1)
                return ossl_error();
        /* Anything but one is a refusal, whatever OpenSSL's reason was. */
        if (EVP_DigestVerify(ctx, signature, signature_len, bytes, len) != 1)
                return ossl_error() == -ENOMEM ? -ENOMEM : IAM_E_TOKEN_INVALID;
        return 0;
}

/* The same, but a signature that was found good under this key is not computed again.  The kid is
 * the key's thumbprint, and the lengths keep the parts apart. */
static int signature_check_once(
                const JwsKey *key, const char *jws, size_t signed_len, const uint8_t *signature,
                size_t signature_len) {
        Sha256 fact;
        int r;

        if (key->verified == NULL || key->kid == NULL)
                return signature_check(key, jws, signed_len, signature, signature_len);
        size_t parts[] = { (size_t) key->alg, strlen(key->kid), strlen(jws) };
        digest_sha256_of(
                        (const DigestPart[]){ { parts, sizeof parts },
                                              { key->kid, parts[1] },
                                              { jws, parts[2] } },
                        3, &fact);
        if (verified_has(key->verified, &fact))
                return 0;
        r = signature_check(key, jws, signed_len, signature, signature_len);
        if (r == 0)
                verified_put(key->verified, &fact);
        return r;
}

int jws_verify(Arena *arena, const JwsKey *key, const char *typ, const char *jws,
               const char **ret_claims) {
        uint8_t signature[SIGNATURE_MAX];
        size_t signature_len, claims_len;
        JsonValue object;
        JwsHeader header;
        JwsParts parts;
        int r;

        if (!jws_split(jws, &parts) || !header_read(&parts, &header) ||
            !str_eq(header.alg, key_alg_name(key->alg)) ||
            !text_agrees(header.has_kid, header.kid, key->kid) ||
            !text_agrees(header.has_typ, header.typ, typ) ||
            base64url_decode(
                            parts.signature, parts.signature_len, signature, sizeof signature,
                            &signature_len) < 0)
                return IAM_E_TOKEN_INVALID;

        size_t signed_len = parts.header_len + 1 + parts.payload_len;
        r = signature_check_once(key, jws, signed_len, signature, signature_len);
        if (r != 0)
                return r;

        char *claims = arena_alloc(arena, parts.payload_len + 1); /* zeroed: ends with a NUL */
        if (claims == NULL)
                return -ENOMEM;
        if (base64url_decode(
                            parts.payload, parts.payload_len, claims, parts.payload_len,
                            &claims_len) < 0 ||
            json_check(claims, claims_len, &object, NULL) < 0 || object.type != JSON_OBJECT)
                return IAM_E_TOKEN_INVALID;
        *ret_claims = claims;
        return 0;
}
