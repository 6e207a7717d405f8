/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/sql.h"

#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "base/str.h"
#include "daemon/store/engine.h"

#define ROWS_MAX (4 << 20) /* rows of one list without paging */

static const char *const query_texts[_Q_MAX] = {
#define X(name, text) [Q_##name] = (text),
        SQL_QUERIES(X)
#undef X
};

const char *sql_query_text(SqlQueryId id) {
        return query_texts[id];
}

/* "INSERT INTO realm (..." and its like: what StorePort.generation covers. */
static bool makes_generation(const char *text) {
        static const char *const verbs[] = { "INSERT INTO ", "UPDATE ", "DELETE FROM " };
        static const char *const tables[] = { "realm ", "signing_key " };

        for (size_t i = 0; i < ELEMENTSOF(verbs); i++)
                for (size_t j = 0; str_starts_with(text, verbs[i]) && j < ELEMENTSOF(tables); j++)
                        if (str_starts_with(text + strlen(verbs[i]), tables[j]))
                                return true;
        return false;
}

SqlQuery *sql_query(Txn *txn, SqlQueryId id) {
        txn->is_new_generation |= makes_generation(query_texts[id]);
        return sql_conn_query(txn->conn, id);
}

SqlValue sql_text(const char *text) {
        if (text == NULL)
                return sql_null();
        return (SqlValue){ .kind = SQL_VALUE_TEXT, .bytes = text, .len = strlen(text) };
}

SqlValue sql_id_or_null(const Id *id) {
        return id == NULL || id_is_null(id) ? sql_null() : sql_id(id);
}

int sql_bind_values(SqlQuery *q, size_t first, const SqlValue *values, size_t n) {
        int r = sql_query_error(q);

        for (size_t i = 0; r == 0 && i < n; i++)
                r = sql_bind_value(q, first + i, &values[i]);
        return r;
}

static bool hash_is_zero(const Sha256 *hash) {
        static const Sha256 zero;

        return memcmp(hash->bytes, zero.bytes, sizeof(zero.bytes)) == 0;
}

static int value_of_enum(const SqlColumn *column, const void *member, SqlValue *ret) {
        int value = *(const int *) member;
        const char *name;

        if (value < 0) {
                *ret = sql_null();
                return 0;
        }
        name = column->names->name(value);
        if (name == NULL)
                return -EINVAL;
        *ret = sql_text(name);
        return 0;
}

static int value_of(const SqlColumn *column, const void *object, SqlValue *ret) {
        const void *member = (const char *) object + column->offset;

        switch (column->type) {
        case SQL_ID:
                *ret = sql_id(member);
                return 0;
        case SQL_ID_NULL:
                *ret = sql_id_or_null(member);
                return 0;
        case SQL_TEXT:
                *ret = sql_text(*(const char *const *) member);
                return 0;
        case SQL_INT:
                *ret = sql_int(*(const int64_t *) member);
                return 0;
        case SQL_U64:
                if (*(const uint64_t *) member > INT64_MAX)
                        return IAM_E_INVALID;
                *ret = sql_int((int64_t) * (const uint64_t *) member);
                return 0;
        case SQL_U32_NULL:
                *ret = *(const uint32_t *) member != 0 ? sql_int(*(const uint32_t *) member)
                                                       : sql_null();
                return 0;
        case SQL_BOOL:
                *ret = sql_int(*(const bool *) member ? 1 : 0);
                return 0;
        case SQL_ENUM:
                return value_of_enum(column, member, ret);
        case SQL_REASON:
                *ret = *(const int *) member > 0 ? sql_text(reason_name(*(const int *) member))
                                                 : sql_null();
                return 0;
        case SQL_HASH:
                *ret = sql_hash(member);
                return 0;
        case SQL_HASH_NULL:
                *ret = hash_is_zero(member) ? sql_null() : sql_hash(member);
                return 0;
        case SQL_SEALED: {
                const Sealed *sealed = member;
                *ret = sealed->len > 0 ? sql_bytes(sealed->bytes, sealed->len) : sql_null();
                return 0;
        }
        case SENTINELS(SQL_TYPE):
                break;
        }
        return -EINVAL;
}

int sql_bind_row(SqlQuery *q, const SqlRow *row, const void *object) {
        int r = sql_query_error(q);

        for (size_t i = 0; r == 0 && i < row->n; i++) {
                SqlValue value;

                if (!sql_has_param(q, i + 1))
                        continue;
                r = value_of(&row->columns[i], object, &value);
                if (r == 0)
                        r = sql_bind_value(q, i + 1, &value);
        }
        return r;
}

int sql_get_text(SqlQuery *q, int column, Arena *arena, const char **ret) {
        size_t len;
        const char *lent = sql_lend_text(q, column, &len);

        if (lent == NULL) {
                *ret = NULL;
                return 0;
        }
        *ret = arena_strndup(arena, lent, len);
        return *ret != NULL ? 0 : -ENOMEM;
}

/* A blob of exactly this length: what the schema promises and a damaged file may not keep. */
static int get_fixed(SqlQuery *q, int column, bool nullable, void *member, size_t size) {
        size_t len;
        const void *lent = sql_lend_bytes(q, column, &len);

        if (lent == NULL && nullable) {
                memset(member, 0, size);
                return 0;
        }
        if (lent == NULL || len != size)
                return -EBADMSG;
        memcpy(member, lent, size);
        return 0;
}

static int get_sealed(SqlQuery *q, int column, Arena *arena, Sealed *sealed) {
        size_t len;
        const void *lent = sql_lend_bytes(q, column, &len);

        sealed->bytes = NULL;
        sealed->len = 0;
        if (lent == NULL || len == 0)
                return 0;
        sealed->bytes = arena_memdup(arena, lent, len);
        if (sealed->bytes == NULL)
                return -ENOMEM;
        sealed->len = len;
        return 0;
}

static int get_enum(SqlQuery *q, int column, const SqlColumn *how, int *ret) {
        size_t len;
        const char *lent = sql_lend_text(q, column, &len);
        int value;

        if (lent == NULL) {
                *ret = -EINVAL;
                return 0;
        }
        value = how->names->from_name(lent);
        if (value < 0)
                return -EBADMSG;
        *ret = value;
        return 0;
}

static int get_reason(SqlQuery *q, int column, int *ret) {
        size_t len;
        const char *lent = sql_lend_text(q, column, &len);

        *ret = lent != NULL ? reason_from_name(lent) : 0;
        return *ret < 0 ? -EBADMSG : 0;
}

static int get_number(SqlQuery *q, int column, SqlType type, void *member) {
        int64_t number = sql_get_int(q, column);

        if (type != SQL_INT && number < 0)
                return -EBADMSG;
        if (type == SQL_INT)
                *(int64_t *) member = number;
        else if (type == SQL_U64)
                *(uint64_t *) member = (uint64_t) number;
        else if (type == SQL_BOOL)
                *(bool *) member = number != 0;
        else if (number > UINT32_MAX)
                return -EBADMSG;
        else
                *(uint32_t *) member = (uint32_t) number;
        return 0;
}

static int get_column(SqlQuery *q, int column, const SqlColumn *how, Arena *arena, void *object) {
        void *member = (char *) object + how->offset;

        switch (how->type) {
        case SQL_ID:
        case SQL_ID_NULL:
                return get_fixed(q, column, how->type == SQL_ID_NULL, member, sizeof(Id));
        case SQL_HASH:
        case SQL_HASH_NULL:
                return get_fixed(q, column, how->type == SQL_HASH_NULL, member, sizeof(Sha256));
        case SQL_TEXT:
                return sql_get_text(q, column, arena, member);
        case SQL_INT:
        case SQL_U64:
        case SQL_U32_NULL:
        case SQL_BOOL:
                return get_number(q, column, how->type, member);
        case SQL_ENUM:
                return get_enum(q, column, how, member);
        case SQL_REASON:
                return get_reason(q, column, member);
        case SQL_SEALED:
                return get_sealed(q, column, arena, member);
        case SENTINELS(SQL_TYPE):
                break;
        }
        return -EINVAL;
}

int sql_get_row(SqlQuery *q, const SqlRow *row, Arena *arena, void *ret) {
        int r = 0;

        for (size_t i = 0; r == 0 && i < row->n; i++)
                r = get_column(q, (int) i, &row->columns[i], arena, ret);
        return r;
}

int sql_exec(SqlQuery *q, int64_t *ret_changes) {
        bool has_row = true;
        int r = 0;

        while (r == 0 && has_row)
                r = sql_step(q, &has_row);
        if (r == 0 && ret_changes != NULL)
                *ret_changes = sql_changes(q);
        return r;
}

int sql_exec_some(SqlQuery *q) {
        int64_t changes;
        int r = sql_exec(q, &changes);

        if (r != 0)
                return r;
        return changes > 0 ? 0 : IAM_E_NOT_FOUND;
}

int sql_exists(SqlQuery *q) {
        bool has_row;
        int r = sql_step(q, &has_row);

        if (r != 0)
                return r;
        return has_row ? 0 : IAM_E_NOT_FOUND;
}

int sql_read_one(SqlQuery *q, const SqlRow *row, Arena *arena, void *ret) {
        void *read;
        bool has_row;
        int r;

        r = sql_step(q, &has_row);
        if (r != 0)
                return r;
        if (!has_row)
                return IAM_E_NOT_FOUND;
        read = arena_alloc(arena, row->size);
        if (read == NULL)
                return -ENOMEM;
        r = sql_get_row(q, row, arena, read);
        if (r != 0)
                return r;
        /* An UPDATE ... RETURNING is over only after its last step. */
        r = sql_step(q, &has_row);
        if (r != 0)
                return r;
        if (has_row)
                return -EBADMSG;
        memcpy(ret, read, row->size);
        return 0;
}

static void freep(void **memory) {
        free(*memory);
}

int sql_read_all(SqlQuery *q, const SqlRow *row, Arena *arena, void **ret_items, size_t *ret_n) {
        CLEANUP(freep) void *items = NULL;
        size_t capacity = 0;
        size_t n = 0;
        bool has_row;
        int r;

        for (r = sql_step(q, &has_row); r == 0 && has_row; r = sql_step(q, &has_row)) {
                char *item;

                if (n == ROWS_MAX)
                        return IAM_E_LIMIT;
                if (n == capacity) {
                        size_t wanted = capacity > 0 ? capacity * 2 : 16;
                        void *grown = reallocarray(items, wanted, row->size);

                        if (grown == NULL)
                                return -ENOMEM;
                        items = grown;
                        capacity = wanted;
                }
                item = (char *) items + n * row->size;
                memset(item, 0, row->size);
                r = sql_get_row(q, row, arena, item);
                if (r != 0)
                        return r;
                n++;
        }
        if (r != 0)
                return r;

        *ret_items = NULL;
        if (n > 0) {
                *ret_items = arena_memdup(arena, items, n * row->size);
                if (*ret_items == NULL)
                        return -ENOMEM;
        }
        *ret_n = n;
        return 0;
}

int sql_write_row(Txn *txn, SqlQueryId id, const SqlRow *row, const void *object) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, id);
        int r = sql_bind_row(q, row, object);

        return r != 0 ? r : sql_exec_some(q);
}

int sql_update_row(
                Txn *txn, SqlQueryId id, const SqlRow *row, const void *object, SqlQueryId probe,
                const RealmId *realm, const Id *key) {
        CLEANUP(sql_resetp) SqlQuery *q = sql_query(txn, id);
        int64_t changes;
        int r;

        r = sql_bind_row(q, row, object);
        if (r != 0)
                return r;
        r = sql_exec(q, &changes);
        if (r != 0 || changes > 0)
                return r;
        r = sql_run_exists(txn, probe, sql_realm(realm), sql_id(key));
        return r == 0 ? IAM_E_CONFLICT : r;
}

int sql_page_check(const Page *page) {
        return page->limit > 0 && page->limit <= STORE_PAGE_MAX ? 0 : -EINVAL;
}
