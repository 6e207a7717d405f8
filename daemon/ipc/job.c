/* SPDX-License-Identifier: Apache-2.0 */
/* One call: taken apart in the server's thread, run in its lane. */
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/reason.h"
#include "daemon/core/guess.h"
#include "daemon/ipc/connection.h"
#include "daemon/ipc/shares.h"
#include "wire/sudo.h"

#define PARSE_ARENA 4096 /* two names */
#define TRACE_BYTES 8
#define UID_TEXT_SIZE 16

void ipc_job_free(IpcJob *job) {
        if (job == NULL)
                return;
        if (job->text != NULL)
                explicit_bzero(job->text, job->len);
        free(job->text);
        buf_done(&job->reply);
        free(job);
}

/* FNV-1a: fairness needs no secret hash, only spread. */
static uint64_t source_of(const char *text) {
        uint64_t hash = UINT64_C(0xcbf29ce484222325);

        for (const char *p = text; *p != '\0'; p++)
                hash = (hash ^ (uint8_t) *p) * UINT64_C(0x100000001b3);
        return hash;
}

static bool text_of(const JsonValue *parameters, const char *name, char *ret, size_t size) {
        JsonValue value;

        return json_member(parameters, name, &value) == 1 && value.type == JSON_STRING &&
               json_get_str(&value, ret, size, NULL) == 0 && ret[0] != '\0';
}

/* Root speaks for others: the person's address is whose queue this is, or who runs su or sudo. */
static void note_source(IpcConnection *connection, const JsonValue *parameters) {
        char address[WIRE_RHOST_MAX + 1];
        char source[GUESS_SOURCE_SIZE];

        if (connection->peer.uid != 0 || connection->peer.socket != IPC_AUTH)
                return;
        if (text_of(parameters, "rhost", address, sizeof(address))) {
                guess_source(address, source);
                connection->source = source_of(source);
        } else if (text_of(parameters, "ruser", address, sizeof(address))) {
                /* Marked, so that no host of that name shares the place. */
                connection->source = ~source_of(address);
        }
}

/*
 * sudo's plugins speak as root of whoever runs sudo: he must not fill the lanes with approvals, nor
 * the audit trail with what sudo refused him.  What sudo let him do is noted however much it is.
 */
static void note_share(IpcConnection *connection, IpcJob *job) {
        char event[WIRE_SUDO_EVENT_MAX + 1] = "";
        char user[WIRE_LOGIN_NAME_MAX + 1];
        uint64_t hash;

        job->share = job->peer.uid;
        job->may_write = job->peer.uid != 0 && job->peer.socket == IPC_AUTH;
        if (!str_starts_with(job->name, WIRE_SUDO_INTERFACE ".") ||
            !text_of(&job->parameters, "user", user, sizeof(user)))
                return;
        hash = source_of(user);
        connection->source = ~hash;
        (void) text_of(&job->parameters, "event", event, sizeof(event));
        if (str_eq(event, "accepted") || str_eq(event, "finished"))
                return;
        job->share = ipc_share_of_name(hash);
        job->may_write = event[0] != '\0';
}

static int find_method(IpcConnection *connection, const VarlinkCall *call, IpcJob *job) {
        size_t a = strlen(call->interface);
        size_t b = strlen(call->method);

        assert(a + 1 + b <= VARLINK_NAME_MAX);
        memcpy(job->name, call->interface, a);
        job->name[a] = '.';
        memcpy(job->name + a + 1, call->method, b + 1);
        job->method = ipc_method_find(connection->peer.socket, job->name);
        if (job->method == NULL)
                return IAM_E_UNKNOWN_METHOD;
        if (connection->peer.socket == IPC_ADMIN && !connection->peer.is_admin)
                return IAM_E_DENIED;
        if (job->method->root_only && connection->peer.uid != 0)
                return IAM_E_DENIED;
        return 0;
}

int ipc_job_new(IpcConnection *connection, const char *text, size_t len, IpcJob **ret,
                bool *ret_oneway) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(PARSE_ARENA);
        IpcJob *job = calloc(1, sizeof(*job));
        VarlinkCall call;
        int r;

        *ret_oneway = false;
        if (job == NULL)
                return -ENOMEM;
        job->reply = (Buf) BUF_INIT(VARLINK_REPLY_MAX + 1);
        job->peer = connection->peer;
        job->text = malloc(len + 1);
        job->len = len;
        r = job->text != NULL ? 0 : -ENOMEM;
        if (r == 0) {
                memcpy(job->text, text, len);
                job->text[len] = '\0';
                r = varlink_call_read(&arena, job->text, len, &call);
        }
        if (r == 0) {
                *ret_oneway = call.oneway;
                job->oneway = call.oneway;
                job->parameters = call.parameters;
                r = find_method(connection, &call, job);
        }
        if (r != 0) {
                ipc_job_free(job);
                return r;
        }
        note_source(connection, &job->parameters);
        note_share(connection, job);
        *ret = job;
        return 0;
}

/* "uid 1000": what the kernel vouches for; names are the directory's business. */
static void uid_format(uid_t uid, char ret[UID_TEXT_SIZE]) {
        char digits[12];
        size_t n = 0;

        do {
                digits[n++] = (char) ('0' + uid % 10);
                uid /= 10;
        } while (uid > 0);
        memcpy(ret, "uid ", 4);
        ret += 4;
        while (n > 0)
                *ret++ = digits[--n];
        *ret = '\0';
}

static void caller_fill(IpcCall *call, char name[UID_TEXT_SIZE], char trace[]) {
        static const Door doors[_IPC_SOCKET_MAX] = {
                [IPC_LOOKUP] = DOOR_SYSTEM,
                [IPC_AUTH] = DOOR_PAM,
                [IPC_ADMIN] = DOOR_ADMIN,
        };
        uint8_t random[TRACE_BYTES];
        Caller *caller = &call->caller;

        *caller = (Caller){
                .door = doors[call->peer->socket],
                .actor_kind = "local",
                .actor_name = name,
                .is_local_root = call->peer->socket == IPC_ADMIN && call->peer->is_admin,
        };
        if (call->peer->uid == 0)
                memcpy(name, "root", sizeof("root"));
        else
                uid_format(call->peer->uid, name);
        if (call->app->clock.random(call->app->clock.self, random, sizeof(random)) == 0) {
                hex_encode(random, sizeof(random), trace);
                caller->trace = trace;
        }
}

void ipc_job_run(IpcJob *job, Arena *arena, bool expired, const IpcConfig *config) {
        JsonWriter w = JSON_WRITER(&job->reply);
        char trace[HEX_SIZE(TRACE_BYTES)];
        char name[UID_TEXT_SIZE];
        IpcCall call = {
                .config = config,
                .app = config->app,
                .arena = arena,
                .peer = &job->peer,
                .parameters = job->parameters,
                .method = job->name,
                .w = &w,
        };
        int r = IAM_E_BUSY;

        if (!expired) {
                caller_fill(&call, name, trace);
                r = job->method->run(&call);
        }
        if (r == 0)
                r = buf_error(&job->reply);
        job->result = r;
        if (r == 0)
                return;
        if (r < 0)
                log_event(config->log, LOG_REQUEST_FAILED, LOG_FIELDS({ "IAM_METHOD", job->name }),
                          "%s failed: %s", job->name, strerrordesc_np(-r));
        buf_clear(&job->reply);
        w = (JsonWriter) JSON_WRITER(&job->reply);
        varlink_error_write(&w, ipc_reason(r, &job->peer), call.where);
}
