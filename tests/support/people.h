/* SPDX-License-Identifier: Apache-2.0 */
/*
 * People with factors for tests of logins: a realm `demo` with alice (password and TOTP) and bob
 * (password).  The TOTP secret and the times are those of RFC 6238 appendix B, so that the codes
 * are known by heart.
 */
#pragma once

#include "base/ssh_key.h"
#include "daemon/app/user_key.h"
#include "tests/support/test.h"
#include "tests/support/world.h"

/* RFC 6238 appendix B, the last six of eight digits: two steps that follow each other, and a later
 * one. */
#define CODE_1_AT ((Usec) 1111111109 * USEC_PER_SEC)
#define CODE_1 "081804"
#define CODE_2_AT ((Usec) 1111111111 * USEC_PER_SEC)
#define CODE_2 "050471"
#define CODE_3_AT ((Usec) 1234567890 * USEC_PER_SEC)
#define CODE_3 "005924"

/* As sshd writes it. */
#define SECURITY_KEY "sk-ssh-ed25519@openssh.com " SECURITY_KEY_BASE64
#define SECURITY_KEY_BASE64                                                                        \
        "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB" \
        "AAAABHNzaDo="

#define ALICE_PASSWORD "a long way to the sea"
#define BOB_PASSWORD "nobody reads the manual"

typedef struct People {
        World *world;
        App *app;
        Arena arena;
        Realm realm;
        User alice;
        User bob;
} People;

static inline Secret secret_of(const char *text) {
        Secret secret = {};

        ASSERT_OK(secret_set(&secret, text, strlen(text)));
        return secret;
}

typedef struct CredentialInsert {
        const StorePort *store;
        const Credential *credential;
        const UserKey *key;
        const User *user;
        const Realm *realm;
        const Permission *permission;
        const Assignment *assignment;
} CredentialInsert;

static inline int people_write(Txn *txn, void *context) {
        const CredentialInsert *in = context;

        if (in->credential != NULL)
                return in->store->credentials->insert(txn, in->credential);
        if (in->key != NULL)
                return in->store->user_keys->insert(txn, in->key);
        if (in->user != NULL)
                return in->store->users->update(txn, in->user);
        if (in->permission != NULL)
                return in->store->roles->permit(txn, &in->realm->id, in->permission, WORLD_NOW);
        if (in->assignment != NULL)
                return in->store->roles->assign(txn, &in->realm->id, in->assignment, WORLD_NOW);
        return in->store->realms->update(txn, in->realm);
}

static inline void people_store(People *people, CredentialInsert in) {
        in.store = world_store(people->world);
        ASSERT_OK(in.store->txn(in.store->self, people_write, &in));
}

static inline Credential credential_value(People *people, const User *user, CredentialKind kind) {
        return (Credential){ .realm = people->realm.id,
                             .id = world_id(people->world),
                             .user = user->id,
                             .kind = kind,
                             .created_at = world_now(people->world),
                             .version = 1,
                             .changed_at = world_now(people->world) };
}

static inline void give_password(People *people, const User *user, const char *password) {
        Credential credential = credential_value(people, user, CREDENTIAL_PASSWORD);
        const CryptoPort *crypto = &people->app->crypto;
        Secret secret = secret_of(password);

        ASSERT_OK(crypto->password_hash(crypto->self, &people->arena, &secret, &credential.phc));
        people_store(people, (CredentialInsert){ .credential = &credential });
}

static inline void give_totp(People *people, const User *user) {
        Credential credential = credential_value(people, user, CREDENTIAL_TOTP);
        const CryptoPort *crypto = &people->app->crypto;
        Secret secret = secret_of("12345678901234567890");

        ASSERT_OK(
                        crypto->seal(crypto->self, &people->arena, &people->realm.id,
                                     &credential.id, "totp", &secret, &credential.sealed));
        people_store(people, (CredentialInsert){ .credential = &credential });
}

static inline void give_security_key(People *people, const User *user, bool verify_required) {
        UserKey key = { .realm = people->realm.id,
                        .id = world_id(people->world),
                        .user = user->id,
                        .type = "sk-ssh-ed25519@openssh.com",
                        .base64 = SECURITY_KEY_BASE64,
                        .verify_required = verify_required,
                        .created_at = WORLD_NOW };
        SshKey parsed;

        ASSERT_OK(ssh_key_parse(SECURITY_KEY, strlen(SECURITY_KEY), &parsed));
        key.fingerprint =
                        user_key_fingerprint(people->app, &people->arena, parsed.blob, parsed.len);
        people_store(people, (CredentialInsert){ .key = &key });
}

static inline void people_init(People *people) {
        *people = (People){ .world = world_new(), .arena = ARENA_INIT((size_t) 64 << 20) };
        people->app = world_app(people->world);
        world_set_now(people->world, CODE_1_AT);
        people->realm = world_realm(people->world, "demo");
        people->alice = world_posix_user(people->world, &people->realm, "alice");
        people->bob = world_posix_user(people->world, &people->realm, "bob");
        give_password(people, &people->alice, ALICE_PASSWORD);
        give_totp(people, &people->alice);
        give_password(people, &people->bob, BOB_PASSWORD);
        people->app->config.host_realm = "demo";
}

static inline void people_done(People *people) {
        people->world = world_free(people->world);
        arena_done(&people->arena);
}
