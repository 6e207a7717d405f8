/* SPDX-License-Identifier: Apache-2.0 */
#include "client_lib/lookup.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/ssh_key.h"
#include "base/str.h"
#include "client_lib/channel.h"
#include "directory/bytes.h"

#define QUERY_MAX 512

/* What is asked: a name or a number, and of a user's SSH keys perhaps one. */
typedef struct Query {
        const char *method;
        const char *id_name;
        const LookupKey *key;
        const char *fingerprint; /* or NULL */
} Query;

static int query_write(Buf *buf, const Query *query) {
        JsonWriter w = JSON_WRITER(buf);

        json_begin_object(&w);
        json_put_str(&w, "method", query->method);
        json_key(&w, "parameters");
        json_begin_object(&w);
        if (query->key->name != NULL)
                json_put_str(&w, "name", query->key->name);
        else
                json_put_int(&w, query->id_name, query->key->id);
        json_put_str(&w, "fingerprint", query->fingerprint);
        json_end_object(&w);
        json_end_object(&w);
        buf_put_char(buf, '\0');
        return buf_error(buf);
}

/* The reply's parameters, or what its error means. */
static int reply_read(const Buf *reply, JsonValue *ret_parameters) {
        JsonValue root, error;

        if (json_check(reply->bytes, reply->len, &root, NULL) < 0 || root.type != JSON_OBJECT)
                return -EBADMSG;
        if (json_member(&root, "error", &error) == 1)
                return json_str_eq(&error, "org.iamd.Error.NotFound") ? IAM_E_NOT_FOUND : -EAGAIN;
        if (json_member(&root, "parameters", ret_parameters) != 1 ||
            ret_parameters->type != JSON_OBJECT)
                return -EBADMSG;
        return 0;
}

static int exchange(const LookupServer *server, const Buf *query, int64_t deadline, Buf *reply) {
        CLEANUP(channel_close) int fd = -1;
        int r;

        r = channel_connect(server->socket_path, server->owner, deadline, &fd);
        if (r < 0)
                return r;
        r = channel_send(fd, query->bytes, query->len, deadline);
        if (r < 0)
                return r;
        return channel_receive(fd, reply, deadline);
}

static int ask(const LookupServer *server, const Query *query, Buf *reply) {
        CLEANUP(buf_done) Buf text = BUF_INIT(QUERY_MAX);
        int64_t deadline = channel_now_ms() + server->deadline_ms;
        int r;

        r = query_write(&text, query);
        if (r < 0)
                return r;
        r = exchange(server, &text, deadline, reply);
        if (r == -ECONNRESET || r == -EPIPE) { /* iamd restarts: the next one answers */
                buf_clear(reply);
                r = exchange(server, &text, deadline, reply);
        }
        return r;
}

static int read_id(const JsonValue *object, const char *name, uint32_t *ret) {
        JsonValue value;
        int64_t n;

        if (json_member(object, name, &value) != 1 || json_get_int(&value, &n) < 0 || n < 0 ||
            n > UINT32_MAX)
                return -EBADMSG;
        *ret = (uint32_t) n;
        return 0;
}

static int
copy_string(Arena *arena, const JsonValue *value, size_t max, const char **ret, uint8_t *ret_len) {
        char text[UINT8_MAX + 1];
        const char *copy;
        size_t len;

        assert(max <= UINT8_MAX);
        if (json_get_str(value, text, max + 1, &len) < 0)
                return -EBADMSG;
        copy = arena_strndup(arena, text, len);
        if (copy == NULL)
                return -ENOMEM;
        *ret = copy;
        *ret_len = (uint8_t) len;
        return 0;
}

static int
read_string(Arena *arena, const JsonValue *object, const char *name, size_t max, const char **ret,
            uint8_t *ret_len) {
        JsonValue value;

        if (json_member(object, name, &value) != 1)
                return -EBADMSG;
        return copy_string(arena, &value, max, ret, ret_len);
}

static int read_gids(Arena *arena, const JsonValue *object, DirectoryUserView *user) {
        JsonValue array, value;
        JsonIter iter;
        uint8_t *gids;
        size_t n;

        if (json_member(object, "groups", &array) != 1 || array.type != JSON_ARRAY)
                return -EBADMSG;
        n = json_count(&array);
        if (n > DIRECTORY_GIDS_MAX)
                return -EBADMSG;
        gids = arena_calloc(arena, n + 1, sizeof(uint32_t));
        if (gids == NULL)
                return -ENOMEM;
        user->gids = gids;
        json_iter(&array, &iter);
        while (json_next(&iter, NULL, &value) == 1) {
                int64_t gid;

                if (json_get_int(&value, &gid) < 0 || gid < 0 || gid > UINT32_MAX)
                        return -EBADMSG;
                put_u32(gids + 4 * (size_t) user->gid_count, (uint32_t) gid);
                user->gid_count++;
        }
        return 0;
}

static int user_read(Arena *arena, const JsonValue *object, DirectoryUserView *ret) {
        DirectoryUserView user = {};
        int r;

        r = read_id(object, "uid", &user.uid);
        if (r == 0)
                r = read_id(object, "gid", &user.gid);
        if (r == 0)
                r = read_string(arena, object, "name", DIRECTORY_NAME_MAX, &user.name,
                                &user.name_len);
        if (r == 0)
                r = read_string(arena, object, "gecos", GECOS_MAX, &user.gecos, &user.gecos_len);
        if (r == 0)
                r = read_string(arena, object, "home", HOST_PATH_MAX, &user.home, &user.home_len);
        if (r == 0)
                r = read_string(arena, object, "shell", HOST_PATH_MAX, &user.shell,
                                &user.shell_len);
        if (r == 0)
                r = read_gids(arena, object, &user);
        if (r < 0)
                return r;
        *ret = user;
        return 0;
}

static int group_read(Arena *arena, const JsonValue *object, DirectoryGroupView *ret) {
        DirectoryGroupView group = {};
        JsonValue array, value;
        JsonIter iter;
        char *at;
        int r;

        r = read_id(object, "gid", &group.gid);
        if (r == 0)
                r = read_string(arena, object, "name", DIRECTORY_NAME_MAX, &group.name,
                                &group.name_len);
        if (r < 0)
                return r;
        if (json_member(object, "members", &array) != 1 || array.type != JSON_ARRAY)
                return -EBADMSG;
        /* Unescaped text is never longer than its JSON, whose quotes give room for the NULs. */
        at = arena_alloc(arena, array.len + 1);
        if (at == NULL)
                return -ENOMEM;
        group.members = at;
        json_iter(&array, &iter);
        while (json_next(&iter, NULL, &value) == 1) {
                char name[DIRECTORY_NAME_MAX + 1];
                size_t len;

                if (json_get_str(&value, name, sizeof(name), &len) < 0 || len == 0)
                        return -EBADMSG;
                memcpy(at, name, len + 1);
                at += len + 1;
                group.member_count++;
        }
        group.members_len = (uint32_t) (at - group.members);
        *ret = group;
        return 0;
}

/* The answer must be about what was asked. */
static bool key_is(const LookupKey *key, const char *name, uint32_t id) {
        return key->name != NULL ? strcmp(key->name, name) == 0 : key->id == id;
}

int lookup_user(const LookupServer *server, Arena *arena, const LookupKey *key,
                DirectoryUserView *ret) {
        CLEANUP(buf_done) Buf reply = BUF_INIT(LOOKUP_ANSWER_MAX);
        DirectoryUserView user;
        JsonValue object;
        int r;

        r = ask(server, &(Query){ "org.iamd.Lookup.User", "uid", key, NULL }, &reply);
        if (r == 0)
                r = reply_read(&reply, &object);
        if (r == 0)
                r = user_read(arena, &object, &user);
        if (r != 0)
                return r;
        if (!directory_user_is_acceptable(&user) || !key_is(key, user.name, user.uid))
                return -EBADMSG;
        *ret = user;
        return 0;
}

int lookup_group(
                const LookupServer *server, Arena *arena, const LookupKey *key,
                DirectoryGroupView *ret) {
        CLEANUP(buf_done) Buf reply = BUF_INIT(LOOKUP_ANSWER_MAX);
        DirectoryGroupView group;
        JsonValue object;
        int r;

        r = ask(server, &(Query){ "org.iamd.Lookup.Group", "gid", key, NULL }, &reply);
        if (r == 0)
                r = reply_read(&reply, &object);
        if (r == 0)
                r = group_read(arena, &object, &group);
        if (r != 0)
                return r;
        if (!directory_group_is_acceptable(&group) || !key_is(key, group.name, group.gid))
                return -EBADMSG;
        *ret = group;
        return 0;
}

/* Nothing but a key: a line of sshd's file may also hold options. */
static int ssh_key_read(Arena *arena, const JsonValue *object, LookupSshKey *ret) {
        char text[SSH_KEY_TEXT_MAX + 1];
        JsonValue value;
        SshKey key;
        size_t len;

        if (object->type != JSON_OBJECT || json_member(object, "key", &value) != 1 ||
            json_get_str(&value, text, sizeof(text), &len) < 0 || strlen(text) != len ||
            ssh_key_parse(text, len, &key) != 0 || key.comment_len > 0)
                return -EBADMSG;
        if (json_member(object, "verifyRequired", &value) != 1 ||
            json_get_bool(&value, &ret->verify_required) < 0)
                return -EBADMSG;
        ret->text =
                        arena_printf(arena, "%s %.*s", ssh_key_type_name(key.type),
                                     (int) key.base64_len, key.base64);
        return ret->text != NULL ? 0 : -ENOMEM;
}

int lookup_ssh_keys(
                const LookupServer *server, Arena *arena, const char *name, const char *fingerprint,
                LookupSshKey ret[LOOKUP_SSH_KEYS_MAX], size_t *ret_n) {
        CLEANUP(buf_done) Buf reply = BUF_INIT(LOOKUP_ANSWER_MAX);
        const LookupKey user = { .name = name };
        JsonValue object, array, value;
        JsonIter iter;
        size_t n = 0;
        int r;

        r = ask(server, &(Query){ "org.iamd.Lookup.SshKeys", NULL, &user, fingerprint }, &reply);
        if (r == 0)
                r = reply_read(&reply, &object);
        if (r != 0)
                return r;
        /* The answer must be about who was asked for. */
        if (json_member(&object, "name", &value) != 1 || value.type != JSON_STRING ||
            !json_str_eq(&value, name) || json_member(&object, "keys", &array) != 1 ||
            array.type != JSON_ARRAY)
                return -EBADMSG;
        json_iter(&array, &iter);
        while (json_next(&iter, NULL, &value) == 1) {
                if (n == LOOKUP_SSH_KEYS_MAX)
                        return -EBADMSG;
                r = ssh_key_read(arena, &value, &ret[n++]);
                if (r < 0)
                        return r;
        }
        *ret_n = n;
        return 0;
}
