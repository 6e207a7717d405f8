/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/run/lane.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/reason.h"

#define NO_SLOT UINT32_MAX

/*
 * The waiting jobs of one source.  There are as many slots as jobs may wait, so one is free for
 * every job that may enter.  Slots are found by hash and wait for their turn in a list.
 */
typedef struct LaneSlot {
        uint64_t source;
        LaneJob *first, *last;
        unsigned waiting;
        uint32_t hash_next; /* also links the free slots */
        uint32_t turn_next;
} LaneSlot;

typedef struct LaneWorker {
        Lane *lane;
        pthread_t thread;
        Usec since; /* when the present job began; 0: idle */
} LaneWorker;

struct Lane {
        pthread_mutex_t lock; /* guards all below */
        pthread_cond_t work; /* a job came, or the lane was closed */
        pthread_cond_t ended; /* a worker ended */
        LaneOptions options; /* constant */
        bool closed;

        LaneSlot *slots;
        uint32_t *buckets;
        uint32_t bucket_mask; /* a power of two, less one */
        uint32_t free_slot;
        uint32_t turn_first, turn_last;

        LaneStatus status;
        LaneWorker *workers;
        unsigned started; /* threads to join */
        unsigned alive; /* threads that have not ended */
};

Usec lane_now(void) {
        struct timespec ts;

        (void) clock_gettime(CLOCK_MONOTONIC, &ts);
        return (Usec) ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* Sources are numbers a stranger may choose: spread them, so that chains stay short. */
static uint32_t *bucket_of(Lane *lane, uint64_t source) {
        uint64_t h = source * UINT64_C(0x9e3779b97f4a7c15);

        return &lane->buckets[(uint32_t) (h >> 32) & lane->bucket_mask];
}

static uint32_t slot_find(Lane *lane, uint64_t source) {
        uint32_t i = *bucket_of(lane, source);

        while (i != NO_SLOT && lane->slots[i].source != source)
                i = lane->slots[i].hash_next;
        return i;
}

/* A slot of its own for a source that has none; it enters the list of turns at the end. */
static uint32_t slot_take(Lane *lane, uint64_t source) {
        uint32_t i = lane->free_slot;
        uint32_t *bucket = bucket_of(lane, source);

        assert(i != NO_SLOT);
        LaneSlot *slot = &lane->slots[i];
        lane->free_slot = slot->hash_next;
        *slot = (LaneSlot){ .source = source, .hash_next = *bucket, .turn_next = NO_SLOT };
        *bucket = i;

        if (lane->turn_last == NO_SLOT)
                lane->turn_first = i;
        else
                lane->slots[lane->turn_last].turn_next = i;
        lane->turn_last = i;
        return i;
}

/* The slot is the first in turn.  Empty, it is free again; otherwise it goes to the end. */
static void slot_had_turn(Lane *lane, uint32_t i) {
        LaneSlot *slot = &lane->slots[i];

        assert(lane->turn_first == i);
        if (slot->waiting > 0 && slot->turn_next == NO_SLOT)
                return; /* the only one */

        lane->turn_first = slot->turn_next;
        if (lane->turn_first == NO_SLOT)
                lane->turn_last = NO_SLOT;

        if (slot->waiting > 0) {
                slot->turn_next = NO_SLOT;
                lane->slots[lane->turn_last].turn_next = i;
                lane->turn_last = i;
                return;
        }

        uint32_t *link = bucket_of(lane, slot->source);
        while (*link != i)
                link = &lane->slots[*link].hash_next;
        *link = slot->hash_next;
        slot->hash_next = lane->free_slot;
        lane->free_slot = i;
}

int lane_submit(Lane *lane, LaneJob *job) {
        int r = IAM_E_BUSY;

        assert(job->run != NULL);
        pthread_mutex_lock(&lane->lock);

        uint32_t i = slot_find(lane, job->source);
        if (!lane->closed && lane->status.waiting < lane->options.queue &&
            (i == NO_SLOT || lane->slots[i].waiting < lane->options.per_source)) {
                if (i == NO_SLOT)
                        i = slot_take(lane, job->source);

                LaneSlot *slot = &lane->slots[i];
                job->next_ = NULL;
                job->entered_ = lane_now();
                if (slot->last == NULL)
                        slot->first = job;
                else
                        slot->last->next_ = job;
                slot->last = job;
                slot->waiting++;
                lane->status.waiting++;
                lane->status.submitted++;
                pthread_cond_signal(&lane->work);
                r = 0;
        } else {
                lane->status.rejected++;
        }

        pthread_mutex_unlock(&lane->lock);
        return r;
}

/* With the lock held and a job waiting. */
static LaneJob *lane_take(Lane *lane) {
        uint32_t i = lane->turn_first;

        assert(i != NO_SLOT);
        LaneSlot *slot = &lane->slots[i];
        LaneJob *job = slot->first;
        slot->first = job->next_;
        if (slot->first == NULL)
                slot->last = NULL;
        slot->waiting--;
        lane->status.waiting--;
        slot_had_turn(lane, i);
        return job;
}

static void *worker_main(void *argument) {
        LaneWorker *worker = argument;
        Lane *lane = worker->lane;
        Arena arena = ARENA_INIT(lane->options.arena_limit);

        if (lane->options.nice != 0)
                /* Linux applies it to the thread alone.  A refusal costs fairness, nothing else. */
                (void) setpriority(PRIO_PROCESS, (id_t) gettid(), lane->options.nice);

        pthread_mutex_lock(&lane->lock);
        for (;;) {
                while (lane->status.waiting == 0 && !lane->closed)
                        pthread_cond_wait(&lane->work, &lane->lock);
                if (lane->status.waiting == 0)
                        break;

                LaneJob *job = lane_take(lane);
                Usec now = lane_now();
                bool expired = lane->closed || now >= job->deadline;
                lane->status.waited += now - job->entered_;
                lane->status.expired += expired;
                lane->status.running++;
                worker->since = now;
                pthread_mutex_unlock(&lane->lock);

                job->run(job, &arena, expired);
                arena_reset(&arena);

                pthread_mutex_lock(&lane->lock);
                worker->since = 0;
                lane->status.running--;
        }
        lane->alive--;
        pthread_cond_broadcast(&lane->ended);
        pthread_mutex_unlock(&lane->lock);

        arena_done(&arena);
        return NULL;
}

static int lane_start(Lane *lane) {
        char name[16];

        (void) snprintf(name, sizeof(name), "iamd-%s", lane->options.name);
        for (unsigned i = 0; i < lane->options.threads; i++) {
                LaneWorker *worker = &lane->workers[i];

                worker->lane = lane;
                pthread_mutex_lock(&lane->lock);
                lane->alive++;
                pthread_mutex_unlock(&lane->lock);
                int r = pthread_create(&worker->thread, NULL, worker_main, worker);
                if (r != 0) {
                        pthread_mutex_lock(&lane->lock);
                        lane->alive--;
                        pthread_mutex_unlock(&lane->lock);
                        return -r;
                }
                (void) pthread_setname_np(worker->thread, name);
                lane->started++;
        }
        return 0;
}

static void lane_init_queue(Lane *lane) {
        for (uint32_t i = 0; i <= lane->bucket_mask; i++)
                lane->buckets[i] = NO_SLOT;
        for (uint32_t i = 0; i < lane->options.queue; i++)
                lane->slots[i].hash_next = i + 1 < lane->options.queue ? i + 1 : NO_SLOT;
        lane->free_slot = 0;
        lane->turn_first = lane->turn_last = NO_SLOT;
}

int lane_new(const LaneOptions *options, Lane **ret) {
        pthread_condattr_t attributes;
        uint32_t buckets = 1;
        Lane *lane;
        int r;

        if (options->threads == 0 || options->threads > LANE_THREADS_MAX || options->queue == 0 ||
            options->queue > LANE_QUEUE_MAX || strlen(options->name) > LANE_NAME_MAX)
                return -EINVAL;

        lane = calloc(1, sizeof(*lane));
        if (lane == NULL)
                return -ENOMEM;
        lane->options = *options;
        if (lane->options.per_source == 0)
                lane->options.per_source = options->queue >= 4 ? options->queue / 4 : 1;

        pthread_mutex_init(&lane->lock, NULL);
        pthread_condattr_init(&attributes);
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        pthread_cond_init(&lane->work, NULL);
        pthread_cond_init(&lane->ended, &attributes);
        pthread_condattr_destroy(&attributes);

        while (buckets < options->queue)
                buckets *= 2;
        lane->bucket_mask = buckets - 1;
        lane->slots = calloc(options->queue, sizeof(*lane->slots));
        lane->buckets = calloc(buckets, sizeof(*lane->buckets));
        lane->workers = calloc(options->threads, sizeof(*lane->workers));
        if (lane->slots == NULL || lane->buckets == NULL || lane->workers == NULL) {
                lane_free(lane);
                return -ENOMEM;
        }
        lane_init_queue(lane);

        r = lane_start(lane);
        if (r < 0) {
                /* The threads that did start are idle: they end at once. */
                (void) lane_stop(lane, USEC_INFINITY);
                lane_free(lane);
                return r;
        }

        *ret = lane;
        return 0;
}

void lane_status(Lane *lane, LaneStatus *ret) {
        Usec now = lane_now();

        pthread_mutex_lock(&lane->lock);
        *ret = lane->status;
        ret->name = lane->options.name;
        ret->threads = lane->options.threads;
        ret->queue = lane->options.queue;
        ret->stuck = USEC_INFINITY;
        for (unsigned i = 0; i < lane->options.threads; i++) {
                Usec since = lane->workers[i].since;
                Usec busy = since == 0 || since > now ? 0 : now - since;

                if (busy < ret->stuck)
                        ret->stuck = busy;
        }
        pthread_mutex_unlock(&lane->lock);
}

void lane_close(Lane *lane) {
        pthread_mutex_lock(&lane->lock);
        lane->closed = true;
        pthread_cond_broadcast(&lane->work);
        pthread_mutex_unlock(&lane->lock);
}

int lane_stop(Lane *lane, Usec until) {
        struct timespec ts = {
                .tv_sec = (time_t) (until / USEC_PER_SEC),
                .tv_nsec = (long) (until % USEC_PER_SEC * 1000),
        };
        int r = 0;

        lane_close(lane);

        pthread_mutex_lock(&lane->lock);
        while (lane->alive > 0 && r == 0) {
                if (until == USEC_INFINITY)
                        pthread_cond_wait(&lane->ended, &lane->lock);
                else
                        r = pthread_cond_timedwait(&lane->ended, &lane->lock, &ts);
        }
        bool ended = lane->alive == 0;
        pthread_mutex_unlock(&lane->lock);
        if (!ended)
                return -ETIMEDOUT;

        for (; lane->started > 0; lane->started--)
                (void) pthread_join(lane->workers[lane->started - 1].thread, NULL);
        return 0;
}

Lane *lane_free(Lane *lane) {
        if (lane == NULL)
                return NULL;

        assert(lane->started == 0);
        pthread_mutex_destroy(&lane->lock);
        pthread_cond_destroy(&lane->work);
        pthread_cond_destroy(&lane->ended);
        free(lane->slots);
        free(lane->buckets);
        free(lane->workers);
        free(lane);
        return NULL;
}
