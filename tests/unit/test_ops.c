/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of the directory, one sentence each. */
#include "tests/support/admin.h"

TEST(setup_makes_master_and_a_first_realm_once) {
        CLEANUP(admin_done) Admin a = {};

        a.world = world_new();
        a.arena = (Arena) ARENA_INIT(64 << 20);
        a.caller = admin_root();
        ASSERT_REFUSED(&a, "user list", "{}", IAM_E_SETUP_REQUIRED, NULL);
        world_app(a.world)->config.host_realm = "demo";
        ASSERT_REFUSED(&a, "user list", "{}", IAM_E_SETUP_REQUIRED, NULL);
        ASSERT_REFUSED(&a, "realm create", "{\"name\":\"x\"}", IAM_E_SETUP_REQUIRED, NULL);
        ASSERT_HAS(admin_do(&a, "status", "{}"), "\"setupDone\":false");
        ASSERT_REFUSED(&a, "setup", "{\"realm\":\"De mo\"}", IAM_E_INVALID, "realm");
        ASSERT_REFUSED(&a, "setup", "{\"realm\":\"master\"}", IAM_E_INVALID, "realm");
        ASSERT_STREQ(admin_do(&a, "setup", "{\"realm\":\"demo\"}"),
                     "{\"realms\":[\"master\",\"demo\"]}");
        ASSERT_CODE(admin_try(&a, "setup", "{}"), IAM_E_EXISTS);
        ASSERT_HAS(admin_do(&a, "status", "{}"), "\"setupDone\":true");
        ASSERT_HAS(admin_do(&a, "key list", "{\"realm\":\"demo\"}"), "RS256");
        ASSERT_HAS(admin_do(&a, "key list", "{\"realm\":\"demo\"}"), "ES256");
}

TEST(the_only_realm_need_not_be_named_but_one_of_several_must) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"alice\"}");
        admin_do(&a, "realm create", "{\"name\":\"other\"}");
        ASSERT_REFUSED(&a, "user show", "{\"name\":\"alice\"}", IAM_E_MISSING, "realm");
        admin_do(&a, "user show", "{\"name\":\"alice\",\"realm\":\"demo\"}");
        ASSERT_REFUSED(&a, "user show", "{\"name\":\"alice\",\"realm\":\"other\"}", IAM_E_NOT_FOUND,
                       "name");
        ASSERT_REFUSED(&a, "user show", "{\"name\":\"alice\",\"realm\":\"nowhere\"}",
                       IAM_E_NOT_FOUND, "realm");
        world_app(a.world)->config.host_realm = "demo";
        admin_do(&a, "user show", "{\"name\":\"alice\"}");
}

TEST(a_new_user_gets_a_posix_identity_as_the_realm_says) {
        CLEANUP(admin_done) Admin a;
        const char *reply;

        admin_init(&a);
        reply =
                        admin_do(&a, "user create",
                                 "{\"name\":\"alice\",\"displayName\":\"Alice A\","
                                 "\"email\":\"Alice@Example.org\"}");
        ASSERT_HAS(reply, "\"uid\":65536");
        ASSERT_HAS(reply, "\"home\":\"/home/alice\"");
        ASSERT_HAS(reply, "\"shell\":\"/bin/bash\"");
        ASSERT_HAS(reply, "\"email\":\"Alice@Example.org\"");
        ASSERT_HAS(reply, "\"enabled\":true");
        ASSERT_LACKS(admin_do(&a, "user create", "{\"name\":\"bob\",\"posix\":false}"), "uid");
        ASSERT_HAS(admin_do(&a, "user set", "{\"name\":\"bob\",\"posix\":true}"), "\"uid\":65537");
        ASSERT_LACKS(admin_do(&a, "user set", "{\"name\":\"bob\",\"posix\":false}"), "uid");
        ASSERT_HAS(admin_do(&a, "user set", "{\"name\":\"bob\",\"posix\":true}"), "\"uid\":65538");
        ASSERT_REFUSED(&a, "user create",
                       "{\"name\":\"root2\",\"realm\":\"master\",\"posix\":true}", IAM_E_INVALID,
                       "posix");
        ASSERT_LACKS(admin_do(&a, "user create", "{\"name\":\"op\",\"realm\":\"master\"}"), "uid");
}

TEST(values_that_hosts_or_mail_could_not_bear_are_refused_by_name) {
        static const struct {
                const char *json, *field;
                int reason;
        } cases[] = {
                { "{\"name\":\"Alice\"}", "name", IAM_E_INVALID },
                { "{\"name\":\"root\"}", "name", IAM_E_INVALID },
                { "{\"name\":\"1234\"}", "name", IAM_E_INVALID },
                { "{\"name\":\"al\",\"displayName\":\"a:b\"}", "displayName", IAM_E_INVALID },
                { "{\"name\":\"al\",\"givenName\":\"a\\nb\"}", "givenName", IAM_E_INVALID },
                { "{\"name\":\"al\",\"home\":\"/home/../etc\"}", "home", IAM_E_INVALID },
                { "{\"name\":\"al\",\"home\":\"relative\"}", "home", IAM_E_INVALID },
                { "{\"name\":\"al\",\"shell\":\"/bin/a b:c\"}", "shell", IAM_E_INVALID },
                { "{\"name\":\"al\",\"email\":\"no address\"}", "email", IAM_E_INVALID },
                { "{\"name\":\"bob\"}", "name", IAM_E_EXISTS },
                { "{\"name\":\"al\",\"email\":\"BOB@example.org\"}", "email", IAM_E_EXISTS },
        };
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"bob\",\"email\":\"bob@example.org\"}");
        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ASSERT_REFUSED(&a, "user create", cases[i].json, cases[i].reason, cases[i].field);
}

TEST(given_values_replace_empty_ones_remove_and_absent_ones_stay) {
        CLEANUP(admin_done) Admin a;
        const char *reply;

        admin_init(&a);
        admin_do(&a, "user create",
                 "{\"name\":\"alice\",\"displayName\":\"A\",\"givenName\":\"B\","
                 "\"email\":\"a@example.org\",\"emailVerified\":true}");
        reply =
                        admin_do(&a, "user set",
                                 "{\"name\":\"alice\",\"givenName\":\"\",\"familyName\":\"C\"}");
        ASSERT_HAS(reply, "\"displayName\":\"A\"");
        ASSERT_LACKS(reply, "givenName");
        ASSERT_HAS(reply, "\"familyName\":\"C\"");
        ASSERT_HAS(reply, "\"emailVerified\":true");
        reply = admin_do(&a, "user set", "{\"name\":\"alice\",\"email\":\"b@example.org\"}");
        ASSERT_HAS(reply, "\"emailVerified\":false");
        ASSERT_REFUSED(&a, "user set", "{\"name\":\"alice\",\"home\":\"\"}", IAM_E_INVALID, "home");
}

static User stored_user(Admin *a, const char *name);

typedef struct Find {
        Admin *a;
        const char *name;
        User user;
        CredentialList credentials;
} Find;

static int find_user(Txn *txn, void *context) {
        Find *find = context;
        const StorePort *store = world_store(find->a->world);
        Realm realm;
        int r;

        r = store->realms->by_name(txn, "demo", &find->a->arena, &realm);
        if (r == 0)
                r = store->users->by_name(txn, &realm.id, find->name, &find->a->arena, &find->user);
        if (r == 0)
                r = store->credentials->by_user(
                                txn, &realm.id, &find->user.id, &find->a->arena,
                                &find->credentials);
        return r;
}

static User stored_user(Admin *a, const char *name) {
        const StorePort *store = world_store(a->world);
        Find find = { .a = a, .name = name };

        ASSERT_OK(store->read(store->self, find_user, &find));
        return find.user;
}

TEST(disabling_a_password_and_a_lost_factor_kill_what_was_open) {
        CLEANUP(admin_done) Admin a;
        int64_t epoch;

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"alice\"}");
        epoch = stored_user(&a, "alice").credential_epoch;
        admin_do(&a, "user set-password",
                 "{\"name\":\"alice\",\"password\":\"violet tandem ostrich\"}");
        ASSERT_EQ(stored_user(&a, "alice").credential_epoch, epoch + 1);
        admin_do(&a, "user totp enrol", "{\"name\":\"alice\"}");
        ASSERT_EQ(stored_user(&a, "alice").credential_epoch, epoch + 1);
        admin_do(&a, "user totp remove", "{\"name\":\"alice\"}");
        ASSERT_EQ(stored_user(&a, "alice").credential_epoch, epoch + 2);
        admin_do(&a, "user disable", "{\"name\":\"alice\"}");
        admin_do(&a, "user disable", "{\"name\":\"alice\"}");
        ASSERT_EQ(stored_user(&a, "alice").credential_epoch, epoch + 3);
        admin_do(&a, "user enable", "{\"name\":\"alice\"}");
        ASSERT_EQ(stored_user(&a, "alice").credential_epoch, epoch + 3);
        admin_do(&a, "session end", "{\"user\":\"alice\"}");
        ASSERT_EQ(stored_user(&a, "alice").credential_epoch, epoch + 4);
}

TEST(roles_and_groups_raise_the_epoch_of_access_tokens) {
        CLEANUP(admin_done) Admin a;
        int64_t epoch;

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"alice\"}");
        admin_do(&a, "group create", "{\"name\":\"eng\"}");
        admin_do(&a, "role create", "{\"name\":\"ops\"}");
        admin_do(&a, "role create", "{\"name\":\"base\"}");
        epoch = stored_user(&a, "alice").authz_epoch;
        admin_do(&a, "group add", "{\"name\":\"eng\",\"user\":\"alice\"}");
        ASSERT_TRUE(stored_user(&a, "alice").authz_epoch > epoch);
        epoch = stored_user(&a, "alice").authz_epoch;
        admin_do(&a, "role assign", "{\"name\":\"ops\",\"group\":\"eng\"}");
        ASSERT_TRUE(stored_user(&a, "alice").authz_epoch > epoch);
        epoch = stored_user(&a, "alice").authz_epoch;
        admin_do(&a, "role include", "{\"name\":\"ops\",\"included\":\"base\"}");
        ASSERT_TRUE(stored_user(&a, "alice").authz_epoch > epoch);
        epoch = stored_user(&a, "alice").authz_epoch;
        admin_do(&a, "role delete", "{\"name\":\"base\"}");
        ASSERT_TRUE(stored_user(&a, "alice").authz_epoch > epoch);
        epoch = stored_user(&a, "alice").authz_epoch;
        admin_do(&a, "group remove", "{\"name\":\"eng\",\"user\":\"alice\"}");
        ASSERT_TRUE(stored_user(&a, "alice").authz_epoch > epoch);
        ASSERT_EQ(stored_user(&a, "alice").credential_epoch, 1);
}

TEST(weak_passwords_are_refused_and_good_ones_verify) {
        static const char *const weak[] = {
                "short",
                "password1234",
                "P4ssw0rd2026!",
                "aaaaaaaaaaaaaaaa",
                "123456789012",
                "abcdefghijklm",
                "alice2026!!!!",
                "demo12345678",
                "!!Changeme2026!!",
        };
        CLEANUP(admin_done) Admin a;
        char json[256];

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"alice\"}");
        for (size_t i = 0; i < ELEMENTSOF(weak); i++) {
                (void) snprintf(json, sizeof(json), "{\"name\":\"alice\",\"password\":\"%s\"}",
                                weak[i]);
                ASSERT_REFUSED(&a, "user set-password", json, IAM_E_WEAK_PASSWORD, "password");
        }
        ASSERT_REFUSED(&a, "user set-password",
                       "{\"name\":\"alice\",\"password\":\"violet\\ttandem ostrich\"}",
                       IAM_E_INVALID, "password");
        admin_do(&a, "realm set",
                 "{\"realm\":\"demo\",\"setting\":\"password_min_length\",\"value\":\"30\"}");
        ASSERT_REFUSED(&a, "user set-password",
                       "{\"name\":\"alice\",\"password\":\"violet tandem ostrich\"}",
                       IAM_E_WEAK_PASSWORD, "password");
        ASSERT_LACKS(admin_do(&a, "user show", "{\"name\":\"alice\"}"), "\"password\"");
        admin_do(&a, "user set-password",
                 "{\"name\":\"alice\",\"password\":\"violet tandem ostrich at midnight\"}");
        ASSERT_HAS(admin_do(&a, "user show", "{\"name\":\"alice\"}"), "\"factors\":[\"password\"]");
        admin_do(&a, "user set-password",
                 "{\"name\":\"alice\",\"password\":\"another tandem ostrich at midnight\"}");
        ASSERT_HAS(admin_do(&a, "user show", "{\"name\":\"alice\"}"), "\"factors\":[\"password\"]");
}

TEST(enrolling_shows_the_secret_its_uri_and_its_symbol_once) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"alice\"}");
        admin_do(&a, "user totp enrol", "{\"name\":\"alice\"}");
        ASSERT_EQ(strlen(admin_text(&a, "secret")), 32);
        ASSERT_HAS(admin_text(&a, "uri"), "otpauth://totp/demo:alice?secret=");
        ASSERT_HAS(admin_text(&a, "uri"), admin_text(&a, "secret"));
        ASSERT_TRUE(strlen(admin_text(&a, "qr")) > 100);
        ASSERT_CODE(admin_try(&a, "user totp enrol", "{\"name\":\"alice\"}"), IAM_E_EXISTS);
        ASSERT_LACKS(admin_do(&a, "user show", "{\"name\":\"alice\"}"), "otpauth");
        admin_do(&a, "user totp remove", "{\"name\":\"alice\"}");
        ASSERT_CODE(admin_try(&a, "user totp remove", "{\"name\":\"alice\"}"), IAM_E_NOT_FOUND);
}

TEST(groups_form_a_tree_and_share_no_name_with_a_posix_user) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"alice\"}");
        admin_do(&a, "group create", "{\"name\":\"eng\"}");
        ASSERT_HAS(admin_do(&a, "group create", "{\"name\":\"net\",\"parent\":\"eng\"}"),
                   "\"path\":\"/eng/net\"");
        ASSERT_REFUSED(&a, "group create", "{\"name\":\"x\",\"parent\":\"nope\"}", IAM_E_NOT_FOUND,
                       "parent");
        ASSERT_REFUSED(&a, "group create", "{\"name\":\"alice\"}", IAM_E_EXISTS, "name");
        ASSERT_REFUSED(&a, "user create", "{\"name\":\"eng\"}", IAM_E_EXISTS, "name");
        admin_do(&a, "group add", "{\"name\":\"net\",\"user\":\"alice\"}");
        ASSERT_HAS(admin_do(&a, "group show", "{\"name\":\"net\"}"), "\"members\":[\"alice\"]");
        ASSERT_HAS(admin_do(&a, "user show", "{\"name\":\"alice\"}"),
                   "\"groups\":[\"/eng/net\",\"/eng\"]");
        ASSERT_CODE(admin_try(&a, "group delete", "{\"name\":\"eng\"}"), IAM_E_NOT_EMPTY);
        admin_do(&a, "group delete", "{\"name\":\"net\"}");
        admin_do(&a, "group delete", "{\"name\":\"eng\"}");
        ASSERT_STREQ(admin_do(&a, "group list", "{}"), "{\"groups\":[]}");
}

TEST(groups_do_not_grow_beyond_their_depth) {
        CLEANUP(admin_done) Admin a;
        char json[128];

        admin_init(&a);
        admin_do(&a, "group create", "{\"name\":\"g1\"}");
        for (int i = 2; i <= GROUP_DEPTH_MAX; i++) {
                (void) snprintf(json, sizeof(json), "{\"name\":\"g%d\",\"parent\":\"g%d\"}", i,
                                i - 1);
                admin_do(&a, "group create", json);
        }
        (void) snprintf(json, sizeof(json), "{\"name\":\"deeper\",\"parent\":\"g%d\"}",
                        GROUP_DEPTH_MAX);
        ASSERT_REFUSED(&a, "group create", json, IAM_E_LIMIT, "parent");
}

TEST(roles_say_what_they_allow_and_who_holds_them) {
        CLEANUP(admin_done) Admin a;
        const char *reply;

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"alice\"}");
        admin_do(&a, "group create", "{\"name\":\"eng\"}");
        admin_do(&a, "role create", "{\"name\":\"ops\",\"description\":\"runs it\"}");
        admin_do(&a, "role create", "{\"name\":\"base\"}");
        admin_do(&a, "role include", "{\"name\":\"ops\",\"included\":\"base\"}");
        ASSERT_REFUSED(&a, "role include", "{\"name\":\"base\",\"included\":\"ops\"}",
                       IAM_E_INVALID, "included");
        ASSERT_REFUSED(&a, "role include", "{\"name\":\"ops\",\"included\":\"ops\"}", IAM_E_INVALID,
                       "included");
        admin_do(&a, "role permit", "{\"name\":\"base\",\"permission\":\"user:list\"}");
        ASSERT_REFUSED(&a, "role permit", "{\"name\":\"base\",\"permission\":\"user\"}",
                       IAM_E_INVALID, "permission");
        admin_do(&a, "role assign", "{\"name\":\"ops\",\"user\":\"alice\"}");
        admin_do(&a, "role assign", "{\"name\":\"ops\",\"group\":\"eng\"}");
        ASSERT_REFUSED(&a, "role assign", "{\"name\":\"ops\"}", IAM_E_MISSING, "user");
        ASSERT_REFUSED(&a, "role assign", "{\"name\":\"ops\",\"user\":\"alice\",\"group\":\"eng\"}",
                       IAM_E_INVALID, "group");
        ASSERT_REFUSED(&a, "role assign", "{\"name\":\"ops\",\"user\":\"alice\"}", IAM_E_EXISTS,
                       "user");
        admin_do(&a, "role sudo add",
                 "{\"name\":\"ops\",\"runAs\":\"root\",\"command\":\"/usr/bin/id -u\"}");
        reply = admin_do(&a, "role show", "{\"name\":\"ops\"}");
        ASSERT_HAS(reply, "\"includes\":[\"base\"]");
        ASSERT_HAS(reply, "\"users\":[\"alice\"]");
        ASSERT_HAS(reply, "\"groups\":[\"eng\"]");
        ASSERT_HAS(reply, "\"command\":\"/usr/bin/id -u\"");
        ASSERT_HAS(admin_do(&a, "role show", "{\"name\":\"base\"}"),
                   "\"permissions\":[\"user:list\"]");
        ASSERT_HAS(admin_do(&a, "user show", "{\"name\":\"alice\"}"),
                   "\"roles\":[\"ops\",\"base\"]");
        admin_do(&a, "role unassign", "{\"name\":\"ops\",\"user\":\"alice\"}");
        ASSERT_REFUSED(&a, "role unassign", "{\"name\":\"ops\",\"user\":\"alice\"}",
                       IAM_E_NOT_FOUND, "user");
        admin_do(&a, "role exclude", "{\"name\":\"ops\",\"included\":\"base\"}");
        ASSERT_HAS(admin_do(&a, "role show", "{\"name\":\"ops\"}"), "\"includes\":[]");
}

TEST(sudo_rules_that_could_mean_more_than_they_say_are_refused) {
        static const char *const bad[] = {
                "id",          "/usr/bin/*", "/usr/bin/../id",
                "/bin/a, ALL", "!/bin/sh",   "/bin/sh\\\\nroot ALL=(ALL) ALL",
                "/",           "ALL ",
        };
        CLEANUP(admin_done) Admin a;
        char json[256];

        admin_init(&a);
        admin_do(&a, "role create", "{\"name\":\"ops\"}");
        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                (void) snprintf(json, sizeof(json),
                                "{\"name\":\"ops\",\"runAs\":\"root\",\"command\":\"%s\"}", bad[i]);
                ASSERT_REFUSED(&a, "role sudo add", json, IAM_E_INVALID, "command");
        }
        ASSERT_REFUSED(&a, "role sudo add",
                       "{\"name\":\"ops\",\"runAs\":\"#0\",\"command\":\"ALL\"}", IAM_E_INVALID,
                       "runAs");
        admin_do(&a, "role sudo add", "{\"name\":\"ops\",\"runAs\":\"root\",\"command\":\"ALL\"}");
        ASSERT_HAS(admin_do(&a, "role sudo list", "{}"),
                   "{\"role\":\"ops\",\"runAs\":\"root\",\"command\":\"ALL\"}");
        admin_do(&a, "role sudo remove",
                 "{\"name\":\"ops\",\"runAs\":\"root\",\"command\":\"ALL\"}");
        ASSERT_STREQ(admin_do(&a, "role sudo list", "{}"), "{\"rules\":[]}");
}

TEST(a_sudo_rule_says_how_fresh_a_factor_it_wants) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        admin_do(&a, "role create", "{\"name\":\"ops\"}");
        admin_do(&a, "role sudo add",
                 "{\"name\":\"ops\",\"runAs\":\"root\",\"command\":\"ALL\",\"freshFactor\":0}");
        ASSERT_HAS(admin_do(&a, "role sudo list", "{}"), "\"runAs\":\"root\",\"freshFactor\":0");
        ASSERT_HAS(admin_do(&a, "audit list", "{\"event\":\"sudo-rule.added\"}"),
                   "\\\"freshFactor\\\":0");
        ASSERT_REFUSED(&a, "role sudo add",
                       "{\"name\":\"ops\",\"runAs\":\"root\",\"command\":\"ALL\",\"freshFactor\":-"
                       "1}",
                       IAM_E_INVALID, "freshFactor");
        admin_do(&a, "role sudo remove",
                 "{\"name\":\"ops\",\"runAs\":\"root\",\"command\":\"ALL\"}");
}

TEST(why_tells_the_path_from_the_user_to_the_right) {
        CLEANUP(admin_done) Admin a;
        const char *why = "{\"user\":\"alice\",\"action\":\"login\",\"resource\":\"host\"}";

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"alice\"}");
        admin_do(&a, "group create", "{\"name\":\"eng\"}");
        admin_do(&a, "role create", "{\"name\":\"ops\"}");
        admin_do(&a, "group add", "{\"name\":\"eng\",\"user\":\"alice\"}");
        admin_do(&a, "role assign", "{\"name\":\"ops\",\"group\":\"eng\"}");
        ASSERT_HAS(admin_do(&a, "why", why), "\"allowed\":false");
        admin_do(&a, "host allow", "{\"role\":\"ops\"}");
        ASSERT_HAS(admin_do(&a, "host list", "{}"), "{\"kind\":\"role\",\"name\":\"ops\"}");
        ASSERT_STREQ(admin_do(&a, "why", why),
                     "{\"allowed\":true,\"explanation\":\"a permission allows it\",\"path\":["
                     "\"group /eng\",\"role ops\",\"permission host:login\"]}");
        admin_do(&a, "user disable", "{\"name\":\"alice\"}");
        ASSERT_HAS(admin_do(&a, "why", why), "the user is disabled");
        admin_do(&a, "user enable", "{\"name\":\"alice\"}");
        admin_do(&a, "host deny", "{\"role\":\"ops\"}");
        ASSERT_HAS(admin_do(&a, "why", why), "\"allowed\":false");
        admin_do(&a, "host allow", "{\"group\":\"eng\"}");
        ASSERT_HAS(admin_do(&a, "why", why), "\"allowed\":true");
}

TEST(a_clients_secret_is_shown_once_and_its_uris_are_checked) {
        CLEANUP(admin_done) Admin a;
        const char *reply;

        admin_init(&a);
        reply =
                        admin_do(&a, "client create",
                                 "{\"name\":\"web\",\"redirectUri\":[\"https://a.example/cb\"]}");
        ASSERT_HAS(reply, "\"kind\":\"confidential\"");
        ASSERT_EQ(strlen(admin_text(&a, "secret")), 43);
        ASSERT_LACKS(admin_do(&a, "client show", "{\"name\":\"web\"}"), "secret");
        admin_do(&a, "client rotate-secret", "{\"name\":\"web\"}");
        ASSERT_EQ(strlen(admin_text(&a, "secret")), 43);
        ASSERT_LACKS(admin_do(&a, "client create", "{\"name\":\"app\",\"kind\":\"public\"}"),
                     "secret");
        ASSERT_HAS(admin_do(&a, "client show", "{\"name\":\"app\"}"), "\"requirePkce\":true");
        ASSERT_REFUSED(&a, "client set", "{\"name\":\"app\",\"requirePkce\":false}", IAM_E_INVALID,
                       "requirePkce");
        ASSERT_REFUSED(&a, "client rotate-secret", "{\"name\":\"app\"}", IAM_E_INVALID, "name");

        static const char *const bad[] = { "http://a.example/cb", "https://a.example/cb#x",
                                           "https://*.example/cb", "/cb", "javascript:alert(1)" };
        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                char json[256];

                (void) snprintf(json, sizeof(json), "{\"name\":\"web\",\"redirectUri\":[\"%s\"]}",
                                bad[i]);
                ASSERT_REFUSED(&a, "client set", json, IAM_E_INVALID, "redirectUri");
        }
        reply = admin_do(&a, "client set", "{\"name\":\"web\",\"enabled\":false}");
        ASSERT_HAS(reply, "\"redirectUri\":[\"https://a.example/cb\"]");
        ASSERT_HAS(reply, "\"enabled\":false");
}

TEST(realm_settings_are_checked_and_shown_as_set) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        ASSERT_HAS(admin_do(&a, "realm set",
                            "{\"realm\":\"demo\",\"setting\":\"access_token_lifetime\","
                            "\"value\":\"600\"}"),
                   "\"name\":\"access_token_lifetime\",\"value\":\"600\"");
        ASSERT_REFUSED(&a, "realm set",
                       "{\"realm\":\"demo\",\"setting\":\"access_token_lifetime\","
                       "\"value\":\"1\"}",
                       IAM_E_INVALID, "value");
        ASSERT_REFUSED(&a, "realm set",
                       "{\"realm\":\"demo\",\"setting\":\"acces_token\",\"value\":\"1\"}",
                       IAM_E_NOT_FOUND, "setting");
        ASSERT_REFUSED(&a, "realm set",
                       "{\"realm\":\"demo\",\"setting\":\"home_prefix\",\"value\":\"/srv\"}",
                       IAM_E_INVALID, "value");
        admin_do(&a, "realm set",
                 "{\"realm\":\"demo\",\"setting\":\"home_prefix\",\"value\":\"/srv/home/\"}");
        ASSERT_HAS(admin_do(&a, "user create", "{\"name\":\"alice\"}"), "/srv/home/alice");
        ASSERT_REFUSED(&a, "realm delete", "{\"realm\":\"master\"}", IAM_E_INVALID, "realm");
        admin_do(&a, "realm delete", "{\"realm\":\"demo\"}");
        ASSERT_LACKS(admin_do(&a, "realm list", "{}"), "demo");
}

TEST(lists_are_paged_by_their_cursor) {
        CLEANUP(admin_done) Admin a;

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"guest\"}");
        admin_do(&a, "user create", "{\"name\":\"alice\"}");
        admin_do(&a, "user create", "{\"name\":\"bob\"}");
        ASSERT_HAS(admin_do(&a, "user list", "{\"limit\":2}"), "\"next\":\"bob\"");
        ASSERT_LACKS(admin_do(&a, "user list", "{\"limit\":2,\"after\":\"bob\"}"), "next");
        ASSERT_HAS(a.reply, "guest");
        ASSERT_LACKS(admin_do(&a, "user list", "{\"search\":\"a\"}"), "bob");
        admin_do(&a, "role create", "{\"name\":\"r1\"}");
        admin_do(&a, "role create", "{\"name\":\"r2\"}");
        admin_do(&a, "role list", "{\"limit\":1}");
        ASSERT_HAS(a.reply, "r1");
        char json[128];
        (void) snprintf(json, sizeof(json), "{\"limit\":1,\"after\":\"%s\"}",
                        admin_text(&a, "next"));
        ASSERT_HAS(admin_do(&a, "role list", json), "r2");
}

TEST(the_trail_is_told_in_the_order_of_its_commits_though_the_clock_stands) {
        CLEANUP(admin_done) Admin a;
        const char *created, *disabled, *enabled;

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"alice\"}");
        admin_do(&a, "user disable", "{\"name\":\"alice\"}");
        world_set_now(a.world, WORLD_NOW - USEC_PER_SEC);
        admin_do(&a, "user enable", "{\"name\":\"alice\"}");
        admin_do(&a, "audit list", "{}");
        created = strstr(a.reply, "user.created");
        disabled = strstr(a.reply, "user.disabled");
        enabled = strstr(a.reply, "user.enabled");
        ASSERT_TRUE(created != NULL && created < disabled && disabled < enabled);
}

TEST(what_was_done_stands_in_the_audit_trail_and_can_be_followed) {
        CLEANUP(admin_done) Admin a;
        char json[128];

        admin_init(&a);
        admin_do(&a, "user create", "{\"name\":\"alice\"}");
        admin_do(&a, "audit list", "{\"event\":\"user.\"}");
        ASSERT_HAS(a.reply, "\"event\":\"user.created\",\"success\":true,\"realm\":\"demo\","
                            "\"door\":\"admin\",\"actor\":\"root\",\"target\":\"alice\"");
        (void) snprintf(json, sizeof(json), "{\"after\":\"%s\"}", admin_text(&a, "next"));
        ASSERT_HAS(admin_do(&a, "audit list", json), "\"events\":[]");
        ASSERT_HAS(json, admin_text(&a, "next"));
        admin_do(&a, "user disable", "{\"name\":\"alice\"}");
        ASSERT_HAS(admin_do(&a, "audit list", json), "user.disabled");
        ASSERT_LACKS(a.reply, "user.created");
        ASSERT_HAS(admin_do(&a, "audit list", "{\"realm\":\"master\"}"), "setup.done");
        ASSERT_LACKS(a.reply, "alice");
        ASSERT_CODE(admin_try(&a, "audit list", "{\"after\":\"x\"}"), IAM_E_INVALID);
}
