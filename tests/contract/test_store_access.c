/* SPDX-License-Identifier: Apache-2.0 */
/* Trees, roles and what removing them takes along; epochs; clients, sessions and keys. */
#include "tests/contract/store_case.h"

static Group group_in(Case *c, Txn *txn, const char *name, const Id *parent) {
        Group group = world_group_value(c->world, &c->a.id, name);

        if (parent != NULL)
                group.parent = *parent;
        ASSERT_OK(c->store->groups->insert(txn, &group));
        return group;
}

static User user_in(Case *c, Txn *txn, const char *name, const Group *group) {
        User user = world_user_value(c->world, &c->a.id, name);

        ASSERT_OK(c->store->users->insert(txn, &user));
        if (group != NULL)
                ASSERT_OK(c->store->groups->add_member(
                                txn, &c->a.id, &group->id, &user.id, WORLD_NOW));
        return user;
}

static Role role_in(Case *c, Txn *txn, const char *name) {
        Role role = world_role_value(c->world, &c->a.id, name);

        ASSERT_OK(c->store->roles->insert(txn, &role));
        return role;
}

static int64_t authz_epoch(Case *c, Txn *txn, const User *user) {
        User got;

        ASSERT_OK(c->store->users->by_id(txn, &c->a.id, &user->id, &c->arena, &got));
        return got.authz_epoch;
}

CASE(a_group_goes_only_without_children_and_takes_its_members_along) {
        Group top = group_in(c, txn, "top", NULL);
        Group below = group_in(c, txn, "below", &top.id);
        User alice = user_in(c, txn, "alice", &below);
        Role ops = role_in(c, txn, "ops");
        GroupList groups;
        AssignmentList assignments;
        MembershipList memberships;

        ASSERT_OK(c->store->roles->assign(
                        txn, &c->a.id, &(Assignment){ ops.id, SUBJECT_GROUP, below.id },
                        WORLD_NOW));
        ASSERT_CODE(c->store->groups->add_member(txn, &c->a.id, &below.id, &alice.id, WORLD_NOW),
                    IAM_E_EXISTS);
        ASSERT_OK(c->store->groups->of_user(txn, &c->a.id, &alice.id, &c->arena, &groups));
        ASSERT_EQ(groups.n, 1);
        ASSERT_STREQ(groups.items[0].name, "below");
        ASSERT_TRUE(id_equal(&groups.items[0].parent, &top.id));

        ASSERT_CODE(c->store->groups->remove(txn, &c->a.id, &top.id, WORLD_NOW), IAM_E_NOT_EMPTY);
        ASSERT_OK(c->store->groups->remove(txn, &c->a.id, &below.id, WORLD_NOW));
        ASSERT_OK(c->store->groups->remove(txn, &c->a.id, &top.id, WORLD_NOW));
        ASSERT_OK(c->store->groups->memberships(txn, &c->a.id, &c->arena, &memberships));
        ASSERT_EQ(memberships.n, 0);
        ASSERT_OK(c->store->roles->assignments(txn, &c->a.id, &c->arena, &assignments));
        ASSERT_EQ(assignments.n, 0);
}

CASE(a_removed_group_is_nobodys_parent) {
        Group gone = group_in(c, txn, "gone", NULL);
        Group child = world_group_value(c->world, &c->a.id, "child");

        ASSERT_OK(c->store->groups->remove(txn, &c->a.id, &gone.id, WORLD_NOW));
        child.parent = gone.id;
        ASSERT_CODE(c->store->groups->insert(txn, &child), IAM_E_NOT_FOUND);
        child.parent = (Id){};
        ASSERT_OK(c->store->groups->insert(txn, &child));
        child.parent = gone.id;
        ASSERT_CODE(c->store->groups->update(txn, &child), IAM_E_NOT_FOUND);
        child.parent = child.id;
        ASSERT_CODE(c->store->groups->update(txn, &child), IAM_E_INVALID);
}

CASE(raising_a_groups_epoch_reaches_all_below_it_and_no_one_else) {
        Group top = group_in(c, txn, "top", NULL);
        Group middle = group_in(c, txn, "middle", &top.id);
        Group low = group_in(c, txn, "low", &middle.id);
        User above = user_in(c, txn, "above", &top);
        User within = user_in(c, txn, "within", &middle);
        User deep = user_in(c, txn, "deep", &low);
        User apart = user_in(c, txn, "apart", NULL);

        ASSERT_OK(c->store->users->raise_authz_epoch(txn, &c->a.id, SUBJECT_GROUP, &middle.id));
        ASSERT_EQ(authz_epoch(c, txn, &above), 0);
        ASSERT_EQ(authz_epoch(c, txn, &within), 1);
        ASSERT_EQ(authz_epoch(c, txn, &deep), 1);
        ASSERT_EQ(authz_epoch(c, txn, &apart), 0);
}

CASE(raising_a_roles_epoch_reaches_holders_by_every_way) {
        Group top = group_in(c, txn, "top", NULL);
        Group low = group_in(c, txn, "low", &top.id);
        User direct = user_in(c, txn, "direct", NULL);
        User by_tree = user_in(c, txn, "by-tree", &low);
        User by_composite = user_in(c, txn, "by-composite", NULL);
        User apart = user_in(c, txn, "apart", NULL);
        Role role = role_in(c, txn, "ops");
        Role outer = role_in(c, txn, "outer");
        Role outermost = role_in(c, txn, "outermost");
        const RoleOps *roles = c->store->roles;
        const RealmId *a = &c->a.id;

        ASSERT_OK(roles->assign(
                        txn, a, &(Assignment){ role.id, SUBJECT_USER, direct.id }, WORLD_NOW));
        ASSERT_OK(roles->assign(
                        txn, a, &(Assignment){ role.id, SUBJECT_GROUP, top.id }, WORLD_NOW));
        ASSERT_OK(roles->include(txn, a, &(Composite){ outer.id, role.id }, WORLD_NOW));
        ASSERT_OK(roles->include(txn, a, &(Composite){ outermost.id, outer.id }, WORLD_NOW));
        /* A ring must not hang the walk. */
        ASSERT_OK(roles->include(txn, a, &(Composite){ role.id, outermost.id }, WORLD_NOW));
        ASSERT_OK(roles->assign(
                        txn, a, &(Assignment){ outermost.id, SUBJECT_USER, by_composite.id },
                        WORLD_NOW));

        ASSERT_OK(c->store->users->raise_authz_epoch(txn, a, SUBJECT_ROLE, &role.id));
        ASSERT_EQ(authz_epoch(c, txn, &direct), 1);
        ASSERT_EQ(authz_epoch(c, txn, &by_tree), 1);
        ASSERT_EQ(authz_epoch(c, txn, &by_composite), 1);
        ASSERT_EQ(authz_epoch(c, txn, &apart), 0);
}

/* Otherwise an administrator's edit, read before, would put the old epoch back. */
CASE(a_raised_epoch_makes_an_older_copy_of_the_user_a_conflict) {
        User alice = user_in(c, txn, "alice", NULL);

        ASSERT_OK(c->store->users->raise_authz_epoch(txn, &c->a.id, SUBJECT_USER, &alice.id));
        ASSERT_CODE(c->store->users->update(txn, &alice), IAM_E_CONFLICT);
}

CASE(a_role_goes_with_all_that_hangs_on_it) {
        const RoleOps *roles = c->store->roles;
        const RealmId *a = &c->a.id;
        User alice = user_in(c, txn, "alice", NULL);
        Role role = role_in(c, txn, "ops");
        Role other = role_in(c, txn, "other");
        Assignment assignment = { role.id, SUBJECT_USER, alice.id };
        Permission permission = { world_id(c->world), SUBJECT_ROLE, role.id, "host", "login" };
        SudoRule rule = { world_id(c->world), role.id, "root", "ALL", 300 };
        AssignmentList assignments;
        CompositeList composites;
        PermissionList permissions;
        SudoRuleList rules;

        ASSERT_OK(roles->assign(txn, a, &assignment, WORLD_NOW));
        ASSERT_CODE(roles->assign(txn, a, &assignment, WORLD_NOW), IAM_E_EXISTS);
        ASSERT_OK(roles->include(txn, a, &(Composite){ role.id, other.id }, WORLD_NOW));
        ASSERT_OK(roles->include(txn, a, &(Composite){ other.id, role.id }, WORLD_NOW));
        ASSERT_OK(roles->permit(txn, a, &permission, WORLD_NOW));
        permission.id = world_id(c->world);
        ASSERT_CODE(roles->permit(txn, a, &permission, WORLD_NOW), IAM_E_EXISTS);
        ASSERT_OK(roles->sudo_add(txn, a, &rule, WORLD_NOW));
        rule.id = world_id(c->world);
        ASSERT_CODE(roles->sudo_add(txn, a, &rule, WORLD_NOW), IAM_E_EXISTS);
        ASSERT_OK(roles->permissions(txn, a, &c->arena, &permissions));
        ASSERT_EQ(permissions.n, 1);
        ASSERT_STREQ(permissions.items[0].resource, "host");
        ASSERT_STREQ(permissions.items[0].action, "login");
        ASSERT_OK(roles->sudo_rules(txn, a, &c->arena, &rules));
        ASSERT_STREQ(rules.items[0].command, "ALL");
        ASSERT_EQ(rules.items[0].fresh_factor, 300);

        ASSERT_OK(roles->remove(txn, a, &role.id, WORLD_NOW));
        ASSERT_OK(roles->assignments(txn, a, &c->arena, &assignments));
        ASSERT_OK(roles->composites(txn, a, &c->arena, &composites));
        ASSERT_OK(roles->permissions(txn, a, &c->arena, &permissions));
        ASSERT_OK(roles->sudo_rules(txn, a, &c->arena, &rules));
        ASSERT_EQ(assignments.n + composites.n + permissions.n + rules.n, 0);
}

CASE(a_removed_user_holds_nothing_and_proves_nothing) {
        Group staff = group_in(c, txn, "staff", NULL);
        User alice = user_in(c, txn, "alice", &staff);
        Role role = role_in(c, txn, "ops");
        Session session = {
                .realm = c->a.id,
                .id = world_id(c->world),
                .user = alice.id,
                .cookie_hash = world_hash(c->world),
        };
        Credential credential = {
                .realm = c->a.id,
                .id = world_id(c->world),
                .user = alice.id,
                .kind = CREDENTIAL_PASSWORD,
                .phc = "$argon2id$",
                .version = 1,
        };
        Session got;
        AssignmentList assignments;
        MembershipList memberships;
        CredentialList credentials;

        ASSERT_OK(c->store->roles->assign(
                        txn, &c->a.id, &(Assignment){ role.id, SUBJECT_USER, alice.id },
                        WORLD_NOW));
        ASSERT_OK(c->store->sessions->insert(txn, &session));
        ASSERT_OK(c->store->credentials->insert(txn, &credential));
        ASSERT_OK(c->store->users->remove(txn, &c->a.id, &alice.id, WORLD_NOW + 1));

        ASSERT_OK(c->store->sessions->by_id(txn, &c->a.id, &session.id, &c->arena, &got));
        ASSERT_EQ(got.ended_at, WORLD_NOW + 1);
        ASSERT_OK(c->store->roles->assignments(txn, &c->a.id, &c->arena, &assignments));
        ASSERT_OK(c->store->groups->memberships(txn, &c->a.id, &c->arena, &memberships));
        ASSERT_OK(c->store->credentials->by_user(
                        txn, &c->a.id, &alice.id, &c->arena, &credentials));
        ASSERT_EQ(assignments.n + memberships.n + credentials.n, 0);
        credential.id = session.id = world_id(c->world);
        session.cookie_hash = world_hash(c->world);
        ASSERT_CODE(c->store->credentials->insert(txn, &credential), IAM_E_NOT_FOUND);
        ASSERT_CODE(c->store->sessions->insert(txn, &session), IAM_E_NOT_FOUND);
}

CASE(a_number_that_was_not_allocated_to_the_user_is_refused) {
        User alice = world_user_value(c->world, &c->a.id, "alice");
        User bob = world_user_value(c->world, &c->a.id, "bob");
        User root = world_user_value(c->world, &c->a.id, "toor");

        ASSERT_OK(c->store->posix->allocate(
                        txn, &c->a.id, "user", &alice.id, WORLD_NOW, &alice.uid));
        alice.posix = bob.posix = root.posix = true;
        bob.uid = alice.uid;
        ASSERT_CODE(c->store->users->insert(txn, &bob), IAM_E_NOT_FOUND);
        root.uid = 27;
        ASSERT_CODE(c->store->users->insert(txn, &root), IAM_E_NOT_FOUND);
        root.uid = 0;
        ASSERT_CODE(c->store->users->insert(txn, &root), IAM_E_INVALID);
        ASSERT_OK(c->store->users->insert(txn, &alice));
}

CASE(a_client_keeps_its_lists_in_their_order) {
        const char *redirects[] = { "https://b.example.org/", "https://a.example.org/" };
        const char *logouts[] = { "https://b.example.org/bye" };
        const char *audiences[] = { "z", "a" };
        Client client = world_client_value(c->world, &c->a.id, "portal");
        ClientList list;
        Client got;

        client.kind = CLIENT_CONFIDENTIAL;
        client.secret_hash = world_hash(c->world);
        client.id_token_alg = KEY_ALG_ES256;
        client.redirect_uris = (StrList){ redirects, 2 };
        client.post_logout_uris = (StrList){ logouts, 1 };
        client.audiences = (StrList){ audiences, 2 };
        ASSERT_OK(c->store->clients->insert(txn, &client));
        ASSERT_OK(c->store->clients->by_name(txn, &c->a.id, "portal", &c->arena, &got));
        ASSERT_EQ(got.kind, CLIENT_CONFIDENTIAL);
        ASSERT_MEMEQ(&got.secret_hash, &client.secret_hash, sizeof(Sha256));
        ASSERT_EQ(got.id_token_alg, KEY_ALG_ES256);
        ASSERT_EQ(got.redirect_uris.n, 2);
        ASSERT_STREQ(got.redirect_uris.items[0], redirects[0]);
        ASSERT_STREQ(got.redirect_uris.items[1], redirects[1]);
        ASSERT_STREQ(got.post_logout_uris.items[0], logouts[0]);
        ASSERT_EQ(got.audiences.n, 2);
        ASSERT_STREQ(got.audiences.items[0], "z");

        client.redirect_uris.n = 1;
        client.post_logout_uris.n = 0;
        client.id_token_alg = _KEY_ALG_INVALID;
        ASSERT_OK(c->store->clients->update(txn, &client));
        ASSERT_CODE(c->store->clients->update(txn, &client), IAM_E_CONFLICT);
        ASSERT_OK(c->store->clients->list(txn, &c->a.id, &c->arena, &(Page){ .limit = 5 }, &list));
        ASSERT_EQ(list.n, 1);
        ASSERT_EQ(list.items[0].redirect_uris.n, 1);
        ASSERT_EQ(list.items[0].post_logout_uris.n, 0);
        ASSERT_EQ(list.items[0].id_token_alg, _KEY_ALG_INVALID);
}

CASE(roles_of_one_name_are_listed_once_each_page_by_page) {
        Client client = world_client_value(c->world, &c->a.id, "portal");
        Role realm_role = role_in(c, txn, "reader");
        Role client_role = world_role_value(c->world, &c->a.id, "reader");
        Role last = role_in(c, txn, "writer");
        Page page = { .limit = 1 };
        char after[ID_TEXT_SIZE];
        RoleList list;
        Role got;
        size_t n = 0;

        ASSERT_OK(c->store->clients->insert(txn, &client));
        client_role.client = client.id;
        ASSERT_OK(c->store->roles->insert(txn, &client_role));
        do {
                ASSERT_OK(c->store->roles->list(txn, &c->a.id, &c->arena, &page, &list));
                n += list.n;
                if (list.n > 0) {
                        id_format(&list.items[0].id, after);
                        page.after = after;
                        ASSERT_STREQ(list.items[0].name, n < 3 ? "reader" : "writer");
                }
        } while (list.n > 0);
        ASSERT_EQ(n, 3);
        ASSERT_TRUE(!id_is_null(&last.id));

        ASSERT_OK(c->store->roles->by_name(txn, &c->a.id, NULL, "reader", &c->arena, &got));
        ASSERT_TRUE(id_equal(&got.id, &realm_role.id));
        ASSERT_OK(c->store->roles->by_name(txn, &c->a.id, &client.id, "reader", &c->arena, &got));
        ASSERT_TRUE(id_equal(&got.id, &client_role.id));
        ASSERT_OK(c->store->clients->remove(txn, &c->a.id, &client.id, WORLD_NOW));
        ASSERT_CODE(c->store->roles->by_id(txn, &c->a.id, &client_role.id, &c->arena, &got),
                    IAM_E_NOT_FOUND);
}

CASE(a_session_ends_with_its_grants_and_not_with_offline_ones) {
        const SessionOps *sessions = c->store->sessions;
        User alice = user_in(c, txn, "alice", NULL);
        Client client = world_client_value(c->world, &c->a.id, "portal");
        Session session = {
                .realm = c->a.id,
                .id = world_id(c->world),
                .user = alice.id,
                .cookie_hash = world_hash(c->world),
                .auth = { .at = 5, .amr = "pwd otp mfa", .acr = "2" },
                .address = "192.0.2.1",
                .created_at = WORLD_NOW,
                .last_seen_at = WORLD_NOW,
        };
        Grant grant = {
                .realm = c->a.id,
                .id = world_id(c->world),
                .user = alice.id,
                .client = client.id,
                .session = session.id,
                .scope = "openid",
                .nonce = "n",
                .client_epoch = 3,
        };
        Grant offline = grant;
        Session got;
        Grant got_grant;

        ASSERT_OK(c->store->clients->insert(txn, &client));
        ASSERT_OK(sessions->insert(txn, &session));
        ASSERT_OK(sessions->grant_insert(txn, &grant));
        offline.id = world_id(c->world);
        offline.session = (Id){};
        ASSERT_OK(sessions->grant_insert(txn, &offline));

        ASSERT_OK(sessions->touch(txn, &c->a.id, &session.id, WORLD_NOW + 59 * USEC_PER_SEC));
        ASSERT_OK(sessions->by_cookie(txn, &c->a.id, &session.cookie_hash, &c->arena, &got));
        ASSERT_EQ(got.last_seen_at, WORLD_NOW);
        ASSERT_STREQ(got.auth.amr, "pwd otp mfa");
        ASSERT_STREQ(got.address, "192.0.2.1");
        ASSERT_OK(sessions->touch(txn, &c->a.id, &session.id, WORLD_NOW + 60 * USEC_PER_SEC));
        session.cookie_hash = world_hash(c->world);
        session.auth.at = 9;
        session.last_seen_at = WORLD_NOW + 70 * USEC_PER_SEC;
        ASSERT_OK(sessions->renew(txn, &session));
        ASSERT_OK(sessions->by_cookie(txn, &c->a.id, &session.cookie_hash, &c->arena, &got));
        ASSERT_EQ(got.auth.at, 9);
        ASSERT_EQ(got.last_seen_at, WORLD_NOW + 70 * USEC_PER_SEC);

        ASSERT_OK(sessions->end(txn, &c->a.id, &session.id, WORLD_NOW + 99));
        ASSERT_CODE(sessions->end(txn, &c->a.id, &session.id, WORLD_NOW), IAM_E_NOT_FOUND);
        ASSERT_CODE(sessions->renew(txn, &session), IAM_E_NOT_FOUND);
        ASSERT_OK(sessions->grant_by_id(txn, &c->a.id, &grant.id, &c->arena, &got_grant));
        ASSERT_EQ(got_grant.ended_at, WORLD_NOW + 99);
        ASSERT_STREQ(got_grant.nonce, "n");
        ASSERT_EQ(got_grant.client_epoch, 3);
        ASSERT_OK(sessions->grant_by_id(txn, &c->a.id, &offline.id, &c->arena, &got_grant));
        ASSERT_EQ(got_grant.ended_at, 0);
}

CASE(a_host_login_is_found_by_its_leader_until_it_is_closed) {
        const SessionOps *sessions = c->store->sessions;
        User alice = user_in(c, txn, "alice", NULL);
        HostLogin login = {
                .realm = c->a.id,
                .id = world_id(c->world),
                .user = alice.id,
                .boot_id = "0123456789abcdef0123456789abcdef",
                .leader_pid = 4242,
                .leader_start = 987654321,
                .service = "sshd",
                .tty = "pts/1",
                .opened_at = WORLD_NOW,
        };
        HostLoginList list;
        HostLogin got;

        ASSERT_OK(sessions->login_insert(txn, &login));
        ASSERT_OK(sessions->login_by_leader(
                        txn, &c->a.id, login.boot_id, 4242, 987654321, &c->arena, &got));
        ASSERT_STREQ(got.service, "sshd");
        ASSERT_EQ(got.leader_start, 987654321);
        ASSERT_CODE(sessions->login_by_leader(
                                    txn, &c->a.id, login.boot_id, 4242, 987654322, &c->arena, &got),
                    IAM_E_NOT_FOUND);
        ASSERT_OK(sessions->login_list(
                        txn, &c->a.id, &alice.id, &c->arena, &(Page){ .limit = 5 }, &list));
        ASSERT_EQ(list.n, 1);
        ASSERT_OK(sessions->login_close(txn, &c->a.id, &login.id, WORLD_NOW + 1));
        ASSERT_CODE(sessions->login_by_leader(
                                    txn, &c->a.id, login.boot_id, 4242, 987654321, &c->arena, &got),
                    IAM_E_NOT_FOUND);
}

CASE(keys_are_published_newest_first_and_found_by_state) {
        static const char *const states[] = { "active", "next", "retiring", "destroyed" };
        static const char *const kids[] = { "k0", "k1", "k2", "k3" };
        const KeyOps *keys = c->store->keys;
        SigningKey *list;
        SigningKey got;
        size_t n;

        for (size_t i = 0; i < ELEMENTSOF(kids); i++) {
                SigningKey key = {
                        .realm = c->a.id,
                        .kid = kids[i],
                        .alg = KEY_ALG_RS256,
                        .public_jwk = "{}",
                        .private_key = { "kek", (const uint8_t *) "sealed", 6 },
                };

                ASSERT_OK(keys->insert(txn, &key, states[i], WORLD_NOW + (Usec) i));
                ASSERT_CODE(keys->insert(txn, &key, states[i], WORLD_NOW), IAM_E_EXISTS);
        }
        ASSERT_OK(keys->active(txn, &c->a.id, KEY_ALG_RS256, &c->arena, &got));
        ASSERT_STREQ(got.kid, "k0");
        ASSERT_EQ(got.private_key.len, 6);
        ASSERT_CODE(keys->active(txn, &c->a.id, KEY_ALG_ES256, &c->arena, &got), IAM_E_NOT_FOUND);
        ASSERT_OK(keys->published(txn, &c->a.id, &c->arena, &list, &n));
        ASSERT_EQ(n, 3);
        ASSERT_STREQ(list[0].kid, "k2");
        ASSERT_CODE(keys->by_kid(txn, &c->a.id, "k3", &c->arena, &got), IAM_E_NOT_FOUND);
}

CASE(clearing_takes_what_has_expired_and_nothing_else) {
        Attempt attempt = { .realm = c->a.id, .handle_hash = world_hash(c->world) };
        SingleUse single = { .realm = c->a.id, .hash = world_hash(c->world) };
        int64_t rows = -1;

        attempt.expires_at = single.expires_at = WORLD_NOW;
        ASSERT_OK(c->store->attempts->insert(txn, &attempt));
        ASSERT_OK(c->store->single_use->insert(txn, &single));
        attempt.handle_hash = single.hash = world_hash(c->world);
        attempt.expires_at = single.expires_at = WORLD_NOW + 1;
        ASSERT_OK(c->store->attempts->insert(txn, &attempt));
        ASSERT_OK(c->store->single_use->insert(txn, &single));
        ASSERT_OK(c->store->meta->purge_expired(txn, WORLD_NOW, &rows));
        ASSERT_EQ(rows, 2);
        ASSERT_OK(c->store->attempts->by_handle(
                        txn, &c->a.id, &attempt.handle_hash, &c->arena, &attempt));
}

CASE(a_version_is_kept_once) {
        Id id = world_id(c->world);

        ASSERT_OK(c->store->audit->history_put(
                        txn, &c->a.id, "user", &id, 1, "root", WORLD_NOW, "{}",
                        "{\"name\":\"a\"}"));
        ASSERT_CODE(c->store->audit->history_put(
                                    txn, &c->a.id, "user", &id, 1, "root", WORLD_NOW, "{}", NULL),
                    IAM_E_EXISTS);
        ASSERT_OK(c->store->audit->history_put(
                        txn, &c->a.id, "user", &id, 2, "root", WORLD_NOW, "{}", NULL));
}

CASE(a_value_beyond_the_limit_is_refused) {
        char *text = arena_alloc(&c->arena, (2 << 20) + 1);

        memset(text, 'x', 2 << 20);
        ASSERT_CODE(c->store->meta->put(txn, "k", text), IAM_E_TOO_LARGE);
        ASSERT_CODE(c->store->users->list(
                                    txn, &c->a.id, NULL, &c->arena,
                                    &(Page){ .limit = STORE_PAGE_MAX + 1 }, &(UserList){}),
                    -EINVAL);
}
