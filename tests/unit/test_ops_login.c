/* SPDX-License-Identifier: Apache-2.0 */
/* What administrators do to a person, as that person meets it at the door. */
#include "daemon/app/login.h"
#include "tests/support/admin.h"

#define PASSWORD "violet tandem ostrich"

static RealmId realm_of(Admin *a) {
        RealmId realm;

        admin_do(a, "realm show", "{\"realm\":\"demo\"}");
        ASSERT_OK(id_parse(admin_text(a, "id"), &realm.id));
        return realm;
}

/* 0 when done, the true reason when not; ret_prompt is what is asked then. */
static int log_in(Admin *a, const char *password, const char **ret_prompt) {
        Caller caller = { .door = DOOR_PAM, .actor_kind = "stranger", .address = "192.0.2.1" };
        LoginStart start = { .realm = realm_of(a), .name = "alice", .service = "sshd" };
        LoginAnswer answer = { .id = "password" };
        LoginStep step;
        Secret value = {};

        ASSERT_OK(secret_set(&value, password, strlen(password)));
        answer.value = &value;
        ASSERT_OK(app_login_start(world_app(a->world), &a->arena, &caller, &start, &step));
        ASSERT_OK(app_login_answer(
                        world_app(a->world), &a->arena, &caller, &start.realm, &step.handle,
                        &(LoginAnswers){ &answer, 1 }, &step));
        if (ret_prompt != NULL)
                *ret_prompt = step.outcome == LOGIN_ASK ? step.prompts[0].id : NULL;
        return step.reason;
}

static void with_alice(Admin *a) {
        admin_init(a);
        admin_do(a, "user create", "{\"name\":\"alice\"}");
        admin_do(a, "user set-password", "{\"name\":\"alice\",\"password\":\"" PASSWORD "\"}");
}

TEST(a_password_that_was_set_opens_the_door_until_another_is_set) {
        CLEANUP(admin_done) Admin a;

        with_alice(&a);
        ASSERT_OK(log_in(&a, PASSWORD, NULL));
        admin_do(&a, "user set-password",
                 "{\"name\":\"alice\",\"password\":\"quite another sentence\"}");
        ASSERT_CODE(log_in(&a, PASSWORD, NULL), IAM_E_WRONG_PASSWORD);
        ASSERT_OK(log_in(&a, "quite another sentence", NULL));
}

TEST(who_is_disabled_is_kept_out_until_enabled) {
        CLEANUP(admin_done) Admin a;

        with_alice(&a);
        admin_do(&a, "user disable", "{\"name\":\"alice\"}");
        ASSERT_CODE(log_in(&a, PASSWORD, NULL), IAM_E_USER_DISABLED);
        admin_do(&a, "user enable", "{\"name\":\"alice\"}");
        ASSERT_OK(log_in(&a, PASSWORD, NULL));
}

TEST(a_locked_account_opens_again_when_an_administrator_unlocks_it) {
        CLEANUP(admin_done) Admin a;

        with_alice(&a);
        admin_do(&a, "realm set",
                 "{\"realm\":\"demo\",\"setting\":\"lockout_threshold\",\"value\":\"3\"}");
        for (int i = 0; i < 3; i++)
                ASSERT_CODE(log_in(&a, "wrong", NULL), IAM_E_WRONG_PASSWORD);
        ASSERT_CODE(log_in(&a, PASSWORD, NULL), IAM_E_USER_LOCKED);
        admin_do(&a, "user unlock", "{\"name\":\"alice\"}");
        ASSERT_OK(log_in(&a, PASSWORD, NULL));
}

TEST(an_enrolled_factor_is_asked_for_and_a_removed_one_is_not) {
        CLEANUP(admin_done) Admin a;
        const char *prompt;

        with_alice(&a);
        admin_do(&a, "user totp enrol", "{\"name\":\"alice\"}");
        ASSERT_OK(log_in(&a, PASSWORD, &prompt));
        ASSERT_STREQ(prompt, "totp");
        admin_do(&a, "user totp remove", "{\"name\":\"alice\"}");
        ASSERT_OK(log_in(&a, PASSWORD, &prompt));
        ASSERT_STREQ(prompt, NULL);
}

TEST(neither_password_nor_code_secret_stands_in_the_audit_trail) {
        CLEANUP(admin_done) Admin a;
        const char *secret;

        with_alice(&a);
        admin_do(&a, "user totp enrol", "{\"name\":\"alice\"}");
        secret = admin_text(&a, "secret");
        admin_do(&a, "audit list", "{}");
        ASSERT_HAS(a.reply, "totp.enrolled");
        ASSERT_LACKS(a.reply, secret);
        ASSERT_LACKS(a.reply, "ostrich");
}
