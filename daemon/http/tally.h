/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests in figures: by route of the table and class of status, never by what a stranger wrote.
 * The server's thread counts; any thread may read.
 */
#pragma once

#include "base/metric.h"
#include "daemon/http/http.h"

typedef struct HttpTally HttpTally;

int http_tally_new(const HttpRoute *routes, size_t n, HttpTally **ret);
HttpTally *http_tally_free(HttpTally *tally); /* NULL ok */

/* route NULL: the head was refused, or the path is none of ours. */
void http_tally_reply(HttpTally *tally, const HttpRoute *route, int status, Usec took);
void http_tally_connection(HttpTally *tally, bool begins);
void http_tally_refused(HttpTally *tally); /* a connection over a limit */

void http_tally_write(const HttpTally *tally, Buf *out);
