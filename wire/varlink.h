/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Varlink framing: one JSON object and a NUL per message.  Sans-I/O: the caller brings bytes and
 * takes bytes.  Knows no method; every error of the domain travels as org.iamd.Error.* with the
 * reason's name, so that both ends speak of the same IAM_REASONS.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

#define VARLINK_CALL_MAX ((size_t) 64 << 10) /* bytes of a request, without its NUL */
#define VARLINK_REPLY_MAX ((size_t) 1 << 20) /* bytes of a reply, without its NUL */
#define VARLINK_NAME_MAX 128 /* bytes of "interface.Method" */

/* 1: a whole message of *ret_len bytes and its NUL lie at the front; 0: more bytes are needed;
 * -EMSGSIZE: there are more than max bytes without a NUL. */
int varlink_frame(const char *bytes, size_t len, size_t max, size_t *ret_len);

typedef struct VarlinkCall {
        const char *interface; /* "org.iamd.Login" */
        const char *method; /* "Start" */
        JsonValue parameters; /* JSON_OBJECT, "{}" when there were none; lends from the message */
        bool oneway; /* no reply is wanted */
        bool more; /* several replies are welcome */
} VarlinkCall;

/* One message without its NUL.  -EBADMSG: not a call; -ENOMEM: the arena's limit. */
int varlink_call_read(Arena *arena, const char *text, size_t len, VarlinkCall *ret);

typedef struct VarlinkReply {
        int reason; /* 0, or the Reason of an error */
        const char *error; /* the error's full name, or NULL */
        const char *where; /* the offending field of a call, or NULL */
        JsonValue parameters; /* JSON_OBJECT */
        bool continues;
} VarlinkReply;

/* -EBADMSG: not a reply.  An error we do not know is IAM_E_UNAVAILABLE. */
int varlink_reply_read(Arena *arena, const char *text, size_t len, VarlinkReply *ret);

/*
 * Writers.  Between begin and end the caller writes the one value of "parameters", an object.
 * Errors stick in the buffer.
 */
void varlink_call_begin(JsonWriter *w, const char *interface, const char *method);
void varlink_reply_begin(JsonWriter *w, bool continues);
void varlink_end(JsonWriter *w); /* with the NUL */
/* where may be NULL.  A reason beyond the list is written as "unavailable". */
void varlink_error_write(JsonWriter *w, int reason, const char *where);
