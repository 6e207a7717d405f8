/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Root's side of the sudo rules: run by iam-sudoers.service when the daemon has replaced its rules
 * file.  Writes the text of /etc/sudoers.d/iam itself, has visudo(8) check it, and only then puts
 * it in place.  Whatever goes wrong, the old file stays and the exit status says so; that also
 * means that a daemon whose rules are refused can revoke nothing, so the refusal is loud.
 */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/names.h"
#include "base/reason.h"
#include "base/str.h"
#include "base/sudo_rule.h"
#include "helpers/sudo_rules.h"

#define DAEMON_USER "iam"
#define VISUDO_SECONDS 60
#define ROUNDS_MAX 16 /* the rules changed while we wrote: again, but not for ever */

typedef struct Options {
        const char *rules;
        const char *output;
        const char *passwd;
        int exit_code; /* >= 0: nothing else to do */
} Options;

/* What was read, and whether it is still what lies there. */
typedef struct RulesFile {
        Buf text;
        struct stat info;
} RulesFile;

static void fail(const char *path, const char *why) {
        (void) fprintf(stderr, "%siam-sudoers: %s: %s; the old rules stay\n",
                       isatty(STDERR_FILENO) ? "" : "<3>", path, why);
}

static int fail_errno(const char *path, int error) {
        fail(path, strerrordesc_np(-error));
        return EX_OSERR;
}

static void fd_closep(int *fd) {
        if (*fd >= 0)
                (void) close(*fd);
}

/* Root, or the daemon: whoever else could write it could write rules. */
static bool owner_is_right(const LocalAccounts *accounts, uid_t owner) {
        if (owner == 0 || owner == geteuid())
                return true;
        for (size_t i = 0; i < accounts->n; i++) {
                if (str_eq(accounts->by_name[i].name, DAEMON_USER))
                        return accounts->by_name[i].uid == owner;
        }
        return false;
}

static const char *rules_check(const LocalAccounts *accounts, const struct stat *info) {
        if (!S_ISREG(info->st_mode))
                return "not a regular file";
        if (info->st_nlink != 1)
                return "has more than one name";
        if (!owner_is_right(accounts, info->st_uid))
                return "is neither root's nor the daemon's";
        if ((info->st_mode & 022) != 0)
                return "may be written by others";
        return (uint64_t) info->st_size > SUDO_RULES_FILE_MAX ? "is larger than its limit" : NULL;
}

static int rules_read_text(int fd, Buf *ret) {
        char chunk[16384];
        ssize_t n;

        while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                buf_put(ret, chunk, (size_t) n);
                if (buf_error(ret) < 0)
                        return buf_error(ret);
        }
        return 0;
}

/* EX_OK, or an exit status after the message; *ret_absent: there are no rules to write. */
static int
rules_read(const char *path, const LocalAccounts *accounts, RulesFile *ret, bool *ret_absent) {
        /* Not blocking: it may be a FIFO. */
        CLEANUP(fd_closep) int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        const char *why;
        int r;

        *ret_absent = fd < 0 && errno == ENOENT;
        if (*ret_absent)
                return EX_OK;
        if (fd < 0 || fstat(fd, &ret->info) < 0)
                return fail_errno(path, -errno);
        why = rules_check(accounts, &ret->info);
        if (why != NULL) {
                fail(path, why);
                return EX_NOPERM;
        }
        buf_clear(&ret->text);
        r = rules_read_text(fd, &ret->text);
        return r < 0 ? fail_errno(path, r) : EX_OK;
}

static bool rules_are_same(const char *path, const RulesFile *rules) {
        struct stat now;

        return lstat(path, &now) == 0 && now.st_dev == rules->info.st_dev &&
               now.st_ino == rules->info.st_ino && now.st_size == rules->info.st_size &&
               now.st_mtim.tv_sec == rules->info.st_mtim.tv_sec &&
               now.st_mtim.tv_nsec == rules->info.st_mtim.tv_nsec;
}

static int output_write(int fd, const Buf *text) {
        size_t at = 0;

        while (at < text->len) {
                ssize_t n = write(fd, text->bytes + at, text->len - at);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                at += (size_t) n;
        }
        if (geteuid() == 0 && fchown(fd, 0, 0) < 0)
                return -errno;
        return fchmod(fd, 0440) < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* 0: sudo takes the file.  1: it does not. */
static int visudo_check(const char *path) {
        static char search[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C";
        char *environment[] = { search, locale, NULL };
        char *arguments[] = { (char[]){ "visudo" }, (char[]){ "-c" }, (char[]){ "-q" },
                              (char[]){ "-f" },     strdup(path),     NULL };
        int status = 0, r;
        pid_t pid;

        if (arguments[4] == NULL)
                return -ENOMEM;
        pid = fork();
        if (pid == 0) {
                (void) alarm(VISUDO_SECONDS); /* survives the exec */
                (void) dup2(STDERR_FILENO, STDOUT_FILENO);
                (void) execve(IAM_VISUDO, arguments, environment);
                _exit(127);
        }
        r = pid < 0 ? -errno : 0;
        free(arguments[4]);
        while (r == 0 && waitpid(pid, &status, 0) < 0) {
                if (errno != EINTR)
                        r = -errno;
        }
        if (r < 0)
                return r;
        if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
                return -ENOEXEC;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}

static int folder_sync(const char *path) {
        char folder[HOST_PATH_MAX + 1];
        const char *slash = strrchr(path, '/');
        CLEANUP(fd_closep) int fd = -1;

        (void) snprintf(folder, sizeof(folder), "%.*s",
                        slash == NULL ? 1 : (int) (slash - path) + 1, slash == NULL ? "." : path);
        fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* sudo leaves names with a dot in /etc/sudoers.d alone, so a temporary file is never a rule. */
static int output_replace(const char *path, const char *temporary, const Buf *text) {
        CLEANUP(fd_closep) int fd = -1;
        int r;

        if (unlink(temporary) < 0 && errno != ENOENT)
                return fail_errno(temporary, -errno);
        fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
        if (fd < 0)
                return fail_errno(temporary, -errno);
        r = output_write(fd, text);
        if (r == 0)
                r = visudo_check(temporary);
        if (r == 0 && rename(temporary, path) < 0)
                r = -errno;
        if (r == 0) {
                r = folder_sync(path);
                return r < 0 ? fail_errno(path, r) : EX_OK;
        }
        (void) unlink(temporary);
        if (r < 0)
                return fail_errno(r == -ENOEXEC ? IAM_VISUDO : path, r);
        fail(path, "visudo refuses what would be written");
        return EX_DATAERR;
}

static int
rules_apply(const Options *options, const char *temporary, const RulesFile *rules,
            const LocalAccounts *accounts) {
        CLEANUP(buf_done) Buf text = BUF_INIT(SUDOERS_TEXT_MAX);
        SudoRefusal refusal;
        char why[256];
        int r;

        r = sudo_rules_render(
                        str_or(rules->text.bytes, ""), rules->text.len, accounts, &text, &refusal);
        if (r > 0) {
                (void) snprintf(why, sizeof(why), "line %zu refused: %s", refusal.line,
                                refusal.why);
                fail(options->rules, why);
                return EX_DATAERR;
        }
        if (r < 0)
                return fail_errno(options->rules, r);
        return output_replace(options->output, temporary, &text);
}

static int run(const Options *options, RulesFile *rules, LocalAccounts *accounts) {
        char temporary[HOST_PATH_MAX + 1];
        const char *slash = strrchr(options->output, '/');
        int folder = slash == NULL ? 0 : (int) (slash - options->output) + 1;
        int n =
                        snprintf(temporary, sizeof(temporary), "%.*s.%s.new", folder,
                                 options->output, options->output + folder);
        int r;

        if (n < 0 || (size_t) n >= sizeof(temporary))
                return fail_errno(options->output, -ENAMETOOLONG);
        for (unsigned round = 0; round < ROUNDS_MAX; round++) {
                bool is_absent;

                local_accounts_done(accounts);
                r = local_users_load(options->passwd, accounts);
                if (r < 0)
                        return fail_errno(options->passwd, r);
                r = rules_read(options->rules, accounts, rules, &is_absent);
                if (r != EX_OK || is_absent)
                        return r;
                r = rules_apply(options, temporary, rules, accounts);
                /* systemd does not see a change while we run. */
                if (r != EX_OK || rules_are_same(options->rules, rules))
                        return r;
        }
        return EX_OK;
}

static Options options_read(int argc, char **argv) {
        static const struct option known[] = {
                { "rules", required_argument, NULL, 'r' },
                { "output", required_argument, NULL, 'o' },
                { "passwd", required_argument, NULL, 'p' },
                {},
        };
        Options options = { IAM_SUDO_RULES, IAM_SUDOERS, "/etc/passwd", -1 };
        int option;

        /* NOLINTNEXTLINE(concurrency-mt-unsafe): there are no threads */
        while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
                switch (option) {
                case 'r':
                        options.rules = optarg;
                        break;
                case 'o':
                        options.output = optarg;
                        break;
                case 'p':
                        options.passwd = optarg;
                        break;
                default:
                        options.exit_code = EX_USAGE;
                        return options;
                }
        if (optind < argc)
                options.exit_code = EX_USAGE;
        return options;
}

int main(int argc, char **argv) {
        RulesFile rules = { .text = BUF_INIT(SUDO_RULES_FILE_MAX) };
        Options options = options_read(argc, argv);
        LocalAccounts accounts = {};
        int r;

        if (options.exit_code >= 0) {
                (void) fputs("Usage: iam-sudoers [--rules FILE] [--output FILE] [--passwd FILE]\n",
                             stderr);
                return options.exit_code;
        }
        (void) umask(077);
        r = run(&options, &rules, &accounts);
        local_accounts_done(&accounts);
        buf_done(&rules.text);
        return r;
}
