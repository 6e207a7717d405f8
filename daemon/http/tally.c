/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/tally.h"

#include <stdlib.h>

#define CLASSES 5 /* 1xx to 5xx */

typedef struct RouteTally {
        _Atomic uint64_t by_class[CLASSES];
        MetricTimes times; /* from the request line until the reply is ready to be sent */
} RouteTally;

struct HttpTally {
        const HttpRoute *routes;
        size_t n;
        _Atomic uint64_t opened, closed, refused; /* connections */
        RouteTally items[]; /* one a route, and one for all that has none */
};

int http_tally_new(const HttpRoute *routes, size_t n, HttpTally **ret) {
        HttpTally *tally = calloc(1, sizeof(*tally) + (n + 1) * sizeof(RouteTally));

        if (tally == NULL)
                return -ENOMEM;
        tally->routes = routes;
        tally->n = n;
        *ret = tally;
        return 0;
}

HttpTally *http_tally_free(HttpTally *tally) {
        free(tally);
        return NULL;
}

void http_tally_reply(HttpTally *tally, const HttpRoute *route, int status, Usec took) {
        RouteTally *item =
                        &tally->items[route != NULL ? (size_t) (route - tally->routes) : tally->n];

        assert(status >= 100 && status < 600);
        metric_add(&item->by_class[status / 100 - 1], 1);
        metric_times_add(&item->times, took);
}

void http_tally_connection(HttpTally *tally, bool begins) {
        metric_add(begins ? &tally->opened : &tally->closed, 1);
}

void http_tally_refused(HttpTally *tally) {
        metric_add(&tally->refused, 1);
}

static const char *method_name(const HttpTally *tally, size_t i) {
        static const char *const names[_HTTP_METHOD_MAX] = {
                [HTTP_GET] = "GET",
                [HTTP_POST] = "POST",
                [HTTP_OPTIONS] = "OPTIONS",
        };

        return i < tally->n ? names[tally->routes[i].method] : "any";
}

static const char *pattern_of(const HttpTally *tally, size_t i) {
        return i < tally->n ? tally->routes[i].pattern : "none";
}

static void put_classes(const HttpTally *tally, size_t i, Buf *out) {
        static const char *const classes[CLASSES] = { "1xx", "2xx", "3xx", "4xx", "5xx" };

        for (size_t c = 0; c < CLASSES; c++) {
                uint64_t count = metric_get(&tally->items[i].by_class[c]);

                if (count > 0)
                        metric_put(out, "iamd_http_requests_total",
                                   METRIC_LABELS({ "method", method_name(tally, i) },
                                                 { "route", pattern_of(tally, i) },
                                                 { "status", classes[c] }),
                                   count);
        }
}

void http_tally_write(const HttpTally *tally, Buf *out) {
        uint64_t closed = metric_get(&tally->closed);

        metric_head(out, "iamd_http_requests_total", "counter",
                    "Replies by route and class of status; route none: refused before any.");
        for (size_t i = 0; i <= tally->n; i++)
                put_classes(tally, i, out);
        metric_head(out, "iamd_http_request_seconds", "histogram",
                    "From the request line until the reply was ready.");
        for (size_t i = 0; i <= tally->n; i++)
                metric_put_times(
                                out, "iamd_http_request_seconds",
                                METRIC_LABELS({ "method", method_name(tally, i) },
                                              { "route", pattern_of(tally, i) }),
                                &tally->items[i].times);
        /* Those closed are read first, so that the difference is never negative. */
        metric_one(out, "iamd_http_connections", "gauge", "Open connections.",
                   metric_get(&tally->opened) - closed);
        metric_one(out, "iamd_http_connections_refused_total", "counter",
                   "Connections closed at once, over a limit.", metric_get(&tally->refused));
}
