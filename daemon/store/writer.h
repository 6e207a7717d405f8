/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that owns the writing connection.  It takes whatever waits, runs it in one
 * transaction with a savepoint for each job, and answers all after the commit.
 */
#pragma once

#include "daemon/store/engine.h"
#include "daemon/store/tally.h"

typedef struct Writer Writer;

/* Takes the connection over, also on failure. */
int writer_new(Store *store, SqlConn *conn, Writer **ret);
/* Runs what is queued, then ends the thread and closes the connection. */
Writer *writer_free(Writer *writer);
uint64_t writer_generation(const Writer *writer); /* StorePort.generation; from any thread */
/* Returns when fn's effects are durable or undone.  IAM_E_BUSY: STORE_QUEUE_MAX are waiting. */
int writer_run(Writer *writer, TxnFn fn, void *context);
const StoreTally *writer_tally(const Writer *writer);
