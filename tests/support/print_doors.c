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
#include "wire/ops.h"
#include "wire/sudo.h"

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

/* NULL: the lookup methods have tables of their own, which the test repeats. */
static const WireLoginTable *fields_of(const IpcMethod *method) {
        static const struct {
                const char *name;
                const WireLoginTable *table;
        } rows[] = {
                { WIRE_LOGIN_INTERFACE ".Start", &wire_login_start },
                { WIRE_LOGIN_INTERFACE ".Answer", &wire_login_answer },
                { WIRE_LOGIN_INTERFACE ".Abandon", &wire_login_attempt },
                { WIRE_LOGIN_INTERFACE ".Resume", &wire_login_attempt },
                { WIRE_LOGIN_INTERFACE ".Account", &wire_account_in },
                { WIRE_LOGIN_INTERFACE ".OpenSession", &wire_host_session },
                { WIRE_LOGIN_INTERFACE ".CloseSession", &wire_host_session },
                { WIRE_SUDO_INTERFACE ".Approve", &wire_sudo_approve },
                { WIRE_SUDO_INTERFACE ".Report", &wire_sudo_report },
        };

        for (size_t i = 0; i < ELEMENTSOF(rows); i++)
                if (str_eq(method->name, rows[i].name))
                        return rows[i].table;
        if (method->socket == IPC_LOOKUP)
                return NULL;
        fprintf(stderr, "%s: a method without a row here\n", method->name);
        abort();
}

static void put_methods(JsonWriter *w) {
        const IpcMethod *method;

        json_key(w, "methods");
        json_begin_array(w);
        for (size_t i = 0; (method = ipc_method_at(i)) != NULL; i++) {
                const WireLoginTable *table = fields_of(method);

                put_method(w, method->socket == IPC_LOOKUP ? "lookup" : "auth", method->name,
                           method->root_only, table != NULL ? table->fields : NULL,
                           table != NULL ? table->n : 0);
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
