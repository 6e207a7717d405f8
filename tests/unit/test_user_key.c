/* SPDX-License-Identifier: Apache-2.0 */
/* SSH keys of users: who may have which, and what hosts are told. */
#include "base/encode.h"
#include "base/ssh_key.h"
#include "daemon/app/user_key.h"
#include "tests/support/admin.h"

#define ED25519 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILeQrGgkdKf/Jv+v2oyV4mFzhQ1ZZE2KLCwGiBZsz23q"
#define RSA_2048                                                                                   \
        "ssh-rsa "                                                                                 \
        "AAAAB3NzaC1yc2EAAAADAQABAAABAQC5KOtgeMYd9zYU9lYa3kHdWgXiOmvB90z6pA0fhnfHxZrr"             \
        "jYbTJG+ieEp+lSdID5YNMfl9ZcuqRJ5Cxzz9KxMpsq8B33eDtq9uV5VjQyv6mwQi7EHBqyr318e6"             \
        "PTW6E+dsr7AKo8j8u9bm6vWx6VJ1k/ikbD82+lUSPVYtstGBN1rTDNWfnY3BmL21rZ+IGa9HFYU7"             \
        "QTX+p5cI8UKiILeXdkq7KaAszvazrOudMpopaxL17PjCAG2Px4GQsVB4o268ai/CwNXKoDUtTssF"             \
        "0l8phMvOm8TlQhCuLQvMv5ClkpsUgDBG4MKzuJhsEHAXWi9jSDQ9Uw0QIupCkP8A4ift"
#define SK "sk-ssh-ed25519@openssh.com " SK_BASE64
#define SK_BASE64                                                                                  \
        "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB" \
        "AAAABHNzaDo="
#define ADD(user, key) "{\"name\":\"" user "\",\"key\":\"" key "\"}"

static void with_people(Admin *a) {
        admin_init(a);
        world_app(a->world)->config.host_realm = "demo";
        admin_do(a, "user create", "{\"name\":\"alice\"}");
        admin_do(a, "user create", "{\"name\":\"bob\"}");
}

static UserKeyList keys_of(Admin *a, const char *name, const char *fingerprint) {
        UserKeyList keys;

        ASSERT_OK(app_user_keys(world_app(a->world), &a->arena, name, fingerprint, &keys));
        return keys;
}

TEST(a_key_that_was_added_is_listed_and_handed_to_hosts_until_it_is_removed) {
        CLEANUP(admin_done) Admin a;
        const char *fingerprint;
        UserKeyList keys;
        char json[256];

        with_people(&a);
        admin_do(&a, "user key add", ADD("alice", ED25519 " alice@laptop"));
        fingerprint = admin_text(&a, "fingerprint");
        ASSERT_TRUE(ssh_fingerprint_is_sound(fingerprint));
        ASSERT_STREQ(admin_text(&a, "label"), "alice@laptop");
        ASSERT_HAS(admin_do(&a, "user key list", "{\"name\":\"alice\"}"), fingerprint);
        ASSERT_LACKS(admin_do(&a, "user key list", "{\"name\":\"bob\"}"), fingerprint);

        keys = keys_of(&a, "alice", NULL);
        ASSERT_EQ(keys.n, 1);
        ASSERT_STREQ(keys.items[0].type, "ssh-ed25519");
        ASSERT_FALSE(keys.items[0].verify_required);
        ASSERT_EQ(keys_of(&a, "alice", fingerprint).n, 1);
        ASSERT_EQ(keys_of(&a, "bob", fingerprint).n, 0);
        ASSERT_EQ(keys_of(&a, "nobody-here", fingerprint).n, 0);

        (void) snprintf(json, sizeof(json), "{\"name\":\"bob\",\"fingerprint\":\"%s\"}",
                        fingerprint);
        ASSERT_REFUSED(&a, "user key remove", json, IAM_E_NOT_FOUND, "fingerprint");
        (void) snprintf(json, sizeof(json), "{\"name\":\"alice\",\"fingerprint\":\"%s\"}",
                        fingerprint);
        admin_do(&a, "user key remove", json);
        ASSERT_EQ(keys_of(&a, "alice", NULL).n, 0);
        ASSERT_HAS(admin_do(&a, "audit list", "{}"), "user-key.removed");
        ASSERT_HAS(a.reply, fingerprint);
}

TEST(a_key_belongs_to_one_user_of_a_realm) {
        CLEANUP(admin_done) Admin a;

        with_people(&a);
        admin_do(&a, "user key add", ADD("alice", ED25519));
        ASSERT_REFUSED(&a, "user key add", ADD("bob", ED25519 " other comment"), IAM_E_EXISTS,
                       "key");
        admin_do(&a, "user delete", "{\"name\":\"alice\"}");
        admin_do(&a, "user key add", ADD("bob", ED25519));
        admin_do(&a, "realm create", "{\"name\":\"other\"}");
        admin_do(&a, "user create", "{\"name\":\"bob\",\"realm\":\"other\"}");
        admin_do(&a, "user key add",
                 "{\"name\":\"bob\",\"realm\":\"other\",\"key\":\"" ED25519 "\"}");
}

TEST(weak_keys_and_what_is_none_are_refused_by_reason) {
        CLEANUP(admin_done) Admin a;

        with_people(&a);
        ASSERT_REFUSED(&a, "user key add", ADD("alice", RSA_2048), IAM_E_WEAK_KEY, "key");
        ASSERT_REFUSED(&a, "user key add", ADD("alice", "hello"), IAM_E_BAD_KEY, "key");
        ASSERT_REFUSED(&a, "user key add",
                       "{\"name\":\"alice\",\"key\":\"" ED25519 "\",\"verifyRequired\":true}",
                       IAM_E_INVALID, "verifyRequired");
        ASSERT_REFUSED(&a, "user key add",
                       "{\"name\":\"alice\",\"key\":\"" ED25519 "\",\"label\":\"a\\nb\"}",
                       IAM_E_INVALID, "label");
        admin_do(&a, "user key add",
                 "{\"name\":\"alice\",\"key\":\"" SK "\",\"verifyRequired\":true}");
        ASSERT_TRUE(keys_of(&a, "alice", NULL).items[0].verify_required);
}

TEST(who_is_disabled_or_not_of_this_host_has_no_keys) {
        CLEANUP(admin_done) Admin a;

        with_people(&a);
        admin_do(&a, "user key add", ADD("alice", ED25519));
        admin_do(&a, "user disable", "{\"name\":\"alice\"}");
        ASSERT_EQ(keys_of(&a, "alice", NULL).n, 0);
        admin_do(&a, "user enable", "{\"name\":\"alice\"}");
        ASSERT_EQ(keys_of(&a, "alice", NULL).n, 1);
        ASSERT_EQ(keys_of(&a, "alice@demo", NULL).n, 0);
        admin_do(&a, "user set", "{\"name\":\"alice\",\"posix\":false}");
        ASSERT_EQ(keys_of(&a, "alice", NULL).n, 0);
}

TEST(a_user_has_a_greatest_number_of_keys) {
        CLEANUP(admin_done) Admin a;
        char json[256];

        with_people(&a);
        for (int i = 0; i <= USER_KEYS_MAX; i++) {
                uint8_t blob[51] = "\0\0\0\x0bssh-ed25519\0\0\0\x20";
                char base64[BASE64_SIZE(sizeof(blob))];

                blob[20] = (uint8_t) (i + 1);
                (void) base64_encode(blob, sizeof(blob), base64);
                (void) snprintf(json, sizeof(json),
                                "{\"name\":\"alice\",\"key\":\"ssh-ed25519 %s\"}", base64);
                if (i < USER_KEYS_MAX)
                        admin_do(&a, "user key add", json);
                else
                        ASSERT_REFUSED(&a, "user key add", json, IAM_E_LIMIT, "key");
        }
}
