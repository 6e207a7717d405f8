/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Law 9: realms do not leak.  Realm a holds one of everything; every operation of the port is
 * called with realm b and the ids of a.  A new operation without a row here fails the count.
 */
#include "tests/contract/store_case.h"

#define NF IAM_E_NOT_FOUND

/* What realm a holds, and room for what must not be found. */
typedef struct Estate {
        Case *c;
        const StorePort *s;
        Txn *txn;
        Arena *arena;
        const RealmId *b;

        User user;
        User service; /* of the client */
        Group group;
        Role role;
        Role other_role;
        Client client;
        Credential credential;
        UserKey user_key;
        Attempt attempt;
        AuthRequest request;
        Session session;
        HostLogin login;
        Grant grant;
        SingleUse single;
        SigningKey key;
        GuessKey guess;
        Sha256 device;
        Permission permission;
        SudoRule sudo;
        AuditEvent event;

        Page page;
        union {
                User user;
                UserList users;
                CredentialList credentials;
                UserKey user_key;
                UserKeyList user_keys;
                Group group;
                GroupList groups;
                MembershipList memberships;
                Role role;
                RoleList roles;
                AssignmentList assignments;
                CompositeList composites;
                PermissionList permissions;
                SudoRuleList sudo_rules;
                Client client;
                ClientList clients;
                Attempt attempt;
                AuthRequest request;
                Session session;
                SessionList sessions;
                HostLogin login;
                HostLoginList logins;
                Grant grant;
                SingleUse single;
                SigningKey key;
                SigningKey *keys;
                GuessCounter counter;
                AuditEventList events;
                bool known;
        } got;
        size_t got_n;
        uint32_t got_id;
} Estate;

/* A copy that claims to be of realm b. */
#define MOVED(value)                                                                               \
        ({                                                                                         \
                typeof(value) moved_ = (value);                                                    \
                moved_.realm = *e->b;                                                              \
                moved_;                                                                            \
        })
#define MOVED_FRESH(value)                                                                         \
        ({                                                                                         \
                typeof(value) fresh_ = MOVED(value);                                               \
                fresh_.id = world_id(e->c->world);                                                 \
                fresh_;                                                                            \
        })
/* Told apart from reasons: no rows are 0. */
#define ROWS(n) ((n) > 0 ? 1000 + (int) (n) : 0)
/* The rows of a list, or the failure. */
#define COUNT(call, list)                                                                          \
        ({                                                                                         \
                int count_ = (call);                                                               \
                count_ != 0 ? count_ : ROWS(e->got.list.n);                                        \
        })

#define AS(Type, value) ((const Type[]){ value })

/* X(ops, operation, expected, call) */
/* clang-format off */
#define FOREIGN(X) \
        X(users, insert, NF, e->s->users->insert(e->txn, AS(User, MOVED_FRESH(e->user)))) \
        X(users, by_id, NF, e->s->users->by_id(e->txn, e->b, &e->user.id, e->arena, &e->got.user)) \
        X(users, by_name, NF, e->s->users->by_name(e->txn, e->b, "alice", e->arena, &e->got.user)) \
        X(users, by_email, NF, e->s->users->by_email(e->txn, e->b, "alice@example.org", e->arena, &e->got.user)) \
        X(users, by_uid, NF, e->s->users->by_uid(e->txn, e->b, e->user.uid, e->arena, &e->got.user)) \
        X(users, by_client, NF, e->s->users->by_client(e->txn, e->b, &e->client.id, e->arena, &e->got.user)) \
        X(users, update, NF, e->s->users->update(e->txn, AS(User, MOVED(e->user)))) \
        X(users, remove, NF, e->s->users->remove(e->txn, e->b, &e->user.id, WORLD_NOW)) \
        X(users, list, 0, COUNT(e->s->users->list(e->txn, e->b, NULL, e->arena, &e->page, &e->got.users), users)) \
        X(users, list_posix, 0, COUNT(e->s->users->list_posix(e->txn, e->b, e->arena, &e->got.users), users)) \
        X(users, raise_authz_epoch, NF, e->s->users->raise_authz_epoch(e->txn, e->b, SUBJECT_USER, &e->user.id)) \
        X(posix, retire, NF, e->s->posix->retire(e->txn, e->b, &e->user.id, WORLD_NOW)) \
        X(posix, allocate, 0, e->s->posix->allocate(e->txn, e->b, "user", &e->user.id, WORLD_NOW, &e->got_id)) \
        X(credentials, insert, NF, e->s->credentials->insert(e->txn, AS(Credential, MOVED_FRESH(e->credential)))) \
        X(credentials, update, NF, e->s->credentials->update(e->txn, AS(Credential, MOVED(e->credential)))) \
        X(credentials, by_user, 0, COUNT(e->s->credentials->by_user(e->txn, e->b, &e->user.id, e->arena, &e->got.credentials), credentials)) \
        X(credentials, remove, NF, e->s->credentials->remove(e->txn, e->b, &e->credential.id, WORLD_NOW)) \
        X(credentials, touch, NF, e->s->credentials->touch(e->txn, e->b, &e->credential.id, WORLD_NOW)) \
        X(user_keys, insert, NF, e->s->user_keys->insert(e->txn, AS(UserKey, MOVED_FRESH(e->user_key)))) \
        X(user_keys, by_user, 0, COUNT(e->s->user_keys->by_user(e->txn, e->b, &e->user.id, e->arena, &e->got.user_keys), user_keys)) \
        X(user_keys, by_fingerprint, NF, e->s->user_keys->by_fingerprint(e->txn, e->b, "SHA256:x", e->arena, &e->got.user_key)) \
        X(user_keys, remove, NF, e->s->user_keys->remove(e->txn, e->b, &e->user_key.id)) \
        X(user_keys, touch, NF, e->s->user_keys->touch(e->txn, e->b, &e->user_key.id, WORLD_NOW)) \
        X(groups, insert, NF, e->s->groups->insert(e->txn, AS(Group, child_in_b(e)))) \
        X(groups, by_id, NF, e->s->groups->by_id(e->txn, e->b, &e->group.id, e->arena, &e->got.group)) \
        X(groups, by_name, NF, e->s->groups->by_name(e->txn, e->b, "staff", e->arena, &e->got.group)) \
        X(groups, update, NF, e->s->groups->update(e->txn, AS(Group, MOVED(e->group)))) \
        X(groups, remove, NF, e->s->groups->remove(e->txn, e->b, &e->group.id, WORLD_NOW)) \
        X(groups, list, 0, COUNT(e->s->groups->list(e->txn, e->b, e->arena, &e->page, &e->got.groups), groups)) \
        X(groups, list_all, 0, COUNT(e->s->groups->list_all(e->txn, e->b, e->arena, &e->got.groups), groups)) \
        X(groups, add_member, NF, e->s->groups->add_member(e->txn, e->b, &e->group.id, &e->user.id, WORLD_NOW)) \
        X(groups, remove_member, NF, e->s->groups->remove_member(e->txn, e->b, &e->group.id, &e->user.id)) \
        X(groups, members, 0, COUNT(e->s->groups->members(e->txn, e->b, &e->group.id, e->arena, &e->got.users), users)) \
        X(groups, of_user, 0, COUNT(e->s->groups->of_user(e->txn, e->b, &e->user.id, e->arena, &e->got.groups), groups)) \
        X(groups, memberships, 0, COUNT(e->s->groups->memberships(e->txn, e->b, e->arena, &e->got.memberships), memberships)) \
        X(roles, insert, NF, e->s->roles->insert(e->txn, AS(Role, client_role_in_b(e)))) \
        X(roles, by_id, NF, e->s->roles->by_id(e->txn, e->b, &e->role.id, e->arena, &e->got.role)) \
        X(roles, by_name, NF, e->s->roles->by_name(e->txn, e->b, NULL, "ops", e->arena, &e->got.role)) \
        X(roles, update, NF, e->s->roles->update(e->txn, AS(Role, MOVED(e->role)))) \
        X(roles, remove, NF, e->s->roles->remove(e->txn, e->b, &e->role.id, WORLD_NOW)) \
        X(roles, list, 0, COUNT(e->s->roles->list(e->txn, e->b, e->arena, &e->page, &e->got.roles), roles)) \
        X(roles, list_all, 0, COUNT(e->s->roles->list_all(e->txn, e->b, e->arena, &e->got.roles), roles)) \
        X(roles, assign, NF, e->s->roles->assign(e->txn, e->b, &(Assignment){ e->role.id, SUBJECT_USER, e->user.id }, WORLD_NOW)) \
        X(roles, unassign, NF, e->s->roles->unassign(e->txn, e->b, &(Assignment){ e->role.id, SUBJECT_USER, e->user.id })) \
        X(roles, assignments, 0, COUNT(e->s->roles->assignments(e->txn, e->b, e->arena, &e->got.assignments), assignments)) \
        X(roles, include, NF, e->s->roles->include(e->txn, e->b, &(Composite){ e->role.id, e->other_role.id }, WORLD_NOW)) \
        X(roles, exclude, NF, e->s->roles->exclude(e->txn, e->b, &(Composite){ e->role.id, e->other_role.id })) \
        X(roles, composites, 0, COUNT(e->s->roles->composites(e->txn, e->b, e->arena, &e->got.composites), composites)) \
        X(roles, permit, NF, e->s->roles->permit(e->txn, e->b, &e->permission, WORLD_NOW)) \
        X(roles, forbid, NF, e->s->roles->forbid(e->txn, e->b, &e->permission)) \
        X(roles, permissions, 0, COUNT(e->s->roles->permissions(e->txn, e->b, e->arena, &e->got.permissions), permissions)) \
        X(roles, sudo_add, NF, e->s->roles->sudo_add(e->txn, e->b, &e->sudo, WORLD_NOW)) \
        X(roles, sudo_remove, NF, e->s->roles->sudo_remove(e->txn, e->b, &e->role.id, "root", "ALL")) \
        X(roles, sudo_rules, 0, COUNT(e->s->roles->sudo_rules(e->txn, e->b, e->arena, &e->got.sudo_rules), sudo_rules)) \
        X(held, groups, 0, COUNT(e->s->held->groups(e->txn, e->b, &e->user.id, e->arena, &e->got.groups), groups)) \
        X(held, roles, 0, COUNT(e->s->held->roles(e->txn, e->b, &e->user.id, e->arena, &e->got.roles), roles)) \
        X(held, assignments, 0, COUNT(e->s->held->assignments(e->txn, e->b, &e->user.id, e->arena, &e->got.assignments), assignments)) \
        X(held, composites, 0, COUNT(e->s->held->composites(e->txn, e->b, &e->user.id, e->arena, &e->got.composites), composites)) \
        X(held, permissions, 0, COUNT(e->s->held->permissions(e->txn, e->b, &e->user.id, e->arena, &e->got.permissions), permissions)) \
        X(held, sudo_rules, 0, COUNT(e->s->held->sudo_rules(e->txn, e->b, &e->user.id, e->arena, &e->got.sudo_rules), sudo_rules)) \
        X(clients, by_id, NF, e->s->clients->by_id(e->txn, e->b, &e->client.id, e->arena, &e->got.client)) \
        X(clients, by_name, NF, e->s->clients->by_name(e->txn, e->b, "portal", e->arena, &e->got.client)) \
        X(clients, update, NF, e->s->clients->update(e->txn, AS(Client, MOVED(e->client)))) \
        X(clients, remove, NF, e->s->clients->remove(e->txn, e->b, &e->client.id, WORLD_NOW)) \
        X(clients, origin, NF, e->s->clients->origin(e->txn, e->b, "https://portal.example.org")) \
        X(clients, list, 0, COUNT(e->s->clients->list(e->txn, e->b, e->arena, &e->page, &e->got.clients), clients)) \
        X(clients, insert, 0, e->s->clients->insert(e->txn, AS(Client, MOVED_FRESH(e->client)))) \
        X(attempts, by_handle, NF, e->s->attempts->by_handle(e->txn, e->b, &e->attempt.handle_hash, e->arena, &e->got.attempt)) \
        X(attempts, done_by_opener, NF, e->s->attempts->done_by_opener(e->txn, e->b, e->attempt.opener_boot, 77, 88, e->arena, &e->got.attempt)) \
        X(attempts, update, NF, e->s->attempts->update(e->txn, AS(Attempt, MOVED(e->attempt)))) \
        X(attempts, remove, NF, e->s->attempts->remove(e->txn, e->b, &e->attempt.handle_hash)) \
        X(attempts, insert, 0, e->s->attempts->insert(e->txn, AS(Attempt, MOVED(e->attempt)))) \
        X(attempts, request_insert, NF, e->s->attempts->request_insert(e->txn, AS(AuthRequest, MOVED_FRESH(e->request)))) \
        X(attempts, request_by_id, NF, e->s->attempts->request_by_id(e->txn, e->b, &e->request.id, e->arena, &e->got.request)) \
        X(attempts, request_remove, NF, e->s->attempts->request_remove(e->txn, e->b, &e->request.id)) \
        X(sessions, insert, NF, e->s->sessions->insert(e->txn, AS(Session, MOVED_FRESH(e->session)))) \
        X(sessions, by_id, NF, e->s->sessions->by_id(e->txn, e->b, &e->session.id, e->arena, &e->got.session)) \
        X(sessions, by_cookie, NF, e->s->sessions->by_cookie(e->txn, e->b, &e->session.cookie_hash, e->arena, &e->got.session)) \
        X(sessions, touch, NF, e->s->sessions->touch(e->txn, e->b, &e->session.id, WORLD_NOW + 90 * USEC_PER_SEC)) \
        X(sessions, renew, NF, e->s->sessions->renew(e->txn, AS(Session, MOVED(e->session)))) \
        X(sessions, end, NF, e->s->sessions->end(e->txn, e->b, &e->session.id, WORLD_NOW)) \
        X(sessions, list, 0, COUNT(e->s->sessions->list(e->txn, e->b, &e->user.id, e->arena, &e->page, &e->got.sessions), sessions)) \
        X(sessions, login_insert, NF, e->s->sessions->login_insert(e->txn, AS(HostLogin, MOVED_FRESH(e->login)))) \
        X(sessions, login_by_leader, NF, e->s->sessions->login_by_leader(e->txn, e->b, e->login.boot_id, 77, 88, e->arena, &e->got.login)) \
        X(sessions, login_confirm, NF, e->s->sessions->login_confirm(e->txn, e->b, &e->login.id, &e->user.id, WORLD_NOW)) \
        X(sessions, login_close, NF, e->s->sessions->login_close(e->txn, e->b, &e->login.id, WORLD_NOW)) \
        X(sessions, login_list, 0, COUNT(e->s->sessions->login_list(e->txn, e->b, NULL, e->arena, &e->page, &e->got.logins), logins)) \
        X(sessions, grant_insert, NF, e->s->sessions->grant_insert(e->txn, AS(Grant, MOVED_FRESH(e->grant)))) \
        X(sessions, grant_by_id, NF, e->s->sessions->grant_by_id(e->txn, e->b, &e->grant.id, e->arena, &e->got.grant)) \
        X(sessions, grant_end, NF, e->s->sessions->grant_end(e->txn, e->b, &e->grant.id, WORLD_NOW)) \
        X(single_use, insert, NF, e->s->single_use->insert(e->txn, AS(SingleUse, MOVED(e->single)))) \
        X(single_use, spend, IAM_E_GRANT_INVALID, e->s->single_use->spend(e->txn, e->b, e->single.kind, &e->single.hash, WORLD_NOW, e->arena, &e->got.single)) \
        X(single_use, find, NF, e->s->single_use->find(e->txn, e->b, e->single.kind, &e->single.hash, e->arena, &e->got.single)) \
        X(single_use, set_successor, NF, e->s->single_use->set_successor(e->txn, AS(SingleUse, MOVED(e->single)))) \
        X(keys, active, NF, e->s->keys->active(e->txn, e->b, KEY_ALG_ES256, e->arena, &e->got.key)) \
        X(keys, by_kid, NF, e->s->keys->by_kid(e->txn, e->b, "kid", e->arena, &e->got.key)) \
        X(keys, published, 0, published_in_b(e)) \
        X(keys, move, NF, e->s->keys->move(e->txn, e->b, e->key.kid, KEY_RETIRING, WORLD_NOW)) \
        X(keys, insert, 0, e->s->keys->insert(e->txn, AS(SigningKey, MOVED(e->key)), "active", WORLD_NOW)) \
        X(guesses, reserve, ROWS(1), reserved_in_b(e)) \
        X(guesses, refund, 0, e->s->guesses->refund(e->txn, e->b, &e->guess)) \
        X(guesses, forget, 0, e->s->guesses->forget(e->txn, e->b, &e->guess)) \
        X(guesses, device_put, NF, e->s->guesses->device_put(e->txn, e->b, &e->user.id, &e->device, WORLD_NOW)) \
        X(guesses, device_known, 0, known_in_b(e)) \
        X(audit, insert, 0, e->s->audit->insert(e->txn, AS(AuditEvent, MOVED(e->event)))) \
        X(audit, list, ROWS(1), COUNT(e->s->audit->list(e->txn, &(AuditFilter){ .realm = e->b, .limit = 9 }, e->arena, &e->got.events), events)) \
        X(audit, history_put, 0, e->s->audit->history_put(e->txn, e->b, "user", &e->user.id, 1, "x", WORLD_NOW, "{}", NULL)) \
        X(outbox, put, 0, e->s->outbox->put(e->txn, e->b, "mail", NULL, WORLD_NOW))
/* clang-format on */

/* Installation-wide by design: realms themselves, the census of keys, outbox.pending and .done,
 * meta. */
#define WITHOUT_REALM (sizeof(RealmOps) / sizeof(void (*)(void)) + 1 + 2 + 3)

static Group child_in_b(Estate *e) {
        Group child = world_group_value(e->c->world, e->b, "child");

        child.parent = e->group.id;
        return child;
}

static Role client_role_in_b(Estate *e) {
        Role role = world_role_value(e->c->world, e->b, "reader");

        role.client = e->client.id;
        return role;
}

static int published_in_b(Estate *e) {
        int r = e->s->keys->published(e->txn, e->b, e->arena, &e->got.keys, &e->got_n);

        return r != 0 ? r : ROWS(e->got_n);
}

static int reserved_in_b(Estate *e) {
        int r = e->s->guesses->reserve(
                        e->txn, e->b, &e->guess, USEC_PER_SEC, WORLD_NOW, &e->got.counter);

        return r != 0 ? r : ROWS(e->got.counter.count);
}

static int known_in_b(Estate *e) {
        int r = e->s->guesses->device_known(
                        e->txn, e->b, &e->user.id, &e->device, 0, &e->got.known);

        return r != 0 ? r : ROWS(e->got.known);
}

#define X(ops, operation, expected, call)                                                          \
        static int foreign_##ops##_##operation(Estate *e) {                                        \
                return (call);                                                                     \
        }
FOREIGN(X)
#undef X

static const struct {
        const char *name;
        int expected;
        int (*call)(Estate *e);
} foreign[] = {
#define X(ops, operation, expected, call)                                                          \
        { #ops "." #operation, expected, foreign_##ops##_##operation },
        FOREIGN(X)
#undef X
};

static void fill_directory(Estate *e) {
        static const char *origins[] = { "https://portal.example.org" };
        World *world = e->c->world;
        const RealmId *a = &e->c->a.id;

        e->user = world_user_value(world, a, "alice");
        e->user.email = e->user.email_fold = "alice@example.org";
        e->user.posix = true;
        ASSERT_OK(e->s->posix->allocate(e->txn, a, "user", &e->user.id, WORLD_NOW, &e->user.uid));
        ASSERT_OK(e->s->users->insert(e->txn, &e->user));
        e->credential = (Credential){
                .realm = *a,
                .id = world_id(world),
                .user = e->user.id,
                .kind = CREDENTIAL_PASSWORD,
                .phc = "$argon2id$",
                .version = 1,
        };
        ASSERT_OK(e->s->credentials->insert(e->txn, &e->credential));
        e->user_key = (UserKey){
                .realm = *a,
                .id = world_id(world),
                .user = e->user.id,
                .type = "ssh-ed25519",
                .base64 = "AAAA",
                .fingerprint = "SHA256:x",
        };
        ASSERT_OK(e->s->user_keys->insert(e->txn, &e->user_key));
        e->group = world_group_value(world, a, "staff");
        ASSERT_OK(e->s->groups->insert(e->txn, &e->group));
        ASSERT_OK(e->s->groups->add_member(e->txn, a, &e->group.id, &e->user.id, WORLD_NOW));
        e->client = world_client_value(world, a, "portal");
        e->client.web_origins = (StrList){ .items = origins, .n = 1 };
        ASSERT_OK(e->s->clients->insert(e->txn, &e->client));
        e->service = world_user_value(world, a, "service:portal");
        e->service.client = e->client.id;
        ASSERT_OK(e->s->users->insert(e->txn, &e->service));
}

static void fill_access(Estate *e) {
        World *world = e->c->world;
        const RealmId *a = &e->c->a.id;

        e->role = world_role_value(world, a, "ops");
        ASSERT_OK(e->s->roles->insert(e->txn, &e->role));
        e->other_role = world_role_value(world, a, "view");
        ASSERT_OK(e->s->roles->insert(e->txn, &e->other_role));
        ASSERT_OK(e->s->roles->assign(
                        e->txn, a, &(Assignment){ e->role.id, SUBJECT_USER, e->user.id },
                        WORLD_NOW));
        ASSERT_OK(e->s->roles->include(
                        e->txn, a, &(Composite){ e->role.id, e->other_role.id }, WORLD_NOW));
        e->permission = (Permission){ world_id(world), SUBJECT_ROLE, e->role.id, "host", "login" };
        ASSERT_OK(e->s->roles->permit(e->txn, a, &e->permission, WORLD_NOW));
        e->sudo = (SudoRule){ world_id(world), e->role.id, "root", "ALL" };
        ASSERT_OK(e->s->roles->sudo_add(e->txn, a, &e->sudo, WORLD_NOW));
}

static void fill_logins(Estate *e) {
        World *world = e->c->world;
        const RealmId a = e->c->a.id;

        e->attempt = (Attempt){ .realm = a,
                                .handle_hash = world_hash(world),
                                .version = 7,
                                .state = FLOW_DONE,
                                .opener_boot = "0123456789abcdef0123456789abcdef",
                                .opener_pid = 77,
                                .opener_start = 88 };
        ASSERT_OK(e->s->attempts->insert(e->txn, &e->attempt));
        e->request = (AuthRequest){ .realm = a,
                                    .id = world_id(world),
                                    .client = e->client.id,
                                    .redirect_uri = "https://app.example.org/" };
        ASSERT_OK(e->s->attempts->request_insert(e->txn, &e->request));
        e->session = (Session){ .realm = a,
                                .id = world_id(world),
                                .user = e->user.id,
                                .cookie_hash = world_hash(world) };
        ASSERT_OK(e->s->sessions->insert(e->txn, &e->session));
        e->login = (HostLogin){ .realm = a,
                                .id = world_id(world),
                                .user = e->user.id,
                                .boot_id = "0123456789abcdef0123456789abcdef",
                                .leader_pid = 77,
                                .leader_start = 88 };
        ASSERT_OK(e->s->sessions->login_insert(e->txn, &e->login));
        e->grant = (Grant){ .realm = a,
                            .id = world_id(world),
                            .user = e->user.id,
                            .client = e->client.id,
                            .session = e->session.id };
        ASSERT_OK(e->s->sessions->grant_insert(e->txn, &e->grant));
        e->single = (SingleUse){ .realm = a,
                                 .kind = SINGLE_USE_CODE,
                                 .hash = world_hash(world),
                                 .grant = e->grant.id,
                                 .owner = e->client.id,
                                 .expires_at = WORLD_NOW + 60 };
        ASSERT_OK(e->s->single_use->insert(e->txn, &e->single));
}

static void fill_rest(Estate *e) {
        World *world = e->c->world;
        const RealmId a = e->c->a.id;
        GuessCounter counter;

        e->key = (SigningKey){ .realm = a, .kid = "kid", .alg = KEY_ALG_ES256, .public_jwk = "{}" };
        ASSERT_OK(e->s->keys->insert(e->txn, &e->key, "active", WORLD_NOW));
        e->guess = (GuessKey){ .scope = GUESS_SOURCE, .key = world_hash(world) };
        ASSERT_OK(e->s->guesses->reserve(e->txn, &a, &e->guess, USEC_PER_SEC, WORLD_NOW, &counter));
        e->device = world_hash(world);
        ASSERT_OK(e->s->guesses->device_put(e->txn, &a, &e->user.id, &e->device, WORLD_NOW));
        e->event = (AuditEvent){ .realm = a, .id = world_id(world), .actor_name = "alice" };
        ASSERT_OK(e->s->audit->insert(e->txn, &e->event));
}

/* Everything of a is as it was filled in. */
static void check_untouched(Estate *e) {
        const RealmId *a = &e->c->a.id;
        GuessCounter counter;
        SingleUse single;
        bool known = false;

        ASSERT_OK(e->s->users->by_id(e->txn, a, &e->user.id, e->arena, &e->got.user));
        ASSERT_EQ(e->got.user.version, 1);
        ASSERT_EQ(e->got.user.authz_epoch, 0);
        ASSERT_OK(e->s->groups->by_id(e->txn, a, &e->group.id, e->arena, &e->got.group));
        ASSERT_EQ(e->got.group.version, 1);
        ASSERT_EQ(COUNT(e->s->groups->memberships(e->txn, a, e->arena, &e->got.memberships),
                        memberships),
                  ROWS(1));
        ASSERT_EQ(COUNT(e->s->roles->sudo_rules(e->txn, a, e->arena, &e->got.sudo_rules),
                        sudo_rules),
                  ROWS(1));
        ASSERT_EQ(COUNT(e->s->roles->permissions(e->txn, a, e->arena, &e->got.permissions),
                        permissions),
                  ROWS(1));
        ASSERT_EQ(COUNT(e->s->credentials->by_user(
                                        e->txn, a, &e->user.id, e->arena, &e->got.credentials),
                        credentials),
                  ROWS(1));
        ASSERT_OK(e->s->sessions->by_id(e->txn, a, &e->session.id, e->arena, &e->got.session));
        ASSERT_EQ(e->got.session.ended_at, 0);
        ASSERT_EQ(e->got.session.last_seen_at, 0);
        ASSERT_OK(e->s->sessions->grant_by_id(e->txn, a, &e->grant.id, e->arena, &e->got.grant));
        ASSERT_EQ(e->got.grant.ended_at, 0);
        ASSERT_OK(e->s->attempts->by_handle(
                        e->txn, a, &e->attempt.handle_hash, e->arena, &e->got.attempt));
        ASSERT_OK(e->s->guesses->reserve(e->txn, a, &e->guess, USEC_PER_SEC, WORLD_NOW, &counter));
        ASSERT_EQ(counter.count, 2);
        ASSERT_OK(e->s->guesses->device_known(e->txn, a, &e->user.id, &e->device, 0, &known));
        ASSERT_TRUE(known);
        ASSERT_OK(e->s->single_use->spend(
                        e->txn, a, e->single.kind, &e->single.hash, WORLD_NOW, e->arena, &single));
}

static void fill(Estate *e, Case *c, Txn *txn, const RealmId *asked) {
        *e = (Estate){
                .c = c,
                .s = c->store,
                .txn = txn,
                .arena = &c->arena,
                .b = asked,
                .page = { .limit = 10 },
        };
        fill_directory(e);
        fill_access(e);
        fill_logins(e);
        fill_rest(e);
}

CASE(a_foreign_realm_finds_and_changes_nothing) {
        static Estate estate;

        fill(&estate, c, txn, &c->b.id);
        /* Inserts that b may do, for they refer to nothing of a, stand last of their noun. */
        for (size_t i = 0; i < ELEMENTSOF(foreign); i++) {
                int got = foreign[i].call(&estate);

                if (got != foreign[i].expected)
                        fail_msg("%s answers %d, not %d", foreign[i].name, got,
                                 foreign[i].expected);
        }
        check_untouched(&estate);
}

static bool is_read(const char *name) {
        static const char *const reads[] = {
                ".by_",        ".list",        "_list",        ".members",
                ".of_user",    ".assignments", ".composites",  ".permissions",
                ".sudo_rules", ".published",   ".active",      ".find",
                "_known",      "_by_",         ".memberships", "held.",
        };

        for (size_t i = 0; i < ELEMENTSOF(reads); i++)
                if (strstr(name, reads[i]) != NULL)
                        return true;
        return false;
}

/* The control: a read that finds nothing in its own realm either would prove nothing above. */
CASE(the_same_reads_find_all_of_it_in_its_own_realm) {
        static Estate estate;
        int reads = 0;

        fill(&estate, c, txn, &c->a.id);
        for (size_t i = 0; i < ELEMENTSOF(foreign); i++) {
                int got;

                if (!is_read(foreign[i].name))
                        continue;
                got = foreign[i].call(&estate);
                if (foreign[i].expected == NF ? got != 0 : got < ROWS(1))
                        fail_msg("%s answers %d", foreign[i].name, got);
                reads++;
        }
        ASSERT_TRUE(reads >= 45);
}

TEST(every_operation_of_the_port_has_its_row) {
        const size_t pointer = sizeof(void (*)(void));
        const size_t all = sizeof(RealmOps) + sizeof(UserOps) + sizeof(PosixOps) +
                           sizeof(CredentialOps) + sizeof(UserKeyOps) + sizeof(GroupOps) +
                           sizeof(RoleOps) + sizeof(HeldOps) + sizeof(ClientOps) +
                           sizeof(AttemptOps) + sizeof(SessionOps) + sizeof(SingleUseOps) +
                           sizeof(KeyOps) + sizeof(GuessOps) + sizeof(AuditOps) +
                           sizeof(OutboxOps) + sizeof(MetaOps);

        ASSERT_EQ(ELEMENTSOF(foreign) + WITHOUT_REALM, all / pointer);
}
