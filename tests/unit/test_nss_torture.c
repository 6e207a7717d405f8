/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module's code as a guest that is treated badly: many threads, forks in mid-lookup,
 * descriptors closed under it, and a publisher that swaps the snapshot as fast as it can.
 */
#include "tests/support/nss_place.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "nss_module/module.h"

enum { THREADS = 4, SWAPS = 400, FULL_SWAPS = 8000, USERS = 300, SWAPS_PER_FORK = 10 };

static char user_names[USERS][16];
static DirectoryUser users[USERS];
static atomic_bool stop;
static atomic_ulong lookups, wrong;

/* Each generation has the same users with another shell; both belong together with its gecos. */
static void publish_generation(unsigned generation) {
        char gecos[16], shell[32];

        snprintf(gecos, sizeof(gecos), "G%u", generation);
        snprintf(shell, sizeof(shell), "/bin/G%u", generation);
        for (unsigned i = 0; i < USERS; i++) {
                snprintf(user_names[i], sizeof(user_names[i]), "user%03u", i);
                users[i] = (DirectoryUser){ .name = user_names[i],
                                            .gecos = gecos,
                                            .home = "/home/u",
                                            .shell = shell,
                                            .uid = 70000 + i,
                                            .gid = 70000 + i };
        }
        DirectoryInput input = { .base = { .users = users, .user_count = USERS },
                                 .is_complete = true };
        place_publish(&input);
}

static bool answer_is_right(enum nss_status status, const struct passwd *pwd, unsigned i) {
        char name[16];

        snprintf(name, sizeof(name), "user%03u", i);
        return status == NSS_STATUS_SUCCESS && pwd->pw_uid == 70000 + i &&
               strcmp(pwd->pw_name, name) == 0 && strcmp(pwd->pw_gecos, pwd->pw_shell + 5) == 0;
}

/* One lookup of each kind; false when an answer is wrong. */
static bool look_up(unsigned i) {
        struct passwd pwd;
        struct group grp;
        char buffer[512], name[16];
        int error;

        i %= USERS;
        snprintf(name, sizeof(name), "user%03u", i);
        if (!answer_is_right(
                            _nss_iam_getpwnam_r(name, &pwd, buffer, sizeof(buffer), &error), &pwd,
                            i))
                return false;
        if (!answer_is_right(
                            _nss_iam_getpwuid_r(70000 + i, &pwd, buffer, sizeof(buffer), &error),
                            &pwd, i))
                return false;
        if (_nss_iam_getgrgid_r(70000 + i, &grp, buffer, sizeof(buffer), &error) !=
                            NSS_STATUS_SUCCESS ||
            strcmp(grp.gr_name, name) != 0)
                return false;
        return _nss_iam_getpwnam_r("nosuch", &pwd, buffer, sizeof(buffer), &error) ==
               NSS_STATUS_NOTFOUND;
}

static void *reader(void *argument) {
        unsigned seed = (unsigned) (uintptr_t) argument;

        while (!atomic_load(&stop)) {
                seed = seed * 1103515245u + 12345u;
                if (!look_up(seed >> 8))
                        atomic_fetch_add(&wrong, 1);
                atomic_fetch_add(&lookups, 1);
        }
        return NULL;
}

static size_t count_entries(const char *path) {
        DIR *dir = opendir(path);
        size_t n = 0;

        ASSERT_TRUE(dir != NULL);
        while (readdir(dir) != NULL)
                n++;
        closedir(dir);
        return n;
}

/* How many mappings of snapshots this process has. */
static size_t count_mappings(void) {
        FILE *file = fopen("/proc/self/maps", "re");
        char line[512];
        size_t n = 0;

        ASSERT_TRUE(file != NULL);
        while (fgets(line, sizeof(line), file) != NULL)
                n += strstr(line, DIRECTORY_FILE) != NULL;
        fclose(file);
        return n;
}

/* A child of a process whose threads are in mid-lookup; it must see later generations too. */
static int child_main(void) {
        struct passwd pwd;
        char buffer[512];
        int error;

        closefrom(3);
        for (unsigned i = 0; i < 50; i++) {
                if (!look_up(i))
                        return 1;
        }
        (void) _nss_iam_setpwent(0);
        for (unsigned i = 0; i < USERS; i++) {
                if (!answer_is_right(
                                    _nss_iam_getpwent_r(&pwd, buffer, sizeof(buffer), &error), &pwd,
                                    i))
                        return 2;
        }
        (void) _nss_iam_endpwent();
        return 0;
}

TEST(threads_forks_and_swaps_never_make_a_wrong_answer) {
        const unsigned swaps = test_scale(SWAPS, FULL_SWAPS);
        pthread_t threads[THREADS];
        size_t descriptors;
        int status;

        publish_generation(0);
        ASSERT_TRUE(look_up(0));
        descriptors = count_entries("/proc/self/fd");
        for (uintptr_t i = 0; i < THREADS; i++)
                ASSERT_OK(pthread_create(&threads[i], NULL, reader, (void *) (i + 1)));
        for (unsigned i = 1; i <= swaps; i++) {
                publish_generation(i);
                if (i % SWAPS_PER_FORK == 0) {
                        pid_t pid = fork();

                        if (pid == 0)
                                _exit(child_main());
                        ASSERT_EQ(waitpid(pid, &status, 0), pid);
                        ASSERT_EQ(status, 0);
                }
        }
        atomic_store(&stop, true);
        for (size_t i = 0; i < THREADS; i++)
                ASSERT_OK(pthread_join(threads[i], NULL));
        ASSERT_EQ(atomic_load(&wrong), 0);
        ASSERT_TRUE(atomic_load(&lookups) > swaps);
        ASSERT_EQ(count_entries("/proc/self/fd"), descriptors);
        /* Old snapshots are let go: at most one for each slot, and after a look only few. */
        publish_generation(swaps + 1);
        ASSERT_TRUE(look_up(0));
        ASSERT_EQ(count_mappings(), 1);
}

/* The deepest chain of forks: every child forks again while it reads, and remaps for itself. */
TEST(a_chain_of_forks_goes_on_seeing_changes) {
        int status;
        pid_t pid;

        publish_generation(1);
        ASSERT_TRUE(look_up(1));
        pid = fork();
        if (pid == 0) {
                for (unsigned depth = 0; depth < 12; depth++) {
                        struct passwd pwd;
                        char buffer[512], want[16];
                        int error;

                        pid = fork();
                        if (pid > 0) {
                                waitpid(pid, &status, 0);
                                _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 99);
                        }
                        publish_generation(100 + depth);
                        snprintf(want, sizeof(want), "G%u", 100 + depth);
                        if (_nss_iam_getpwuid_r(70000, &pwd, buffer, sizeof(buffer), &error) !=
                                            NSS_STATUS_SUCCESS ||
                            strcmp(pwd.pw_gecos, want) != 0)
                                _exit(1);
                }
                _exit(count_mappings() == 1 ? 0 : 2);
        }
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        ASSERT_EQ(status, 0);
}

/* An enumeration keeps its snapshot while others come, and its buffer may be too small at first. */
TEST(enumeration_survives_swaps_and_small_buffers) {
        struct passwd pwd;
        char buffer[512];
        unsigned n = 0;
        int error;

        publish_generation(7);
        ASSERT_EQ(_nss_iam_setpwent(0), NSS_STATUS_SUCCESS);
        for (size_t len = 0; n < USERS;) {
                enum nss_status status = _nss_iam_getpwent_r(&pwd, buffer, len, &error);

                if (status == NSS_STATUS_TRYAGAIN) {
                        ASSERT_EQ(error, ERANGE);
                        len = len < sizeof(buffer) ? len + 7 : len;
                        continue;
                }
                ASSERT_TRUE(answer_is_right(status, &pwd, n));
                ASSERT_STREQ(pwd.pw_gecos, "G7");
                len = 0;
                n++;
                if (n % 50 == 0)
                        publish_generation(7 + n);
        }
        ASSERT_EQ(_nss_iam_getpwent_r(&pwd, buffer, sizeof(buffer), &error), NSS_STATUS_NOTFOUND);
        ASSERT_EQ(_nss_iam_endpwent(), NSS_STATUS_SUCCESS);
}

/* Closed standard streams, and every descriptor gone: nothing of ours was among them. */
TEST(closed_descriptors_do_no_harm) {
        int status;
        pid_t pid;

        publish_generation(3);
        ASSERT_TRUE(look_up(3));
        pid = fork();
        if (pid == 0) {
                closefrom(0);
                publish_generation(4);
                _exit(look_up(3) && open("/dev/null", O_RDONLY) == 0 ? 0 : 1);
        }
        ASSERT_EQ(waitpid(pid, &status, 0), pid);
        ASSERT_EQ(status, 0);
}
