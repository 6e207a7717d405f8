/* SPDX-License-Identifier: Apache-2.0 */
/* A publisher over the store of directory_store.h, in a folder of its own below /tmp. */
#pragma once

#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "client_lib/directory_map.h"
#include "daemon/publish/publisher.h"
#include "tests/support/directory_store.h"
#include "tests/support/test.h"

static struct {
        char top[64];
        char public_directory[80];
        char sudo_rules[80];
        char passwd[80];
        char group[80];
        char log[65536]; /* all messages, a line each */
        const StorePort *store;
        Publisher *publisher;
} place;

static void
place_log(void *self, LogEvent event, const LogField *fields, size_t n, const char *format,
          va_list arguments) {
        size_t at = strlen(place.log);

        (void) vsnprintf(place.log + at, sizeof(place.log) - at, format, arguments);
        at = strlen(place.log);
        (void) snprintf(place.log + at, sizeof(place.log) - at, "\n");
}

static Usec place_now(void *self) {
        struct timespec now;

        (void) clock_gettime(CLOCK_REALTIME, &now);
        return (Usec) now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

static int place_random(void *self, void *ret, size_t len) {
        return getentropy(ret, len) < 0 ? -errno : 0;
}

static void place_write(const char *path, const char *text) {
        FILE *file = fopen(path, "we");

        ASSERT_TRUE(file != NULL);
        ASSERT_TRUE(fputs(text, file) >= 0);
        ASSERT_OK(fclose(file));
}

/* "" for an absent file. */
static const char *place_read(const char *path) {
        static char text[1 << 20];
        FILE *file = fopen(path, "re");
        size_t n = file == NULL ? 0 : fread(text, 1, sizeof(text) - 1, file);

        text[n] = '\0';
        if (file != NULL)
                (void) fclose(file);
        return text;
}

static void place_restart(void) {
        static const LogPort log = { .write = place_log };
        static const ClockPort clock = { .now = place_now, .random = place_random };
        static const char *also[] = { "partner" };
        PublisherConfig config = {
                .store = place.store,
                .clock = &clock,
                .log = &log,
                .realm = "demo",
                .also = { also, 1 },
                .public_directory = place.public_directory,
                .sudo_rules = place.sudo_rules,
                .local_passwd = place.passwd,
                .local_group = place.group,
        };

        place.publisher = publisher_free(place.publisher);
        ASSERT_OK(publisher_new(&config, &place.publisher));
}

static void place_run(void) {
        publisher_run(place.publisher, NULL);
}

__attribute__((unused)) static void place_changed(void) {
        directory_store.changes++;
        place_run();
}

static void place_end(void) {
        char command[160];

        place.publisher = publisher_free(place.publisher);
        (void) snprintf(command, sizeof(command), "rm -rf '%s'", place.top);
        ASSERT_OK(system(command));
}

static void place_begin_with(const StorePort *store) {
        place.store = store;
        strcpy(place.top, "/tmp/iam-publish-XXXXXX");
        ASSERT_TRUE(mkdtemp(place.top) != NULL);
        (void) snprintf(place.public_directory, sizeof(place.public_directory), "%s/public",
                        place.top);
        (void) snprintf(place.sudo_rules, sizeof(place.sudo_rules), "%s/sudo.rules", place.top);
        (void) snprintf(place.passwd, sizeof(place.passwd), "%s/passwd", place.top);
        (void) snprintf(place.group, sizeof(place.group), "%s/group", place.top);
        ASSERT_OK(mkdir(place.public_directory, 0755));
        place_write(place.passwd, "root:x:0:0:root:/root:/bin/bash\n");
        place_write(place.group, "root:x:0:\n");
        place.log[0] = '\0';
        place_restart();
}

__attribute__((unused)) static void place_begin(void) {
        place_begin_with(&directory_port);
}

/* What readers see now. */
static void place_map(DirectoryMapping *ret) {
        ASSERT_OK(directory_mapping_open(place.public_directory, ret));
}
