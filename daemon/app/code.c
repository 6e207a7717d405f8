/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/code.h"

#include "base/json.h"

#include <string.h>

#define BINDING_MAX 4096 /* bytes of JSON: a redirect URI and a challenge */

int code_binding_write(Arena *arena, const CodeBinding *binding, const char **ret_data) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(BINDING_MAX);
        JsonWriter w = JSON_WRITER(&buf);

        json_begin_object(&w);
        json_put_str(&w, "redirect_uri", binding->redirect_uri);
        json_put_str(&w, "code_challenge", binding->code_challenge);
        json_end_object(&w);
        return buf_copy(&buf, arena, ret_data);
}

static int read_text(Arena *arena, const JsonValue *object, const char *name, const char **ret) {
        JsonValue value;
        char *text;
        int r;

        if (json_member(object, name, &value) == 0) {
                *ret = NULL;
                return 0;
        }
        text = arena_alloc(arena, value.len + 1);
        if (text == NULL)
                return -ENOMEM;
        r = json_get_str(&value, text, value.len + 1, NULL);
        if (r < 0)
                return r;
        *ret = text;
        return 0;
}

int code_binding_read(Arena *arena, const char *data, CodeBinding *ret) {
        CodeBinding binding = {};
        JsonValue object;
        int r;

        r = json_check(data, strlen(data), &object, NULL);
        if (r < 0)
                return r;
        r = read_text(arena, &object, "redirect_uri", &binding.redirect_uri);
        if (r < 0)
                return r;
        r = read_text(arena, &object, "code_challenge", &binding.code_challenge);
        if (r < 0)
                return r;
        *ret = binding;
        return 0;
}
