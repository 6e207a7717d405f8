/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/os/journal.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#define SD_JOURNAL_SUPPRESS_LOCATION 1 /* the event says more than our line numbers */
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "base/str.h"

#define MESSAGE_MAX 1024 /* longer texts and fields are cut */
#define FIELD_MAX 512

struct Journal {
        bool is_native;
        bool has_prefix;
        int fd;
        _Atomic unsigned level;
};

/* clang-format off */
static const struct {
        const char *name;
        unsigned level;
        const char *message_id;
} log_events[_LOG_EVENT_MAX] = {
#define X(event, level, message_id) [LOG_##event] = { #event, level, message_id },
        LOG_EVENTS(X)
#undef X
};
/* clang-format on */

/* JOURNAL_STREAM holds the device and inode of the stream systemd made for us; compare, because
 * somebody may have redirected it since (systemd.exec(5)). */
static bool stderr_is_journal(void) {
        const char *stream = secure_getenv("JOURNAL_STREAM");
        char own[64];
        struct stat st;

        if (stream == NULL || fstat(STDERR_FILENO, &st) < 0)
                return false;
        (void) snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t) st.st_dev, (uintmax_t) st.st_ino);
        return str_eq(stream, own);
}

int journal_new(unsigned level, Journal **ret) {
        Journal *journal = calloc(1, sizeof(*journal));

        if (journal == NULL)
                return -ENOMEM;
        journal->is_native = stderr_is_journal();
        journal->fd = STDERR_FILENO;
        journal->has_prefix = !isatty(STDERR_FILENO);
        atomic_store(&journal->level, level);
        *ret = journal;
        return 0;
}

Journal *journal_free(Journal *journal) {
        free(journal);
        return NULL;
}

void journal_set_level(Journal *journal, unsigned level) {
        atomic_store(&journal->level, level);
}

void journal_set_fd(Journal *journal, int fd) {
        journal->is_native = false;
        journal->has_prefix = true;
        journal->fd = fd;
}

/* One event is one line: names that a stranger typed must not forge a second. */
static void text_clean(char *text) {
        for (; *text != '\0'; text++)
                if ((unsigned char) *text < 0x20 || *text == 0x7f)
                        *text = '?';
}

typedef struct Entry {
        LogEvent event;
        char message[MESSAGE_MAX];
        char fields[LOG_FIELDS_MAX][FIELD_MAX]; /* NAME=value */
        size_t n;
} Entry;

static void entry_send(const Entry *entry) {
        char level[16], id[64], event[64];
        struct iovec iov[LOG_FIELDS_MAX + 5];
        int n = 0;

        (void) snprintf(level, sizeof(level), "PRIORITY=%u", log_events[entry->event].level);
        (void) snprintf(id, sizeof(id), "MESSAGE_ID=%s", log_events[entry->event].message_id);
        (void) snprintf(event, sizeof(event), "IAM_EVENT=%s", log_events[entry->event].name);

        const char *const own[] = { entry->message, level, id, event, "SYSLOG_IDENTIFIER=iamd" };
        for (size_t i = 0; i < ELEMENTSOF(own); i++)
                iov[n++] = (struct iovec){ .iov_base = (void *) (uintptr_t) own[i],
                                           .iov_len = strlen(own[i]) };
        for (size_t i = 0; i < entry->n; i++)
                iov[n++] = (struct iovec){ .iov_base = (void *) (uintptr_t) entry->fields[i],
                                           .iov_len = strlen(entry->fields[i]) };
        (void) sd_journal_sendv(iov, n);
}

static void entry_print(const Journal *journal, const Entry *entry) {
        char line[MESSAGE_MAX + LOG_FIELDS_MAX * 64];
        const char *message = strchr(entry->message, '=') + 1;
        size_t len;
        int n;

        n = journal->has_prefix ? snprintf(line, sizeof(line), "<%u>%s",
                                           log_events[entry->event].level, message)
                                : snprintf(line, sizeof(line), "%s", message);
        len = (size_t) n < sizeof(line) ? (size_t) n : sizeof(line) - 1;
        for (size_t i = 0; i < entry->n && len < sizeof(line) - 1; i++) {
                n = snprintf(line + len, sizeof(line) - len, " %s", entry->fields[i]);
                len = (size_t) n < sizeof(line) - len ? len + (size_t) n : sizeof(line) - 1;
        }
        if (len == sizeof(line) - 1)
                len--;
        line[len++] = '\n';
        /* One write, so that lines of several threads do not mix. */
        ssize_t written = write(journal->fd, line, len);
        (void) written;
}

static void _printf_(5, 0)
                journal_write(void *self, LogEvent event, const LogField *fields, size_t n,
                              const char *format, va_list arguments) {
        static const char prefix[] = "MESSAGE=";
        Journal *journal = self;
        Entry entry;

        assert(event >= 0 && event < _LOG_EVENT_MAX);
        if (log_events[event].level > atomic_load(&journal->level))
                return;

        entry.event = event;
        entry.n = 0;
        memcpy(entry.message, prefix, sizeof(prefix));
        (void) vsnprintf(
                        entry.message + sizeof(prefix) - 1,
                        sizeof(entry.message) - sizeof(prefix) + 1, format, arguments);
        text_clean(entry.message);
        for (size_t i = 0; i < n && entry.n < LOG_FIELDS_MAX; i++) {
                char *field = entry.fields[entry.n];

                if (fields[i].value == NULL)
                        continue;
                (void) snprintf(field, FIELD_MAX, "%s=%s", fields[i].name, fields[i].value);
                text_clean(field);
                entry.n++;
        }

        if (journal->is_native)
                entry_send(&entry);
        else
                entry_print(journal, &entry);
}

LogPort journal_port(Journal *journal) {
        return (LogPort){ .write = journal_write, .self = journal };
}
