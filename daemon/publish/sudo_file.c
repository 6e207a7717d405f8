/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/publish/sudo_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/sudo_rule.h"
#include "daemon/publish/place.h"

static void render_head(size_t rows, Buf *ret) {
        JsonWriter w = JSON_WRITER(ret);

        json_begin_object(&w);
        json_put_str(&w, "format", SUDO_RULES_FORMAT);
        json_put_int(&w, "version", SUDO_RULES_VERSION);
        json_put_int(&w, "rows", (int64_t) rows);
        json_end_object(&w);
        buf_put_char(ret, '\n');
}

int sudo_file_render(const SudoRow *rows, size_t n, Buf *ret) {
        if (n > SUDO_RULES_ROWS_MAX)
                return -E2BIG;
        render_head(n, ret);
        for (size_t i = 0; i < n; i++) {
                JsonWriter w = JSON_WRITER(ret);

                json_begin_object(&w);
                json_put_int(&w, "uid", rows[i].uid);
                json_put_str(&w, "user", rows[i].user);
                json_put_str(&w, "runAs", rows[i].run_as);
                json_put_str(&w, "command", rows[i].command);
                json_end_object(&w);
                buf_put_char(ret, '\n');
        }
        return buf_error(ret);
}

/* A line without its newline. */
typedef struct Line {
        const char *text;
        size_t len;
} Line;

static int line_compare(const void *a, const void *b) {
        const Line *x = a, *y = b;
        int r = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);

        if (r != 0 || x->len == y->len)
                return r;
        return x->len < y->len ? -1 : 1;
}

/* The rows of a text, without its first line, sorted. */
static int lines_of(const Buf *text, Arena *arena, Line **ret, size_t *ret_n) {
        size_t n = 0, capacity = 1;
        Line *lines;

        for (size_t i = 0; i < text->len; i++)
                capacity += text->bytes[i] == '\n';
        lines = arena_new_n(arena, Line, capacity);
        if (lines == NULL)
                return -ENOMEM;
        for (size_t at = 0; at < text->len;) {
                const char *start = text->bytes + at;
                const char *end = memchr(start, '\n', text->len - at);
                size_t len = end == NULL ? text->len - at : (size_t) (end - start);

                if (at > 0)
                        lines[n++] = (Line){ start, len };
                at += len + 1;
        }
        if (n > 1)
                qsort(lines, n, sizeof(*lines), line_compare);
        *ret = lines;
        *ret_n = n;
        return 0;
}

int sudo_file_narrow(const Buf *old, const Buf *new, Buf *ret) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(4 * SUDO_RULES_FILE_MAX);
        size_t n_old = 0, n_new = 0, kept = 0;
        Line *old_lines = NULL, *new_lines = NULL;
        int r;

        r = lines_of(old, &arena, &old_lines, &n_old);
        if (r == 0)
                r = lines_of(new, &arena, &new_lines, &n_new);
        if (r < 0)
                return r;
        for (size_t i = 0; i < n_old; i++) {
                if (n_new > 0 &&
                    bsearch(&old_lines[i], new_lines, n_new, sizeof(Line), line_compare) != NULL)
                        old_lines[kept++] = old_lines[i];
        }
        if (kept == n_old)
                return 0;
        render_head(kept, ret);
        for (size_t i = 0; i < kept; i++) {
                buf_put(ret, old_lines[i].text, old_lines[i].len);
                buf_put_char(ret, '\n');
        }
        return buf_error(ret) < 0 ? buf_error(ret) : 1;
}

int sudo_file_read(const char *path, Buf *ret) {
        CLEANUP(fd_closep) int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        char chunk[16384];
        ssize_t n;

        if (fd < 0)
                return errno == ENOENT ? 0 : -errno;
        while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                buf_put(ret, chunk, (size_t) n);
        }
        return buf_error(ret);
}

int sudo_file_write(const char *path, const Buf *text) {
        CLEANUP(fd_closep) int folder = -1;
        int r = folder_open(path, /* is_file= */ true, &folder);

        if (r < 0)
                return r;
        return file_replace(folder, path_base(path), 0600, text->bytes, text->len, NULL);
}
