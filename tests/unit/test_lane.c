/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/test.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/reason.h"
#include "daemon/run/lanes.h"

#define JOBS 64

/* A job that notes when it ran, and may hold its thread until the gate opens. */
typedef struct NotedJob {
        LaneJob job;
        struct Note *note;
        sem_t *gate; /* NULL: does not wait */
        int number;
} NotedJob;

typedef struct Note {
        pthread_mutex_t lock;
        int order[JOBS]; /* numbers in the order of running */
        bool expired[JOBS];
        int n;
        sem_t entered;
} Note;

static void note_init(Note *note) {
        *note = (Note){ .lock = PTHREAD_MUTEX_INITIALIZER };
        ASSERT_OK(sem_init(&note->entered, 0, 0));
}

static void noted_run(LaneJob *job, Arena *arena, bool expired) {
        NotedJob *self = (NotedJob *) job;

        pthread_mutex_lock(&self->note->lock);
        self->note->order[self->note->n] = self->number;
        self->note->expired[self->note->n++] = expired;
        pthread_mutex_unlock(&self->note->lock);
        sem_post(&self->note->entered);
        if (self->gate != NULL)
                sem_wait(self->gate);
}

static NotedJob noted(Note *note, sem_t *gate, int number, uint64_t source) {
        return (NotedJob){
                .job = { .run = noted_run, .source = source, .deadline = USEC_INFINITY },
                .note = note,
                .gate = gate,
                .number = number,
        };
}

static Lane *lane_made(unsigned threads, unsigned queue, unsigned per_source) {
        LaneOptions options = {
                .name = "test",
                .threads = threads,
                .queue = queue,
                .per_source = per_source,
                .arena_limit = 4096,
        };
        Lane *lane = NULL;

        ASSERT_OK(lane_new(&options, &lane));
        return lane;
}

static void lane_ended(Lane *lane) {
        ASSERT_OK(lane_stop(lane, USEC_INFINITY));
        ASSERT_TRUE(lane_free(lane) == NULL);
}

TEST(a_lane_runs_what_it_accepted_and_counts_it) {
        Note note;
        NotedJob jobs[JOBS];
        LaneStatus status;
        Lane *lane = lane_made(4, JOBS, JOBS);

        note_init(&note);
        for (int i = 0; i < JOBS; i++) {
                jobs[i] = noted(&note, NULL, i, (uint64_t) i % 3);
                ASSERT_OK(lane_submit(lane, &jobs[i].job));
        }
        for (int i = 0; i < JOBS; i++)
                sem_wait(&note.entered);
        lane_status(lane, &status);
        ASSERT_EQ(status.submitted, JOBS);
        ASSERT_EQ(status.waiting, 0);
        ASSERT_EQ(status.rejected, 0);
        lane_ended(lane);
        ASSERT_EQ(note.n, JOBS);
}

TEST(waiting_sources_are_served_in_turn) {
        static const uint64_t sources[] = { 7, 7, 7, 7, 8, 9 };
        static const int wanted[] = { 99, 0, 4, 5, 1, 2, 3 };
        Note note;
        sem_t gate;
        NotedJob first, jobs[ELEMENTSOF(sources)];
        Lane *lane = lane_made(1, 16, 16);

        note_init(&note);
        ASSERT_OK(sem_init(&gate, 0, 0));
        first = noted(&note, &gate, 99, 1);
        ASSERT_OK(lane_submit(lane, &first.job));
        sem_wait(&note.entered); /* the only thread is held: the rest waits */
        for (size_t i = 0; i < ELEMENTSOF(sources); i++) {
                jobs[i] = noted(&note, NULL, (int) i, sources[i]);
                ASSERT_OK(lane_submit(lane, &jobs[i].job));
        }
        sem_post(&gate);
        for (size_t i = 0; i < ELEMENTSOF(sources); i++)
                sem_wait(&note.entered);
        lane_ended(lane);
        for (size_t i = 0; i < ELEMENTSOF(wanted); i++)
                ASSERT_EQ(note.order[i], wanted[i]);
}

TEST(a_source_has_its_share_and_the_queue_its_end) {
        Note note;
        sem_t gate;
        NotedJob first, jobs[6];
        LaneStatus status;
        Lane *lane = lane_made(1, 4, 2);

        note_init(&note);
        ASSERT_OK(sem_init(&gate, 0, 0));
        first = noted(&note, &gate, 0, 1);
        ASSERT_OK(lane_submit(lane, &first.job));
        sem_wait(&note.entered);
        for (int i = 0; i < 6; i++)
                jobs[i] = noted(&note, NULL, i + 1, i < 3 ? 1 : (uint64_t) i);
        ASSERT_OK(lane_submit(lane, &jobs[0].job));
        ASSERT_OK(lane_submit(lane, &jobs[1].job));
        ASSERT_CODE(lane_submit(lane, &jobs[2].job), IAM_E_BUSY); /* the share of source 1 */
        ASSERT_OK(lane_submit(lane, &jobs[3].job));
        ASSERT_OK(lane_submit(lane, &jobs[4].job));
        ASSERT_CODE(lane_submit(lane, &jobs[5].job), IAM_E_BUSY); /* the queue */
        lane_status(lane, &status);
        ASSERT_EQ(status.waiting, 4);
        ASSERT_EQ(status.running, 1);
        ASSERT_EQ(status.rejected, 2);

        /* Served, both may come again. */
        sem_post(&gate);
        for (int i = 0; i < 4; i++)
                sem_wait(&note.entered);
        ASSERT_OK(lane_submit(lane, &jobs[2].job));
        ASSERT_OK(lane_submit(lane, &jobs[5].job));
        sem_wait(&note.entered);
        sem_wait(&note.entered);
        lane_ended(lane);
        ASSERT_EQ(note.n, 7);
}

TEST(a_job_past_its_deadline_is_told_so) {
        Note note;
        NotedJob late, early;
        LaneStatus status;
        Lane *lane = lane_made(1, 4, 4);

        note_init(&note);
        late = noted(&note, NULL, 1, 1);
        late.job.deadline = lane_now() - 1;
        early = noted(&note, NULL, 2, 1);
        early.job.deadline = lane_now() + 3600 * USEC_PER_SEC;
        ASSERT_OK(lane_submit(lane, &late.job));
        ASSERT_OK(lane_submit(lane, &early.job));
        sem_wait(&note.entered);
        sem_wait(&note.entered);
        lane_status(lane, &status);
        lane_ended(lane);
        ASSERT_EQ(status.expired, 1);
        ASSERT_EQ(note.order[0], 1);
        ASSERT_TRUE(note.expired[0]);
        ASSERT_FALSE(note.expired[1]);
}

TEST(a_closing_lane_refuses_new_jobs_and_answers_the_waiting) {
        Note note;
        sem_t gate;
        NotedJob first, waiting, refused;
        Lane *lane = lane_made(1, 4, 4);

        note_init(&note);
        ASSERT_OK(sem_init(&gate, 0, 0));
        first = noted(&note, &gate, 1, 1);
        waiting = noted(&note, NULL, 2, 1);
        refused = noted(&note, NULL, 3, 1);
        ASSERT_OK(lane_submit(lane, &first.job));
        sem_wait(&note.entered);
        ASSERT_OK(lane_submit(lane, &waiting.job));
        lane_close(lane);
        ASSERT_CODE(lane_submit(lane, &refused.job), IAM_E_BUSY);

        /* The running job does not end: the bound holds. */
        ASSERT_CODE(lane_stop(lane, lane_now() + 20 * USEC_PER_MSEC), -ETIMEDOUT);
        sem_post(&gate);
        lane_ended(lane);
        ASSERT_EQ(note.n, 2);
        ASSERT_FALSE(note.expired[0]);
        ASSERT_TRUE(note.expired[1]);
}

typedef struct ArenaJob {
        LaneJob job;
        size_t used_at_entry;
        bool beyond_refused;
        sem_t done;
} ArenaJob;

static void arena_job_run(LaneJob *job, Arena *arena, bool expired) {
        ArenaJob *self = (ArenaJob *) job;

        self->used_at_entry = arena->used;
        (void) arena_alloc(arena, 1000);
        self->beyond_refused = arena_alloc(arena, 4096) == NULL;
        sem_post(&self->done);
}

TEST(each_job_finds_an_empty_arena_with_its_limit) {
        ArenaJob job = { .job = { .run = arena_job_run, .deadline = USEC_INFINITY } };
        Lane *lane = lane_made(1, 1, 1);

        ASSERT_OK(sem_init(&job.done, 0, 0));
        for (int i = 0; i < 3; i++) {
                ASSERT_OK(lane_submit(lane, &job.job));
                sem_wait(&job.done);
                ASSERT_EQ(job.used_at_entry, 0);
                ASSERT_TRUE(job.beyond_refused);
        }
        lane_ended(lane);
}

TEST(a_lane_knows_when_all_its_threads_are_stuck) {
        Note note;
        sem_t gate;
        NotedJob jobs[2];
        LaneStatus status;
        Lane *lane = lane_made(2, 4, 4);

        note_init(&note);
        ASSERT_OK(sem_init(&gate, 0, 0));
        jobs[0] = noted(&note, &gate, 0, 1);
        jobs[1] = noted(&note, &gate, 1, 2);
        ASSERT_OK(lane_submit(lane, &jobs[0].job));
        sem_wait(&note.entered);
        usleep(2000);
        lane_status(lane, &status);
        ASSERT_EQ(status.stuck, 0); /* one thread is free */
        ASSERT_OK(lane_submit(lane, &jobs[1].job));
        sem_wait(&note.entered);
        usleep(2000);
        lane_status(lane, &status);
        ASSERT_TRUE(status.stuck >= 2000);
        sem_post(&gate);
        sem_post(&gate);
        lane_ended(lane);
}

#define STORM_THREADS 4
#define STORM_JOBS 2000

typedef struct StormJob {
        LaneJob job;
        _Atomic int *ran;
        _Atomic bool free;
} StormJob;

typedef struct Storm {
        Lane *lane;
        uint64_t source;
        _Atomic int ran;
        int accepted, refused;
} Storm;

static void storm_run(LaneJob *job, Arena *arena, bool expired) {
        StormJob *self = (StormJob *) job;

        (void) arena_alloc(arena, 64);
        atomic_fetch_add(self->ran, 1);
        atomic_store(&self->free, true);
}

static void *storm_main(void *argument) {
        Storm *storm = argument;
        StormJob jobs[16] = {};

        for (size_t i = 0; i < ELEMENTSOF(jobs); i++)
                jobs[i].free = true;
        for (unsigned n = 0; n < STORM_JOBS; n++) {
                StormJob *job = &jobs[n % ELEMENTSOF(jobs)];

                while (!atomic_load(&job->free))
                        sched_yield();
                job->job = (LaneJob){
                        .run = storm_run,
                        .source = storm->source * 100 + n % 5,
                        .deadline = USEC_INFINITY,
                };
                job->ran = &storm->ran;
                atomic_store(&job->free, false);
                if (lane_submit(storm->lane, &job->job) == 0) {
                        storm->accepted++;
                } else {
                        atomic_store(&job->free, true);
                        storm->refused++;
                }
        }
        for (size_t i = 0; i < ELEMENTSOF(jobs); i++)
                while (!atomic_load(&jobs[i].free))
                        sched_yield();
        return NULL;
}

TEST(in_a_storm_every_accepted_job_runs_once) {
        Storm storms[STORM_THREADS] = {};
        pthread_t threads[STORM_THREADS];
        Lane *lane = lane_made(3, 16, 3);
        LaneStatus status;
        int accepted = 0, refused = 0;

        for (size_t i = 0; i < STORM_THREADS; i++) {
                storms[i].lane = lane;
                storms[i].source = i;
                ASSERT_OK(pthread_create(&threads[i], NULL, storm_main, &storms[i]));
        }
        for (size_t i = 0; i < STORM_THREADS; i++) {
                ASSERT_OK(pthread_join(threads[i], NULL));
                ASSERT_EQ(storms[i].ran, storms[i].accepted);
                accepted += storms[i].accepted;
                refused += storms[i].refused;
        }
        lane_status(lane, &status);
        lane_ended(lane);
        ASSERT_EQ(accepted + refused, STORM_THREADS * STORM_JOBS);
        ASSERT_EQ(status.submitted, accepted);
        ASSERT_EQ(status.rejected, refused);
        ASSERT_EQ(status.waiting, 0);
}

TEST(impossible_options_are_refused) {
        /* clang-format off */
        static const LaneOptions bad[] = {
                { .name = "x", .threads = 0, .queue = 1 },
                { .name = "x", .threads = 1, .queue = 0 },
                { .name = "x", .threads = LANE_THREADS_MAX + 1, .queue = 1 },
                { .name = "x", .threads = 1, .queue = LANE_QUEUE_MAX + 1 },
                { .name = "a-long-name", .threads = 1, .queue = 1 },
        };
        /* clang-format on */
        Lane *lane = NULL;

        for (size_t i = 0; i < ELEMENTSOF(bad); i++)
                ASSERT_CODE(lane_new(&bad[i], &lane), -EINVAL);
        ASSERT_TRUE(lane == NULL);
}

typedef struct NiceJob {
        LaneJob job;
        int nice;
        sem_t done;
} NiceJob;

static void nice_run(LaneJob *job, Arena *arena, bool expired) {
        NiceJob *self = (NiceJob *) job;

        self->nice = getpriority(PRIO_PROCESS, (id_t) gettid());
        sem_post(&self->done);
}

TEST(the_hash_lane_gives_way_to_the_others) {
        static const LaneSize sizes[_LANE_MAX] = {
                [LANE_FAST] = { 1, 4 },
                [LANE_STORE] = { 1, 4 },
                [LANE_HASH] = { 1, 4 },
        };
        NiceJob job = { .job = { .run = nice_run, .deadline = USEC_INFINITY } };
        Lanes lanes;
        int nice[_LANE_MAX];

        ASSERT_OK(sem_init(&job.done, 0, 0));
        ASSERT_OK(lanes_init(sizes, &lanes));
        for (int i = 0; i < _LANE_MAX; i++) {
                ASSERT_OK(lanes_submit(&lanes, (LaneId) i, &job.job));
                sem_wait(&job.done);
                nice[i] = job.nice;
        }
        ASSERT_TRUE(lanes_are_alive(&lanes, USEC_PER_SEC));
        ASSERT_OK(lanes_stop(&lanes, USEC_INFINITY));
        lanes_done(&lanes);
        ASSERT_EQ(nice[LANE_STORE], nice[LANE_FAST]);
        ASSERT_TRUE(nice[LANE_HASH] > nice[LANE_FAST]);
}
