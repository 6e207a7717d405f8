/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/host.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/json.h"
#include "base/reason.h"
#include "base/str.h"
#include "cli/host/change.h"
#include "cli/host/command.h"
#include "cli/host/plan.h"
#include "cli/host/prove.h"

#define STATE_FOLDER "/var/lib/iam"
#define SSHD "/usr/sbin/sshd"
#define VISUDO "/usr/sbin/visudo"
#define SYSTEMCTL "/usr/bin/systemctl"
#define ARENA_MAX ((size_t) 64 << 20)

typedef struct Run {
        Arena arena;
        const HostWish *wish;
        const HostPorts *ports;
        HostPlan plan;
        Buf facts; /* of before the change */
        int lock;
} Run;

static void run_done(Run *run) {
        arena_done(&run->arena);
        buf_done(&run->facts);
        host_fd_closep(&run->lock);
}

static const char *verb(const Run *run) {
        return run->plan.enables ? "host enable" : "host disable";
}

static int refuse(const Run *run, const char *about, const char *why) {
        (void) fprintf(stderr, "iamctl: %s: %s%s%s\n", verb(run), about,
                       about[0] != '\0' ? ": " : "", why);
        return IAM_E_DENIED;
}

static int fail(const Run *run, const char *about, int error) {
        (void) refuse(run, about, str_or(strerrordesc_np(-error), "unknown error"));
        return error;
}

/* One run at a time, and first of all the end of one that was cut off. */
static int begin(Run *run) {
        int r;

        if (geteuid() != 0)
                return refuse(run, "", "only root may");
        run->lock = open(STATE_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (run->lock < 0)
                return fail(run, STATE_FOLDER, -errno);
        if (flock(run->lock, LOCK_EX | LOCK_NB) < 0)
                return errno == EWOULDBLOCK ? refuse(run, "", "another run is at it")
                                            : fail(run, STATE_FOLDER, -errno);
        r = host_change_recover("", &run->arena);
        if (r < 0)
                return fail(run, HOST_RECORD, r);
        if (r > 0)
                (void) fprintf(stderr, "iamctl: an earlier run was interrupted; undone\n");
        return 0;
}

static int plan(Run *run) {
        HostTrouble trouble;
        int r = host_plan_make(&run->arena, run->plan.enables, &run->plan, &trouble);

        if (r > 0)
                return refuse(run, trouble.path, trouble.why);
        return r < 0 ? fail(run, trouble.path, r) : 0;
}

static bool is_changed(const HostFile *file) {
        return !host_text_eq(file->now, file->wanted);
}

/* What pam-auth-update notes for itself is named and not shown. */
static int show(const Run *run) {
        for (size_t i = 0; i < run->plan.n; i++) {
                const HostFile *file = &run->plan.files[i];
                int r = 0;

                if (!is_changed(file))
                        continue;
                if (str_starts_with(file->path, "/etc/"))
                        r = command_diff(file->path, file->now, file->wanted);
                else
                        (void) printf("also: %s\n", file->path);
                if (r < 0)
                        return fail(run, file->path, r);
        }
        return 0;
}

static int show_json(const Run *run) {
        CLEANUP(buf_done) Buf text = BUF_INIT(COMMAND_OUTPUT_MAX);
        JsonWriter w = JSON_WRITER(&text);

        json_begin_object(&w);
        json_key(&w, "files");
        json_begin_array(&w);
        for (size_t i = 0; i < run->plan.n; i++)
                if (is_changed(&run->plan.files[i]))
                        json_str(&w, run->plan.files[i].path);
        json_end_array(&w);
        json_put_str(&w, "proved", run->plan.enables ? run->wish->prove : NULL);
        json_end_object(&w);
        if (buf_error(&text) < 0)
                return buf_error(&text);
        (void) printf("%s\n", text.bytes);
        return 0;
}

static int agree(const Run *run) {
        int r;

        if (run->wish->yes)
                return 0;
        (void) fflush(stdout);
        r = run->ports->confirm(run->ports->context, "Change these files");
        if (r == -ENXIO)
                return refuse(run, "", "no terminal to ask; say --yes");
        return r < 0 ? refuse(run, "", "nothing was changed") : 0;
}

/* sshd must take its files, and mean by them what we mean. */
static int check_sshd(const Run *run) {
        static const char *const wanted[] = { "usepam yes\n",
                                              "kbdinteractiveauthentication yes\n" };
        static const char *const test[] = { SSHD, "-T", NULL };
        CLEANUP(buf_done) Buf said = BUF_INIT(COMMAND_OUTPUT_MAX);
        int r;

        if (!command_exists(SSHD))
                return 0;
        /* Where sshd itself is started it has this folder from its unit. */
        if (mkdir("/run/sshd", 0755) < 0 && errno != EEXIST)
                return fail(run, "/run/sshd", -errno);
        r = command_run(test, NULL, &said);
        if (r != 0)
                return r < 0 ? fail(run, SSHD, r) : refuse(run, SSHD, str_or(said.bytes, ""));
        for (size_t i = 0; run->plan.enables && i < ELEMENTSOF(wanted); i++)
                if (said.bytes == NULL || strstr(said.bytes, wanted[i]) == NULL)
                        return refuse(run, "sshd has not",
                                      i == 0 ? "UsePAM yes; another of its files sets it"
                                             : "KbdInteractiveAuthentication yes; another of its "
                                               "files sets it, or none includes " HOST_SSHD_FILE);
        return 0;
}

static int check_program(const Run *run, const char *const argv[]) {
        CLEANUP(buf_done) Buf said = BUF_INIT(COMMAND_OUTPUT_MAX);
        int r;

        if (!command_exists(argv[0]))
                return 0;
        r = command_run(argv, NULL, &said);
        if (r != 0)
                return r < 0 ? fail(run, argv[0], r) : refuse(run, argv[0], str_or(said.bytes, ""));
        return 0;
}

/* sudo tells its version only once it has loaded its plugins.  One of somebody else's that is
 * broken must not keep ours from being taken away. */
static int check_sudo(const Run *run) {
        static const char *const rules[] = { VISUDO, "-c", "-q", NULL };
        static const char *const plugins[] = { HOST_SUDO, "-V", NULL };
        int r = check_program(run, rules);

        return r != 0 || !run->plan.enables ? r : check_program(run, plugins);
}

/* What the machine is like now is what it stays, or all is undone. */
static int check(void *context) {
        CLEANUP(buf_done) Buf facts = BUF_INIT(FACTS_MAX);
        const Run *run = context;
        int r;

        r = prove_facts(&facts);
        if (r < 0)
                return fail(run, "getent", r);
        if (!str_eq(facts.bytes, run->facts.bytes))
                return refuse(run, "",
                              "root or a local account would not be who they were, or not get in");
        r = check_sshd(run);
        if (r == 0)
                r = check_sudo(run);
        if (r == 0 && run->plan.enables && run->wish->prove != NULL)
                r = prove_login(run->wish->prove, run->ports);
        return r;
}

/* A person who leaves, or the end of a connection, must not stop half way: what fails is undone. */
static void hold_signals(sigset_t *ret_before) {
        static const int held[] = { SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM, SIGTSTP };
        sigset_t set;

        (void) sigemptyset(&set);
        for (size_t i = 0; i < ELEMENTSOF(held); i++)
                (void) sigaddset(&set, held[i]);
        (void) pthread_sigmask(SIG_BLOCK, &set, ret_before);
}

static void reload_sshd(const Run *run) {
        static const char *const reload[] = { SYSTEMCTL, "try-reload-or-restart", "ssh.service",
                                              NULL };
        CLEANUP(buf_done) Buf said = BUF_INIT(COMMAND_OUTPUT_MAX);

        for (size_t i = 0; i < run->plan.n; i++)
                if (str_eq(run->plan.files[i].path, HOST_SSHD_FILE) &&
                    is_changed(&run->plan.files[i]) && access("/run/systemd/system", F_OK) == 0 &&
                    command_run(reload, NULL, &said) != 0)
                        (void) refuse(run, "ssh.service was not reloaded; do it by hand",
                                      str_or(said.bytes, ""));
}

static int change(Run *run) {
        sigset_t before;
        int r;

        r = prove_facts(&run->facts);
        if (r < 0)
                return fail(run, "getent", r);
        hold_signals(&before);
        r = host_change("", &run->plan, check, run);
        if (r == 0)
                reload_sshd(run);
        (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (r < 0)
                (void) fail(run, "the files", r);
        if (r != 0)
                (void) fprintf(stderr, "iamctl: all is as it was\n");
        return r;
}

static void tell(const Run *run) {
        syslog(LOG_AUTHPRIV | LOG_NOTICE, "%s: this machine %s", verb(run),
               run->plan.enables ? "asks iamd who people are" : "no longer asks iamd");
        if (run->wish->json)
                return;
        if (!run->plan.enables)
                (void) printf("This machine no longer asks iamd.\n");
        else if (run->wish->prove != NULL)
                (void) printf("%s can log in here.  iamctl host disable undoes all of it.\n",
                              run->wish->prove);
        else
                (void) printf("No login was tried: try one while a root shell is open.  "
                              "iamctl host disable undoes all of it.\n");
}

static int host_switch(bool enable, const HostWish *wish, const HostPorts *ports) {
        CLEANUP(run_done)
        Run run = {
                .arena = ARENA_INIT(ARENA_MAX),
                .wish = wish,
                .ports = ports,
                .plan.enables = enable,
                .facts = BUF_INIT(FACTS_MAX),
                .lock = -1,
        };
        int r;

        r = begin(&run);
        if (r == 0)
                r = plan(&run);
        if (r != 0)
                return r;
        r = wish->json ? show_json(&run) : show(&run);
        if (r != 0 || wish->dry_run)
                return r;
        if (host_plan_is_empty(&run.plan) && (enable || run.plan.record.phase == HOST_PHASE_NONE)) {
                (void) fprintf(stderr, "iamctl: nothing to change\n");
                return enable && wish->prove != NULL ? prove_login(wish->prove, ports) : 0;
        }
        r = agree(&run);
        if (r == 0)
                r = change(&run);
        if (r == 0)
                tell(&run);
        return r;
}

int host_enable(const HostWish *wish, const HostPorts *ports) {
        return host_switch(true, wish, ports);
}

int host_disable(const HostWish *wish, const HostPorts *ports) {
        return host_switch(false, wish, ports);
}
