/* SPDX-License-Identifier: Apache-2.0 */
/* Users: made, listed, shown, changed, kept out, let in, deleted. */
#include <string.h>

#include "base/names.h"
#include "base/reason.h"
#include "daemon/app/user.h"

int user_update(AppCall *call, Txn *txn, User *user) {
        const UserChange change = user_change_of(call);
        int r;

        r = user_write(&change, txn, user);
        if (r == IAM_E_EXISTS)
                return call_blame(call, r, "email"); /* the name is not changed by anyone */
        if (r == 0)
                call_target(call, "user", &user->id, user->name);
        return r;
}

static int factors_list(AppCall *call, Txn *txn, const User *user, StrList *ret) {
        CredentialList credentials;
        CallNames names;
        int r;

        r = call->app->store.credentials->by_user(
                        txn, &user->realm, &user->id, call->arena, &credentials);
        if (r == 0)
                r = call_names_init(call, credentials.n, &names);
        if (r != 0)
                return r;
        for (size_t i = 0; i < credentials.n; i++)
                if (credentials.items[i].kind != CREDENTIAL_TOTP_PENDING)
                        call_names_add(&names, credential_kind_name(credentials.items[i].kind));
        *ret = names.list;
        return 0;
}

static int roles_list(AppCall *call, Txn *txn, const Closure *closure, StrList *ret) {
        CallNames names;
        int r;

        r = call_names_init(call, closure->n_roles, &names);
        for (size_t i = 0; r == 0 && i < closure->n_roles; i++) {
                const Role *role = closure->roles[i].role;
                const char *name = role->name;
                Client client;

                if (!id_is_null(&role->client)) {
                        r = call->app->store.clients->by_id(
                                        txn, &role->realm, &role->client, call->arena, &client);
                        if (r != 0)
                                break;
                        name = arena_printf(call->arena, "%s/%s", client.name, role->name);
                        if (name == NULL)
                                return -ENOMEM;
                }
                call_names_add(&names, name);
        }
        if (r == 0)
                *ret = names.list;
        return r;
}

int user_roles(AppCall *call, Txn *txn, const User *user, StrList *ret) {
        Closure closure;
        int r;

        r = closure_of_user(&call->app->store, txn, &user->realm, call->arena, &user->id, &closure);
        return r != 0 ? r : roles_list(call, txn, &closure, ret);
}

static int user_view(AppCall *call, Txn *txn, const User *user, UserView *out) {
        const StorePort *store = &call->app->store;
        Closure closure;
        int r;

        *out = (UserView){
                .id = call_id_text(call, &user->id),
                .name = user->name,
                .display_name = user->display_name,
                .given_name = user->given_name,
                .family_name = user->family_name,
                .email = user->email,
                .email_verified = user->email_verified,
                .enabled = user->enabled,
                .uid = user->posix ? user->uid : WIRE_INT_ABSENT,
                .home = user->home,
                .shell = user->shell,
                .created_at = user->created_at,
                .updated_at = user->updated_at,
        };
        if (out->id == NULL)
                return -ENOMEM;
        r = closure_of_user(store, txn, &user->realm, call->arena, &user->id, &closure);
        if (r == 0)
                r = closure_group_paths(&closure, call->arena, &out->groups);
        if (r == 0)
                r = roles_list(call, txn, &closure, &out->roles);
        if (r == 0)
                r = factors_list(call, txn, user, &out->factors);
        return r;
}

static int text_check(AppCall *call, const char *text, const char *field) {
        return call_expect(
                        call, str_is_empty(text) || text_is_passwd_field(text, GECOS_MAX), field);
}

static int path_check(AppCall *call, const char *path, const char *field) {
        return call_expect(
                        call, str_is_empty(path) || path_is_absolute_clean(path, HOST_PATH_MAX),
                        field);
}

static int user_input_check(AppCall *call, const UserCreateIn *in) {
        int r;

        r = text_check(call, in->display_name, "displayName");
        if (r == 0)
                r = text_check(call, in->given_name, "givenName");
        if (r == 0)
                r = text_check(call, in->family_name, "familyName");
        if (r == 0)
                r = path_check(call, in->home, "home");
        if (r == 0)
                r = path_check(call, in->shell, "shell");
        if (r == 0)
                r = call_expect(call, str_is_empty(in->email) || name_is_email(in->email), "email");
        return r;
}

/* A given value replaces, an empty one removes, an absent one leaves. */
static void text_apply(const char *given, const char **ret) {
        if (given != NULL)
                *ret = call_optional(given);
}

static int user_input_apply(AppCall *call, const UserCreateIn *in, User *user) {
        text_apply(in->display_name, &user->display_name);
        text_apply(in->given_name, &user->given_name);
        text_apply(in->family_name, &user->family_name);
        text_apply(in->home, &user->home);
        text_apply(in->shell, &user->shell);
        if (in->email != NULL) {
                char *fold = NULL;

                user->email = call_optional(in->email);
                if (user->email != NULL) {
                        fold = arena_strdup(call->arena, user->email);
                        if (fold == NULL)
                                return -ENOMEM;
                        str_ascii_lower(fold);
                }
                user->email_fold = fold;
                user->email_verified = false; /* another address proves nothing yet */
        }
        if (in->email_verified != MAYBE_ABSENT)
                user->email_verified = in->email_verified == MAYBE_YES && user->email != NULL;
        return 0;
}

/* On a host the private group bears the user's name: no other POSIX group may. */
static int name_is_free_of_groups(AppCall *call, Txn *txn, const char *name) {
        Group group;
        int r;

        r = call->app->store.groups->by_name(txn, &call->realm.id, name, call->arena, &group);
        if (r == 0 && group.posix)
                return call_blame(call, IAM_E_EXISTS, "name");
        return r == IAM_E_NOT_FOUND ? 0 : r;
}

static int user_make_posix(AppCall *call, Txn *txn, User *user) {
        const RealmSettings *settings = &call->realm.settings;
        int r;

        r = name_is_free_of_groups(call, txn, user->name);
        if (r != 0)
                return r;
        if (user->home == NULL)
                user->home = arena_printf(call->arena, "%s%s", settings->home_prefix, user->name);
        if (user->shell == NULL)
                user->shell = settings->default_shell;
        if (user->home == NULL)
                return -ENOMEM;
        r = call->app->store.posix->allocate(
                        txn, &user->realm, "user", &user->id, call->now, &user->uid);
        if (r == 0)
                user->posix = true;
        return r;
}

static int user_drop_posix(AppCall *call, Txn *txn, User *user) {
        user->posix = false;
        user->uid = 0;
        return call->app->store.posix->retire(txn, &user->realm, &user->id, call->now);
}

/* Users of master belong to no host (DECISIONS "Names, ids, time"). */
static int posix_wanted(AppCall *call, Maybe asked, bool otherwise, bool *ret) {
        bool is_master = str_eq(call->realm.name, MASTER_REALM);

        *ret = asked == MAYBE_ABSENT ? otherwise && !is_master : asked == MAYBE_YES;
        return call_expect(call, !(*ret && is_master), "posix");
}

int app_user_create(AppCall *call, Txn *txn) {
        const UserCreateIn *in = call->in;
        User user = {
                .realm = call->realm.id,
                .name = in->name,
                .enabled = true,
                .credential_epoch = 1,
                .authz_epoch = 1,
                .created_at = call->now,
                .updated_at = call->now,
                .version = 1,
        };
        bool posix = false;
        const UserChange change = user_change_of(call);
        int r;

        r = call_expect(call, name_is_user(in->name), "name");
        if (r == 0)
                r = user_input_check(call, in);
        if (r == 0)
                r = posix_wanted(call, in->posix, call->realm.settings.posix_by_default, &posix);
        if (r == 0)
                r = app_id_make(call->app, call->now, &user.id);
        if (r == 0)
                r = user_input_apply(call, in, &user);
        if (r == 0 && posix)
                r = user_make_posix(call, txn, &user);
        if (r != 0)
                return r;

        r = call->app->store.users->insert(txn, &user);
        if (r == IAM_E_EXISTS) {
                User there;
                int named = call->app->store.users->by_name(
                                txn, &user.realm, user.name, call->arena, &there);

                return call_blame(call, r, named == 0 ? "name" : "email");
        }
        if (r == 0)
                r = user_history(&change, txn, &user, user.version);
        if (r != 0)
                return r;
        call_target(call, "user", &user.id, user.name);
        return user_view(call, txn, &user, call->out);
}

int app_user_set(AppCall *call, Txn *txn) {
        const UserCreateIn *in = call->in;
        bool posix = false;
        User user;
        int r;

        r = user_input_check(call, in);
        if (r == 0)
                r = call_user(call, txn, in->name, "name", &user);
        if (r == 0)
                r = posix_wanted(call, in->posix, user.posix, &posix);
        if (r == 0)
                r = user_input_apply(call, in, &user);
        if (r == 0 && posix && !user.posix)
                r = user_make_posix(call, txn, &user);
        else if (r == 0 && !posix && user.posix)
                r = user_drop_posix(call, txn, &user);
        if (r == 0)
                r = call_expect(call, !posix || user.home != NULL, "home");
        if (r == 0)
                r = call_expect(call, !posix || user.shell != NULL, "shell");
        if (r == 0)
                r = user_update(call, txn, &user);
        return r != 0 ? r : user_view(call, txn, &user, call->out);
}

int app_user_list(AppCall *call, Txn *txn) {
        const UserListIn *in = call->in;
        UserListOut *out = call->out;
        Page page = { .after = in->after, .limit = (size_t) in->limit };
        UserList users;
        UserRow *rows;
        int r;

        r = call->app->store.users->list(
                        txn, &call->realm.id, in->search, call->arena, &page, &users);
        if (r != 0)
                return r;
        rows = CALL_ROWS(call, UserRow, users.n, &out->users);
        if (rows == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < users.n; i++) {
                const User *user = &users.items[i];

                rows[i] = (UserRow){
                        .name = user->name,
                        .uid = user->posix ? user->uid : WIRE_INT_ABSENT,
                        .enabled = user->enabled,
                        .display_name = user->display_name,
                        .email = user->email,
                };
        }
        out->next = users.n == page.limit ? rows[users.n - 1].name : NULL;
        return 0;
}

int app_user_show(AppCall *call, Txn *txn) {
        const WireNameIn *in = call->in;
        User user;
        int r;

        r = call_user(call, txn, in->name, "name", &user);
        return r != 0 ? r : user_view(call, txn, &user, call->out);
}

static int user_switch(AppCall *call, Txn *txn, bool enabled) {
        const WireNameIn *in = call->in;
        User user;
        int r;

        r = call_user(call, txn, in->name, "name", &user);
        if (r != 0)
                return r;
        /* Kept out now, and whatever was open is dead even after the user is let in again. */
        if (user.enabled && !enabled)
                user.credential_epoch++;
        user.enabled = enabled;
        return user_update(call, txn, &user);
}

int app_user_enable(AppCall *call, Txn *txn) {
        return user_switch(call, txn, true);
}

int app_user_disable(AppCall *call, Txn *txn) {
        return user_switch(call, txn, false);
}

int app_user_delete(AppCall *call, Txn *txn) {
        const StorePort *store = &call->app->store;
        const WireNameIn *in = call->in;
        User user;
        int r;

        r = call_user(call, txn, in->name, "name", &user);
        if (r == 0)
                r = store->users->remove(txn, &user.realm, &user.id, call->now);
        if (r == 0 && user.posix)
                r = store->posix->retire(txn, &user.realm, &user.id, call->now);
        if (r == 0)
                call_target(call, "user", &user.id, user.name);
        return r;
}
