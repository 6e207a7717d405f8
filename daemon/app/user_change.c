/* SPDX-License-Identifier: Apache-2.0 */
/* A user is written with its history, whoever changes it: an administrator or its owner. */
#include "base/reason.h"
#include "daemon/app/user.h"

#define HISTORY_MAX 8192

int user_history(const UserChange *change, Txn *txn, const User *user, int64_t version) {
        CLEANUP(buf_done) Buf data = BUF_INIT(HISTORY_MAX);
        CLEANUP(buf_done) Buf personal = BUF_INIT(HISTORY_MAX);
        JsonWriter d = JSON_WRITER(&data), p = JSON_WRITER(&personal);

        json_begin_object(&d);
        json_put_bool(&d, "enabled", user->enabled);
        json_put_bool(&d, "posix", user->posix);
        if (user->posix)
                json_put_int(&d, "uid", user->uid);
        json_put_str(&d, "shell", user->shell);
        json_put_bool(&d, "emailVerified", user->email_verified);
        json_put_int(&d, "credentialEpoch", user->credential_epoch);
        json_put_int(&d, "authzEpoch", user->authz_epoch);
        json_end_object(&d);

        json_begin_object(&p);
        json_put_str(&p, "name", user->name);
        json_put_str(&p, "email", user->email);
        json_put_str(&p, "displayName", user->display_name);
        json_put_str(&p, "givenName", user->given_name);
        json_put_str(&p, "familyName", user->family_name);
        json_put_str(&p, "home", user->home);
        json_end_object(&p);
        if (buf_error(&data) != 0 || buf_error(&personal) != 0)
                return buf_error(&data) != 0 ? buf_error(&data) : buf_error(&personal);
        return change->app->store.audit->history_put(
                        txn, &user->realm, "user", &user->id, version, change->actor, change->now,
                        data.bytes, personal.bytes);
}

UserChange user_change_of(AppCall *call) {
        return (UserChange){
                .app = call->app,
                .arena = call->arena,
                .actor = str_or(call->caller->actor_name, call->caller->actor_kind),
                .now = call->now,
        };
}

int user_write(const UserChange *change, Txn *txn, User *user) {
        int r;

        user->updated_at = change->now;
        r = change->app->store.users->update(txn, user);
        return r != 0 ? r : user_history(change, txn, user, user->version + 1);
}

int user_credential(
                const UserChange *change, Txn *txn, const User *user, CredentialKind kind,
                Credential *ret) {
        CredentialList list;
        int r;

        r = change->app->store.credentials->by_user(
                        txn, &user->realm, &user->id, change->arena, &list);
        if (r != 0)
                return r;
        for (size_t i = 0; i < list.n; i++)
                if (list.items[i].kind == kind) {
                        *ret = list.items[i];
                        return 0;
                }
        return IAM_E_NOT_FOUND;
}

static int
store_verifier(const UserChange *change, Txn *txn, const User *user, const char *phc,
               bool must_change) {
        const CredentialOps *credentials = change->app->store.credentials;
        Credential credential;
        int r;

        r = user_credential(change, txn, user, CREDENTIAL_PASSWORD, &credential);
        if (r != 0 && r != IAM_E_NOT_FOUND)
                return r;
        if (r == IAM_E_NOT_FOUND) {
                credential = (Credential){
                        .realm = user->realm,
                        .user = user->id,
                        .kind = CREDENTIAL_PASSWORD,
                        .created_at = change->now,
                };
                r = app_id_make(change->app, change->now, &credential.id);
                if (r < 0)
                        return r;
        }
        credential.phc = phc;
        credential.must_change = must_change;
        credential.changed_at = change->now;
        if (credential.version > 0)
                return credentials->update(txn, &credential);
        credential.version = 1;
        return credentials->insert(txn, &credential);
}

int user_put_password(
                const UserChange *change, Txn *txn, User *user, const char *phc, bool must_change) {
        int r;

        r = store_verifier(change, txn, user, phc, must_change);
        if (r != 0)
                return r;
        user->credential_epoch++;
        return user_write(change, txn, user);
}
