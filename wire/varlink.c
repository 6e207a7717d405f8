/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/varlink.h"

#include <string.h>

#include "base/reason.h"
#include "base/str.h"

#define ERROR_PREFIX "org.iamd.Error."
#define SERVICE_PREFIX "org.varlink.service."

int varlink_frame(const char *bytes, size_t len, size_t max, size_t *ret_len) {
        const char *end = len > 0 ? memchr(bytes, '\0', len < max + 1 ? len : max + 1) : NULL;

        if (end == NULL)
                return len > max ? -EMSGSIZE : 0;
        *ret_len = (size_t) (end - bytes);
        return 1;
}

/* An absent or null "parameters" is an empty object. */
static int parameters_of(const JsonValue *message, JsonValue *ret) {
        JsonValue found;

        if (json_member(message, "parameters", &found) == 0 || found.type == JSON_NULL) {
                *ret = (JsonValue){ .type = JSON_OBJECT, .text = "{}", .len = 2 };
                return 0;
        }
        if (found.type != JSON_OBJECT)
                return -EBADMSG;
        *ret = found;
        return 0;
}

static int flag_of(const JsonValue *message, const char *name, bool *ret) {
        JsonValue found;

        *ret = false;
        if (json_member(message, name, &found) == 0 || found.type == JSON_NULL)
                return 0;
        return json_get_bool(&found, ret) < 0 ? -EBADMSG : 0;
}

/* 0 and NULL when absent. */
static int
string_of(Arena *arena, const JsonValue *message, const char *name, size_t max, char **ret) {
        JsonValue found;
        char *text;

        *ret = NULL;
        if (json_member(message, name, &found) == 0 || found.type == JSON_NULL)
                return 0;
        if (found.type != JSON_STRING)
                return -EBADMSG;
        text = arena_alloc(arena, max + 1);
        if (text == NULL)
                return -ENOMEM;
        if (json_get_str(&found, text, max + 1, NULL) < 0)
                return -EBADMSG;
        *ret = text;
        return 0;
}

int varlink_call_read(Arena *arena, const char *text, size_t len, VarlinkCall *ret) {
        VarlinkCall call = {};
        JsonValue message;
        char *name;
        char *dot;
        bool upgrade;
        int r;

        if (json_check(text, len, &message, NULL) < 0 || message.type != JSON_OBJECT)
                return -EBADMSG;
        r = string_of(arena, &message, "method", VARLINK_NAME_MAX, &name);
        if (r < 0)
                return r;
        if (name == NULL || !str_is_ascii_printable(name))
                return -EBADMSG;
        dot = strrchr(name, '.');
        if (dot == NULL || dot == name || dot[1] == '\0')
                return -EBADMSG;
        *dot = '\0';
        call.interface = name;
        call.method = dot + 1;

        r = flag_of(&message, "oneway", &call.oneway);
        if (r == 0)
                r = flag_of(&message, "more", &call.more);
        if (r == 0)
                r = flag_of(&message, "upgrade", &upgrade);
        if (r == 0 && upgrade) /* we have nothing to upgrade to */
                r = -EBADMSG;
        if (r == 0)
                r = parameters_of(&message, &call.parameters);
        if (r < 0)
                return r;
        *ret = call;
        return 0;
}

static int reason_of_error(Arena *arena, const char *error, VarlinkReply *reply) {
        char *name;
        int r;

        r = string_of(arena, &reply->parameters, "where", VARLINK_NAME_MAX, &name);
        if (r < 0)
                return r;
        reply->where = name;
        r = string_of(arena, &reply->parameters, "reason", VARLINK_NAME_MAX, &name);
        if (r < 0)
                return r;

        reply->error = error;
        reply->reason = IAM_E_UNAVAILABLE;
        if (str_starts_with(error, SERVICE_PREFIX)) {
                const char *rest = error + strlen(SERVICE_PREFIX);
                reply->reason = str_eq(rest, "InvalidParameter") ? IAM_E_INVALID
                                                                 : IAM_E_UNKNOWN_METHOD;
        } else if (str_starts_with(error, ERROR_PREFIX) && name != NULL) {
                int reason = reason_from_name(name);
                if (reason > 0)
                        reply->reason = reason;
        }
        return 0;
}

int varlink_reply_read(Arena *arena, const char *text, size_t len, VarlinkReply *ret) {
        VarlinkReply reply = {};
        JsonValue message;
        char *error;
        int r;

        if (json_check(text, len, &message, NULL) < 0 || message.type != JSON_OBJECT)
                return -EBADMSG;
        r = string_of(arena, &message, "error", VARLINK_NAME_MAX, &error);
        if (r == 0)
                r = flag_of(&message, "continues", &reply.continues);
        if (r == 0)
                r = parameters_of(&message, &reply.parameters);
        if (r == 0 && error != NULL)
                r = reason_of_error(arena, error, &reply);
        if (r < 0)
                return r;
        *ret = reply;
        return 0;
}

void varlink_call_begin(JsonWriter *w, const char *interface, const char *method) {
        char name[VARLINK_NAME_MAX + 1];
        size_t a = strlen(interface);
        size_t b = strlen(method);

        assert(a + 1 + b <= VARLINK_NAME_MAX);
        memcpy(name, interface, a);
        name[a] = '.';
        memcpy(name + a + 1, method, b + 1);

        json_begin_object(w);
        json_put_str(w, "method", name);
        json_key(w, "parameters");
}

void varlink_reply_begin(JsonWriter *w, bool continues) {
        json_begin_object(w);
        if (continues)
                json_put_bool(w, "continues", true);
        json_key(w, "parameters");
}

void varlink_end(JsonWriter *w) {
        json_end_object(w);
        buf_put_char(w->buf, '\0');
        w->needs_comma = false; /* the next message starts anew */
}

/* "not-found" -> "NotFound" */
static void error_name(const char *reason, char ret[VARLINK_NAME_MAX + 1]) {
        size_t n = strlen(ERROR_PREFIX);
        bool upper = true;

        memcpy(ret, ERROR_PREFIX, n);
        for (const char *p = reason; *p != '\0'; p++) {
                if (*p == '-') {
                        upper = true;
                        continue;
                }
                assert(n < VARLINK_NAME_MAX);
                ret[n] = *p;
                if (upper && *p >= 'a' && *p <= 'z')
                        ret[n] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[*p - 'a'];
                n++;
                upper = false;
        }
        ret[n] = '\0';
}

void varlink_error_write(JsonWriter *w, int reason, const char *where) {
        char name[VARLINK_NAME_MAX + 1];

        if (reason <= 0 || reason >= _IAM_E_MAX)
                reason = IAM_E_UNAVAILABLE;
        error_name(reason_name(reason), name);
        json_begin_object(w);
        json_put_str(w, "error", name);
        json_key(w, "parameters");
        json_begin_object(w);
        json_put_str(w, "reason", reason_name(reason));
        json_put_str(w, "message", reason_message(reason));
        json_put_str(w, "where", where);
        json_end_object(w);
        varlink_end(w);
}
