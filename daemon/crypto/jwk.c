/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/crypto/jwk.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/json.h"
#include "base/reason.h"
#include "base/str.h"
#include "daemon/crypto/digest.h"

#define COORDINATE_SIZE 32 /* P-256 */
#define NUMBER_MAX (RSA_BITS_MAX / 8)
#define EXPONENT_MAX 8 /* bytes; RFC 7518 sets no limit, dear exponents are an attack */

/* The two public numbers of a key by their JWK names, in the order RFC 7638 wants. */
typedef struct JwkShape {
        const char *kty;
        const char *crv; /* NULL: none */
        const char *first;
        const char *second;
        const char *first_param; /* OpenSSL's names */
        const char *second_param;
        size_t width; /* bytes of each number; 0: as many as it needs */
} JwkShape;

static const JwkShape shapes[_KEY_ALG_MAX] = {
        [KEY_ALG_ES256] = { .kty = "EC",
                            .crv = "P-256",
                            .first = "x",
                            .second = "y",
                            .first_param = OSSL_PKEY_PARAM_EC_PUB_X,
                            .second_param = OSSL_PKEY_PARAM_EC_PUB_Y,
                            .width = COORDINATE_SIZE },
        [KEY_ALG_RS256] = { .kty = "RSA",
                            .first = "e",
                            .second = "n",
                            .first_param = OSSL_PKEY_PARAM_RSA_E,
                            .second_param = OSSL_PKEY_PARAM_RSA_N },
};

typedef struct Number {
        uint8_t bytes[NUMBER_MAX];
        size_t len;
} Number;

typedef struct NumberText {
        char text[BASE64_SIZE(NUMBER_MAX)];
} NumberText;

int jwk_generate(KeyAlg alg, EVP_PKEY **ret) {
        EVP_PKEY *pkey = NULL;

        switch (alg) {
        case KEY_ALG_ES256:
                pkey = EVP_EC_gen("P-256");
                break;
        case KEY_ALG_RS256:
                pkey = EVP_RSA_gen(RSA_BITS_NEW);
                break;
        case SENTINELS(KEY_ALG):
                return -EINVAL;
        }
        if (pkey == NULL)
                return ossl_error();
        *ret = pkey;
        return 0;
}

static bool is_p256(const EVP_PKEY *pkey) {
        char group[32];
        size_t len = 0;

        return EVP_PKEY_is_a(pkey, "EC") == 1 &&
               EVP_PKEY_get_group_name(pkey, group, sizeof group, &len) == 1 &&
               str_eq(group, "prime256v1");
}

bool jwk_fits(const EVP_PKEY *pkey, KeyAlg alg) {
        switch (alg) {
        case KEY_ALG_ES256:
                return is_p256(pkey);
        case KEY_ALG_RS256:
                return EVP_PKEY_is_a(pkey, "RSA") == 1 && EVP_PKEY_get_bits(pkey) >= RSA_BITS_MIN &&
                       EVP_PKEY_get_bits(pkey) <= RSA_BITS_MAX;
        case SENTINELS(KEY_ALG):
                break;
        }
        return false;
}

static int number_text(const EVP_PKEY *pkey, const char *param, size_t width, NumberText *ret) {
        CLEANUP(bignum_freep) BIGNUM *number = NULL;
        Number out;

        if (EVP_PKEY_get_bn_param(pkey, param, &number) != 1)
                return ossl_error();
        int size = width > 0 ? (int) width : BN_num_bytes(number);
        if (size > NUMBER_MAX || BN_bn2binpad(number, out.bytes, size) != size)
                return -EINVAL;
        base64url_encode(out.bytes, (size_t) size, ret->text);
        return 0;
}

static int
jwk_numbers(const EVP_PKEY *pkey, KeyAlg alg, NumberText *ret_first, NumberText *ret_second) {
        const JwkShape *shape = &shapes[alg];
        int r;

        if (!jwk_fits(pkey, alg))
                return -EINVAL;
        r = number_text(pkey, shape->first_param, shape->width, ret_first);
        if (r < 0)
                return r;
        return number_text(pkey, shape->second_param, shape->width, ret_second);
}

int jwk_thumbprint(const EVP_PKEY *pkey, KeyAlg alg, char ret_kid[KID_SIZE]) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(JWK_MAX);
        JsonWriter w = JSON_WRITER(&buf);
        const JwkShape *shape = &shapes[alg];
        NumberText first, second;
        Sha256 hash;
        int r;

        r = jwk_numbers(pkey, alg, &first, &second);
        if (r < 0)
                return r;

        /* RFC 7638 section 3: the required members only, in lexicographic order, no white space.
         * "crv" < "kty" < "x" < "y", but "e" < "kty" < "n". */
        json_begin_object(&w);
        if (shape->crv != NULL) {
                json_put_str(&w, "crv", shape->crv);
                json_put_str(&w, "kty", shape->kty);
                json_put_str(&w, shape->first, first.text);
        } else {
                json_put_str(&w, shape->first, first.text);
                json_put_str(&w, "kty", shape->kty);
        }
        json_put_str(&w, shape->second, second.text);
        json_end_object(&w);
        r = buf_error(&buf);
        if (r < 0)
                return r;

        digest_sha256(buf.bytes, buf.len, &hash);
        base64url_encode(hash.bytes, sizeof hash.bytes, ret_kid);
        return 0;
}

int jwk_public_text(
                Arena *arena, const EVP_PKEY *pkey, KeyAlg alg, const char *kid,
                const char **ret_json) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(JWK_MAX);
        JsonWriter w = JSON_WRITER(&buf);
        const JwkShape *shape = &shapes[alg];
        NumberText first, second;
        int r;

        r = jwk_numbers(pkey, alg, &first, &second);
        if (r < 0)
                return r;
        json_begin_object(&w);
        json_put_str(&w, "kty", shape->kty);
        json_put_str(&w, "crv", shape->crv);
        json_put_str(&w, shape->first, first.text);
        json_put_str(&w, shape->second, second.text);
        json_put_str(&w, "kid", kid);
        json_put_str(&w, "alg", key_alg_name(alg));
        json_put_str(&w, "use", "sig");
        json_end_object(&w);
        return buf_copy(&buf, arena, ret_json);
}

/* Absent, or exactly this text. */
static bool member_agrees(const JsonValue *jwk, const char *name, const char *text) {
        JsonValue value;

        return json_member(jwk, name, &value) == 0 || json_str_eq(&value, text);
}

static bool has_private_part(const JsonValue *jwk) {
        static const char *const names[] = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" };
        JsonValue value;

        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                if (json_member(jwk, names[i], &value) != 0)
                        return true;
        return false;
}

static int member_number(const JsonValue *jwk, const char *name, Number *ret) {
        NumberText text;
        JsonValue value;
        size_t len;

        if (json_member(jwk, name, &value) == 0 ||
            json_get_str(&value, text.text, sizeof text.text, &len) < 0 ||
            base64url_decode(text.text, len, ret->bytes, sizeof ret->bytes, &ret->len) < 0)
                return IAM_E_INVALID;
        return ret->len > 0 ? 0 : IAM_E_INVALID;
}

static int pkey_from_params(const char *type, OSSL_PARAM *params, EVP_PKEY **ret) {
        CLEANUP(evp_pkey_ctx_freep)
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
        CLEANUP(evp_pkey_ctx_freep) EVP_PKEY_CTX *check = NULL;
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL;

        if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1)
                return ossl_error();
        if (EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
                return ossl_error() == -ENOMEM ? -ENOMEM : IAM_E_INVALID;
        check = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
        if (check == NULL)
                return ossl_error();
        if (EVP_PKEY_public_check(check) != 1)
                return ossl_error() == -ENOMEM ? -ENOMEM : IAM_E_INVALID;
        *ret = TAKE(pkey);
        return 0;
}

static int import_ec(const Number *x, const Number *y, EVP_PKEY **ret) {
        CLEANUP(ossl_param_bld_freep) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
        CLEANUP(ossl_param_freep) OSSL_PARAM *params = NULL;
        uint8_t point[1 + 2 * COORDINATE_SIZE] = { POINT_CONVERSION_UNCOMPRESSED };

        /* RFC 7518 section 6.2.1.2: full width, leading zeros kept. */
        if (x->len != COORDINATE_SIZE || y->len != COORDINATE_SIZE)
                return IAM_E_INVALID;
        memcpy(point + 1, x->bytes, COORDINATE_SIZE);
        memcpy(point + 1 + COORDINATE_SIZE, y->bytes, COORDINATE_SIZE);
        if (build == NULL ||
            OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
                            1 ||
            OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) !=
                            1)
                return ossl_error();
        params = OSSL_PARAM_BLD_to_param(build);
        if (params == NULL)
                return ossl_error();
        return pkey_from_params("EC", params, ret);
}

static int import_rsa(const Number *e, const Number *n, EVP_PKEY **ret) {
        CLEANUP(ossl_param_bld_freep) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
        CLEANUP(ossl_param_freep) OSSL_PARAM *params = NULL;
        CLEANUP(bignum_freep) BIGNUM *exponent = NULL, *modulus = NULL;

        /* RFC 7518 section 6.3.1.1: no leading zeros. */
        if (e->bytes[0] == 0 || n->bytes[0] == 0 || e->len > EXPONENT_MAX ||
            n->len < RSA_BITS_MIN / 8)
                return IAM_E_INVALID;
        exponent = BN_bin2bn(e->bytes, (int) e->len, NULL);
        modulus = BN_bin2bn(n->bytes, (int) n->len, NULL);
        if (build == NULL || exponent == NULL || modulus == NULL)
                return ossl_error();
        if (!BN_is_odd(exponent) || BN_is_one(exponent) || !BN_is_odd(modulus))
                return IAM_E_INVALID;
        if (OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
            OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent) != 1)
                return ossl_error();
        params = OSSL_PARAM_BLD_to_param(build);
        if (params == NULL)
                return ossl_error();
        return pkey_from_params("RSA", params, ret);
}

int jwk_import(const char *json, size_t len, KeyAlg alg, EVP_PKEY **ret) {
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL;
        const JwkShape *shape = &shapes[alg];
        Number first, second;
        JsonValue jwk, kty;
        int r;

        if (len > JWK_MAX || json_check(json, len, &jwk, NULL) < 0 || jwk.type != JSON_OBJECT)
                return IAM_E_INVALID;
        if (json_member(&jwk, "kty", &kty) == 0 || !json_str_eq(&kty, shape->kty) ||
            !member_agrees(&jwk, "alg", key_alg_name(alg)) || !member_agrees(&jwk, "use", "sig") ||
            has_private_part(&jwk))
                return IAM_E_INVALID;
        if (shape->crv != NULL &&
            (json_member(&jwk, "crv", &kty) == 0 || !json_str_eq(&kty, shape->crv)))
                return IAM_E_INVALID;
        r = member_number(&jwk, shape->first, &first);
        if (r != 0)
                return r;
        r = member_number(&jwk, shape->second, &second);
        if (r != 0)
                return r;

        r = alg == KEY_ALG_ES256 ? import_ec(&first, &second, &pkey)
                                 : import_rsa(&first, &second, &pkey);
        if (r != 0)
                return r;
        if (!jwk_fits(pkey, alg))
                return IAM_E_INVALID;
        *ret = TAKE(pkey);
        return 0;
}

int jwk_private_der(const EVP_PKEY *pkey, uint8_t **ret_der, size_t *ret_len) {
        CLEANUP(pkcs8_freep) PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
        uint8_t *der = NULL;

        int len = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
        if (len <= 0)
                return ossl_error();
        *ret_der = der;
        *ret_len = (size_t) len;
        return 0;
}

void jwk_der_free(uint8_t *der, size_t len) {
        OPENSSL_clear_free(der, len);
}

int jwk_from_private_der(const uint8_t *der, size_t len, KeyAlg alg, EVP_PKEY **ret) {
        CLEANUP(pkcs8_freep) PKCS8_PRIV_KEY_INFO *info = NULL;
        CLEANUP(evp_pkey_freep) EVP_PKEY *pkey = NULL;
        const uint8_t *at = der;

        info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long) len);
        if (info == NULL || at != der + len)
                return ossl_error() == -ENOMEM ? -ENOMEM : -EBADMSG;
        pkey = EVP_PKCS82PKEY(info);
        if (pkey == NULL)
                return ossl_error() == -ENOMEM ? -ENOMEM : -EBADMSG;
        if (!jwk_fits(pkey, alg))
                return -EBADMSG;
        *ret = TAKE(pkey);
        return 0;
}
