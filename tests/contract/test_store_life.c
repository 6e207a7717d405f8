/* SPDX-License-Identifier: Apache-2.0 */
/* The store over time: threads, savepoints, crashes, restarts. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/reason.h"
#include "daemon/store/engine.h"
#include "tests/support/test.h"
#include "tests/support/world.h"

#define THREADS 64

/* What a transaction of these tests does; fields are used as the function needs them. */
typedef struct Work {
        World *world;
        const StorePort *store;
        const Realm *realm;
        const char *key;
        Sha256 hash;
        int answer;
        int64_t number;
        uint32_t ids[8];
        pthread_barrier_t *start;
        int result;
} Work;

static int run(Work *work, TxnFn fn) {
        return work->store->txn(work->store->self, fn, work);
}

static int look(Work *work, TxnFn fn) {
        return work->store->read(work->store->self, fn, work);
}

static int put_then_answer(Txn *txn, void *context) {
        Work *work = context;
        int r = work->store->meta->put(txn, work->key, "there");

        return r != 0 ? r : work->answer;
}

static int put_then_keep(Txn *txn, void *context) {
        Work *work = context;
        int r = work->store->meta->put(txn, work->key, "there");

        return r != 0 ? r : work->store->keep(txn, work->answer);
}

static int is_there(Txn *txn, void *context) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4096);
        Work *work = context;
        const char *value;

        return work->store->meta->get(txn, work->key, &arena, &value);
}

static Work work_in(World *world) {
        return (Work){ .world = world, .store = world_store(world) };
}

TEST(a_reason_or_an_error_undoes_the_transaction) {
        World *world = world_new();
        Work work = work_in(world);
        static const int answers[] = { IAM_E_DENIED, -EIO };

        work.key = "k";
        for (size_t i = 0; i < ELEMENTSOF(answers); i++) {
                work.answer = answers[i];
                ASSERT_CODE(run(&work, put_then_answer), answers[i]);
                ASSERT_CODE(look(&work, is_there), IAM_E_NOT_FOUND);
        }
        work.answer = 0;
        ASSERT_OK(run(&work, put_then_answer));
        ASSERT_OK(look(&work, is_there));
        (void) world_free(world);
}

TEST(a_kept_reason_is_answered_and_committed_but_an_error_is_never_kept) {
        World *world = world_new();
        Work work = work_in(world);

        work.key = "kept";
        work.answer = IAM_E_WRONG_PASSWORD;
        ASSERT_CODE(run(&work, put_then_keep), IAM_E_WRONG_PASSWORD);
        ASSERT_OK(look(&work, is_there));
        work.key = "broken";
        work.answer = -EIO;
        ASSERT_CODE(run(&work, put_then_keep), -EIO);
        ASSERT_CODE(look(&work, is_there), IAM_E_NOT_FOUND);
        (void) world_free(world);
}

TEST(a_read_cannot_write) {
        World *world = world_new();
        Work work = work_in(world);

        work.key = "k";
        ASSERT_CODE(look(&work, put_then_answer), -EROFS);
        ASSERT_CODE(look(&work, is_there), IAM_E_NOT_FOUND);
        (void) world_free(world);
}

typedef struct Crew {
        Work works[THREADS];
        pthread_t threads[THREADS];
        pthread_barrier_t start;
} Crew;

static void crew_run(Crew *crew, void *(*fn)(void *) ) {
        ASSERT_OK(pthread_barrier_init(&crew->start, NULL, THREADS));
        for (size_t i = 0; i < THREADS; i++) {
                crew->works[i].start = &crew->start;
                ASSERT_OK(pthread_create(&crew->threads[i], NULL, fn, &crew->works[i]));
        }
        for (size_t i = 0; i < THREADS; i++)
                ASSERT_OK(pthread_join(crew->threads[i], NULL));
        ASSERT_OK(pthread_barrier_destroy(&crew->start));
}

static void *put_at_once(void *context) {
        Work *work = context;

        (void) pthread_barrier_wait(work->start);
        work->result = run(work, put_then_answer);
        return NULL;
}

/* Failing jobs stand between good ones, so that a group commit has both. */
static int put_other(Txn *txn, void *context) {
        Work *work = context;

        return work->store->meta->put(txn, "unrelated", "value");
}

static int change_realm(Txn *txn, void *context) {
        Work *work = context;

        return work->store->realms->update(txn, work->realm);
}

static int put_key(Txn *txn, void *context) {
        Work *work = context;
        const SigningKey key = {
                .realm = work->realm->id,
                .kid = work->key,
                .alg = KEY_ALG_ES256,
                .public_jwk = "{}",
        };

        return work->store->keys->insert(txn, &key, "active", WORLD_NOW);
}

static int remove_realm(Txn *txn, void *context) {
        Work *work = context;

        return work->store->realms->remove(txn, &work->realm->id, WORLD_NOW);
}

TEST(changes_of_realms_and_keys_make_a_new_generation_and_nothing_else_does) {
        static const struct {
                TxnFn fn;
                bool makes_one;
        } cases[] = {
                { put_other, false }, { change_realm, true }, { put_other, false },
                { put_key, true },    { remove_realm, true }, { put_other, false },
        };
        CLEANUP(world_freep) World *world = world_new();
        Realm realm = world_realm(world, "a");
        Work work = { .store = world_store(world), .realm = &realm, .key = "kid" };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                uint64_t before = work.store->generation(work.store->self);

                ASSERT_OK(run(&work, cases[i].fn));
                ASSERT_EQ(work.store->generation(work.store->self) != before, cases[i].makes_one);
        }
}

static int raise_epoch(Txn *txn, void *context) {
        Work *work = context;
        Realm realm = *work->realm;

        realm.epoch++;
        return work->store->realms->update(txn, &realm);
}

typedef struct Seen {
        const StorePort *store;
        const RealmId *id;
        Realm by_id;
        Realm by_name;
        Arena arena;
} Seen;

static int see_realm(Txn *txn, void *context) {
        Seen *seen = context;
        int r;

        r = seen->store->realms->by_id(txn, seen->id, &seen->arena, &seen->by_id);
        return r != 0 ? r : seen->store->realms->by_name(txn, "a", &seen->arena, &seen->by_name);
}

TEST(readers_see_a_realm_as_it_is_however_often_they_read_it_before) {
        CLEANUP(world_freep) World *world = world_new();
        Realm realm = world_realm(world, "a");
        Work work = { .store = world_store(world), .realm = &realm };
        Seen seen = { .store = work.store, .id = &realm.id, .arena = ARENA_INIT(1 << 16) };

        for (int i = 0; i < 2; i++) {
                ASSERT_OK(work.store->read(work.store->self, see_realm, &seen));
                ASSERT_EQ(seen.by_id.epoch, realm.epoch);
        }
        ASSERT_OK(run(&work, raise_epoch));
        ASSERT_OK(work.store->read(work.store->self, see_realm, &seen));
        ASSERT_EQ(seen.by_id.epoch, realm.epoch + 1);
        ASSERT_EQ(seen.by_name.epoch, realm.epoch + 1);
        ASSERT_OK(run(&work, remove_realm));
        ASSERT_CODE(work.store->read(work.store->self, see_realm, &seen), IAM_E_NOT_FOUND);
        arena_done(&seen.arena);
}

TEST(a_failing_job_does_not_hurt_its_neighbours) {
        World *world = world_new();
        static Crew crew;
        static char keys[THREADS][8];

        for (size_t i = 0; i < THREADS; i++) {
                crew.works[i] = work_in(world);
                (void) snprintf(keys[i], sizeof(keys[i]), "k%zu", i);
                crew.works[i].key = keys[i];
                crew.works[i].answer = i % 2 == 0 ? 0 : i % 3 == 0 ? -EIO : IAM_E_DENIED;
        }
        crew_run(&crew, put_at_once);
        for (size_t i = 0; i < THREADS; i++) {
                ASSERT_CODE(crew.works[i].result, crew.works[i].answer);
                ASSERT_CODE(look(&crew.works[i], is_there),
                            crew.works[i].answer == 0 ? 0 : IAM_E_NOT_FOUND);
        }
        (void) world_free(world);
}

/* As the engine itself does on a full disk: the whole transaction is gone. */
static int put_then_break(Txn *txn, void *context) {
        int r = put_then_answer(txn, context);

        return r != 0 ? r : sql_conn_exec(txn->conn, "ROLLBACK");
}

static void *break_at_once(void *context) {
        Work *work = context;

        (void) pthread_barrier_wait(work->start);
        work->result = run(work, work->number == 0 ? put_then_answer : put_then_break);
        return NULL;
}

TEST(a_job_that_breaks_the_transaction_fails_alone) {
        World *world = world_new();
        static Crew crew;
        static char keys[THREADS][8];

        for (size_t i = 0; i < THREADS; i++) {
                crew.works[i] = work_in(world);
                (void) snprintf(keys[i], sizeof(keys[i]), "k%zu", i);
                crew.works[i].key = keys[i];
                crew.works[i].number = i % 8 == 5;
        }
        crew_run(&crew, break_at_once);
        for (size_t i = 0; i < THREADS; i++) {
                ASSERT_CODE(crew.works[i].result, i % 8 == 5 ? -EIO : 0);
                ASSERT_CODE(look(&crew.works[i], is_there), i % 8 == 5 ? IAM_E_NOT_FOUND : 0);
        }
        (void) world_free(world);
}

static int insert_single(Txn *txn, void *context) {
        Work *work = context;
        SingleUse single = {
                .realm = work->realm->id,
                .kind = SINGLE_USE_CODE,
                .hash = work->hash,
                .owner = world_id(work->world),
                .created_at = WORLD_NOW,
                .expires_at = WORLD_NOW + 60,
        };

        return work->store->single_use->insert(txn, &single);
}

static int spend(Txn *txn, void *context) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4096);
        Work *work = context;
        SingleUse got;

        return work->store->single_use->spend(
                        txn, &work->realm->id, SINGLE_USE_CODE, &work->hash, WORLD_NOW + 1, &arena,
                        &got);
}

static void *spend_at_once(void *context) {
        Work *work = context;

        (void) pthread_barrier_wait(work->start);
        work->result = run(work, spend);
        return NULL;
}

TEST(of_64_who_spend_a_code_at_once_one_succeeds) {
        World *world = world_new();
        Realm realm = world_realm(world, "demo");
        static Crew crew;
        Work work = work_in(world);
        int won = 0;

        work.realm = &realm;
        work.hash = world_hash(world);
        ASSERT_OK(run(&work, insert_single));
        for (size_t i = 0; i < THREADS; i++)
                crew.works[i] = work;
        crew_run(&crew, spend_at_once);
        for (size_t i = 0; i < THREADS; i++) {
                ASSERT_TRUE(crew.works[i].result == 0 ||
                            crew.works[i].result == IAM_E_GRANT_INVALID);
                won += crew.works[i].result == 0;
        }
        ASSERT_EQ(won, 1);
        (void) world_free(world);
}

static int allocate(Txn *txn, void *context) {
        Work *work = context;
        Id owner = world_id(work->world);
        int r = 0;

        for (size_t i = 0; r == 0 && i < ELEMENTSOF(work->ids); i++)
                r = work->store->posix->allocate(
                                txn, &work->realm->id, "user", &owner, WORLD_NOW, &work->ids[i]);
        if (r != 0)
                return r;
        return work->answer;
}

static void *allocate_at_once(void *context) {
        Work *work = context;

        (void) pthread_barrier_wait(work->start);
        work->result = run(work, allocate);
        return NULL;
}

static int compare_ids(const void *a, const void *b) {
        const uint32_t *x = a;
        const uint32_t *y = b;

        return (*x > *y) - (*x < *y);
}

TEST(posix_numbers_given_at_once_are_distinct_and_in_our_range) {
        World *world = world_new();
        Realm realm = world_realm(world, "demo");
        static Crew crew;
        static uint32_t ids[THREADS * 8];

        for (size_t i = 0; i < THREADS; i++) {
                crew.works[i] = work_in(world);
                crew.works[i].realm = &realm;
        }
        crew_run(&crew, allocate_at_once);
        for (size_t i = 0; i < THREADS; i++) {
                ASSERT_OK(crew.works[i].result);
                memcpy(&ids[i * 8], crew.works[i].ids, sizeof(crew.works[i].ids));
        }
        qsort(ids, ELEMENTSOF(ids), sizeof(ids[0]), compare_ids);
        for (size_t i = 0; i < ELEMENTSOF(ids); i++)
                ASSERT_EQ(ids[i], 65536 + i);
        (void) world_free(world);
}

static int move_counter(World *world, const char *next) {
        SqlConn *conn = NULL;
        char text[128];
        int r;

        world_stop_store(world);
        (void) snprintf(text, sizeof(text), "UPDATE counter SET next = %s WHERE name = 'posix'",
                        next);
        r = sql_conn_open(world_path(world), SQL_WRITE, &conn);
        if (r == 0)
                r = sql_conn_exec(conn, text);
        (void) sql_conn_free(conn);
        world_restart(world);
        return r;
}

TEST(posix_numbers_go_on_in_the_second_range_and_then_end) {
        World *world = world_new();
        Realm realm = world_realm(world, "demo");
        Work work = work_in(world);

        work.realm = &realm;
        ASSERT_OK(move_counter(world, "99996"));
        work = work_in(world);
        work.realm = &realm;
        ASSERT_OK(run(&work, allocate));
        ASSERT_EQ(work.ids[0], 99996);
        ASSERT_EQ(work.ids[3], 99999);
        ASSERT_EQ(work.ids[4], 1879048192);
        ASSERT_EQ(work.ids[7], 1879048195);
        ASSERT_OK(move_counter(world, "2147483640"));
        work = work_in(world);
        work.realm = &realm;
        ASSERT_OK(run(&work, allocate));
        ASSERT_EQ(work.ids[7], 2147483647);
        ASSERT_CODE(run(&work, allocate), IAM_E_LIMIT);
        (void) world_free(world);
}

static int remove_user(Txn *txn, void *context) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 16);
        Work *work = context;
        User user;
        int r = work->store->users->by_name(txn, &work->realm->id, work->key, &arena, &user);

        if (r == 0)
                r = work->store->users->remove(txn, &work->realm->id, &user.id, WORLD_NOW);
        if (r == 0)
                r = work->store->posix->retire(txn, &work->realm->id, &user.id, WORLD_NOW);
        return r;
}

TEST(the_number_of_a_removed_user_is_never_given_again) {
        World *world = world_new();
        Realm realm = world_realm(world, "demo");
        User first = world_posix_user(world, &realm, "alice");
        User second;
        Work work = work_in(world);

        work.realm = &realm;
        work.key = "alice";
        ASSERT_OK(run(&work, remove_user));
        world_restart(world);
        second = world_posix_user(world, &realm, "alice");
        ASSERT_EQ(first.uid, 65536);
        ASSERT_EQ(second.uid, 65537);
        (void) world_free(world);
}

static int insert_many(Txn *txn, void *context) {
        Work *work = context;

        for (int i = 0; i < 10000; i++) {
                char name[16];
                User user;
                int r;

                (void) snprintf(name, sizeof(name), "u%05d", i * 7919 % 10000);
                user = world_user_value(work->world, &work->realm->id, name);
                r = work->store->users->insert(txn, &user);
                if (r != 0)
                        return r;
        }
        return 0;
}

static int list_all_pages(Txn *txn, void *context) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(64 << 20);
        Work *work = context;
        Page page = { .limit = 333 };
        UserList list;

        work->number = 0;
        do {
                int r = work->store->users->list(
                                txn, &work->realm->id, work->key, &arena, &page, &list);

                if (r != 0)
                        return r;
                for (size_t i = 0; i < list.n; i++) {
                        if (page.after != NULL && strcmp(list.items[i].name, page.after) <= 0)
                                return -EBADMSG;
                        page.after = list.items[i].name;
                }
                work->number += (int64_t) list.n;
        } while (list.n == page.limit);
        return 0;
}

TEST(pages_of_ten_thousand_users_miss_none_and_show_none_twice) {
        World *world = world_new();
        Realm realm = world_realm(world, "demo");
        Work work = work_in(world);

        work.realm = &realm;
        ASSERT_OK(run(&work, insert_many));
        ASSERT_OK(look(&work, list_all_pages));
        ASSERT_EQ(work.number, 10000);
        work.key = "u012";
        ASSERT_OK(look(&work, list_all_pages));
        ASSERT_EQ(work.number, 100);
        (void) world_free(world);
}

static int put_number(Txn *txn, void *context) {
        Work *work = context;
        char key[32];

        (void) snprintf(key, sizeof(key), "row-%ld", (long) work->number);
        return work->store->meta->put(txn, key, "x");
}

static int has_numbers(Txn *txn, void *context) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        Work *work = context;

        for (int64_t i = 0; i <= work->number; i++) {
                char key[32];
                const char *value;
                int r;

                (void) snprintf(key, sizeof(key), "row-%ld", (long) i);
                r = work->store->meta->get(txn, key, &arena, &value);
                if (r != 0)
                        return r;
        }
        return 0;
}

/* In the child: commits and then says so, until it is killed. */
static void commit_until_killed(const char *path, int fd) {
        Store *store = NULL;
        StorePort port;
        Work work = { .store = &port };

        if (store_open(&(StoreConfig){ .path = path, .now = WORLD_NOW }, &store) != 0)
                _exit(1);
        store_port(store, &port);
        for (work.number = 0;; work.number++)
                if (run(&work, put_number) != 0 ||
                    write(fd, &work.number, sizeof(work.number)) != sizeof(work.number))
                        _exit(2);
}

TEST(a_killed_daemon_loses_no_acknowledged_row) {
        const unsigned rounds = test_scale(3, 60);

        for (unsigned round = 0; round < rounds; round++) {
                World *world = world_new();
                Work work;
                int64_t number = -1;
                int pipes[2];
                int status;
                pid_t child;

                world_stop_store(world);
                ASSERT_OK(pipe(pipes));
                child = fork();
                ASSERT_TRUE(child >= 0);
                if (child == 0)
                        commit_until_killed(world_path(world), pipes[1]);
                (void) close(pipes[1]);
                while (number < 50 + (int64_t) (round * 37 % 500))
                        ASSERT_EQ(read(pipes[0], &number, sizeof(number)), sizeof(number));
                ASSERT_OK(kill(child, SIGKILL));
                ASSERT_EQ(waitpid(child, &status, 0), child);
                ASSERT_TRUE(WIFSIGNALED(status));
                while (read(pipes[0], &number, sizeof(number)) == sizeof(number))
                        continue;
                (void) close(pipes[0]);

                world_restart(world);
                work = work_in(world);
                work.number = number;
                ASSERT_OK(look(&work, has_numbers));
                (void) world_free(world);
        }
}
