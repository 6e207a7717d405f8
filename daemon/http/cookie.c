/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/cookie.h"

#include "base/reason.h"
#include "base/secret_bytes.h"
#include "base/str.h"

#include <string.h>

static const char *wire_name(const HttpRequest *request, const char *name) {
        return arena_printf(
                        request->arena, "%s%s", request->is_cookie_secure ? "__Host-" : "", name);
}

int cookie_read(const HttpRequest *request, const char *name, const char **ret_value) {
        const char *wanted = wire_name(request, name);
        const char *at = request->cookies;
        const char *found = NULL;
        size_t wanted_len;

        if (wanted == NULL)
                return -ENOMEM;
        wanted_len = strlen(wanted);
        while (at != NULL && *at != '\0') {
                size_t n = strcspn(at, ";");

                if (n > wanted_len && at[wanted_len] == '=' &&
                    memcmp(at, wanted, wanted_len) == 0) {
                        if (found != NULL)
                                return IAM_E_NOT_FOUND;
                        found = arena_strndup(
                                        request->arena, at + wanted_len + 1, n - wanted_len - 1);
                        if (found == NULL)
                                return -ENOMEM;
                }
                at += n;
                at += strspn(at, "; ");
        }
        if (found == NULL)
                return IAM_E_NOT_FOUND;
        *ret_value = found;
        return 0;
}

int cookie_read_secret(const HttpRequest *request, const char *name, Secret *ret) {
        const char *value;
        int r = cookie_read(request, name, &value);

        if (r < 0)
                return r;
        if (r != 0 || secret_set(ret, value, strlen(value)) < 0)
                secret_clear(ret);
        return 0;
}

static int put(const HttpRequest *request, HttpReply *reply, const char *name, const char *value,
               size_t value_len, int64_t max_age) {
        const char *secure = request->is_cookie_secure ? "; Secure" : "";
        const char *cookie = wire_name(request, name);
        const char *age = "";

        if (cookie == NULL)
                return -ENOMEM;
        if (max_age >= 0) {
                age = arena_printf(request->arena, "; Max-Age=%lld", (long long) max_age);
                if (age == NULL)
                        return -ENOMEM;
        }
        return http_reply_header(
                        reply, "Set-Cookie",
                        arena_printf(request->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%s",
                                     cookie, (int) value_len, value, secure, age));
}

int cookie_write(
                const HttpRequest *request, HttpReply *reply, const char *name, const Secret *value,
                int64_t max_age) {
        return put(request, reply, name, (const char *) secret_bytes(value), value->len, max_age);
}

int cookie_delete(const HttpRequest *request, HttpReply *reply, const char *name) {
        return put(request, reply, name, "", 0, 0);
}
