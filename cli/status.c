/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/status.h"

static void put_rows(JsonWriter *w, const JsonValue *rows, const HostLook *look) {
        JsonIter iter;
        JsonValue row;

        json_begin_array(w);
        json_iter(rows, &iter);
        while (json_next(&iter, NULL, &row) == 1)
                json_raw(w, row.text, row.len);
        host_look(look, w);
        json_end_array(w);
}

int cli_status_add(const JsonValue *answer, const HostLook *look, Buf *text, JsonValue *ret) {
        JsonWriter w = JSON_WRITER(text);
        JsonValue key, value;
        JsonIter iter;
        char name[64];

        json_begin_object(&w);
        json_iter(answer, &iter);
        while (json_next(&iter, &key, &value) == 1) {
                if (json_get_str(&key, name, sizeof(name), NULL) < 0)
                        return -EBADMSG;
                json_key(&w, name);
                if (json_str_eq(&key, "checks") && value.type == JSON_ARRAY)
                        put_rows(&w, &value, look);
                else
                        json_raw(&w, value.text, value.len);
        }
        json_end_object(&w);
        if (buf_error(text) < 0)
                return buf_error(text);
        return json_check(text->bytes, text->len, ret, NULL) < 0 ? -EBADMSG : 0;
}
