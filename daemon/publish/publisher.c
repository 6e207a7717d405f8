/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/publish/publisher.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/reason.h"
#include "base/sudo_rule.h"
#include "daemon/publish/collect.h"
#include "daemon/publish/local.h"
#include "daemon/publish/report.h"
#include "daemon/publish/snapshot.h"
#include "daemon/publish/sudo_file.h"

#define COLLECT_ARENA_MAX ((size_t) 4 << 30) /* address space; a million users take a quarter */

/* The files whose change by others calls for a look. */
enum { STAMP_PASSWD, STAMP_GROUP, STAMP_DIRECTORY, STAMP_GENERATION, STAMP_SUDO, STAMPS };

struct Publisher {
        PublisherConfig config;
        char *directory_path; /* of directory.v1 and generation.v1 */
        char *generation_path;
        SnapshotPlace place;
        Reports reports;
        bool is_settled; /* store and files agreed after the last run */
        FileStamp stamps[STAMPS]; /* as they were then */
        uint64_t fingerprint; /* of what was published last; 0: not known */
        Usec ring_at; /* monotonic; 0: no ring is due */
        int logged_error;

        pthread_mutex_t lock;
        PublisherStatus status; /* under the lock */
};

/* One publication. */
typedef struct Run {
        Publisher *publisher;
        Arena arena;
        Arena image_arena;
        Collected collected;
        DirectoryInput input;
        DirectoryImage image;
        uint64_t fingerprint;
        Buf sudo;
} Run;

static Usec monotonic_now(void) {
        struct timespec now;

        (void) clock_gettime(CLOCK_MONOTONIC, &now);
        return (Usec) now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

static void pause_for(Usec time) {
        struct timespec left = { time / USEC_PER_SEC, time % USEC_PER_SEC * 1000 };

        while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
                ;
}

static char *path_join(const char *folder, const char *name) {
        char *path;

        return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

int publisher_new(const PublisherConfig *config, Publisher **ret) {
        Publisher *p = calloc(1, sizeof(*p));

        if (p == NULL)
                return -ENOMEM;
        p->config = *config;
        p->place = (SnapshotPlace) SNAPSHOT_PLACE_INIT;
        (void) pthread_mutex_init(&p->lock, NULL);
        p->status.is_pending = true;
        p->directory_path = path_join(config->public_directory, DIRECTORY_FILE);
        p->generation_path = path_join(config->public_directory, GENERATION_FILE);
        if (p->directory_path == NULL || p->generation_path == NULL ||
            reports_init(&p->reports, config->log) < 0) {
                publisher_free(p);
                return -ENOMEM;
        }
        *ret = p;
        return 0;
}

Publisher *publisher_free(Publisher *p) {
        if (p == NULL)
                return NULL;
        snapshot_place_done(&p->place);
        reports_done(&p->reports);
        free(p->directory_path);
        free(p->generation_path);
        (void) pthread_mutex_destroy(&p->lock);
        free(p);
        return NULL;
}

void publisher_status(Publisher *p, PublisherStatus *ret) {
        (void) pthread_mutex_lock(&p->lock);
        *ret = p->status;
        (void) pthread_mutex_unlock(&p->lock);
}

static void stamp_all(const Publisher *p, FileStamp ret[STAMPS]) {
        file_stamp(p->config.local_passwd, &ret[STAMP_PASSWD]);
        file_stamp(p->config.local_group, &ret[STAMP_GROUP]);
        file_stamp(p->directory_path, &ret[STAMP_DIRECTORY]);
        file_stamp(p->generation_path, &ret[STAMP_GENERATION]);
        file_stamp(p->config.sudo_rules, &ret[STAMP_SUDO]);
}

static bool stamps_changed(const Publisher *p) {
        FileStamp now[STAMPS];

        stamp_all(p, now);
        for (size_t i = 0; i < STAMPS; i++) {
                if (!file_stamp_equal(&now[i], &p->stamps[i]))
                        return true;
        }
        return false;
}

typedef struct Pending {
        const StorePort *store;
        int64_t up_to;
} Pending;

static int pending_read(Txn *txn, void *context) {
        Pending *pending = context;

        return pending->store->outbox->pending(txn, DIRECTORY_TOPIC, &pending->up_to);
}

static int pending_done(Txn *txn, void *context) {
        Pending *pending = context;

        return pending->store->outbox->done(txn, DIRECTORY_TOPIC, pending->up_to);
}

static int look(const Publisher *p, int64_t *ret_up_to) {
        Pending pending = { .store = p->config.store };
        int r = pending.store->read(pending.store->self, pending_read, &pending);

        if (r == 0)
                *ret_up_to = pending.up_to;
        return r;
}

/* Until no change followed another for a while: imports come by the thousand. */
static int wait_until_quiet(const Publisher *p, int64_t up_to) {
        for (Usec waited = 0; waited < PUBLISH_BOUND; waited += PUBLISH_QUIET) {
                int64_t newest;
                int r;

                pause_for(PUBLISH_QUIET);
                r = look(p, &newest);
                if (r != 0 || newest == up_to)
                        return r;
                up_to = newest;
        }
        return 0;
}

static void
on_skipped(void *context, DirectorySkip why, bool is_group, const char *name, uint32_t id) {
        report_left_out(context, is_group ? REPORT_GROUP : REPORT_USER, name,
                        directory_skip_text(why));
}

static int build(Run *run) {
        arena_done(&run->image_arena);
        run->image_arena = (Arena) ARENA_INIT(directory_build_bound(&run->input));
        return directory_build(&run->image_arena, &run->input, &run->image);
}

/* FNV-1a.  Chance decides nothing here: equal sums are looked at closer, and different ones cost a
 * publication that shows nothing new. */
static void mix(uint64_t *sum, const void *bytes, size_t len) {
        for (size_t i = 0; i < len; i++)
                *sum = (*sum ^ ((const uint8_t *) bytes)[i]) * 1099511628211u;
}

static void mix_text(uint64_t *sum, const char *text) {
        text = str_or(text, "");
        mix(sum, text, strlen(text) + 1);
}

/* Of all that the image is made of; the members of groups follow from the users' gids. */
static uint64_t fingerprint_of(const DirectoryInput *input) {
        const DirectoryLocal *local = &input->local;
        uint64_t sum = 14695981039346656037u;

        for (size_t i = 0; i < input->base.user_count; i++) {
                const DirectoryUser *user = &input->base.users[i];

                mix(&sum, &user->uid, sizeof(user->uid));
                mix_text(&sum, user->name);
                mix_text(&sum, user->gecos);
                mix_text(&sum, user->home);
                mix_text(&sum, user->shell);
                mix(&sum, user->gids, user->gid_count * sizeof(*user->gids));
        }
        for (size_t i = 0; i < input->base.group_count; i++) {
                mix(&sum, &input->base.groups[i].gid, sizeof(input->base.groups[i].gid));
                mix_text(&sum, input->base.groups[i].name);
        }
        for (size_t i = 0; i < local->user_names.n; i++)
                mix_text(&sum, local->user_names.items[i]);
        for (size_t i = 0; i < local->group_names.n; i++)
                mix_text(&sum, local->group_names.items[i]);
        mix(&sum, local->uids, local->uid_count * sizeof(*local->uids));
        mix(&sum, local->gids, local->gid_count * sizeof(*local->gids));
        return sum;
}

/* Rebuilt with the seed, number and time of the file that is there, equal contents are equal bytes.
 */
static int is_published(Run *run, bool *ret) {
        SnapshotFile file;
        bool is_same = false;
        int r;

        r = snapshot_open(&run->publisher->place, &file);
        if (r != 0) {
                *ret = false;
                return r == IAM_E_NOT_FOUND ? 0 : r;
        }
        memcpy(run->input.seed, (const uint8_t *) file.bytes + DIRECTORY_AT_SEED,
               sizeof(run->input.seed));
        run->input.generation = file.directory.generation;
        run->input.published_at = file.directory.published_at;
        r = build(run);
        if (r == 0)
                is_same = run->image.len == file.len &&
                          memcmp(run->image.bytes, file.bytes, file.len) == 0;
        snapshot_close(&file);
        *ret = is_same;
        return r;
}

/* The image of what is now in the store: the one already published, or a new one. */
static int make_image(Run *run, bool *ret_is_new) {
        const ClockPort *clock = run->publisher->config.clock;
        bool is_same = false;
        int r = 0;

        /* Most runs come for a change, and then one build is enough. */
        run->fingerprint = fingerprint_of(&run->input);
        if (run->publisher->fingerprint == 0 || run->publisher->fingerprint == run->fingerprint)
                r = is_published(run, &is_same);
        if (r != 0)
                return r;
        *ret_is_new = !is_same;
        if (is_same)
                return 0;
        r = clock->random(clock->self, run->input.seed, sizeof(run->input.seed));
        if (r < 0)
                return r;
        run->input.generation = snapshot_word(&run->publisher->place) + 1;
        run->input.published_at = clock->now(clock->self);
        return build(run);
}

/* A user who was left out of the directory, for a local account's sake say, has no rules either. */
static int make_sudo(Run *run) {
        Directory directory;
        size_t kept = 0;
        int r;

        r = directory_open(run->image.bytes, run->image.len, &directory);
        if (r < 0)
                return r;
        for (size_t i = 0; i < run->collected.sudo_count; i++) {
                const SudoRow *row = &run->collected.sudo[i];
                DirectoryUserView user;

                if (directory_user_by_uid(&directory, row->uid, &user) == 0 &&
                    str_eq(user.name, row->user))
                        run->collected.sudo[kept++] = *row;
        }
        run->collected.sudo_count = kept;
        r = sudo_file_render(run->collected.sudo, kept, &run->sudo);
        if (r != -E2BIG && r != -EMSGSIZE)
                return r;
        /* Part of them would be a choice that nobody made: none. */
        report_left_out(&run->publisher->reports, REPORT_SUDO_RULE, "*",
                        "there are more rules than the limit, so there are none");
        run->collected.sudo_count = 0;
        buf_clear(&run->sudo);
        return sudo_file_render(NULL, 0, &run->sudo);
}

static bool buf_equal(const Buf *a, const Buf *b) {
        return a->len == b->len && (a->len == 0 || memcmp(a->bytes, b->bytes, a->len) == 0);
}

static int write_sudo(Publisher *p, const Buf *text) {
        int r = sudo_file_write(p->config.sudo_rules, text);

        if (r == 0)
                p->ring_at = monotonic_now() + PUBLISH_RING_AGAIN;
        return r;
}

/* Takes away the rules that end.  A file that cannot be read is replaced by one without rules. */
static int narrow_sudo(Run *run, Buf *old) {
        CLEANUP(buf_done) Buf step = BUF_INIT(SUDO_RULES_FILE_MAX);
        const char *path = run->publisher->config.sudo_rules;
        int r;

        r = sudo_file_read(path, old);
        if (r == 0)
                r = sudo_file_narrow(old, &run->sudo, &step);
        else {
                buf_clear(&step);
                r = sudo_file_render(NULL, 0, &step);
                r = r == 0 ? 1 : r;
        }
        if (r <= 0)
                return r;
        r = write_sudo(run->publisher, &step);
        if (r < 0)
                return r;
        buf_clear(old);
        buf_put(old, step.bytes, step.len);
        return buf_error(old);
}

static int write_all(Run *run, bool image_is_new) {
        CLEANUP(buf_done) Buf old = BUF_INIT(SUDO_RULES_FILE_MAX);
        Publisher *p = run->publisher;
        int r;

        r = narrow_sudo(run, &old);
        if (r == 0 && image_is_new)
                r = snapshot_publish(&p->place, run->image.bytes, run->image.len);
        if (r == 0 && !buf_equal(&old, &run->sudo))
                r = write_sudo(p, &run->sudo);
        return r;
}

static void status_set(Run *run) {
        Publisher *p = run->publisher;

        (void) pthread_mutex_lock(&p->lock);
        p->status = (PublisherStatus){
                .published_at = run->input.published_at,
                .generation = run->input.generation,
                .users = run->image.user_count,
                .groups = run->image.group_count,
                .sudo_rules = run->collected.sudo_count,
        };
        (void) pthread_mutex_unlock(&p->lock);
}

static int run_steps(Run *run) {
        Publisher *p = run->publisher;
        const PublisherConfig *config = &p->config;
        CollectRequest request = { config->store, config->realm, &config->also, &run->arena,
                                   &p->reports };
        FileStamp before[STAMPS];
        Pending pending = { .store = config->store };
        bool is_new;
        int r;

        r = snapshot_place_open(&p->place, config->public_directory);
        if (r != 0)
                return r;
        stamp_all(p, before);
        r = collect(&request, &run->collected);
        if (r != 0)
                return r;
        run->input = (DirectoryInput){
                .base = run->collected.entries,
                .is_complete = true,
                .skipped = on_skipped,
                .skipped_context = &p->reports,
        };
        r = local_load(config->local_passwd, config->local_group, &run->arena, &run->input.local);
        if (r == 0)
                r = make_image(run, &is_new);
        if (r == 0)
                r = make_sudo(run);
        if (r == 0)
                r = write_all(run, is_new);
        if (r != 0)
                return r;
        status_set(run);
        p->fingerprint = run->fingerprint;
        if (is_new)
                log_event(config->log, LOG_PUBLISHED, NULL, 0,
                          "Published %zu users, %zu groups and %zu sudo rules",
                          run->image.user_count, run->image.group_count, run->collected.sudo_count);
        /* The local ones as they were before they were read. */
        stamp_all(p, p->stamps);
        p->stamps[STAMP_PASSWD] = before[STAMP_PASSWD];
        p->stamps[STAMP_GROUP] = before[STAMP_GROUP];
        pending.up_to = run->collected.up_to;
        return pending.up_to == 0 ? 0
                                  : config->store->txn(config->store->self, pending_done, &pending);
}

static int publish(Publisher *p) {
        Run run = {
                .publisher = p,
                .arena = ARENA_INIT(COLLECT_ARENA_MAX),
                .sudo = BUF_INIT(SUDO_RULES_FILE_MAX),
        };
        int r = run_steps(&run);

        arena_done(&run.arena);
        arena_done(&run.image_arena);
        buf_done(&run.sudo);
        return r;
}

static void ring_again(Publisher *p) {
        if (p->ring_at == 0 || monotonic_now() < p->ring_at)
                return;
        p->ring_at = 0;
        if (!stamps_changed(p)) {
                (void) utimensat(AT_FDCWD, p->config.sudo_rules, NULL, AT_SYMLINK_NOFOLLOW);
                file_stamp(p->config.sudo_rules, &p->stamps[STAMP_SUDO]);
        }
}

static void run_failed(Publisher *p, int error) {
        if (error != p->logged_error)
                log_event(p->config.log, LOG_PUBLISH_FAILED, NULL, 0,
                          "Cannot publish the directory, what was published stays: %s",
                          error < 0 ? strerrordesc_np(-error) : reason_message(error));
        p->logged_error = error;
        (void) pthread_mutex_lock(&p->lock);
        p->status.error = error;
        p->status.is_pending = true;
        (void) pthread_mutex_unlock(&p->lock);
}

void publisher_run(void *context, Arena *arena) {
        Publisher *p = context;
        int64_t up_to = 0;
        int r;

        r = look(p, &up_to);
        if (r == 0 && up_to > 0)
                r = wait_until_quiet(p, up_to);
        if (r == 0 && (up_to > 0 || !p->is_settled || stamps_changed(p))) {
                p->is_settled = false;
                r = publish(p);
        }
        if (r != 0) {
                run_failed(p, r);
                return;
        }
        p->is_settled = true;
        p->logged_error = 0;
        (void) pthread_mutex_lock(&p->lock);
        p->status.error = 0;
        p->status.is_pending = false;
        (void) pthread_mutex_unlock(&p->lock);
        ring_again(p);
}
