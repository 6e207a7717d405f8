/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints as JSON every door a stranger may knock at: routes of HTTP, methods of the sockets with
 * the fields they read, and redirect URIs that lie.  Tests of whole systems are made from it, so
 * that a new door without a test is one that fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/http/http.h"
#include "daemon/ipc/ipc_call.h"
#include "tests/support/lookalikes.h"
#include "wire/login.h"
#include "wire/ops.h"

#define PRINT_MAX ((size_t) 1 << 20)

static void put_routes(JsonWriter *w, const char *name, const HttpRoute *routes, size_t n) {
        static const char *const methods[_HTTP_METHOD_MAX] = {
                [HTTP_GET] = "GET",
                [HTTP_POST] = "POST",
                [HTTP_OPTIONS] = "OPTIONS",
        };

        json_key(w, name);
        json_begin_array(w);
        for (size_t i = 0; i < n; i++) {
                json_begin_object(w);
                json_put_str(w, "method", methods[routes[i].method]);
                json_put_str(w, "pattern", routes[i].pattern);
                json_put_bool(w, "is_page", routes[i].face == HTTP_FACE_PAGE);
                json_end_object(w);
        }
        json_end_array(w);
}

static void put_fields(JsonWriter *w, const WireField *fields, size_t n) {
        static const char *const types[_WIRE_MAX] = {
                [WIRE_STRING] = "string", [WIRE_INT] = "int",         [WIRE_BOOL] = "bool",
                [WIRE_MAYBE] = "bool",    [WIRE_SECRET] = "secret",   [WIRE_TIME] = "time",
                [WIRE_STRINGS] = "list",  [WIRE_OBJECTS] = "objects",
        };

        json_key(w, "fields");
        json_begin_array(w);
        for (size_t i = 0; i < n; i++) {
                json_begin_object(w);
                json_put_str(w, "name", fields[i].name);
                json_put_str(w, "type", types[fields[i].type]);
                json_put_bool(w, "required", (fields[i].flags & WIRE_REQUIRED) != 0);
                json_put_int(w, "min", fields[i].min);
                json_put_int(w, "max", fields[i].max);
                json_put_str(w, "choices", fields[i].choices);
                json_end_object(w);
        }
        json_end_array(w);
}

static void
put_method(JsonWriter *w, const char *socket, const char *name, bool root_only,
           const WireField *fields, size_t n) {
        json_begin_object(w);
        json_put_str(w, "socket", socket);
        json_put_str(w, "name", name);
        json_put_bool(w, "root_only", root_only);
        put_fields(w, fields, n);
        json_end_object(w);
}

static const WireLoginTable *fields_of_login(const char *name) {
        static const struct {
                const char *name;
                const WireLoginTable *table;
        } rows[] = {
                { "Start", &wire_login_start },         { "Answer", &wire_login_answer },
                { "Abandon", &wire_login_attempt },     { "Resume", &wire_login_attempt },
                { "Account", &wire_account_in },        { "OpenSession", &wire_host_session },
                { "CloseSession", &wire_host_session },
        };

        for (size_t i = 0; i < ELEMENTSOF(rows); i++)
                if (str_eq(name, rows[i].name))
                        return rows[i].table;
        fprintf(stderr, "%s: a method without a row here\n", name);
        abort();
}

static void put_methods(JsonWriter *w) {
        json_key(w, "methods");
        json_begin_array(w);
        for (size_t i = 0; i < ipc_lookup_method_count; i++)
                put_method(w, "lookup", ipc_lookup_methods[i].name, false, NULL, 0);
        for (size_t i = 0; i < ipc_login_method_count; i++) {
                const IpcMethod *method = &ipc_login_methods[i];
                const WireLoginTable *table =
                                fields_of_login(method->name + strlen(WIRE_LOGIN_INTERFACE "."));

                put_method(w, "auth", method->name, method->root_only, table->fields, table->n);
        }
        for (int id = 0; id < _WIRE_OP_MAX; id++) {
                const WireOp *op = wire_op((WireOpId) id);

                put_method(w, "admin", op->method, false, op->in->fields, op->in->n);
        }
        json_end_array(w);
}

static void put_texts(JsonWriter *w, const char *name, const char *const *texts, size_t n) {
        json_key(w, name);
        json_begin_array(w);
        for (size_t i = 0; i < n; i++)
                json_str(w, texts[i]);
        json_end_array(w);
}

int main(void) {
        CLEANUP(buf_done) Buf text = BUF_INIT(PRINT_MAX);
        JsonWriter w = JSON_WRITER(&text);

        json_begin_object(&w);
        put_routes(&w, "routes", http_routes, http_routes_n);
        put_routes(&w, "metrics_routes", http_metrics_routes, http_metrics_routes_n);
        put_methods(&w);
        put_texts(&w, "registered", lookalike_of, ELEMENTSOF(lookalike_of));
        put_texts(&w, "lookalikes", lookalikes, ELEMENTSOF(lookalikes));
        json_end_object(&w);
        if (buf_error(&text) < 0)
                return 1;
        return puts(text.bytes) < 0 ? 1 : 0;
}
