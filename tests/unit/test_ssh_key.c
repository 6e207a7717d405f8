/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ssh_key.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/reason.h"
#include "tests/support/test.h"

/* Made by ssh-keygen. */
#define ED25519 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILeQrGgkdKf/Jv+v2oyV4mFzhQ1ZZE2KLCwGiBZsz23q"
#define ECDSA_256                                                                                  \
        "ecdsa-sha2-nistp256 "                                                                     \
        "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGSTQbSXydnnvdNSe3YpZAvt"             \
        "sBiAxN6ELeLS3Cj5jVDsmqkdEGKWQ1qbyDan25wRiHB3/WMXrb63z5VATXZFndw="
#define ECDSA_521                                                                                  \
        "ecdsa-sha2-nistp521 "                                                                     \
        "AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBABjJS1NlJ3Bt1gpelgpWjvO"             \
        "txh7CRsqj/CgdkqEBSxO0LE1tcGHcNTS9tY7o4bp2gtk3FrVKQbDJXDn1agjRrBSLQBLbfTe1Gqg"             \
        "7f3fHE6erh/t7u/X2GALlYCuS1uPCHqjqMVFt+TXl8hyS1AMW9NUlqml6zCnct2/NHmbgkDYjmL3"             \
        "UQ=="
#define RSA_2048                                                                                   \
        "ssh-rsa "                                                                                 \
        "AAAAB3NzaC1yc2EAAAADAQABAAABAQC5KOtgeMYd9zYU9lYa3kHdWgXiOmvB90z6pA0fhnfHxZrr"             \
        "jYbTJG+ieEp+lSdID5YNMfl9ZcuqRJ5Cxzz9KxMpsq8B33eDtq9uV5VjQyv6mwQi7EHBqyr318e6"             \
        "PTW6E+dsr7AKo8j8u9bm6vWx6VJ1k/ikbD82+lUSPVYtstGBN1rTDNWfnY3BmL21rZ+IGa9HFYU7"             \
        "QTX+p5cI8UKiILeXdkq7KaAszvazrOudMpopaxL17PjCAG2Px4GQsVB4o268ai/CwNXKoDUtTssF"             \
        "0l8phMvOm8TlQhCuLQvMv5ClkpsUgDBG4MKzuJhsEHAXWi9jSDQ9Uw0QIupCkP8A4ift"
#define RSA_3072                                                                                   \
        "ssh-rsa "                                                                                 \
        "AAAAB3NzaC1yc2EAAAADAQABAAABgQCqsaRj3fNVRGwbiw6PuQAeXevm2G2zzeNrLvA9AFqOrNvu"             \
        "wXyWoYkXx2gH8GUu2w79i6st/mEp0J9iTQDgHnBfwAkKvW6Eht1K4hQ6yDEab5tGXdFJRvy8mY6p"             \
        "d6jBAnn6Xq1bDHOKLoJ4/v9zBGJr55T2A64FDNyiswWik0X49F7kUlUiAgJTID96afHnEJ929raT"             \
        "XklLT24T51sfEfGsw/7WhFTOsYo1F6K+VpUqGjSNrrC1dS8AHfSFVFsxiDtvIO+yzxj8KGqPX/Iv"             \
        "L3Kyza8Uhu4NSWa9nO526f1JNNRam4fds8F4Yd0pERw4jit3iuX8SeWLzh2oCfUZVriS5FO1+FlT"             \
        "LMW2IB/MxDOew0wwQTl0x7ejDyu8NqbwbNSGrdytCjhBvcfHuHUj8kSytk/HSV2b3hMCk/QZumgw"             \
        "32qhDPLCpODegvnwUik2AagcfPfH9SfmfCLumo+gQktmpuO5GjcAT+TUDmNAlQGqnuaIGl+SVtiy"             \
        "AtjBDhlZCws="

static int parse(const char *line, SshKey *ret) {
        return ssh_key_parse(line, strlen(line), ret);
}

/* A blob put together from strings, as its line. */
typedef struct Made {
        Buf blob;
        Buf line;
} Made;

static void made_done(Made *made) {
        buf_done(&made->blob);
        buf_done(&made->line);
}

static void put_field(Made *made, const void *bytes, size_t len) {
        const uint8_t head[4] = { (uint8_t) (len >> 24), (uint8_t) (len >> 16),
                                  (uint8_t) (len >> 8), (uint8_t) len };

        buf_put(&made->blob, head, sizeof(head));
        buf_put(&made->blob, bytes, len);
}

static void put_text(Made *made, const char *text) {
        put_field(made, text, strlen(text));
}

static int parse_made(Made *made, const char *word) {
        static char text[BASE64_SIZE(8192)];
        SshKey key;

        ASSERT_OK(buf_error(&made->blob));
        (void) base64_encode(made->blob.bytes, made->blob.len, text);
        buf_clear(&made->line);
        buf_printf(&made->line, "%s %s", word, text);
        ASSERT_OK(buf_error(&made->line));
        return parse(made->line.bytes, &key);
}

#define MADE                                                                                       \
        { .blob = BUF_INIT(8192), .line = BUF_INIT(16384) }

TEST(keys_of_every_kind_are_read_with_their_comment) {
        static const struct {
                const char *line;
                SshKeyType type;
                const char *comment;
        } cases[] = {
                { ED25519, SSH_KEY_ED25519, "" },
                { ED25519 " alice@laptop\n", SSH_KEY_ED25519, "alice@laptop" },
                { ED25519 "  two words \r\n", SSH_KEY_ED25519, "two words" },
                { ECDSA_256 " x", SSH_KEY_ECDSA_256, "x" },
                { ECDSA_521, SSH_KEY_ECDSA_521, "" },
                { RSA_3072 " \xc3\xa9", SSH_KEY_RSA, "\xc3\xa9" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                SshKey key;

                ASSERT_OK(parse(cases[i].line, &key));
                ASSERT_EQ(key.type, cases[i].type);
                ASSERT_EQ(key.comment_len, strlen(cases[i].comment));
                ASSERT_EQ(memcmp(key.comment, cases[i].comment, key.comment_len), 0);
        }
}

TEST(weak_kinds_and_lengths_are_told_from_what_is_no_key) {
        SshKey key;

        ASSERT_CODE(parse(RSA_2048 " old", &key), IAM_E_WEAK_KEY);
        ASSERT_CODE(parse("ssh-dss AAAAB3NzaC1kc3MAAACBAP old", &key), IAM_E_WEAK_KEY);
}

TEST(a_line_that_says_more_than_one_key_is_refused) {
        static const char *const bad[] = {
                "",
                "\n",
                "ssh-ed25519",
                "ssh-ed25519 ",
                "ssh-ed25519 AAAA",
                " " ED25519,
                "# " ED25519,
                "command=\"sh\" " ED25519,
                "verify-required " ED25519,
                ED25519 "\n" ED25519 "\n",
                ED25519 "\n\n",
                ED25519 " a\nb",
                ED25519 " a\tb",
                ED25519 " a\x7f",
                ED25519 " \xc2\x9b",
                ED25519 " \xff",
                ED25519 "A",
                ED25519 "=",
                "ssh-ed25519-cert-v01@openssh.com AAAA",
                "SSH-ED25519 AAAA",
                "ssh-rsa" ED25519,
        };

        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                SshKey key;

                if (parse(bad[i], &key) != IAM_E_BAD_KEY)
                        fail_msg("\"%s\" was read", bad[i]);
        }
}

TEST(the_word_in_front_must_be_what_the_key_says_of_itself) {
        const char *base64 = strchr(ECDSA_256, ' ');
        char line[1024] = "sk-ecdsa-sha2-nistp256@openssh.com";
        SshKey key;

        strcat(line, base64);
        ASSERT_CODE(parse(line, &key), IAM_E_BAD_KEY);
}

TEST(a_security_key_names_its_application) {
        static const uint8_t point[32] = { 1 };
        static const struct {
                const char *application;
                int r;
        } cases[] = {
                { "ssh:", 0 },
                { "ssh:work", 0 },
                { "", IAM_E_BAD_KEY },
                { "https://id.example.org", IAM_E_BAD_KEY },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                CLEANUP(made_done) Made made = MADE;

                put_text(&made, "sk-ssh-ed25519@openssh.com");
                put_field(&made, point, sizeof(point));
                put_text(&made, cases[i].application);
                ASSERT_CODE(parse_made(&made, "sk-ssh-ed25519@openssh.com"), cases[i].r);
        }
        ASSERT_TRUE(ssh_key_is_hardware(SSH_KEY_SK_ED25519));
        ASSERT_FALSE(ssh_key_is_hardware(SSH_KEY_ED25519));
}

TEST(lengths_that_lie_and_bytes_left_over_are_refused) {
        static const uint8_t point[33] = { 1 };
        static const uint8_t huge[4] = { 0xff, 0xff, 0xff, 0xff };

        for (size_t len = 0; len <= sizeof(point); len++) {
                CLEANUP(made_done) Made made = MADE;

                put_text(&made, "ssh-ed25519");
                put_field(&made, point, len);
                ASSERT_CODE(parse_made(&made, "ssh-ed25519"), len == 32 ? 0 : IAM_E_BAD_KEY);
                buf_put_char(&made.blob, 'x');
                ASSERT_CODE(parse_made(&made, "ssh-ed25519"), IAM_E_BAD_KEY);
        }
        CLEANUP(made_done) Made made = MADE;
        put_text(&made, "ssh-ed25519");
        buf_put(&made.blob, huge, sizeof(huge));
        ASSERT_CODE(parse_made(&made, "ssh-ed25519"), IAM_E_BAD_KEY);
}

static int rsa(const void *e, size_t e_len, size_t bits, bool odd) {
        CLEANUP(made_done) Made made = MADE;
        uint8_t modulus[2200] = {};
        size_t len = bits / 8;

        /* The highest bit is set, so that a zero stands in front. */
        modulus[1] = 0x80;
        modulus[len] = odd;
        put_text(&made, "ssh-rsa");
        put_field(&made, e, e_len);
        put_field(&made, modulus, len + 1);
        return parse_made(&made, "ssh-rsa");
}

TEST(rsa_needs_3072_bits_and_a_fit_exponent) {
        static const uint8_t f4[] = { 1, 0, 1 };
        static const uint8_t three[] = { 3 };
        static const uint8_t even[] = { 1, 0, 2 };
        static const uint8_t padded[] = { 0, 1, 0, 1 };
        static const uint8_t negative[] = { 0x81, 0, 1 };

        ASSERT_OK(rsa(f4, sizeof(f4), 3072, true));
        ASSERT_OK(rsa(f4, sizeof(f4), 16384, true));
        ASSERT_CODE(rsa(f4, sizeof(f4), 3064, true), IAM_E_WEAK_KEY);
        ASSERT_CODE(rsa(three, sizeof(three), 4096, true), IAM_E_WEAK_KEY);
        ASSERT_CODE(rsa(f4, sizeof(f4), 16392, true), IAM_E_BAD_KEY);
        ASSERT_CODE(rsa(f4, sizeof(f4), 3072, false), IAM_E_BAD_KEY);
        ASSERT_CODE(rsa(even, sizeof(even), 3072, true), IAM_E_BAD_KEY);
        ASSERT_CODE(rsa(padded, sizeof(padded), 3072, true), IAM_E_BAD_KEY);
        ASSERT_CODE(rsa(negative, sizeof(negative), 3072, true), IAM_E_BAD_KEY);
        ASSERT_CODE(rsa("", 0, 3072, true), IAM_E_BAD_KEY);
}

TEST(a_fingerprint_is_43_characters_behind_the_name_of_its_hash) {
        static const uint8_t zeros[32] = {};
        char text[SSH_FINGERPRINT_SIZE];

        ssh_fingerprint_format(zeros, text);
        ASSERT_STREQ(text, "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        ASSERT_TRUE(ssh_fingerprint_is_sound(text));
        ASSERT_FALSE(ssh_fingerprint_is_sound("MD5:00:11"));
        ASSERT_FALSE(ssh_fingerprint_is_sound(""));
        ASSERT_FALSE(ssh_fingerprint_is_sound(
                        "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"));
        text[20] = ' ';
        ASSERT_FALSE(ssh_fingerprint_is_sound(text));
}

TEST(the_key_that_sshd_took_is_found_among_its_methods) {
        static const struct {
                const char *methods, *key; /* NULL: none */
        } cases[] = {
                { "", NULL },
                { "\n\n", NULL },
                { "password", NULL },
                { "publickey", NULL },
                { "publickey ", NULL },
                { "publickey \n", NULL },
                { "hostbased sk-x", NULL },
                { " publickey a b", NULL },
                { "publickey a b", "a b" },
                { "publickey a b\n", "a b" },
                { "password\npublickey a b\npublickey c d\n", "a b" },
                { "publickey a b\npublickey sk-c d", "sk-c d" },
                { "publickey sk-a b\npublickey sk-c d", "sk-a b" },
        };
        char key[SSH_KEY_TEXT_MAX + 1];
        char line[SSH_KEY_TEXT_MAX + 32] = "publickey ";

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                ASSERT_EQ(ssh_key_of_methods(cases[i].methods, key), cases[i].key != NULL);
                if (cases[i].key != NULL)
                        ASSERT_STREQ(key, cases[i].key);
        }
        memset(line + 10, 'x', SSH_KEY_TEXT_MAX);
        ASSERT_TRUE(ssh_key_of_methods(line, key));
        line[10 + SSH_KEY_TEXT_MAX] = 'x';
        ASSERT_FALSE(ssh_key_of_methods(line, key));
}
