/* SPDX-License-Identifier: Apache-2.0 */
/* All methods, found by socket and name. */
#include "base/reason.h"
#include "daemon/ipc/ipc_call.h"

static int get_info(IpcCall *call) {
        static const char *const interfaces[_IPC_SOCKET_MAX][2] = {
                [IPC_LOOKUP] = { "org.iamd.Lookup" },
                [IPC_AUTH] = { "org.iamd.Login", "org.iamd.Sudo" },
                [IPC_ADMIN] = { "org.iamd.Admin" },
        };

        ipc_reply_begin(call);
        json_put_str(call->w, "vendor", "iamd");
        json_put_str(call->w, "product", "iamd");
        json_put_str(call->w, "version", IAMD_VERSION);
        json_put_str(call->w, "url", call->app->config.base_url);
        json_key(call->w, "interfaces");
        json_begin_array(call->w);
        json_str(call->w, "org.varlink.service");
        for (size_t i = 0; i < 2 && interfaces[call->peer->socket][i] != NULL; i++)
                json_str(call->w, interfaces[call->peer->socket][i]);
        json_end_array(call->w);
        ipc_reply_end(call);
        return 0;
}

static const IpcMethod info = {
        .name = "org.varlink.service.GetInfo",
        .lane = LANE_FAST,
        .run = get_info,
};

/* All but those of administration, which wire/ops lists. */
static const struct {
        const IpcMethod *methods;
        const size_t *n;
} homes[] = {
        { ipc_lookup_methods, &ipc_lookup_method_count },
        { ipc_login_methods, &ipc_login_method_count },
        { ipc_sudo_methods, &ipc_sudo_method_count },
};

const IpcMethod *ipc_method_at(size_t i) {
        for (size_t home = 0; home < ELEMENTSOF(homes); home++) {
                if (i < *homes[home].n)
                        return &homes[home].methods[i];
                i -= *homes[home].n;
        }
        return NULL;
}

const IpcMethod *ipc_method_find(IpcSocket socket, const char *name) {
        const IpcMethod *method;

        if (str_eq(name, info.name))
                return &info;
        if (socket == IPC_ADMIN)
                return ipc_admin_method_find(name);
        for (size_t i = 0; (method = ipc_method_at(i)) != NULL; i++)
                if (method->socket == socket && str_eq(method->name, name))
                        return method;
        return NULL;
}

int ipc_call_read(IpcCall *call, const WireField *fields, size_t n, void *out) {
        return wire_read(call->arena, &call->parameters, fields, n, out, &call->where);
}

void ipc_reply_begin(IpcCall *call) {
        varlink_reply_begin(call->w, /* continues= */ false);
        json_begin_object(call->w);
}

void ipc_reply_end(IpcCall *call) {
        json_end_object(call->w);
        varlink_end(call->w);
}

void ipc_reply(IpcCall *call, const WireField *fields, size_t n, const void *out) {
        varlink_reply_begin(call->w, /* continues= */ false);
        wire_write(call->w, fields, n, out);
        varlink_end(call->w);
}
