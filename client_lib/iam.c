/* SPDX-License-Identifier: Apache-2.0 */
#include "client_lib/iam_private.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/reason.h"
#include "base/secret_bytes.h"
#include "base/ssh_key.h"
#include "base/str.h"
#include "client_lib/channel.h"
#include "wire/varlink.h"

#define CONNECT_MS 5000
#define ANSWER_MS 35000
#define SOCKET_PATH_MAX 108 /* sun_path */
#define REPLY_ARENA ((size_t) 256 << 10)
#define RETRY_PAUSE_MS 100 /* while iamd restarts */

struct iam_client {
        char socket_path[SOCKET_PATH_MAX];
        uid_t trusted;
        int connect_ms;
        int answer_ms;
        Arena arena; /* of the last step */
        WireLoginStep step;
        bool has_step;
        iam_prompt prompts[WIRE_PROMPTS_MAX];
        Secret attempt;
        char invoker[WIRE_RUSER_MAX + 1];
        char key[SSH_KEY_TEXT_MAX + 1]; /* "": none */
        char parent_boot[WIRE_BOOT_ID_SIZE + 1]; /* "": not told */
        long parent_pid;
        unsigned long long parent_start;
        char rhost[WIRE_RHOST_MAX + 1]; /* of the login, said again with each answer */
};

int iam_client_new(const char *socket_path, iam_client **ret) {
        iam_client *client;

        if (socket_path == NULL || strlen(socket_path) >= SOCKET_PATH_MAX)
                return -EINVAL;
        client = calloc(1, sizeof(*client));
        if (client == NULL)
                return -ENOMEM;
        memcpy(client->socket_path, socket_path, strlen(socket_path) + 1);
        client->trusted = (uid_t) -1;
        client->connect_ms = CONNECT_MS;
        client->answer_ms = ANSWER_MS;
        client->arena = (Arena) ARENA_INIT(REPLY_ARENA);
        *ret = client;
        return 0;
}

static void forget_step(iam_client *client) {
        wire_clear(wire_login_step.fields, wire_login_step.n, &client->step);
        client->step = (WireLoginStep){};
        client->has_step = false;
        arena_reset(&client->arena);
}

iam_client *iam_client_free(iam_client *client) {
        if (client == NULL)
                return NULL;
        forget_step(client);
        arena_done(&client->arena);
        explicit_bzero(client, sizeof(*client));
        free(client);
        return NULL;
}

void iam_client_freep(iam_client **client) {
        *client = iam_client_free(*client);
}

void iam_client_trust(iam_client *client, uid_t uid) {
        client->trusted = uid;
}

void iam_client_set_deadlines(iam_client *client, int connect_ms, int answer_ms) {
        client->connect_ms = connect_ms;
        client->answer_ms = answer_ms;
}

void iam_client_set_invoker(iam_client *client, const char *invoker) {
        if (str_is_empty(invoker))
                invoker = "";
        else if (strlen(invoker) > WIRE_RUSER_MAX || !str_is_ascii_printable(invoker))
                invoker = "?";
        memcpy(client->invoker, invoker, strlen(invoker) + 1);
}

void iam_client_set_key(iam_client *client, const char *key) {
        size_t len = strlen(str_or(key, ""));

        client->key[0] = '\0';
        if (len > 0 && len <= SSH_KEY_TEXT_MAX && str_is_ascii_printable(key))
                memcpy(client->key, key, len + 1);
}

int iam_client_set_parent(
                iam_client *client, const char *boot_id, long pid, unsigned long long start) {
        if (boot_id == NULL || strlen(boot_id) != WIRE_BOOT_ID_SIZE || pid <= 0)
                return -EINVAL;
        memcpy(client->parent_boot, boot_id, WIRE_BOOT_ID_SIZE + 1);
        client->parent_pid = pid;
        client->parent_start = start;
        return 0;
}

/* One call and its reply, on a connection of their own: what came too late is never taken for the
 * answer to the next call, and no connection waits for a person. */
static int
exchange(iam_client *client, const char *interface, const char *method, const WireLoginTable *table,
         const void *in, Buf *reply, int64_t deadline) {
        CLEANUP(buf_done) Buf call = BUF_INIT(WIRE_LOGIN_MESSAGE_MAX);
        CLEANUP(channel_close) int fd = -1;
        int64_t until = channel_now_ms() + client->connect_ms;
        JsonWriter w = JSON_WRITER(&call);
        int r;

        varlink_call_begin(&w, interface, method);
        wire_write(&w, table->fields, table->n, in);
        varlink_end(&w);
        r = buf_error(&call);
        if (r == 0)
                r =
                                channel_connect(client->socket_path, client->trusted,
                                                until < deadline ? until : deadline, &fd);
        if (r == 0)
                r = channel_send(fd, call.bytes, call.len, deadline);
        if (r == 0)
                r = channel_receive(fd, reply, deadline);
        return r;
}

/* The connection met an iamd that was going; the next one is answered by the next iamd. */
static bool is_cut(int r) {
        return r == -ECONNRESET || r == -EPIPE;
}

static int reply_take(Arena *arena, const Buf *buf, JsonValue *ret) {
        VarlinkReply reply;
        int r;

        r = buf->len > 0 ? varlink_reply_read(arena, buf->bytes, buf->len, &reply) : -EBADMSG;
        if (r < 0)
                return r;
        if (reply.reason != 0)
                return reply.reason;
        *ret = reply.parameters;
        return 0;
}

/* What must hold of a step before anybody believes it. */
static int step_check(const WireLoginStep *step) {
        if (str_eq(step->outcome, "ask"))
                return step->prompts.n > 0 ? 0 : -EBADMSG;
        if (step->prompts.n > 0)
                return -EBADMSG;
        if (str_eq(step->outcome, "done"))
                return step->user != NULL ? 0 : -EBADMSG;
        return str_eq(step->outcome, "refused") ? 0 : -EBADMSG;
}

static int prompt_kind(const char *name) {
        if (str_eq(name, "text"))
                return IAM_PROMPT_TEXT;
        if (str_eq(name, "code"))
                return IAM_PROMPT_CODE;
        if (str_eq(name, "new"))
                return IAM_PROMPT_NEW;
        return str_eq(name, "info") ? IAM_PROMPT_INFO : IAM_PROMPT_SECRET;
}

static int step_take(iam_client *client, const JsonValue *object) {
        const char *where;
        int r;

        r = wire_read(&client->arena, object, wire_login_step.fields, wire_login_step.n,
                      &client->step, &where);
        if (r == 0)
                r = step_check(&client->step);
        if (r != 0) {
                forget_step(client);
                return r < 0 ? r : -EBADMSG;
        }
        const WirePrompt *prompts = client->step.prompts.items;
        for (size_t i = 0; i < client->step.prompts.n; i++)
                client->prompts[i] = (iam_prompt){ .id = prompts[i].id,
                                                   .kind = prompt_kind(prompts[i].kind),
                                                   .label = prompts[i].label,
                                                   .again = prompts[i].again };
        client->attempt = client->step.attempt;
        client->has_step = true;
        return 0;
}

/* One call that answers with a step; the former step is gone, whatever comes of it. */
static int
step_call(iam_client *client, const char *method, const WireLoginTable *table, const void *in,
          int64_t deadline) {
        CLEANUP(buf_done) Buf reply = BUF_INIT(VARLINK_REPLY_MAX);
        JsonValue object;
        int r;

        forget_step(client);
        r = exchange(client, WIRE_LOGIN_INTERFACE, method, table, in, &reply, deadline);
        if (r == 0)
                r = reply_take(&client->arena, &reply, &object);
        if (r == 0)
                r = step_take(client, &object);
        return r;
}

static const char *const purposes[] = {
        [IAM_PURPOSE_LOGIN] = NULL, /* what iamd takes it for */
        [IAM_PURPOSE_CONFIRM] = "confirm",
        [IAM_PURPOSE_CHANGE_PASSWORD] = "change-password",
        [IAM_PURPOSE_SET_PASSWORD] = "set-password",
};

int iam_login_start(
                iam_client *client, const char *user, const char *service, const char *tty,
                const char *rhost) {
        return iam_login_start_for(client, IAM_PURPOSE_LOGIN, user, service, tty, rhost);
}

int iam_login_start_for(
                iam_client *client, int purpose, const char *user, const char *service,
                const char *tty, const char *rhost) {
        WireLoginStart in = {
                .user = user,
                .service = service,
                .tty = tty,
                .rhost = rhost,
                .ruser = client->invoker,
                .boot_id = client->parent_boot[0] != '\0' ? client->parent_boot : NULL,
                .parent_pid = client->parent_pid,
                .parent_start = (int64_t) client->parent_start,
                .key = client->key[0] != '\0' ? client->key : NULL,
        };
        int64_t deadline = channel_now_ms() + client->connect_ms;
        int r;

        if (purpose < 0 || (size_t) purpose >= ELEMENTSOF(purposes) || user == NULL ||
            (rhost != NULL && strlen(rhost) > WIRE_RHOST_MAX))
                return -EINVAL;
        in.purpose = purposes[purpose];
        if (purpose == IAM_PURPOSE_CHANGE_PASSWORD && iam_login_outcome(client) == IAM_LOGIN_DONE)
                in.proof = client->attempt;
        secret_clear(&client->attempt);
        rhost = str_or(rhost, "");
        memcpy(client->rhost, rhost, strlen(rhost) + 1);
        r = step_call(client, "Start", &wire_login_start, &in, deadline);
        if (is_cut(r)) /* an attempt that nobody goes on with does no harm */
                r = step_call(client, "Start", &wire_login_start, &in, deadline);
        secret_clear(&in.proof);
        return r;
}

static bool is_broken(int r) {
        return is_cut(r) || r == -ECONNREFUSED || r == -ENOENT;
}

static int resume(iam_client *client, int64_t deadline) {
        WireLoginAttempt in = { .attempt = client->attempt };
        int r;

        for (;;) {
                const struct timespec pause = { .tv_nsec = RETRY_PAUSE_MS * 1000000L };

                r = step_call(client, "Resume", &wire_login_attempt, &in, deadline);
                if (!is_broken(r) || channel_now_ms() + RETRY_PAUSE_MS >= deadline)
                        break;
                (void) nanosleep(&pause, NULL);
        }
        secret_clear(&in.attempt);
        return r;
}

/* The answer was lost, or its reply was.  What the attempt asks now tells which: the same question
 * again is answered again, anything else is the reply. */
static int answer_again(iam_client *client, const WireLoginAnswer *in, int64_t deadline) {
        int r = resume(client, deadline);

        if (r != 0 || iam_login_outcome(client) != IAM_LOGIN_ASK ||
            !str_eq(client->prompts[0].id, in->id))
                return r;
        return step_call(client, "Answer", &wire_login_answer, in, deadline);
}

int iam_login_answer(iam_client *client, const char *id, const char *value) {
        return iam_login_answer_new(client, id, value, /* again= */ NULL);
}

int iam_login_answer_new(iam_client *client, const char *id, const char *value, const char *again) {
        int64_t deadline = channel_now_ms() + client->answer_ms;
        WireLoginAnswer in = {};
        char name[33];
        int r;

        if (id == NULL || value == NULL || strlen(id) >= sizeof(name) ||
            secret_is_empty(&client->attempt))
                return -EINVAL;
        memcpy(name, id, strlen(id) + 1); /* the prompts it may come from are forgotten below */
        in.id = name;
        in.rhost = client->rhost;
        in.ruser = client->invoker;
        again = str_or(again, "");
        if (!str_is_utf8(value, strlen(value)) || !str_is_utf8(again, strlen(again)))
                return -EILSEQ;
        r = secret_set(&in.value, value, strlen(value));
        if (r == 0)
                r = secret_set(&in.again, again, strlen(again));
        if (r < 0) {
                secret_clear(&in.value);
                return r;
        }
        in.attempt = client->attempt;
        r = step_call(client, "Answer", &wire_login_answer, &in, deadline);
        if (is_broken(r))
                r = answer_again(client, &in, deadline);
        wire_clear(wire_login_answer.fields, wire_login_answer.n, &in);
        return r;
}

int iam_login_abandon(iam_client *client, const char *why) {
        WireLoginAttempt in = { .attempt = client->attempt, .why = why };
        int r;

        if (secret_is_empty(&client->attempt))
                return -EINVAL;
        r = step_call(client, "Abandon", &wire_login_attempt, &in,
                      channel_now_ms() + client->connect_ms);
        secret_clear(&in.attempt);
        return r;
}

int iam_login_outcome(const iam_client *client) {
        if (!client->has_step)
                return IAM_LOGIN_NONE;
        if (str_eq(client->step.outcome, "ask"))
                return IAM_LOGIN_ASK;
        return str_eq(client->step.outcome, "done") ? IAM_LOGIN_DONE : IAM_LOGIN_REFUSED;
}

size_t iam_login_prompts(const iam_client *client, const iam_prompt **ret) {
        *ret = client->prompts;
        return client->has_step ? client->step.prompts.n : 0;
}

const char *iam_login_notice(const iam_client *client) {
        return client->step.notice;
}

const char *iam_login_user(const iam_client *client) {
        return client->step.user;
}

const char *iam_login_reason(const iam_client *client) {
        return client->step.reason;
}

const Secret *iam_done_attempt(const iam_client *client) {
        return iam_login_outcome(client) == IAM_LOGIN_DONE ? &client->attempt : NULL;
}

/* Nothing less than the user's name is a yes. */
int iam_plain_call(
                iam_client *client, const IamCall *call, Arena *arena, Buf *reply, JsonValue *ret) {
        int64_t deadline = channel_now_ms() + client->connect_ms;
        JsonValue echo;
        int r;

        r = exchange(client, call->interface, call->method, call->table, call->in, reply, deadline);
        if (is_cut(r)) { /* these calls may be repeated */
                buf_clear(reply);
                r = exchange(client, call->interface, call->method, call->table, call->in, reply,
                             deadline);
        }
        if (r == 0)
                r = reply_take(arena, reply, ret);
        if (r != 0)
                return r;
        if (json_member(ret, "user", &echo) != 1 || echo.type != JSON_STRING ||
            !json_str_eq(&echo, call->user))
                return -EBADMSG;
        return 0;
}

/* One whose reply says no more than that it was done, and for whom. */
static int
plain_call(iam_client *client, const char *method, const WireLoginTable *table, const void *in,
           const char *user) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(REPLY_ARENA);
        CLEANUP(buf_done) Buf reply = BUF_INIT(VARLINK_REPLY_MAX);
        JsonValue object;

        return iam_plain_call(
                        client, &(IamCall){ WIRE_LOGIN_INTERFACE, method, table, in, user }, &arena,
                        &reply, &object);
}

int iam_account_check(
                iam_client *client, const char *user, const char *service, const char *tty,
                const char *rhost) {
        const WireAccountIn in = { user, service, tty, rhost, client->invoker };

        if (user == NULL)
                return -EINVAL;
        return plain_call(client, "Account", &wire_account_in, &in, user);
}

static int session_call(iam_client *client, const char *method, const iam_session *session) {
        WireHostSession in = {
                .user = session->user,
                .service = session->service,
                .tty = session->tty,
                .rhost = session->rhost,
                .boot_id = session->boot_id,
                .leader_pid = session->leader_pid,
                .leader_start = (int64_t) session->leader_start,
                .key = client->key[0] != '\0' ? client->key : NULL,
                .attempt = client->attempt,
        };
        int r;

        if (session->user == NULL || session->boot_id == NULL)
                return -EINVAL;
        r = plain_call(client, method, &wire_host_session, &in, session->user);
        secret_clear(&in.attempt);
        return r;
}

int iam_session_open(iam_client *client, const iam_session *session) {
        return session_call(client, "OpenSession", session);
}

int iam_session_close(iam_client *client, const iam_session *session) {
        return session_call(client, "CloseSession", session);
}

const char *iam_reason_name(int reason) {
        return reason_name(reason);
}
