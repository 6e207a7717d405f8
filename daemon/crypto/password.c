/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/crypto/password.h"

#include <argon2.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/reason.h"
#include "base/secret_bytes.h"
#include "base/str.h"
#include "daemon/crypto/hash_arena.h"
#include "daemon/crypto/ossl.h"

#define SALT_SIZE 16
#define HASH_SIZE 32
#define FIELD_SIZE_MIN 8 /* bytes of a salt or hash that we accept from a stored string */
#define FIELD_SIZE_MAX 64
#define PHC_PREFIX "$argon2id$v=19$"

/* A PHC string, read. */
typedef struct Phc {
        PasswordCost cost;
        char keyid[KEK_ID_SIZE]; /* empty: no pepper */
        uint8_t salt[FIELD_SIZE_MAX];
        size_t salt_len;
        uint8_t hash[FIELD_SIZE_MAX];
        size_t hash_len;
} Phc;

static void phc_clear(Phc *phc) {
        explicit_bzero(phc, sizeof *phc);
}

bool password_cost_is_acceptable(const PasswordCost *cost) {
        return cost->lanes >= 1 && cost->lanes <= PASSWORD_LANES_MAX && cost->passes >= 1 &&
               cost->passes <= PASSWORD_PASSES_MAX && cost->memory_kib >= 8 * cost->lanes &&
               cost->memory_kib <= PASSWORD_MEMORY_KIB_MAX;
}

/* PHC writes base64 without padding. */
static int phc_put_field(Buf *buf, const uint8_t *bytes, size_t len) {
        char text[BASE64_SIZE(FIELD_SIZE_MAX)];
        size_t n = base64_encode(bytes, len, text);

        while (n > 0 && text[n - 1] == '=')
                n--;
        buf_put_char(buf, '$');
        buf_put(buf, text, n);
        explicit_bzero(text, sizeof text);
        return buf_error(buf);
}

static int phc_write(const Phc *phc, char ret_text[PHC_MAX + 1]) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(PHC_MAX);
        int r;

        buf_printf(&buf, PHC_PREFIX "m=%u,t=%u,p=%u", phc->cost.memory_kib, phc->cost.passes,
                   phc->cost.lanes);
        if (phc->keyid[0] != '\0')
                buf_printf(&buf, ",keyid=%s", phc->keyid);
        r = phc_put_field(&buf, phc->salt, phc->salt_len);
        if (r < 0)
                return r;
        r = phc_put_field(&buf, phc->hash, phc->hash_len);
        if (r < 0)
                return r;
        memcpy(ret_text, buf.bytes, buf.len + 1);
        return 0;
}

/* "m=19456": steps over name, digits without a leading zero.  -EINVAL. */
static int phc_read_number(const char **at, const char *name, uint32_t *ret) {
        char digits[11];
        size_t n;

        if (!str_starts_with(*at, name))
                return -EINVAL;
        const char *text = *at + strlen(name);
        n = strspn(text, "0123456789");
        if (n == 0 || n >= sizeof digits || text[0] == '0')
                return -EINVAL;
        memcpy(digits, text, n);
        digits[n] = '\0';
        if (str_to_u32(digits, ret) < 0)
                return -EINVAL;
        *at = text + n;
        return 0;
}

static int phc_read_field(const char **at, uint8_t ret[FIELD_SIZE_MAX], size_t *ret_len) {
        char padded[BASE64_SIZE(FIELD_SIZE_MAX) + 4];
        int r;

        if (**at != '$')
                return -EINVAL;
        const char *text = *at + 1;
        size_t n = strcspn(text, "$");
        if (n > BASE64_SIZE(FIELD_SIZE_MAX) || memchr(text, '=', n) != NULL)
                return -EINVAL;
        memcpy(padded, text, n);
        *at = text + n;
        while (n % 4 != 0)
                padded[n++] = '=';
        r = base64_decode(padded, n, ret, FIELD_SIZE_MAX, ret_len);
        if (r < 0 || *ret_len < FIELD_SIZE_MIN)
                return -EINVAL;
        return 0;
}

/* The one form we write; anything else, foreign schemes included, is refused by its prefix. */
static int phc_read(const char *text, Phc *ret) {
        const char *at = text;

        if (strnlen(text, PHC_MAX + 1) > PHC_MAX || !str_starts_with(text, PHC_PREFIX))
                return -EINVAL;
        at += strlen(PHC_PREFIX);
        if (phc_read_number(&at, "m=", &ret->cost.memory_kib) < 0 ||
            phc_read_number(&at, ",t=", &ret->cost.passes) < 0 ||
            phc_read_number(&at, ",p=", &ret->cost.lanes) < 0 ||
            !password_cost_is_acceptable(&ret->cost))
                return -EINVAL;

        ret->keyid[0] = '\0';
        if (str_starts_with(at, ",keyid=")) {
                at += strlen(",keyid=");
                size_t n = strcspn(at, "$");
                if (n != KEK_ID_SIZE - 1)
                        return -EINVAL;
                memcpy(ret->keyid, at, n);
                ret->keyid[n] = '\0';
                at += n;
        }
        if (phc_read_field(&at, ret->salt, &ret->salt_len) < 0 ||
            phc_read_field(&at, ret->hash, &ret->hash_len) < 0 || *at != '\0')
                return -EINVAL;
        return 0;
}

/* Fills out from the cost and salt of phc.  libargon2 wipes the copies of password and pepper. */
static int
derive(const Phc *phc, const DerivedKey *pepper, const Secret *password, uint8_t *out,
       size_t out_len) {
        CLEANUP(secret_clear) Secret own = *password;
        CLEANUP(derived_key_clear) DerivedKey own_pepper = *pepper;
        uint8_t salt[FIELD_SIZE_MAX];
        bool is_peppered = phc->keyid[0] != '\0';

        memcpy(salt, phc->salt, phc->salt_len);
        argon2_context context = {
                .out = out,
                .outlen = (uint32_t) out_len,
                .pwd = secret_buffer(&own),
                .pwdlen = (uint32_t) own.len,
                .salt = salt,
                .saltlen = (uint32_t) phc->salt_len,
                .secret = is_peppered ? own_pepper.bytes : NULL,
                .secretlen = is_peppered ? sizeof own_pepper.bytes : 0,
                .t_cost = phc->cost.passes,
                .m_cost = phc->cost.memory_kib,
                .lanes = phc->cost.lanes,
                .threads = 1, /* the lane's own thread; the result is the same */
                .version = ARGON2_VERSION_13,
                .allocate_cbk = hash_arena_take,
                .free_cbk = hash_arena_give,
                .flags = ARGON2_FLAG_CLEAR_PASSWORD | ARGON2_FLAG_CLEAR_SECRET,
        };

        switch (argon2_ctx(&context, Argon2_id)) {
        case ARGON2_OK:
                return 0;
        case ARGON2_MEMORY_ALLOCATION_ERROR:
                return -ENOMEM;
        default: /* not an enum of ours: every other code means a broken call */
                return -EIO;
        }
}

static int phc_start(const PasswordHasher *hasher, Phc *ret) {
        *ret = (Phc){ .cost = hasher->cost, .salt_len = SALT_SIZE, .hash_len = HASH_SIZE };
        memcpy(ret->keyid, hasher->kek_id, KEK_ID_SIZE);
        if (RAND_bytes(ret->salt, SALT_SIZE) != 1)
                return ossl_error();
        return 0;
}

int password_hasher_init(PasswordHasher *hasher, const PasswordCost *cost, const Keyring *keyring) {
        CLEANUP(phc_clear) Phc mock = {};
        int r;

        if (!password_cost_is_acceptable(cost))
                return -EINVAL;
        *hasher = (PasswordHasher){
                .cost = *cost,
                .pepper = keyring_pepper(keyring),
                .kek_id = keyring_kek_id(keyring),
        };
        r = phc_start(hasher, &mock);
        if (r < 0)
                return r;
        if (RAND_bytes(mock.hash, HASH_SIZE) != 1)
                return ossl_error();
        return phc_write(&mock, hasher->mock);
}

int password_hash(
                const PasswordHasher *hasher, Arena *arena, const Secret *password,
                const char **ret_phc) {
        CLEANUP(phc_clear) Phc phc = {};
        char text[PHC_MAX + 1];
        int r;

        r = phc_start(hasher, &phc);
        if (r < 0)
                return r;
        r = derive(&phc, hasher->pepper, password, phc.hash, phc.hash_len);
        if (r < 0)
                return r;
        r = phc_write(&phc, text);
        if (r < 0)
                return r;
        char *copy = arena_strdup(arena, text);
        if (copy == NULL)
                return -ENOMEM;
        *ret_phc = copy;
        return 0;
}

int password_verify(
                const PasswordHasher *hasher, const char *phc_text, const Secret *password,
                bool *ret_rehash) {
        CLEANUP(phc_clear) Phc phc = {};
        uint8_t given[FIELD_SIZE_MAX];
        int r;

        r = phc_read(phc_text, &phc);
        if (r < 0)
                return r;
        if (phc.keyid[0] != '\0' && !str_eq(phc.keyid, hasher->kek_id))
                return -ENOKEY;

        r = derive(&phc, hasher->pepper, password, given, phc.hash_len);
        if (r < 0)
                return r;
        bool match = bytes_equal(given, phc.hash_len, phc.hash, phc.hash_len);
        explicit_bzero(given, sizeof given);
        if (!match)
                return IAM_E_WRONG_PASSWORD;

        *ret_rehash = phc.cost.memory_kib != hasher->cost.memory_kib ||
                      phc.cost.passes != hasher->cost.passes ||
                      phc.cost.lanes != hasher->cost.lanes || phc.keyid[0] == '\0' ||
                      phc.hash_len != HASH_SIZE;
        return 0;
}
