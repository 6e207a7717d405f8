/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/error.h"

#include "base/json.h"
#include "base/reason.h"
#include "daemon/app/messages.h"
#include "daemon/http/pages.h"

#include <string.h>

typedef struct ErrorRow {
        int status;
        const char *code; /* RFC 6749 section 5.2, RFC 6750 section 3.1 */
} ErrorRow;

/* A Reason without a row is an inner matter: access_denied, 403.  Untellable ones are all alike. */
static const ErrorRow rows[_IAM_E_MAX] = {
        [IAM_E_NOT_FOUND] = { 404, "not_found" },
        [IAM_E_CONFLICT] = { 409, "temporarily_unavailable" },
        [IAM_E_INVALID] = { 400, "invalid_request" },
        [IAM_E_TOO_LARGE] = { 413, "invalid_request" },
        [IAM_E_MISSING] = { 400, "invalid_request" },
        [IAM_E_BUSY] = { 503, "temporarily_unavailable" },
        [IAM_E_UNAVAILABLE] = { 503, "temporarily_unavailable" },
        [IAM_E_SETUP_REQUIRED] = { 503, "temporarily_unavailable" },
        [IAM_E_REALM_DISABLED] = { 404, "not_found" },
        [IAM_E_ATTEMPT_GONE] = { 400, "invalid_request" },
        [IAM_E_SESSION_GONE] = { 400, "invalid_request" },
        [IAM_E_CLIENT_UNKNOWN] = { 400, "invalid_request" },
        [IAM_E_CLIENT_DISABLED] = { 400, "invalid_request" },
        [IAM_E_CLIENT_AUTH_FAILED] = { 401, "invalid_client" },
        [IAM_E_REDIRECT_MISMATCH] = { 400, "invalid_request" },
        [IAM_E_REQUEST_INVALID] = { 400, "invalid_request" },
        [IAM_E_GRANT_TYPE] = { 400, "unsupported_grant_type" },
        [IAM_E_GRANT_INVALID] = { 400, "invalid_grant" },
        [IAM_E_SCOPE_INVALID] = { 400, "invalid_scope" },
        [IAM_E_TOKEN_INVALID] = { 401, "invalid_token" },
        [IAM_E_TOKEN_SCOPE] = { 403, "insufficient_scope" },
        [IAM_E_UNAUTHORIZED_CLIENT] = { 400, "unauthorized_client" },
        [IAM_E_CSRF] = { 403, "access_denied" },
};

static ErrorRow row_of(int r) {
        if (r < 0)
                return (ErrorRow){ 500, "server_error" };
        if (r >= _IAM_E_MAX || rows[r].status == 0)
                return (ErrorRow){ 403, "access_denied" };
        return rows[r];
}

static void reply_json(Arena *arena, const ErrorRow *row, const char *words, HttpReply *reply) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(1024);
        JsonWriter w = JSON_WRITER(&buf);
        const char *json = "{\"error\":\"server_error\"}";

        json_begin_object(&w);
        json_put_str(&w, "error", row->code);
        json_put_str(&w, "error_description", words);
        json_end_object(&w);
        (void) buf_copy(&buf, arena, &json);
        http_reply_text(reply, row->status, "application/json", json);
}

/* RFC 6750 section 3, RFC 6749 section 5.2.  A request without a token gets no error code. */
static void
add_challenge(const HttpRequest *request, int r, const ErrorRow *row, HttpReply *reply) {
        if (r == IAM_E_CLIENT_AUTH_FAILED)
                (void) http_reply_header(reply, "WWW-Authenticate", "Basic realm=\"iamd\"");
        else if ((r == IAM_E_TOKEN_INVALID || r == IAM_E_TOKEN_SCOPE) &&
                 request->authorization == NULL)
                (void) http_reply_header(reply, "WWW-Authenticate", "Bearer");
        else if (r == IAM_E_TOKEN_INVALID || r == IAM_E_TOKEN_SCOPE)
                (void) http_reply_header(
                                reply, "WWW-Authenticate",
                                arena_printf(request->arena, "Bearer error=\"%s\"", row->code));
        else if (row->status == 503)
                (void) http_reply_header(reply, "Retry-After", "2");
}

void http_error_reply(const HttpRequest *request, HttpFace face, int r, HttpReply *reply) {
        const char *words = message_reason(LANGUAGE_FALLBACK, r);
        ErrorRow row = row_of(r);

        *reply = (HttpReply){};
        if (face == HTTP_FACE_API || page_error(request, row.status, words, reply) != 0) {
                *reply = (HttpReply){};
                reply_json(request->arena, &row, words, reply);
        }
        add_challenge(request, r, &row, reply);
}

/* For requests that no route has seen: the limits are those of http.h. */
static const struct {
        int status;
        const char *json;
} refusals[] = {
#define REFUSAL(status, error, words)                                                              \
        { status, "{\"error\":\"" error "\",\"error_description\":\"" words "\"}" }
        REFUSAL(400, "invalid_request", "the request is malformed"),
        REFUSAL(404, "not_found", "no such object"),
        REFUSAL(405, "method_not_allowed", "that method is not served here"),
        REFUSAL(413, "invalid_request", "the body is larger than its limit"),
        REFUSAL(414, "invalid_request", "the request target is longer than its limit"),
        REFUSAL(431, "invalid_request", "the header fields are larger than their limit"),
        REFUSAL(501, "invalid_request", "that transfer encoding is not supported"),
        REFUSAL(505, "invalid_request", "that version of HTTP is not supported"),
        REFUSAL(500, "server_error", "the service cannot answer now"),
#undef REFUSAL
};

void http_error_status(int status, HttpReply *reply) {
        size_t i = 0;

        while (i < ELEMENTSOF(refusals) - 1 && refusals[i].status != status)
                i++;
        http_reply_text(reply, status, "application/json", refusals[i].json);
}
