/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/call.h"

#include <pwd.h>

#include "client_lib/channel.h"

#define DEADLINE_MS 30000
#define LONG_DEADLINE_MS (4 * 3600 * 1000)

void cli_reply_done(CliReply *reply) {
        buf_done(&reply->text);
}

/* Besides root, iamd's own user may be who listens. */
static uid_t iam_uid(void) {
        const struct passwd *iam = getpwnam("iam"); /* NOLINT(concurrency-mt-unsafe) */

        return iam != NULL ? iam->pw_uid : 0;
}

static int request_write(Buf *request, const WireOp *op, const WireOpIn *in) {
        JsonWriter w = JSON_WRITER(request);

        varlink_call_begin(&w, WIRE_ADMIN_INTERFACE, op->method + sizeof(WIRE_ADMIN_INTERFACE));
        wire_write(&w, op->in->fields, op->in->n, in);
        varlink_end(&w);
        return buf_error(request);
}

int cli_deadline_ms(const WireOp *op) {
        return op->lane == WIRE_LANE_LONG ? LONG_DEADLINE_MS : DEADLINE_MS;
}

int cli_call(Arena *arena, const char *socket_path, const WireOp *op, const WireOpIn *in,
             int deadline_ms, CliReply *ret) {
        CLEANUP(buf_done) Buf request = BUF_INIT(VARLINK_CALL_MAX);
        CLEANUP(cli_reply_done) CliReply reply = { .text = BUF_INIT(VARLINK_REPLY_MAX) };
        CLEANUP(channel_close) int fd = -1;
        int64_t deadline = channel_now_ms() + deadline_ms;
        int r;

        r = request_write(&request, op, in);
        if (r == 0)
                r = channel_connect(socket_path, iam_uid(), deadline, &fd);
        if (r == 0)
                r = channel_send(fd, request.bytes, request.len, deadline);
        if (r == 0)
                r = channel_receive(fd, &reply.text, deadline);
        if (r == 0)
                r = varlink_reply_read(arena, reply.text.bytes, reply.text.len, &reply.reply);
        if (r < 0)
                return r;
        *ret = reply;
        reply.text = (Buf){};
        return 0;
}
