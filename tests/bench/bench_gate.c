/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a refresh costs in a realm of 10,000 users, 500 groups and 50,000 memberships, beside one of
 * two users: the realm's access model is read for each token.
 */
#include "tests/support/oidc_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define USERS 10000
#define GROUPS 500
#define GROUPS_OF_A_USER 5
#define ROUNDS 50

#define MUST(expression)                                                                           \
        do {                                                                                       \
                if ((expression) != 0) {                                                           \
                        (void) fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #expression);    \
                        abort();                                                                   \
                }                                                                                  \
        } while (0)

static double now_ms(void) {
        struct timespec at;

        (void) clock_gettime(CLOCK_MONOTONIC, &at);
        return (double) at.tv_sec * 1e3 + (double) at.tv_nsec / 1e6;
}

static int fill(Txn *txn, void *context) {
        OidcCase *c = context;
        const StorePort *store = &c->app->store;
        const RealmId *realm = &c->demo.realm.id;
        static Id groups[GROUPS];

        for (size_t i = 0; i < GROUPS; i++) {
                Group group = world_group_value(
                                c->world, realm, arena_printf(&c->arena, "group%zu", i));

                if (i >= 50)
                        group.parent = groups[i % 50]; /* a tree of two floors */
                groups[i] = group.id;
                MUST(store->groups->insert(txn, &group));
        }
        for (size_t i = 0; i < USERS; i++) {
                User user = world_user_value(
                                c->world, realm, arena_printf(&c->arena, "user%zu", i));

                MUST(store->users->insert(txn, &user));
                for (size_t j = 0; j < GROUPS_OF_A_USER; j++)
                        MUST(store->groups->add_member(
                                        txn, realm, &groups[(i * 7 + j * 101) % GROUPS], &user.id,
                                        WORLD_NOW));
        }
        for (size_t j = 0; j < GROUPS_OF_A_USER; j++)
                MUST(store->groups->add_member(
                                txn, realm, &groups[j], &c->demo.alice.id, WORLD_NOW));
        return 0;
}

static void measure(OidcCase *c, const char *what) {
        TokenOut tokens;
        double began;

        oidc_tokens(c, &c->demo, &c->demo.web, &tokens);
        began = now_ms();
        for (int i = 0; i < ROUNDS; i++) {
                Arena arena = ARENA_INIT((size_t) 64 << 20);
                TokenIn in = oidc_refresh(c, &c->demo.web, oidc_refresh_text(c, &tokens));

                MUST(app_token(c->app, &arena, &c->program, &c->demo.realm, &in, &tokens));
                if (i == 0)
                        (void) printf("%s: arena %zu KiB\n", what, arena.used >> 10);
                arena_done(&arena);
        }
        (void) printf("%s: %.2f ms a refresh\n", what, (now_ms() - began) / ROUNDS);
}

int main(void) {
        OidcCase c;

        oidc_begin(&c);
        measure(&c, "2 users");
        oidc_write(&c, fill, &c);
        measure(&c, "10000 users");
        oidc_end(&c);
        return 0;
}
