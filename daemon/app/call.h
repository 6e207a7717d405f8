/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the administrative operations share: the call under way, the table of their handlers, and
 * the few steps that many of them take.  For the files that implement wire/ops, not for faces.
 */
#pragma once

#include "base/json.h"
#include "daemon/app/ops.h"
#include "daemon/core/closure.h"

#define MASTER_REALM "master"
#define META_BACKUP "backup.at" /* when the newest copy of the store was made */
#define META_CLOCK "clock.mark" /* the latest time that was seen (clock.h) */

typedef struct AppCall AppCall;
struct AppCall {
        App *app;
        const Caller *caller;
        Arena *arena;
        const WireOp *op;
        const void *in;
        void *out;
        Usec now;
        const char **where; /* the in-field that a Reason is about */
        void *prepared; /* what prepare() made for run(); no secrets, it is the arena's */

        /* Set for each run. */
        Realm realm; /* the realm worked in; null id: the installation */
        bool is_in_realm; /* one was asked for, whether or not it is there */
        AuditEvent event; /* of success: run() names the target; kind is preset from the table */
};

/*
 * prepare: what must not happen in a transaction (hashes, keys, chance), after the caller was found
 * to be entitled; may leave secrets in out, which run() must not overwrite then.
 * run: inside the transaction, perhaps more than once; it sets all else of out.
 */
typedef struct AppHandler {
        int (*prepare)(AppCall *call);
        int (*run)(AppCall *call, Txn *txn);
        void (*settle)(AppCall *call); /* after the commit, or NULL */
        bool changes_directory; /* hosts must hear of it */
} AppHandler;

extern const AppHandler app_handlers[_WIRE_OP_MAX];

/* Names the field and passes the reason on: return call_blame(call, IAM_E_INVALID, "email"). */
int call_blame(AppCall *call, int reason, const char *field);
/* IAM_E_INVALID with the field's name unless fine. */
int call_expect(AppCall *call, bool fine, const char *field);

/* Says whom the audit event is about. */
void call_target(AppCall *call, const char *kind, const Id *id, const char *name);
/* Adds a JSON object of one or two members to the audit event; values are not personal. */
int call_detail(AppCall *call, const char *name, const char *value, const char *name2,
                const char *value2);

/* A version for the history: data and personal are JSON objects; personal may be NULL. */
int call_history(
                AppCall *call, Txn *txn, const char *kind, const Id *id, int64_t version,
                const Buf *data, const Buf *personal);

/* Rows by the names in the input; IAM_E_NOT_FOUND blames the field. */
int call_user(AppCall *call, Txn *txn, const char *name, const char *field, User *ret);
int call_group(AppCall *call, Txn *txn, const char *name, const char *field, Group *ret);
int call_client(AppCall *call, Txn *txn, const char *name, const char *field, Client *ret);
/* The client's service account; IAM_E_NOT_FOUND blames the field when it has none. */
int call_service(AppCall *call, Txn *txn, const Client *client, const char *field, User *ret);
int call_role(AppCall *call, Txn *txn, const char *client, const char *name, const char *field,
              Role *ret);

const char *call_id_text(AppCall *call, const Id *id); /* NULL: the arena is full */
/* NULL for "" and NULL: an empty value means none. */
const char *call_optional(const char *text);

/* A list being filled: names beyond `limit` are only counted. */
typedef struct CallNames {
        StrList list;
        size_t limit;
        int64_t more;
} CallNames;

int call_names_init(AppCall *call, size_t n, CallNames *ret);
void call_names_add(CallNames *names, const char *name);
static inline int64_t call_names_more(const CallNames *names) {
        return names->more > 0 ? names->more : WIRE_INT_ABSENT;
}

/* Rows of out, sized for n of them. */
void *call_rows(AppCall *call, size_t n, size_t size, WireRows *ret);
#define CALL_ROWS(call, Type, count, ret) ((Type *) call_rows((call), (count), sizeof(Type), (ret)))

/* realm.c: a realm about to be made, with keys that prepare() had time for. */
typedef struct RealmSeed {
        Realm realm;
        SigningKey keys[_KEY_ALG_MAX];
} RealmSeed;

int realm_seed_make(AppCall *call, const char *name, const char *display_name, RealmSeed *ret);
int realm_seed_insert(AppCall *call, Txn *txn, const RealmSeed *seed);

int app_setup_prepare(AppCall *call);
int app_setup(AppCall *call, Txn *txn);
int app_status(AppCall *call, Txn *txn);
/* status_checks.c: how each part stands, and the daemon's version and start. */
int status_checks(AppCall *call, Txn *txn, const RealmList *realms, StatusOut *out);
int app_backup_prepare(AppCall *call);
int app_backup(AppCall *call, Txn *txn);
int app_clock_accept_prepare(AppCall *call);
int app_clock_accept(AppCall *call, Txn *txn);
int app_wait(AppCall *call, Txn *txn);
int app_why(AppCall *call, Txn *txn);

int app_realm_create_prepare(AppCall *call);
int app_realm_create(AppCall *call, Txn *txn);
int app_realm_list(AppCall *call, Txn *txn);
int app_realm_show(AppCall *call, Txn *txn);
int app_realm_set(AppCall *call, Txn *txn);
int app_realm_delete(AppCall *call, Txn *txn);

int app_user_create(AppCall *call, Txn *txn);
int app_user_list(AppCall *call, Txn *txn);
int app_user_show(AppCall *call, Txn *txn);
int app_user_set(AppCall *call, Txn *txn);
int app_user_enable(AppCall *call, Txn *txn);
int app_user_disable(AppCall *call, Txn *txn);
int app_user_delete(AppCall *call, Txn *txn);
int app_user_set_password_prepare(AppCall *call);
int app_user_set_password(AppCall *call, Txn *txn);
int app_user_unlock_prepare(AppCall *call);
int app_user_unlock(AppCall *call, Txn *txn);
int app_totp_enrol_prepare(AppCall *call);
int app_totp_enrol(AppCall *call, Txn *txn);
int app_totp_remove(AppCall *call, Txn *txn);

int app_user_key_add(AppCall *call, Txn *txn);
int app_user_key_list(AppCall *call, Txn *txn);
int app_user_key_remove(AppCall *call, Txn *txn);

int app_group_create(AppCall *call, Txn *txn);
int app_group_list(AppCall *call, Txn *txn);
int app_group_show(AppCall *call, Txn *txn);
int app_group_delete(AppCall *call, Txn *txn);
int app_group_add(AppCall *call, Txn *txn);
int app_group_remove(AppCall *call, Txn *txn);

int app_role_create(AppCall *call, Txn *txn);
int app_role_list(AppCall *call, Txn *txn);
int app_role_show(AppCall *call, Txn *txn);
int app_role_delete(AppCall *call, Txn *txn);
int app_role_assign(AppCall *call, Txn *txn);
int app_role_unassign(AppCall *call, Txn *txn);
int app_role_include(AppCall *call, Txn *txn);
int app_role_exclude(AppCall *call, Txn *txn);
int app_role_permit(AppCall *call, Txn *txn);
int app_role_forbid(AppCall *call, Txn *txn);
int app_sudo_add(AppCall *call, Txn *txn);
int app_sudo_remove(AppCall *call, Txn *txn);
int app_sudo_list(AppCall *call, Txn *txn);

int app_host_allow(AppCall *call, Txn *txn);
int app_host_deny(AppCall *call, Txn *txn);
int app_host_list(AppCall *call, Txn *txn);

int app_client_create_prepare(AppCall *call);
int app_client_create(AppCall *call, Txn *txn);
int app_client_list(AppCall *call, Txn *txn);
int app_client_show(AppCall *call, Txn *txn);
int app_client_set(AppCall *call, Txn *txn);
int app_client_delete(AppCall *call, Txn *txn);
int app_client_rotate_secret_prepare(AppCall *call);
int app_client_rotate_secret(AppCall *call, Txn *txn);

int app_key_rotate_prepare(AppCall *call);
int app_key_rotate(AppCall *call, Txn *txn);
void app_key_rotate_settle(AppCall *call);
int app_key_list(AppCall *call, Txn *txn);

int app_session_list(AppCall *call, Txn *txn);
int app_session_end(AppCall *call, Txn *txn);

int app_audit_list(AppCall *call, Txn *txn);
