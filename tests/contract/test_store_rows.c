/* SPDX-License-Identifier: Apache-2.0 */
/* What the store port promises of single operations, whichever engine is behind it. */
#include "tests/contract/store_case.h"

CASE(a_realm_is_read_as_it_was_written) {
        Realm realm = world_realm_value(c->world, "demo");
        Realm got;

        realm.settings.lockout_threshold = 7;
        realm.settings.posix_by_default = false;
        realm.settings.default_signing_algorithm = KEY_ALG_ES256;
        realm.settings.default_shell = "/bin/zsh";
        ASSERT_OK(c->store->realms->insert(txn, &realm));
        ASSERT_OK(c->store->realms->by_name(txn, "demo", &c->arena, &got));
        ASSERT_TRUE(id_equal(&got.id.id, &realm.id.id));
        ASSERT_STREQ(got.display_name, "A realm");
        ASSERT_TRUE(got.enabled);
        ASSERT_EQ(got.settings.lockout_threshold, 7);
        ASSERT_EQ(got.settings.access_token_lifetime, 300);
        ASSERT_FALSE(got.settings.posix_by_default);
        ASSERT_EQ(got.settings.default_signing_algorithm, KEY_ALG_ES256);
        ASSERT_STREQ(got.settings.default_shell, "/bin/zsh");
        ASSERT_EQ(got.version, 1);
}

CASE(a_realm_of_a_taken_name_is_refused) {
        Realm twin = world_realm_value(c->world, "a");

        ASSERT_CODE(c->store->realms->insert(txn, &twin), IAM_E_EXISTS);
}

CASE(a_user_is_read_as_it_was_written) {
        User user = world_user_value(c->world, &c->a.id, "alice");
        User got;

        user.email = "Alice@Example.org";
        user.email_fold = "alice@example.org";
        user.email_verified = true;
        user.display_name = "Alice";
        user.given_name = "A";
        user.family_name = "L";
        user.home = "/home/alice";
        user.shell = "/bin/sh";
        user.credential_epoch = 3;
        user.authz_epoch = 4;
        user.posix = true;
        ASSERT_OK(c->store->posix->allocate(txn, &c->a.id, "user", &user.id, WORLD_NOW, &user.uid));
        ASSERT_OK(c->store->users->insert(txn, &user));
        ASSERT_OK(c->store->users->by_email(txn, &c->a.id, "alice@example.org", &c->arena, &got));
        ASSERT_STREQ(got.name, "alice");
        ASSERT_STREQ(got.email, "Alice@Example.org");
        ASSERT_TRUE(got.email_verified);
        ASSERT_STREQ(got.display_name, "Alice");
        ASSERT_STREQ(got.given_name, "A");
        ASSERT_STREQ(got.family_name, "L");
        ASSERT_STREQ(got.home, "/home/alice");
        ASSERT_STREQ(got.shell, "/bin/sh");
        ASSERT_EQ(got.uid, user.uid);
        ASSERT_EQ(got.credential_epoch, 3);
        ASSERT_EQ(got.authz_epoch, 4);
        ASSERT_EQ(got.created_at, WORLD_NOW);
        ASSERT_OK(c->store->users->by_uid(txn, &c->a.id, user.uid, &c->arena, &got));
        ASSERT_TRUE(id_equal(&got.id, &user.id));
}

CASE(an_update_of_an_old_version_is_a_conflict) {
        User user = world_user_value(c->world, &c->a.id, "alice");
        User got;

        ASSERT_OK(c->store->users->insert(txn, &user));
        user.display_name = "first";
        ASSERT_OK(c->store->users->update(txn, &user));
        user.display_name = "second";
        ASSERT_CODE(c->store->users->update(txn, &user), IAM_E_CONFLICT);
        ASSERT_OK(c->store->users->by_id(txn, &c->a.id, &user.id, &c->arena, &got));
        ASSERT_STREQ(got.display_name, "first");
        ASSERT_EQ(got.version, 2);
        user.id = world_id(c->world);
        ASSERT_CODE(c->store->users->update(txn, &user), IAM_E_NOT_FOUND);
}

CASE(a_removed_users_name_is_free_again) {
        User user = world_user_value(c->world, &c->a.id, "alice");
        User again = world_user_value(c->world, &c->a.id, "alice");
        User got;

        ASSERT_OK(c->store->users->insert(txn, &user));
        ASSERT_CODE(c->store->users->insert(txn, &again), IAM_E_EXISTS);
        ASSERT_OK(c->store->users->remove(txn, &c->a.id, &user.id, WORLD_NOW));
        ASSERT_CODE(c->store->users->by_id(txn, &c->a.id, &user.id, &c->arena, &got),
                    IAM_E_NOT_FOUND);
        ASSERT_OK(c->store->users->insert(txn, &again));
}

CASE(a_credential_keeps_its_ciphertext) {
        User user = world_user_value(c->world, &c->a.id, "alice");
        Credential credential = {
                .realm = c->a.id,
                .id = world_id(c->world),
                .user = user.id,
                .kind = CREDENTIAL_TOTP,
                .label = "phone",
                .sealed = { .kek_id = "k1", .bytes = (const uint8_t *) "\0\1\2", .len = 3 },
                .version = 1,
        };
        CredentialList list;

        ASSERT_OK(c->store->users->insert(txn, &user));
        ASSERT_OK(c->store->credentials->insert(txn, &credential));
        ASSERT_OK(c->store->credentials->by_user(txn, &c->a.id, &user.id, &c->arena, &list));
        ASSERT_EQ(list.n, 1);
        ASSERT_EQ(list.items[0].kind, CREDENTIAL_TOTP);
        ASSERT_STREQ(list.items[0].sealed.kek_id, "k1");
        ASSERT_EQ(list.items[0].sealed.len, 3);
        ASSERT_MEMEQ(list.items[0].sealed.bytes, "\0\1\2", 3);
        ASSERT_STREQ(list.items[0].phc, NULL);
}

CASE(a_guess_is_counted_and_forgotten) {
        GuessKey key = { .scope = GUESS_ACCOUNT, .key = world_hash(c->world) };
        GuessCounter got;

        for (int i = 1; i <= 3; i++) {
                ASSERT_OK(c->store->guesses->reserve(
                                txn, &c->a.id, &key, USEC_PER_SEC, WORLD_NOW + i, &got));
                ASSERT_EQ(got.count, i);
                ASSERT_EQ(got.window_start, WORLD_NOW + 1);
        }
        ASSERT_OK(c->store->guesses->refund(txn, &c->a.id, &key));
        ASSERT_OK(c->store->guesses->reserve(
                        txn, &c->a.id, &key, USEC_PER_SEC, WORLD_NOW + 9, &got));
        ASSERT_EQ(got.count, 3);
        ASSERT_OK(c->store->guesses->reserve(
                        txn, &c->a.id, &key, USEC_PER_SEC, WORLD_NOW + 1 + USEC_PER_SEC, &got));
        ASSERT_EQ(got.count, 1);
        ASSERT_OK(c->store->guesses->forget(txn, &c->a.id, &key));
        ASSERT_OK(c->store->guesses->reserve(
                        txn, &c->a.id, &key, USEC_PER_SEC, WORLD_NOW + 2 + USEC_PER_SEC, &got));
        ASSERT_EQ(got.count, 1);
}

CASE(a_secret_serves_once) {
        SingleUse single = {
                .realm = c->a.id,
                .kind = SINGLE_USE_OTP_STEP,
                .hash = world_hash(c->world),
                .owner = world_id(c->world),
                .data = "{}",
                .created_at = WORLD_NOW,
                .expires_at = WORLD_NOW + 60,
        };
        SingleUse got;

        ASSERT_OK(c->store->single_use->insert(txn, &single));
        ASSERT_CODE(c->store->single_use->insert(txn, &single), IAM_E_EXISTS);
        ASSERT_CODE(c->store->single_use->spend(
                                    txn, &c->a.id, single.kind, &single.hash, WORLD_NOW + 60,
                                    &c->arena, &got),
                    IAM_E_GRANT_INVALID);
        ASSERT_CODE(c->store->single_use->spend(
                                    txn, &c->a.id, SINGLE_USE_CODE, &single.hash, WORLD_NOW,
                                    &c->arena, &got),
                    IAM_E_GRANT_INVALID);
        ASSERT_OK(c->store->single_use->spend(
                        txn, &c->a.id, single.kind, &single.hash, WORLD_NOW + 5, &c->arena, &got));
        ASSERT_EQ(got.used_at, WORLD_NOW + 5);
        ASSERT_STREQ(got.data, "{}");
        ASSERT_CODE(c->store->single_use->spend(
                                    txn, &c->a.id, single.kind, &single.hash, WORLD_NOW + 6,
                                    &c->arena, &got),
                    IAM_E_GRANT_INVALID);
}

CASE(an_attempt_is_read_as_it_was_written) {
        Attempt attempt = {
                .realm = c->a.id,
                .handle_hash = world_hash(c->world),
                .door = DOOR_PAM,
                .state = FLOW_PASSWORD,
                .name = "alice",
                .user = world_id(c->world),
                .service = "sshd",
                .address = "192.0.2.1",
                .device = world_hash(c->world),
                .password_at = 5,
                .wrong = 2,
                .credential_epoch = 9,
                .created_at = WORLD_NOW,
                .expires_at = WORLD_NOW + 300,
                .version = 1,
        };
        Attempt got;

        ASSERT_OK(c->store->attempts->insert(txn, &attempt));
        ASSERT_OK(c->store->attempts->by_handle(
                        txn, &c->a.id, &attempt.handle_hash, &c->arena, &got));
        ASSERT_EQ(got.door, DOOR_PAM);
        ASSERT_EQ(got.state, FLOW_PASSWORD);
        ASSERT_STREQ(got.name, "alice");
        ASSERT_STREQ(got.service, "sshd");
        ASSERT_STREQ(got.tty, NULL);
        ASSERT_STREQ(got.address, "192.0.2.1");
        ASSERT_TRUE(id_equal(&got.user, &attempt.user));
        ASSERT_TRUE(id_is_null(&got.request));
        ASSERT_MEMEQ(&got.device, &attempt.device, sizeof(Sha256));
        ASSERT_EQ(got.wrong, 2);
        attempt.state = FLOW_DONE;
        ASSERT_OK(c->store->attempts->update(txn, &attempt));
        ASSERT_CODE(c->store->attempts->update(txn, &attempt), IAM_E_CONFLICT);
        ASSERT_OK(c->store->attempts->remove(txn, &c->a.id, &attempt.handle_hash));
        ASSERT_CODE(c->store->attempts->remove(txn, &c->a.id, &attempt.handle_hash),
                    IAM_E_NOT_FOUND);
}

CASE(events_are_listed_by_filter_oldest_first) {
        AuditEvent event = {
                .realm = c->a.id,
                .kind = EVENT_LOGIN_SUCCESS,
                .success = true,
                .door = DOOR_PAM,
                .actor_kind = "user",
                .actor = world_id(c->world),
                .details = "{\"a\":1}",
                .actor_name = "alice",
                .address = "192.0.2.1",
        };
        AuditFilter filter = { .realm = &c->a.id, .limit = 10 };
        AuditEventList list;
        char first[ID_TEXT_SIZE];

        for (int i = 0; i < 4; i++) {
                world_sleep(c->world, 1);
                event.id = world_id(c->world);
                event.at = world_now(c->world);
                if (i == 2) {
                        event.kind = EVENT_USER_CREATED;
                        event.success = false;
                        event.reason = IAM_E_WRONG_PASSWORD;
                        event.actor_name = NULL;
                        event.address = NULL;
                }
                ASSERT_OK(c->store->audit->insert(txn, &event));
        }
        ASSERT_OK(c->store->audit->list(txn, &filter, &c->arena, &list));
        ASSERT_EQ(list.n, 4);
        ASSERT_EQ(list.items[0].kind, EVENT_LOGIN_SUCCESS);
        ASSERT_STREQ(list.items[0].actor_name, "alice");
        ASSERT_STREQ(list.items[0].details, "{\"a\":1}");
        ASSERT_EQ(list.items[0].reason, 0);
        ASSERT_EQ(list.items[3].reason, IAM_E_WRONG_PASSWORD);
        ASSERT_STREQ(list.items[3].actor_name, NULL);
        id_format(&list.items[0].id, first);

        filter.limit = 2;
        ASSERT_OK(c->store->audit->list(txn, &filter, &c->arena, &list));
        ASSERT_EQ(list.n, 2);
        ASSERT_EQ(list.items[0].kind, EVENT_USER_CREATED);
        filter.after = first;
        ASSERT_OK(c->store->audit->list(txn, &filter, &c->arena, &list));
        ASSERT_EQ(list.n, 2);
        ASSERT_EQ(list.items[0].kind, EVENT_LOGIN_SUCCESS);
        filter = (AuditFilter){ .kind = "login.", .user = "alice", .door = "pam", .limit = 10 };
        ASSERT_OK(c->store->audit->list(txn, &filter, &c->arena, &list));
        ASSERT_EQ(list.n, 2);
        filter.kind = "login";
        ASSERT_OK(c->store->audit->list(txn, &filter, &c->arena, &list));
        ASSERT_EQ(list.n, 0);
}

CASE(the_outbox_answers_its_newest_row_until_it_is_done) {
        int64_t up_to = -1;
        int64_t later;

        ASSERT_OK(c->store->outbox->pending(txn, "directory", &up_to));
        ASSERT_EQ(up_to, 0);
        ASSERT_OK(c->store->outbox->put(txn, &c->a.id, "directory", NULL, WORLD_NOW));
        ASSERT_OK(c->store->outbox->pending(txn, "directory", &up_to));
        ASSERT_TRUE(up_to > 0);
        ASSERT_OK(c->store->outbox->put(txn, &c->a.id, "directory", "{}", WORLD_NOW));
        ASSERT_OK(c->store->outbox->done(txn, "directory", up_to));
        ASSERT_OK(c->store->outbox->pending(txn, "directory", &later));
        ASSERT_TRUE(later > up_to);
        ASSERT_OK(c->store->outbox->done(txn, "directory", later));
        ASSERT_OK(c->store->outbox->pending(txn, "directory", &up_to));
        ASSERT_EQ(up_to, 0);
}
