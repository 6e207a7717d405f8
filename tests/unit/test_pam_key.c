/* SPDX-License-Identifier: Apache-2.0 */
/* The key that sshd took before it asks PAM: when it is a factor, and when it is not. */
#include <security/pam_appl.h>

#include "base/reason.h"
#include "client_lib/iam.h"
#include "tests/support/pam_host.h"

#define OTHER "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILeQrGgkdKf/Jv+v2oyV4mFzhQ1ZZE2KLCwGiBZsz23q"

/* sshd, after methods that it was content with. */
static pam_handle_t *sshd_start(const char *user, const char *methods, Script *script) {
        pam_handle_t *pamh = place_start(user, script);

        ASSERT_EQ(pam_set_item(pamh, PAM_SERVICE, "sshd"), PAM_SUCCESS);
        ASSERT_EQ(pam_putenv(pamh, methods), PAM_SUCCESS);
        return pamh;
}

static int sshd_login(const char *user, const char *methods, Script *script) {
        pam_handle_t *pamh = sshd_start(user, methods, script);
        int r = pam_authenticate(pamh, 0);

        (void) pam_end(pamh, r);
        return r;
}

TEST(a_security_key_that_verified_its_owner_leaves_the_other_factor_to_ask_for) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { CODE_1 } };

        host_init(&host);
        give_security_key(&host.people, &host.people.alice, /* verify_required= */ true);
        ASSERT_EQ(sshd_login("alice", "SSH_AUTH_INFO_0=publickey " SECURITY_KEY "\n", &script),
                  PAM_SUCCESS);
        ASSERT_STREQ(script.heard, "One-time code: |");
        world_set_now(host.people.world, CODE_3_AT);
        script = (Script){ .answers = { "000000", CODE_3 } };
        ASSERT_EQ(sshd_login("alice",
                             "SSH_AUTH_INFO_0=publickey " OTHER "\npublickey " SECURITY_KEY,
                             &script),
                  PAM_SUCCESS);
        script = (Script){ .answers = { "000000", "000001", "000002" } };
        ASSERT_EQ(sshd_login("alice", "SSH_AUTH_INFO_0=publickey " SECURITY_KEY, &script),
                  PAM_AUTH_ERR);
}

TEST(a_password_in_place_of_the_code_is_no_guess_at_it) {
        CLEANUP(host_done) Host host = {};
        Script script;

        host_init(&host);
        give_security_key(&host.people, &host.people.alice, /* verify_required= */ true);
        /* More often than wrong codes are forgiven. */
        for (int i = 0; i < 12; i++) {
                script = (Script){ .answers = { ALICE_PASSWORD, ALICE_PASSWORD } };
                ASSERT_EQ(sshd_login("alice", "SSH_AUTH_INFO_0=publickey " SECURITY_KEY, &script),
                          PAM_AUTH_ERR);
                ASSERT_STREQ(script.heard, "One-time code: |");
        }
        script = (Script){ .answers = { CODE_1 } };
        ASSERT_EQ(sshd_login("alice", "SSH_AUTH_INFO_0=publickey " SECURITY_KEY, &script),
                  PAM_SUCCESS);
}

TEST(who_has_no_second_factor_is_asked_for_the_password_beside_the_key) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { BOB_PASSWORD } };

        host_init(&host);
        give_security_key(&host.people, &host.people.bob, /* verify_required= */ true);
        ASSERT_EQ(sshd_login("bob", "SSH_AUTH_INFO_0=publickey " SECURITY_KEY, &script),
                  PAM_SUCCESS);
        ASSERT_STREQ(script.heard, "Password: |");
}

TEST(no_other_word_of_sshd_is_a_factor) {
        static const char *const methods[] = {
                "SSH_AUTH_INFO_0=publickey " OTHER,
                "SSH_AUTH_INFO_0=password",
                "SSH_AUTH_INFO_0=publickey",
                "SSH_AUTH_INFO_0=publickey sk-",
                "SSH_AUTH_INFO_0=" SECURITY_KEY,
                "SSH_AUTH_INFO_0=hostbased " SECURITY_KEY,
                "SSH_AUTH_INFO_0=\n\n",
                "SSH_AUTH_INFO_1=publickey " SECURITY_KEY,
        };
        CLEANUP(host_done) Host host = {};
        Script script;
        pam_handle_t *pamh;

        host_init(&host);
        give_security_key(&host.people, &host.people.alice, /* verify_required= */ true);
        for (size_t i = 0; i < ELEMENTSOF(methods); i++) {
                script = (Script){};
                (void) sshd_login("alice", methods[i], &script);
                ASSERT_STREQ(script.heard, "Password: |");
        }
        script = (Script){}; /* somebody else's key */
        (void) sshd_login("bob", "SSH_AUTH_INFO_0=publickey " SECURITY_KEY, &script);
        ASSERT_STREQ(script.heard, "Password: |");
        script = (Script){}; /* another program that says so */
        pamh = sshd_start("alice", "SSH_AUTH_INFO_0=publickey " SECURITY_KEY, &script);
        ASSERT_EQ(pam_set_item(pamh, PAM_SERVICE, "door"), PAM_SUCCESS);
        (void) pam_end(pamh, pam_authenticate(pamh, 0));
        ASSERT_STREQ(script.heard, "Password: |");
}

TEST(a_key_that_sshd_need_not_verify_is_no_factor) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { ALICE_PASSWORD, CODE_1 } };

        host_init(&host);
        give_security_key(&host.people, &host.people.alice, /* verify_required= */ false);
        ASSERT_EQ(sshd_login("alice", "SSH_AUTH_INFO_0=publickey " SECURITY_KEY, &script),
                  PAM_SUCCESS);
        ASSERT_STREQ(script.heard, "Password: |One-time code: |");
}

TEST(a_key_taken_away_meanwhile_and_a_disabled_user_get_nowhere) {
        CLEANUP(host_done) Host host = {};
        CLEANUP(iam_client_freep) iam_client *client = NULL;
        Script script = { .answers = { ALICE_PASSWORD } };

        host_init(&host);
        give_security_key(&host.people, &host.people.alice, /* verify_required= */ true);
        ASSERT_OK(iam_client_new(PLACE_SOCKET, &client));
        iam_client_set_key(client, SECURITY_KEY);
        ASSERT_OK(iam_login_start(client, "alice", "sshd", NULL, NULL));
        host.people.alice.credential_epoch++; /* as `user key remove` does */
        people_store(&host.people, (CredentialInsert){ .user = &host.people.alice });
        ASSERT_OK(iam_login_answer(client, "totp", CODE_1));
        ASSERT_TRUE(iam_login_outcome(client) != IAM_LOGIN_DONE);
        host.people.alice.version++;
        host.people.alice.enabled = false;
        people_store(&host.people, (CredentialInsert){ .user = &host.people.alice });
        ASSERT_EQ(sshd_login("alice", "SSH_AUTH_INFO_0=publickey " SECURITY_KEY, &script),
                  PAM_AUTH_ERR);
        ASSERT_STREQ(script.heard, "Password: |");
}

TEST(an_expired_password_is_asked_for_where_a_key_stood_in_for_it) {
        CLEANUP(host_done) Host host = {};
        Script script = { .answers = { CODE_1, "000000", "000000", "000000" } };
        pam_handle_t *pamh;

        host_init(&host);
        give_security_key(&host.people, &host.people.alice, /* verify_required= */ true);
        pamh = sshd_start("alice", "SSH_AUTH_INFO_0=publickey " SECURITY_KEY, &script);
        ASSERT_EQ(pam_authenticate(pamh, 0), PAM_SUCCESS);
        ASSERT_TRUE(pam_chauthtok(pamh, PAM_CHANGE_EXPIRED_AUTHTOK) != PAM_SUCCESS);
        ASSERT_STREQ(script.heard, "One-time code: |Current password: |");
        ASSERT_EQ(pam_end(pamh, PAM_SUCCESS), PAM_SUCCESS);
}
