/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the route of a path.  Pure: a table and a text in, a row out. */
#pragma once

#include "daemon/http/http.h"

#define HTTP_SEGMENT_MAX 64 /* bytes of what one {} stands for */

typedef struct HttpMatch {
        const HttpRoute *route; /* NULL: see allow */
        char params[HTTP_PATH_PARAMS_MAX][HTTP_SEGMENT_MAX + 1];
        bool path_known; /* the path exists, for another method: 405 */
        const char *allow;
} HttpMatch;

/* path is compared byte by byte, undecoded: %2e, //, and ..;/ match nothing. */
void router_match(
                const HttpRoute *routes, size_t n, HttpMethod method, const char *path,
                HttpMatch *ret);
