/* SPDX-License-Identifier: Apache-2.0 */
/* What realm users do under sudo is noted, and sudo never suffers for it. */
#include <sys/wait.h>
#include <time.h>

#include "tests/support/sudo_host.h"

extern struct audit_plugin iam_audit;

static char id[] = "id", dash_u[] = "-u";
static char *submitted[] = { id, dash_u, NULL };

static int open_for(const char *user, const char *uid) {
        return iam_audit.open(
                        SUDO_API_VERSION, NULL, NULL, NULL, sudo_user_info(user, uid), 0, submitted,
                        NULL, NULL, NULL);
}

static int accept_all(char *const argv[]) {
        /* The policy first, then sudo itself once all have agreed. */
        ASSERT_EQ(iam_audit.accept(
                                  "sudoers_policy", SUDO_POLICY_PLUGIN, sudo_command_info(), argv,
                                  NULL, NULL),
                  1);
        return iam_audit.accept("sudo", SUDO_FRONT_END, sudo_command_info(), argv, NULL, NULL);
}

TEST(a_command_is_noted_when_it_begins_and_when_it_ends) {
        CLEANUP(host_done) Host host = {};
        AuditEventList events;

        host_init(&host);
        ASSERT_EQ(open_for("alice", "70000"), 1);
        ASSERT_EQ(accept_all(submitted), 1);
        iam_audit.close(SUDO_PLUGIN_WAIT_STATUS, W_EXITCODE(3, 0));

        events = host_events(&host, "sudo.");
        ASSERT_EQ(events.n, 2);
        ASSERT_EQ(events.items[0].kind, EVENT_SUDO_ACCEPTED);
        ASSERT_TRUE(events.items[0].success);
        ASSERT_STREQ(events.items[0].actor_name, "alice");
        ASSERT_PART(events.items[0].details, "\"command\":\"/usr/bin/id -u\"");
        ASSERT_PART(events.items[0].details, "\"runAs\":\"root\"");
        ASSERT_PART(events.items[0].details, "\"cwd\":\"/home/alice\"");
        ASSERT_PART(events.items[0].details, "\"tty\":\"/dev/pts/3\"");
        ASSERT_EQ(events.items[1].kind, EVENT_SUDO_FINISHED);
        ASSERT_FALSE(events.items[1].success);
        ASSERT_PART(events.items[1].details, "\"status\":3");
}

TEST(a_refusal_is_noted_with_its_reason_and_a_signal_as_a_shell_does) {
        CLEANUP(host_done) Host host = {};
        AuditEventList events;

        host_init(&host);
        ASSERT_EQ(open_for("bob", "70001"), 1);
        ASSERT_EQ(iam_audit.reject("sudoers_policy", SUDO_POLICY_PLUGIN, "not allowed", NULL, NULL),
                  1);
        ASSERT_EQ(iam_audit.error("sudoers_policy", SUDO_POLICY_PLUGIN, "broken", NULL, NULL), 1);
        iam_audit.close(SUDO_PLUGIN_NO_STATUS, 0);
        ASSERT_EQ(accept_all(submitted), 1);
        iam_audit.close(SUDO_PLUGIN_WAIT_STATUS, W_EXITCODE(0, 9));

        events = host_events(&host, "sudo.");
        ASSERT_EQ(events.n, 4);
        ASSERT_EQ(events.items[0].kind, EVENT_SUDO_REJECTED);
        ASSERT_PART(events.items[0].details, "\"message\":\"not allowed\"");
        ASSERT_PART(events.items[0].details, "\"command\":\"id -u\"");
        ASSERT_EQ(events.items[1].kind, EVENT_SUDO_FAILED);
        ASSERT_PART(events.items[3].details, "\"status\":137");
}

TEST(the_host_login_that_sudo_came_of_is_named) {
        CLEANUP(host_done) Host host = {};
        char text[ID_TEXT_SIZE];
        HostLogin login;

        host_init(&host);
        login = host_login(&host, &host.people.alice, "pwd", "1");
        id_format(&login.id, text);
        ASSERT_EQ(open_for("alice", "70000"), 1);
        ASSERT_EQ(accept_all(submitted), 1);
        ASSERT_PART(host_events(&host, "sudo.").items[0].details, text);
        ASSERT_STREQ(host_events(&host, "sudo.").items[0].address, "192.0.2.7");
        /* It is nobody else's. */
        ASSERT_EQ(open_for("bob", "70001"), 1);
        ASSERT_EQ(accept_all(submitted), 1);
        ASSERT_TRUE(strstr(host_events(&host, "sudo.").items[1].details, text) == NULL);
}

TEST(what_a_hostile_person_types_stays_short_and_readable) {
        static char nasty[] = "\x1b[2J\xff\n\xc2\x9b"
                              "end";
        static char many[4096];
        static char *argv[] = { id, nasty, many, NULL };
        CLEANUP(host_done) Host host = {};
        const char *details;

        host_init(&host);
        memset(many, 'x', sizeof(many) - 1);
        ASSERT_EQ(open_for("alice", "70000"), 1);
        ASSERT_EQ(accept_all(argv), 1);
        details = host_events(&host, "sudo.").items[0].details;
        ASSERT_PART(details, "/usr/bin/id ?[2J???end xxx");
        ASSERT_TRUE(strlen(details) < PLUGIN_COMMAND_MAX + 256);
}

TEST(root_and_local_accounts_are_none_of_iamds_business) {
        CLEANUP(host_done) Host host = {};

        host_init(&host);
        ASSERT_EQ(open_for("root", "0"), 0);
        ASSERT_EQ(open_for("alice", "0"), 0);
        ASSERT_EQ(open_for("local", "1000"), 0);
        ASSERT_EQ(open_for("nobody-here", "4711"), 0);
}

static int64_t milliseconds(void) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

TEST(while_iamd_is_away_or_silent_sudo_goes_on_soon) {
        static const char *const names[] = { "alice" };

        for (int silent = 0; silent < 2; silent++) {
                int64_t began = milliseconds();
                int listener = -1;

                place_init("");
                place_publish(names, 1);
                if (silent)
                        listener = place_listen();
                ASSERT_EQ(open_for("alice", "70000"), 1);
                ASSERT_EQ(accept_all(submitted), 1);
                ASSERT_EQ(iam_audit.reject("x", SUDO_APPROVAL_PLUGIN, "no", NULL, NULL), 1);
                iam_audit.close(SUDO_PLUGIN_WAIT_STATUS, 0);
                ASSERT_TRUE(milliseconds() - began < 1500);
                if (silent)
                        close(listener);
        }
}

TEST(of_a_sudo_that_speaks_otherwise_nothing_is_noted) {
        ASSERT_EQ(iam_audit.open(SUDO_API_MKVERSION(2, 0), NULL, NULL, NULL,
                                 sudo_user_info("alice", "70000"), 0, submitted, NULL, NULL, NULL),
                  0);
}
