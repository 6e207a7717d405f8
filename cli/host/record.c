/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/record.h"

#include <string.h>

#include "base/encode.h"
#include "wire/field.h"

#define RECORD_MAX ((size_t) 16 << 20)
#define RECORD_MODE 0600 /* it holds what only root may read, as sudoers */
#define TEXT_MAX ((int64_t) BASE64_SIZE(HOST_FILE_MAX))

static const char *const phase_names[_HOST_PHASE_MAX] = {
        [HOST_PHASE_NONE] = "none",
        [HOST_PHASE_ENABLING] = "enabling",
        [HOST_PHASE_ENABLED] = "enabled",
        [HOST_PHASE_DISABLING] = "disabling",
};

/* As they stand in the file: bytes of any kind, so in base64url.  Absent: no such file. */
typedef struct Row {
        const char *path;
        bool is_ours;
        const char *before;
        const char *after;
        const char *undo;
} Row;

typedef struct Rows {
        const char *phase;
        bool was_enabled;
        WireRows files;
} Rows;

/* clang-format off */
#define TEXT(member)                                                                               \
        { .name = #member, .type = WIRE_STRING, .offset = offsetof(Row, member), .max = TEXT_MAX }
static const WireField row_fields[] = {
        { .name = "path", .type = WIRE_STRING, .flags = WIRE_REQUIRED, .offset = offsetof(Row, path),
          .min = 1, .max = MACHINE_PATH_MAX },
        { .name = "ours", .type = WIRE_BOOL, .offset = offsetof(Row, is_ours) },
        TEXT(before), TEXT(after), TEXT(undo),
};
static const WireField fields[] = {
        { .name = "phase", .type = WIRE_STRING, .flags = WIRE_REQUIRED, .min = 1, .max = 16,
          .choices = "enabling enabled disabling", .offset = offsetof(Rows, phase) },
        { .name = "wasEnabled", .type = WIRE_BOOL, .offset = offsetof(Rows, was_enabled) },
        { .name = "files", .type = WIRE_OBJECTS, .offset = offsetof(Rows, files),
          .max = HOST_FILES_MAX, .fields = row_fields, .n_fields = ELEMENTSOF(row_fields),
          .row_size = sizeof(Row) },
};
/* clang-format on */

static int text_encode(Arena *arena, HostText text, const char **ret) {
        char *encoded;

        *ret = NULL;
        if (text.bytes == NULL)
                return 0;
        encoded = arena_alloc(arena, BASE64_SIZE(text.len));
        if (encoded == NULL)
                return -ENOMEM;
        (void) base64url_encode(text.bytes, text.len, encoded);
        *ret = encoded;
        return 0;
}

static int text_decode(Arena *arena, const char *encoded, HostText *ret) {
        size_t len, n;
        char *bytes;

        *ret = (HostText){};
        if (encoded == NULL)
                return 0;
        len = strlen(encoded);
        bytes = arena_alloc(arena, len + 1);
        if (bytes == NULL)
                return -ENOMEM;
        if (base64url_decode(encoded, len, bytes, len, &n) < 0)
                return -EBADMSG;
        *ret = (HostText){ bytes, n };
        return 0;
}

static int row_decode(Arena *arena, const Row *row, HostEntry *ret) {
        int r;

        *ret = (HostEntry){ .path = row->path, .is_ours = row->is_ours };
        r = text_decode(arena, row->before, &ret->before);
        if (r == 0)
                r = text_decode(arena, row->after, &ret->after);
        if (r == 0)
                r = text_decode(arena, row->undo, &ret->undo);
        return r;
}

static int rows_decode(Arena *arena, const Rows *rows, HostRecord *ret) {
        const Row *items = rows->files.items;

        *ret = (HostRecord){ .was_enabled = rows->was_enabled, .n = rows->files.n };
        for (HostPhase i = 0; i < _HOST_PHASE_MAX; i++)
                if (strcmp(phase_names[i], rows->phase) == 0)
                        ret->phase = i;
        for (size_t i = 0; i < ret->n; i++) {
                int r = row_decode(arena, &items[i], &ret->items[i]);

                if (r < 0)
                        return r;
        }
        return 0;
}

int host_record_read(const char *root, Arena *arena, HostRecord *ret) {
        const char *where = NULL;
        HostText text;
        JsonValue json;
        Rows rows;
        int r;

        r = host_file_read(root, HOST_RECORD, RECORD_MAX, arena, &text);
        if (r < 0)
                return r;
        if (text.bytes == NULL) {
                *ret = (HostRecord){};
                return 0;
        }
        if (json_check(text.bytes, text.len, &json, NULL) < 0)
                return -EBADMSG;
        r = wire_read(arena, &json, fields, ELEMENTSOF(fields), &rows, &where);
        if (r != 0)
                return r < 0 ? r : -EBADMSG;
        return rows_decode(arena, &rows, ret);
}

static int row_encode(Arena *arena, const HostEntry *entry, Row *ret) {
        int r;

        *ret = (Row){ .path = entry->path, .is_ours = entry->is_ours };
        r = text_encode(arena, entry->before, &ret->before);
        if (r == 0)
                r = text_encode(arena, entry->after, &ret->after);
        if (r == 0)
                r = text_encode(arena, entry->undo, &ret->undo);
        return r;
}

int host_record_write(const char *root, const HostRecord *record) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(RECORD_MAX);
        CLEANUP(buf_done) Buf text = BUF_INIT(RECORD_MAX);
        JsonWriter w = JSON_WRITER(&text);
        Row items[HOST_FILES_MAX];
        Rows rows = {
                .phase = phase_names[record->phase],
                .was_enabled = record->was_enabled,
                .files = { items, record->n },
        };

        if (record->phase == HOST_PHASE_NONE)
                return host_file_replace(root, HOST_RECORD, RECORD_MODE, (HostText){});
        for (size_t i = 0; i < record->n; i++) {
                int r = row_encode(&arena, &record->items[i], &items[i]);

                if (r < 0)
                        return r;
        }
        wire_write(&w, fields, ELEMENTSOF(fields), &rows);
        buf_put_char(&text, '\n');
        if (buf_error(&text) < 0)
                return buf_error(&text);
        return host_file_replace(
                        root, HOST_RECORD, RECORD_MODE, (HostText){ text.bytes, text.len });
}

const HostEntry *host_record_find(const HostRecord *record, const char *path) {
        for (size_t i = 0; i < record->n; i++)
                if (strcmp(record->items[i].path, path) == 0)
                        return &record->items[i];
        return NULL;
}
