/* SPDX-License-Identifier: Apache-2.0 */
/* org.iamd.Lookup: what nss_iam asks while there is no valid snapshot, and the SSH keys of users.
 */
#include "base/names.h"
#include "base/reason.h"
#include "base/ssh_key.h"
#include "daemon/app/lookup.h"
#include "daemon/app/user_key.h"
#include "daemon/ipc/ipc_call.h"

typedef struct LookupIn {
        const char *name;
        int64_t id; /* -1: asked by name */
} LookupIn;

#define NAME_LIMIT (USER_NAME_MAX + 1 + REALM_NAME_MAX)
#define NAME_FIELD                                                                                 \
        {                                                                                          \
                .name = "name", .type = WIRE_STRING, .offset = offsetof(LookupIn, name), .min = 1, \
                .max = NAME_LIMIT                                                                  \
        }
#define ID_FIELD(wire)                                                                             \
        {                                                                                          \
                .name = (wire), .type = WIRE_INT, .offset = offsetof(LookupIn, id), .min = 0,      \
                .max = UINT32_MAX, .initial = -1                                                   \
        }

static const WireField user_in[] = { NAME_FIELD, ID_FIELD("uid") };
static const WireField group_in[] = { NAME_FIELD, ID_FIELD("gid") };

static int read_key(IpcCall *call, const WireField *fields, LookupKey *ret) {
        LookupIn in;
        int r;

        r = ipc_call_read(call, fields, 2, &in);
        if (r != 0)
                return r;
        if ((in.name != NULL) == (in.id >= 0))
                return IAM_E_INVALID; /* one of both */
        *ret = (LookupKey){ .name = in.name, .id = in.id >= 0 ? (uint32_t) in.id : 0 };
        return 0;
}

static int lookup_user(IpcCall *call) {
        LookupKey key;
        PosixUser user;
        int r;

        r = read_key(call, user_in, &key);
        if (r == 0)
                r = app_posix_user(call->app, call->arena, &key, &user);
        if (r != 0)
                return r;
        ipc_reply_begin(call);
        json_put_str(call->w, "name", user.name);
        json_put_int(call->w, "uid", user.uid);
        json_put_int(call->w, "gid", user.uid);
        json_put_str(call->w, "gecos", user.gecos);
        json_put_str(call->w, "home", user.home);
        json_put_str(call->w, "shell", user.shell);
        json_key(call->w, "groups");
        json_begin_array(call->w);
        for (size_t i = 0; i < user.n_gids; i++)
                json_int(call->w, user.gids[i]);
        json_end_array(call->w);
        ipc_reply_end(call);
        return 0;
}

static int lookup_group(IpcCall *call) {
        LookupKey key;
        PosixGroup group;
        int r;

        r = read_key(call, group_in, &key);
        if (r == 0)
                r = app_posix_group(call->app, call->arena, &key, &group);
        if (r != 0)
                return r;
        ipc_reply_begin(call);
        json_put_str(call->w, "name", group.name);
        json_put_int(call->w, "gid", group.gid);
        json_key(call->w, "members");
        json_begin_array(call->w);
        for (size_t i = 0; i < group.members.n; i++)
                json_str(call->w, group.members.items[i]);
        json_end_array(call->w);
        ipc_reply_end(call);
        return 0;
}

typedef struct SshKeysIn {
        const char *name;
        const char *fingerprint;
} SshKeysIn;

static const WireField ssh_keys_in[] = {
        { .name = "name",
          .type = WIRE_STRING,
          .flags = WIRE_REQUIRED,
          .offset = offsetof(SshKeysIn, name),
          .min = 1,
          .max = NAME_LIMIT },
        { .name = "fingerprint",
          .type = WIRE_STRING,
          .offset = offsetof(SshKeysIn, fingerprint),
          .min = SSH_FINGERPRINT_SIZE - 1,
          .max = SSH_FINGERPRINT_SIZE - 1 },
};

static int lookup_ssh_keys(IpcCall *call) {
        UserKeyList keys;
        SshKeysIn in;
        int r;

        r = ipc_call_read(call, ssh_keys_in, ELEMENTSOF(ssh_keys_in), &in);
        if (r == 0)
                r = app_user_keys(call->app, call->arena, in.name, in.fingerprint, &keys);
        if (r != 0)
                return r;
        ipc_reply_begin(call);
        json_put_str(call->w, "name", in.name);
        json_key(call->w, "keys");
        json_begin_array(call->w);
        for (size_t i = 0; i < keys.n; i++) {
                const UserKey *key = &keys.items[i];
                const char *text = arena_printf(call->arena, "%s %s", key->type, key->base64);

                if (text == NULL)
                        return -ENOMEM;
                json_begin_object(call->w);
                json_put_str(call->w, "key", text);
                json_put_bool(call->w, "verifyRequired", key->verify_required);
                json_end_object(call->w);
        }
        json_end_array(call->w);
        ipc_reply_end(call);
        return 0;
}

const IpcMethod ipc_lookup_methods[] = {
        { .name = "org.iamd.Lookup.User",
          .socket = IPC_LOOKUP,
          .lane = LANE_STORE,
          .run = lookup_user },
        { .name = "org.iamd.Lookup.Group",
          .socket = IPC_LOOKUP,
          .lane = LANE_STORE,
          .run = lookup_group },
        { .name = "org.iamd.Lookup.SshKeys",
          .socket = IPC_LOOKUP,
          .lane = LANE_STORE,
          .run = lookup_ssh_keys },
};
const size_t ipc_lookup_method_count = ELEMENTSOF(ipc_lookup_methods);
