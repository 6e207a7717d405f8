/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ssh_key.h"

#include <string.h>

#include "base/encode.h"
#include "base/reason.h"
#include "base/str.h"

#define FINGERPRINT_PREFIX "SHA256:"
#define RSA_EXPONENT_MIN 65537
#define RSA_EXPONENT_BYTES 8
#define APPLICATION_PREFIX "ssh:"
#define APPLICATION_MAX 255

/* What is left of a blob. */
typedef struct Blob {
        const uint8_t *at;
        size_t left;
} Blob;

typedef struct Field {
        const uint8_t *bytes;
        size_t len;
} Field;

typedef struct Kind {
        const char *name;
        bool is_hardware;
        const char *curve; /* ECDSA */
        size_t point; /* bytes of the public point */
        int (*check)(const struct Kind *kind, Blob *blob);
} Kind;

/* RFC 4251 section 5: a length of four bytes, then as many bytes. */
static bool field_take(Blob *blob, Field *ret) {
        size_t len;

        if (blob->left < 4)
                return false;
        len = (size_t) blob->at[0] << 24 | (size_t) blob->at[1] << 16 | (size_t) blob->at[2] << 8 |
              blob->at[3];
        if (len > blob->left - 4)
                return false;
        *ret = (Field){ .bytes = blob->at + 4, .len = len };
        blob->at += 4 + len;
        blob->left -= 4 + len;
        return true;
}

static bool field_is(const Field *field, const char *text) {
        return field->len == strlen(text) && memcmp(field->bytes, text, field->len) == 0;
}

/* Positive, odd and written the one way there is (RFC 4251 section 5, mpint). */
static bool number_take(Blob *blob, Field *ret) {
        if (!field_take(blob, ret) || ret->len == 0 || (ret->bytes[0] & 0x80) != 0)
                return false;
        if (ret->bytes[0] == 0) {
                if (ret->len == 1 || (ret->bytes[1] & 0x80) == 0)
                        return false;
                ret->bytes++;
                ret->len--;
        }
        return (ret->bytes[ret->len - 1] & 1) != 0;
}

static size_t number_bits(const Field *number) {
        size_t bits = number->len * 8;

        for (unsigned top = number->bytes[0]; (top & 0x80) == 0; top <<= 1)
                bits--;
        return bits;
}

static int check_rsa(const Kind *kind, Blob *blob) {
        Field exponent, modulus;
        uint64_t e = 0;

        (void) kind;
        if (!number_take(blob, &exponent) || !number_take(blob, &modulus) ||
            exponent.len > RSA_EXPONENT_BYTES)
                return IAM_E_BAD_KEY;
        for (size_t i = 0; i < exponent.len; i++)
                e = e << 8 | exponent.bytes[i];
        if (number_bits(&modulus) > SSH_KEY_RSA_BITS_MAX)
                return IAM_E_BAD_KEY;
        return e < RSA_EXPONENT_MIN || number_bits(&modulus) < SSH_KEY_RSA_BITS_MIN ? IAM_E_WEAK_KEY
                                                                                    : 0;
}

/* Whom the security key signs for. */
static int check_application(Blob *blob) {
        Field application;

        if (!field_take(blob, &application) || application.len < strlen(APPLICATION_PREFIX) ||
            application.len > APPLICATION_MAX ||
            memcmp(application.bytes, APPLICATION_PREFIX, strlen(APPLICATION_PREFIX)) != 0 ||
            memchr(application.bytes, '\0', application.len) != NULL)
                return IAM_E_BAD_KEY;
        return 0;
}

static int check_ed25519(const Kind *kind, Blob *blob) {
        Field point;

        if (!field_take(blob, &point) || point.len != kind->point)
                return IAM_E_BAD_KEY;
        return kind->is_hardware ? check_application(blob) : 0;
}

/* Uncompressed points only, as OpenSSH writes them. */
static int check_ecdsa(const Kind *kind, Blob *blob) {
        Field curve, point;

        if (!field_take(blob, &curve) || !field_is(&curve, kind->curve) ||
            !field_take(blob, &point) || point.len != kind->point || point.bytes[0] != 4)
                return IAM_E_BAD_KEY;
        return kind->is_hardware ? check_application(blob) : 0;
}

/* clang-format off */
static const Kind kinds[_SSH_KEY_MAX] = {
        [SSH_KEY_ED25519]    = { "ssh-ed25519", false, NULL, 32, check_ed25519 },
        [SSH_KEY_ECDSA_256]  = { "ecdsa-sha2-nistp256", false, "nistp256", 65, check_ecdsa },
        [SSH_KEY_ECDSA_384]  = { "ecdsa-sha2-nistp384", false, "nistp384", 97, check_ecdsa },
        [SSH_KEY_ECDSA_521]  = { "ecdsa-sha2-nistp521", false, "nistp521", 133, check_ecdsa },
        [SSH_KEY_RSA]        = { "ssh-rsa", false, NULL, 0, check_rsa },
        [SSH_KEY_SK_ED25519] = { "sk-ssh-ed25519@openssh.com", true, NULL, 32, check_ed25519 },
        [SSH_KEY_SK_ECDSA]   = { "sk-ecdsa-sha2-nistp256@openssh.com", true, "nistp256", 65,
                                 check_ecdsa },
};
/* clang-format on */

const char *ssh_key_type_name(SshKeyType type) {
        assert(type >= 0 && type < _SSH_KEY_MAX);
        return kinds[type].name;
}

bool ssh_key_is_hardware(SshKeyType type) {
        assert(type >= 0 && type < _SSH_KEY_MAX);
        return kinds[type].is_hardware;
}

static bool word_is(const char *word, size_t len, const char *name) {
        return len == strlen(name) && memcmp(word, name, len) == 0;
}

static int type_find(const char *word, size_t len, SshKeyType *ret) {
        for (SshKeyType type = 0; type < _SSH_KEY_MAX; type++)
                if (word_is(word, len, kinds[type].name)) {
                        *ret = type;
                        return 0;
                }
        return word_is(word, len, "ssh-dss") ? IAM_E_WEAK_KEY : IAM_E_BAD_KEY;
}

/* Up to the next blank; the blanks behind are passed over. */
static size_t word_take(const char **at, const char *end, const char **ret) {
        const char *start = *at;

        while (*at < end && **at != ' ')
                (*at)++;
        *ret = start;
        size_t len = (size_t) (*at - start);
        while (*at < end && **at == ' ')
                (*at)++;
        return len;
}

static bool comment_is_sound(const char *text, size_t len) {
        for (size_t i = 0; i < len; i++) {
                uint8_t c = (uint8_t) text[i];
                bool is_c1 = c == 0xc2 && i + 1 < len && (uint8_t) text[i + 1] < 0xa0;

                if (c < 0x20 || c == 0x7f || is_c1)
                        return false;
        }
        return len <= SSH_KEY_COMMENT_MAX && str_is_utf8(text, len);
}

static int blob_check(const Kind *kind, const uint8_t *bytes, size_t len) {
        Blob blob = { .at = bytes, .left = len };
        Field name;
        int r;

        /* The word in front of it must not say another kind than the key itself. */
        if (!field_take(&blob, &name) || !field_is(&name, kind->name))
                return IAM_E_BAD_KEY;
        r = kind->check(kind, &blob);
        if (r == 0 && blob.left > 0)
                return IAM_E_BAD_KEY;
        return r;
}

int ssh_key_parse(const char *line, size_t len, SshKey *ret) {
        SshKey key = {};
        const char *at = line;
        const char *end, *word;
        size_t n;
        int r;

        if (len > 0 && line[len - 1] == '\n')
                len--;
        if (len > 0 && line[len - 1] == '\r')
                len--;
        if (len > SSH_KEY_LINE_MAX)
                return IAM_E_BAD_KEY;
        end = line + len;
        n = word_take(&at, end, &word);
        r = type_find(word, n, &key.type);
        if (r != 0)
                return r;
        key.base64_len = word_take(&at, end, &key.base64);
        key.comment = at;
        key.comment_len = (size_t) (end - at);
        while (key.comment_len > 0 && at[key.comment_len - 1] == ' ')
                key.comment_len--;
        if (!comment_is_sound(key.comment, key.comment_len) ||
            base64_decode(key.base64, key.base64_len, key.blob, sizeof(key.blob), &key.len) < 0)
                return IAM_E_BAD_KEY;
        r = blob_check(&kinds[key.type], key.blob, key.len);
        if (r == 0)
                *ret = key;
        return r;
}

bool ssh_key_of_methods(const char *methods, char ret[SSH_KEY_TEXT_MAX + 1]) {
        static const char *const beginnings[] = { "publickey sk-", "publickey " };
        const size_t behind = strlen("publickey ");

        for (size_t i = 0; i < ELEMENTSOF(beginnings); i++) {
                const char *line = methods;

                while (*line != '\0') {
                        const char *end = strchrnul(line, '\n');
                        size_t len = (size_t) (end - line);

                        if (str_starts_with(line, beginnings[i]) && len > behind &&
                            len - behind <= SSH_KEY_TEXT_MAX) {
                                memcpy(ret, line + behind, len - behind);
                                ret[len - behind] = '\0';
                                return true;
                        }
                        line = *end == '\0' ? end : end + 1;
                }
        }
        return false;
}

void ssh_fingerprint_format(const uint8_t sha256[32], char ret[SSH_FINGERPRINT_SIZE]) {
        char text[BASE64_SIZE(32)];

        (void) base64_encode(sha256, 32, text);
        memcpy(ret, FINGERPRINT_PREFIX, strlen(FINGERPRINT_PREFIX));
        memcpy(ret + strlen(FINGERPRINT_PREFIX), text, 43);
        ret[SSH_FINGERPRINT_SIZE - 1] = '\0';
}

bool ssh_fingerprint_is_sound(const char *text) {
        char padded[45];
        uint8_t bytes[32];
        size_t len;

        if (!str_starts_with(text, FINGERPRINT_PREFIX) || strlen(text) != SSH_FINGERPRINT_SIZE - 1)
                return false;
        memcpy(padded, text + strlen(FINGERPRINT_PREFIX), 43);
        padded[43] = '=';
        return base64_decode(padded, 44, bytes, sizeof(bytes), &len) == 0 && len == sizeof(bytes);
}
