/* SPDX-License-Identifier: Apache-2.0 */
/* What administrators do to a person, as that person meets it at the door. */
#include "daemon/app/login.h"
#include "daemon/core/session.h"
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

typedef struct Opened {
        Admin *a;
        Session session;
        HostLogin login;
} Opened;

static int open_run(Txn *txn, void *context) {
        Opened *o = context;
        const StorePort *store = world_store(o->a->world);
        RealmId realm = o->session.realm;
        User user;
        int r;

        r = store->users->by_name(txn, &realm, "alice", &o->a->arena, &user);
        if (r != 0)
                return r;
        o->session.user = o->login.user = user.id;
        o->session.credential_epoch = o->login.credential_epoch = user.credential_epoch;
        r = store->sessions->insert(txn, &o->session);
        return r != 0 ? r : store->sessions->login_insert(txn, &o->login);
}

/* alice in a browser and on a host. */
static void open_both(Admin *a) {
        const StorePort *store = world_store(a->world);
        AuthContext auth = { .at = world_now(a->world), .amr = "pwd", .acr = "1" };
        Opened o = { .a = a };

        o.session = (Session){
                .realm = realm_of(a),
                .id = world_id(a->world),
                .cookie_hash = world_hash(a->world),
                .auth = auth,
                .address = "192.0.2.7",
                .realm_epoch = 1,
                .created_at = world_now(a->world),
                .last_seen_at = world_now(a->world),
        };
        o.login = (HostLogin){
                .realm = o.session.realm,
                .id = world_id(a->world),
                .boot_id = "00112233445566778899aabbccddeeff",
                .leader_pid = 4711,
                .leader_start = 99,
                .service = "sshd",
                .auth = auth,
                .realm_epoch = 1,
                .opened_at = world_now(a->world),
        };
        ASSERT_OK(store->txn(store->self, open_run, &o));
}

static void end_of_kind(Admin *a, const char *kind) {
        JsonValue object, rows, row, id, found;
        JsonIter iter;
        char json[128], text[ID_TEXT_SIZE];
        size_t len;

        admin_do(a, "session list", "{}");
        ASSERT_OK(json_check(a->reply, strlen(a->reply), &object, NULL));
        ASSERT_EQ(json_member(&object, "sessions", &rows), 1);
        json_iter(&rows, &iter);
        while (json_next(&iter, NULL, &row) == 1) {
                ASSERT_EQ(json_member(&row, "kind", &found), 1);
                if (!json_str_eq(&found, kind))
                        continue;
                ASSERT_EQ(json_member(&row, "id", &id), 1);
                ASSERT_OK(json_get_str(&id, text, sizeof(text), &len));
                (void) snprintf(json, sizeof(json), "{\"id\":\"%s\"}", text);
                admin_do(a, "session end", json);
                return;
        }
        fail_msg("no session of kind %s", kind);
}

TEST(what_is_open_is_listed_until_it_is_ended) {
        CLEANUP(admin_done) Admin a;

        with_alice(&a);
        open_both(&a);
        admin_do(&a, "session list", "{\"user\":\"alice\"}");
        ASSERT_HAS(a.reply, "\"kind\":\"browser\",\"user\":\"alice\",\"amr\":\"pwd\"");
        ASSERT_HAS(a.reply, "\"kind\":\"host\"");
        ASSERT_HAS(a.reply, "\"service\":\"sshd\"");
        end_of_kind(&a, "browser");
        ASSERT_LACKS(admin_do(&a, "session list", "{}"), "browser");
        end_of_kind(&a, "host");
        ASSERT_STREQ(admin_do(&a, "session list", "{}"), "{\"sessions\":[]}");
        admin_do(&a, "audit list", "{\"event\":\"session.ended\"}");
        ASSERT_HAS(a.reply, "\"targetKind\":\"session\"");
}

TEST(ending_all_of_a_user_or_disabling_it_leaves_nothing_open) {
        CLEANUP(admin_done) Admin a;

        with_alice(&a);
        open_both(&a);
        admin_do(&a, "session end", "{\"user\":\"alice\"}");
        ASSERT_STREQ(admin_do(&a, "session list", "{}"), "{\"sessions\":[]}");
        ASSERT_REFUSED(&a, "session end", "{}", IAM_E_MISSING, "id");
        ASSERT_REFUSED(&a, "session end", "{\"id\":\"00000000-0000-7000-8000-000000000000\"}",
                       IAM_E_NOT_FOUND, "id");
}
