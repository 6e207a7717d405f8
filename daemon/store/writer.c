/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/reason.h"
#include "daemon/store/store.h"

/* A waiting call; on the stack of its caller. */
typedef struct WriteJob {
        TxnFn fn;
        void *context;
        int result;
        bool answered;
        pthread_cond_t ready;
        struct WriteJob *next;
} WriteJob;

struct Writer {
        Store *store;
        SqlConn *conn;
        StoreTally tally;
        TallyMarks marks; /* of the group under way */
        pthread_t thread;
        _Atomic uint64_t generation;
        pthread_mutex_t lock; /* guards all below */
        pthread_cond_t work;
        WriteJob *first, *last;
        size_t queued;
        bool closing;
        /* The thread's own. */
        bool is_new_generation; /* a job of this transaction wrote what a generation covers */
};

/* A savepoint's outcome: the job's own result, or < 0 when the transaction itself broke. */
static int job_run(Writer *writer, WriteJob *job) {
        Txn txn = { .store = writer->store, .conn = writer->conn, .marks = &writer->marks };
        size_t marks = writer->marks.n;
        int r;

        r = sql_conn_step(writer->conn, SQL_JOB_BEGIN);
        if (r != 0)
                return r < 0 ? r : -EIO;
        job->result = job->fn(&txn, job->context);
        writer->is_new_generation |= txn.is_new_generation;

        if (!sql_conn_in_transaction(writer->conn))
                return -EIO; /* a full disk or the like rolled everything back */
        if (job->result != 0 && !(job->result > 0 && txn.kept)) {
                r = sql_conn_step(writer->conn, SQL_JOB_UNDO);
                writer->marks.n = marks;
        }
        if (r == 0)
                r = sql_conn_step(writer->conn, SQL_JOB_END);
        return r <= 0 ? r : -EIO;
}

static int batch_begin(Writer *writer) {
        int r = 0;

        /* The ROLLBACK of a former transaction failed: without it there is no other. */
        if (sql_conn_in_transaction(writer->conn))
                r = sql_conn_step(writer->conn, SQL_ROLLBACK);
        writer->is_new_generation = false;
        return r == 0 ? sql_conn_step(writer->conn, SQL_BEGIN_WRITE) : r;
}

/* Ends the transaction: 0 when it is durable. */
static int batch_end(Writer *writer, int r) {
        if (r == 0)
                r = sql_conn_step(writer->conn, SQL_COMMIT);
        if (r != 0 && sql_conn_in_transaction(writer->conn))
                (void) sql_conn_step(writer->conn, SQL_ROLLBACK);
        if (writer->is_new_generation)
                atomic_fetch_add(&writer->generation, 1);
        return r <= 0 ? r : -EIO;
}

static Usec monotonic_now(void) {
        struct timespec now;

        (void) clock_gettime(CLOCK_MONOTONIC, &now);
        return (Usec) now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

static void batch_count(StoreTally *tally, TallyMarks *marks, uint64_t n, int result, Usec took) {
        atomic_store_explicit(&tally->last_error, result, memory_order_relaxed);
        if (result != 0) {
                metric_add(&tally->failures, 1);
                return;
        }
        tally_commit(tally, marks);
        metric_add(&tally->writes, n);
        metric_times_add(&tally->commits, took);
}

/* 0: every job has its own result, durably.  < 0: none of it happened; *ret_commit tells whether
 * the commit failed (an answer for all) or a job broke the transaction. */
static int batch_run(Writer *writer, WriteJob *jobs, const WriteJob *end, bool *ret_commit) {
        Usec began = monotonic_now();
        uint64_t n = 0;
        int r = batch_begin(writer);

        writer->marks.n = 0;
        *ret_commit = r != 0;
        for (WriteJob *job = jobs; r == 0 && job != end; job = job->next, n++)
                r = job_run(writer, job);
        if (r == 0)
                *ret_commit = true;
        r = batch_end(writer, r);
        batch_count(&writer->tally, &writer->marks, n, r, monotonic_now() - began);
        return r;
}

static void batch_fail(WriteJob *jobs, const WriteJob *end, int result) {
        for (WriteJob *job = jobs; job != end; job = job->next)
                job->result = result;
}

static void writer_do(Writer *writer, WriteJob *jobs) {
        bool commit;
        int r = batch_run(writer, jobs, NULL, &commit);

        if (r == 0)
                return;
        if (commit || jobs->next == NULL) {
                batch_fail(jobs, NULL, r);
                return;
        }
        /* One job broke the transaction of all: each in one of its own, so that only it fails. */
        for (WriteJob *job = jobs; job != NULL; job = job->next) {
                r = batch_run(writer, job, job->next, &commit);
                if (r != 0)
                        batch_fail(job, job->next, r);
        }
}

/* With the lock held: at most STORE_BATCH_MAX from the front. */
static WriteJob *batch_take(Writer *writer) {
        WriteJob *jobs = writer->first;
        WriteJob *last = jobs;
        size_t n = 1;

        for (; n < STORE_BATCH_MAX && last->next != NULL; n++)
                last = last->next;
        writer->first = last->next;
        if (writer->first == NULL)
                writer->last = NULL;
        writer->queued -= n;
        last->next = NULL;
        return jobs;
}

static void *writer_main(void *argument) {
        Writer *writer = argument;

        (void) pthread_mutex_lock(&writer->lock);
        for (;;) {
                WriteJob *jobs;

                while (writer->first == NULL && !writer->closing)
                        (void) pthread_cond_wait(&writer->work, &writer->lock);
                if (writer->first == NULL)
                        break;
                jobs = batch_take(writer);
                (void) pthread_mutex_unlock(&writer->lock);

                writer_do(writer, jobs);

                (void) pthread_mutex_lock(&writer->lock);
                while (jobs != NULL) {
                        WriteJob *next = jobs->next; /* the job is its caller's once answered */

                        jobs->answered = true;
                        (void) pthread_cond_signal(&jobs->ready);
                        jobs = next;
                }
        }
        (void) pthread_mutex_unlock(&writer->lock);
        return NULL;
}

int writer_new(Store *store, SqlConn *conn, Writer **ret) {
        Writer *writer = calloc(1, sizeof(*writer));
        int r;

        if (writer == NULL) {
                (void) sql_conn_free(conn);
                return -ENOMEM;
        }
        writer->store = store;
        writer->conn = conn;
        (void) pthread_mutex_init(&writer->lock, NULL);
        (void) pthread_cond_init(&writer->work, NULL);
        r = pthread_create(&writer->thread, NULL, writer_main, writer);
        if (r != 0) {
                (void) sql_conn_free(conn);
                free(writer);
                return -r;
        }
        *ret = writer;
        return 0;
}

Writer *writer_free(Writer *writer) {
        if (writer == NULL)
                return NULL;
        (void) pthread_mutex_lock(&writer->lock);
        writer->closing = true;
        (void) pthread_cond_signal(&writer->work);
        (void) pthread_mutex_unlock(&writer->lock);
        (void) pthread_join(writer->thread, NULL);

        (void) sql_conn_free(writer->conn);
        tally_marks_done(&writer->marks);
        (void) pthread_cond_destroy(&writer->work);
        (void) pthread_mutex_destroy(&writer->lock);
        free(writer);
        return NULL;
}

uint64_t writer_generation(const Writer *writer) {
        return atomic_load(&writer->generation);
}

int writer_run(Writer *writer, TxnFn fn, void *context) {
        WriteJob job = { .fn = fn, .context = context, .ready = PTHREAD_COND_INITIALIZER };

        /* A transaction inside a transaction would wait for itself. */
        assert(!pthread_equal(pthread_self(), writer->thread));

        (void) pthread_mutex_lock(&writer->lock);
        if (writer->queued >= STORE_QUEUE_MAX) {
                (void) pthread_mutex_unlock(&writer->lock);
                metric_add(&writer->tally.busy, 1);
                return IAM_E_BUSY;
        }
        if (writer->last != NULL)
                writer->last->next = &job;
        else
                writer->first = &job;
        writer->last = &job;
        writer->queued++;
        (void) pthread_cond_signal(&writer->work);
        while (!job.answered)
                (void) pthread_cond_wait(&job.ready, &writer->lock);
        (void) pthread_mutex_unlock(&writer->lock);
        (void) pthread_cond_destroy(&job.ready);
        return job.result;
}

const StoreTally *writer_tally(const Writer *writer) {
        return &writer->tally;
}
