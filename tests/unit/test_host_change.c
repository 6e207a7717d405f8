/* SPDX-License-Identifier: Apache-2.0 */
/* A change of many files, killed before each of its system calls in turn. */
#include "cli/host/change.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/test.h"

#define SYSCALLS_MAX 20000
#define REFUSED 7

static const char *const paths[] = { "/etc/one", "/etc/two", "/etc/three", "/etc/four" };

/* NULL: no such file. */
static const char *const originals[] = { "first\n", "", NULL, "fourth\n" };
static const char *const changed[] = { "first iam\n", "second\n", "new\n", "fourth\n" };

typedef struct Place {
        Arena arena;
        char root[64];
} Place;

static const char *full(const Place *place, const char *path) {
        static char text[MACHINE_PATH_MAX];

        (void) snprintf(text, sizeof(text), "%s%s", place->root, path);
        return text;
}

static void put(const Place *place, const char *path, const char *text) {
        if (text == NULL) {
                (void) unlink(full(place, path));
                return;
        }
        int fd = open(full(place, path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

        ASSERT_TRUE(fd >= 0);
        ASSERT_EQ(write(fd, text, strlen(text)), strlen(text));
        ASSERT_OK(fchmod(fd, 0640));
        ASSERT_OK(close(fd));
}

static void place_make(Place *place) {
        static const char *const folders[] = { "/etc", "/var", "/var/lib", "/var/lib/iam" };

        *place = (Place){ .arena = ARENA_INIT(16 << 20), .root = "/tmp/host-change.XXXXXX" };
        ASSERT_TRUE(mkdtemp(place->root) != NULL);
        for (size_t i = 0; i < ELEMENTSOF(folders); i++)
                ASSERT_OK(mkdir(full(place, folders[i]), 0700));
        for (size_t i = 0; i < ELEMENTSOF(paths); i++)
                put(place, paths[i], originals[i]);
}

static void place_done(Place *place) {
        static const char *const folders[] = { "/var/lib/iam", "/var/lib", "/var", "/etc", "" };

        (void) unlink(full(place, HOST_RECORD));
        for (size_t i = 0; i < ELEMENTSOF(paths); i++)
                (void) unlink(full(place, paths[i]));
        /* Fails when anything else was left. */
        for (size_t i = 0; i < ELEMENTSOF(folders); i++)
                ASSERT_OK(rmdir(full(place, folders[i])));
        arena_done(&place->arena);
}

static HostText text_of(const char *text) {
        return text == NULL ? (HostText){} : (HostText){ text, strlen(text) };
}

static HostPlan plan_of(Place *place, bool enables) {
        HostPlan plan = { .enables = enables, .n = ELEMENTSOF(paths) };

        ASSERT_OK(host_record_read(place->root, &place->arena, &plan.record));
        for (size_t i = 0; i < plan.n; i++) {
                HostFile *file = &plan.files[i];
                const HostEntry *entry;

                file->path = paths[i];
                ASSERT_OK(host_file_read(
                                place->root, paths[i], HOST_FILE_MAX, &place->arena, &file->now));
                entry = host_record_find(&plan.record, paths[i]);
                file->wanted = enables                           ? text_of(changed[i])
                               : entry != NULL && entry->is_ours ? entry->before
                                                                 : file->now;
        }
        return plan;
}

static bool all_are(Place *place, const char *const texts[]) {
        for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
                HostText now;

                ASSERT_OK(host_file_read(
                                place->root, paths[i], HOST_FILE_MAX, &place->arena, &now));
                if (!host_text_eq(now, text_of(texts[i])))
                        return false;
        }
        return true;
}

static HostPhase phase(Place *place) {
        HostRecord record;

        ASSERT_OK(host_record_read(place->root, &place->arena, &record));
        return record.phase;
}

static int content(void *context) {
        (void) context;
        return 0;
}

static int refuse(void *context) {
        (void) context;
        return REFUSED;
}

static int change(Place *place, bool enables, int (*check)(void *)) {
        HostPlan plan = plan_of(place, enables);

        return host_change(place->root, &plan, check, NULL);
}

TEST(a_change_is_kept_and_undone_to_the_byte_and_the_mode) {
        struct stat info;
        Place place;

        place_make(&place);
        ASSERT_OK(change(&place, true, content));
        ASSERT_TRUE(all_are(&place, changed));
        ASSERT_EQ(phase(&place), HOST_PHASE_ENABLED);
        ASSERT_OK(stat(full(&place, "/etc/one"), &info));
        ASSERT_EQ(info.st_mode & 0777, 0640);
        ASSERT_OK(stat(full(&place, HOST_RECORD), &info));
        ASSERT_EQ(info.st_mode & 0777, 0600);

        ASSERT_OK(change(&place, false, content));
        ASSERT_TRUE(all_are(&place, originals));
        ASSERT_EQ(phase(&place), HOST_PHASE_NONE);
        place_done(&place);
}

TEST(a_change_whose_proof_fails_leaves_nothing) {
        Place place;

        place_make(&place);
        ASSERT_CODE(change(&place, true, refuse), REFUSED);
        ASSERT_TRUE(all_are(&place, originals));
        ASSERT_EQ(phase(&place), HOST_PHASE_NONE);

        ASSERT_OK(change(&place, true, content));
        ASSERT_CODE(change(&place, false, refuse), REFUSED);
        ASSERT_TRUE(all_are(&place, changed));
        ASSERT_EQ(phase(&place), HOST_PHASE_ENABLED);
        ASSERT_OK(change(&place, false, content));
        ASSERT_TRUE(all_are(&place, originals));
        place_done(&place);
}

TEST(enabling_again_after_an_edit_remembers_what_was_there_before_us) {
        Place place;
        HostRecord record;

        place_make(&place);
        ASSERT_OK(change(&place, true, content));
        put(&place, "/etc/one", "edited\n");
        ASSERT_OK(change(&place, true, content));
        ASSERT_TRUE(all_are(&place, changed));
        ASSERT_OK(host_record_read(place.root, &place.arena, &record));
        ASSERT_TRUE(host_text_eq(
                        host_record_find(&record, "/etc/one")->before, text_of("edited\n")));
        ASSERT_TRUE(host_text_eq(host_record_find(&record, "/etc/two")->before, text_of("")));
        ASSERT_TRUE(host_record_find(&record, "/etc/four") == NULL);
        place_done(&place);
}

/* Runs it in a child and kills that before its nth system call; false: it came to its end. */
static bool change_killed(Place *place, bool enables, int (*check)(void *), unsigned n) {
        HostPlan plan = plan_of(place, enables);
        int status;
        pid_t pid = fork();

        ASSERT_TRUE(pid >= 0);
        if (pid == 0) {
                (void) ptrace(PTRACE_TRACEME, 0, NULL, NULL);
                (void) raise(SIGSTOP);
                _exit(host_change(place->root, &plan, check, NULL) >= 0 ? 0 : 1);
        }
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        ASSERT_TRUE(WIFSTOPPED(status));
        for (unsigned i = 0; i < n; i++) {
                ASSERT_OK(ptrace(PTRACE_SYSCALL, pid, NULL, NULL));
                ASSERT_EQ(waitpid(pid, &status, 0), pid);
                if (WIFEXITED(status)) {
                        ASSERT_EQ(WEXITSTATUS(status), 0);
                        return false;
                }
        }
        ASSERT_OK(kill(pid, SIGKILL));
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        return true;
}

/* Killed at every instruction that could show; each time the next run finds all or nothing. */
static void kill_everywhere(bool enables, int (*check)(void *)) {
        bool was_killed = true;
        unsigned n = 1, undone = 0;

        for (; was_killed && n < SYSCALLS_MAX; n++) {
                Place place;
                int r;

                place_make(&place);
                if (!enables)
                        ASSERT_OK(change(&place, true, content));
                was_killed = change_killed(&place, enables, check, n);
                r = host_change_recover(place.root, &place.arena);
                ASSERT_TRUE(r == 0 || r == 1);
                undone += r == 1;
                ASSERT_CODE(host_change_recover(place.root, &place.arena), 0);
                if (phase(&place) == HOST_PHASE_ENABLED)
                        ASSERT_TRUE(all_are(&place, changed));
                else
                        ASSERT_TRUE(all_are(&place, originals));
                place_done(&place);
        }
        ASSERT_FALSE(was_killed);
        ASSERT_TRUE(n > 50 && undone > 20);
}

TEST(enabling_that_is_killed_anywhere_is_undone_or_done) {
        kill_everywhere(true, content);
}

TEST(disabling_that_is_killed_anywhere_is_undone_or_done) {
        kill_everywhere(false, content);
}

TEST(taking_back_that_is_killed_anywhere_is_gone_on_with) {
        kill_everywhere(true, refuse);
}
