/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a broken or hostile iamd says, no entry ends in success or ignore for a realm user. */
#include <pthread.h>
#include <security/pam_appl.h>
#include <stdatomic.h>

#include "base/reason.h"
#include "tests/support/pam_place.h"
#include "wire/varlink.h"

#define ATTEMPT "\"attempt\":\"x\""
#define STEP(members) "{\"parameters\":{" members "}}"

/* bytes to send after each call, with len -1: up to the NUL and with it; NULL: hang up at once. */
static const struct Fault {
        const char *what;
        const char *bytes;
        bool without_nul;
        bool silent;
} faults[] = {
        { "hangs up", NULL },
        { "says nothing", NULL, .silent = true },
        { "an empty message", "" },
        { "no JSON", "hello" },
        { "half a message", "{\"parameters\":", .without_nul = true },
        { "another type", "[]" },
        { "no parameters", "{}" },
        { "an empty step", STEP("") },
        { "an unknown outcome", STEP("\"outcome\":\"yes\"," ATTEMPT) },
        { "an outcome of another type", STEP("\"outcome\":true," ATTEMPT) },
        { "done without a user", STEP("\"outcome\":\"done\"," ATTEMPT) },
        { "done for somebody else", STEP("\"outcome\":\"done\",\"user\":\"bob\"," ATTEMPT) },
        { "done for a longer name", STEP("\"outcome\":\"done\",\"user\":\"alice2\"," ATTEMPT) },
        { "done with prompts",
          STEP("\"outcome\":\"done\",\"user\":\"alice\",\"prompts\":[{\"id\":\"a\",\"kind\":"
               "\"text\",\"label\":\"b\"}]," ATTEMPT) },
        { "done without an attempt", STEP("\"outcome\":\"done\",\"user\":\"alice\"") },
        { "ask without prompts", STEP("\"outcome\":\"ask\"," ATTEMPT) },
        { "too many prompts",
          STEP("\"outcome\":\"ask\",\"prompts\":[{\"id\":\"a\",\"kind\":\"text\",\"label\":\"b\"},"
               "{\"id\":\"a\",\"kind\":\"text\",\"label\":\"b\"},{\"id\":\"a\",\"kind\":\"text\","
               "\"label\":\"b\"},{\"id\":\"a\",\"kind\":\"text\",\"label\":\"b\"},{\"id\":\"a\","
               "\"kind\":\"text\",\"label\":\"b\"}]," ATTEMPT) },
        { "asks for ever",
          STEP("\"outcome\":\"ask\",\"prompts\":[{\"id\":\"a\",\"kind\":\"info\",\"label\":\"b\"}"
               "]," ATTEMPT) },
        { "asks for a new password for ever",
          STEP("\"outcome\":\"ask\",\"prompts\":[{\"id\":\"a\",\"kind\":\"new\",\"label\":\"b\","
               "\"again\":\"c\"}]," ATTEMPT) },
        { "asks for a new password in two kinds",
          STEP("\"outcome\":\"ask\",\"prompts\":[{\"id\":\"a\",\"kind\":\"new\",\"label\":\"b\"},"
               "{\"id\":\"a\",\"kind\":\"newer\",\"label\":\"b\"}]," ATTEMPT) },
        { "an unknown member", STEP("\"outcome\":\"refused\",\"more\":1," ATTEMPT) },
        { "refused", STEP("\"outcome\":\"refused\"," ATTEMPT) },
        { "an error named ok",
          "{\"error\":\"org.iamd.Error.Ok\",\"parameters\":{\"reason\":\"ok\"}}" },
        { "an error beside success",
          "{\"error\":\"x.Y\",\"parameters\":{\"outcome\":\"done\",\"user\":\"alice\"," ATTEMPT
          "}}" },
        { "unavailable", "{\"error\":\"org.iamd.Error.Unavailable\",\"parameters\":{\"reason\":"
                         "\"unavailable\"}}" },
        { "unknown user",
          "{\"error\":\"org.iamd.Error.UnknownUser\",\"parameters\":{\"reason\":\"unknown-user\"}"
          "}" },
};

static _Atomic size_t fault_now;
static atomic_bool ending;

static void speak(int fd) {
        const struct Fault *fault = &faults[fault_now];
        char bytes[4096];

        while (recv(fd, bytes, sizeof(bytes), 0) > 0) {
                if (fault->silent)
                        continue;
                if (fault->bytes == NULL)
                        return;
                (void) send(fd, fault->bytes, strlen(fault->bytes) + !fault->without_nul,
                            MSG_NOSIGNAL);
                if (fault->without_nul)
                        return;
        }
}

static void *fake_main(void *context) {
        int listener = *(int *) context;

        while (!atomic_load(&ending)) {
                int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

                if (fd < 0) {
                        usleep(1000);
                        continue;
                }
                speak(fd);
                close(fd);
        }
        return NULL;
}

/* Each of the six, chauthtok for root and for who has logged in; setcred of a user in the snapshot
 * holds no state and asks nobody. */
static void assert_all_fail(const char *user, bool in_snapshot, const char *what) {
        for (int entry = 0; entry < 7; entry++) {
                Script script = { .answers = { "a", "b", "c", "d" } };
                pam_handle_t *pamh = place_start(user, &script);
                int r = PAM_SUCCESS;

                if (entry == 0)
                        r = pam_authenticate(pamh, 0);
                else if (entry == 1)
                        r = pam_acct_mgmt(pamh, 0);
                else if (entry == 2)
                        r = pam_open_session(pamh, 0);
                else if (entry == 3)
                        r = pam_close_session(pamh, 0);
                else if (entry == 4)
                        r = pam_chauthtok(pamh, 0);
                else if (entry == 5)
                        r = pam_chauthtok(pamh, PAM_CHANGE_EXPIRED_AUTHTOK);
                else
                        r = in_snapshot ? PAM_CRED_ERR : pam_setcred(pamh, PAM_ESTABLISH_CRED);
                if (r == PAM_SUCCESS || r == PAM_IGNORE)
                        fail_msg("%s: entry %d of %s gave %d", what, entry, user, r);
                (void) pam_end(pamh, r);
        }
}

/* What names the user is a yes to the account and the session, as it should be. */
static bool is_yes_to_plain_calls(const struct Fault *fault) {
        return fault->bytes != NULL && strncmp(fault->bytes, "{\"parameters\"", 13) == 0 &&
               strstr(fault->bytes, "\"user\":\"alice\"") != NULL;
}

TEST(no_fault_of_iamd_opens_a_door) {
        static const char *const names[] = { "alice" };
        pthread_t thread;
        int listener;

        place_init("timeout=1");
        listener = place_listen();
        ASSERT_OK(pthread_create(&thread, NULL, fake_main, &listener));
        place_publish(names, 1);
        for (size_t i = 0; i < ELEMENTSOF(faults); i++) {
                Script script = { .answers = { "a", "b", "c", "d" } };
                pam_handle_t *pamh = place_start("alice", &script);
                int r;

                atomic_store(&fault_now, i);
                r = pam_authenticate(pamh, 0);
                if (r == PAM_SUCCESS || r == PAM_IGNORE)
                        fail_msg("%s: authenticate gave %d", faults[i].what, r);
                (void) pam_end(pamh, r);
                if (!is_yes_to_plain_calls(&faults[i]))
                        assert_all_fail("alice", /* in_snapshot= */ true, faults[i].what);
        }
        atomic_store(&ending, true);
        ASSERT_OK(pthread_join(thread, NULL));
        close(listener);
}

TEST(without_iamd_a_realm_user_is_refused_fast_and_a_local_one_is_not_ours) {
        static const char *const names[] = { "alice" };
        Script script = { .answers = { "a" } };
        pam_handle_t *pamh;

        place_init("");
        place_publish(names, 1);
        assert_all_fail("alice", /* in_snapshot= */ true, "nobody serves");
        place_publish(NULL, 0);
        assert_all_fail("alice", /* in_snapshot= */ false, "no snapshot either");

        pamh = place_start("alice", &script);
        ASSERT_EQ(pam_set_item(pamh, PAM_RHOST, NULL), PAM_SUCCESS); /* a console */
        ASSERT_EQ(pam_authenticate(pamh, 0), PAM_AUTHINFO_UNAVAIL);
        ASSERT_EQ(pam_acct_mgmt(pamh, 0), PAM_AUTHINFO_UNAVAIL);
        (void) pam_end(pamh, 0);
        ASSERT_STREQ(script.heard, "");
        /* From the network: as a name known nowhere, which pam_unix asks for its password. */
        pamh = place_start("alice", &script);
        ASSERT_EQ(pam_authenticate(pamh, 0), PAM_AUTHINFO_UNAVAIL);
        (void) pam_end(pamh, 0);
        ASSERT_STREQ(script.heard, "Password: |");
        script = (Script){};
        pamh = place_start("local", &script);
        ASSERT_EQ(pam_authenticate(pamh, 0), PAM_USER_UNKNOWN);
        ASSERT_EQ(pam_acct_mgmt(pamh, 0), PAM_USER_UNKNOWN);
        (void) pam_end(pamh, 0);
        ASSERT_STREQ(script.heard, "");
}

TEST(a_socket_in_a_directory_that_others_may_write_is_not_believed) {
        static const char *const names[] = { "alice" };
        Script script = { .answers = { "a" } };
        pam_handle_t *pamh;
        int listener;

        place_init("");
        place_publish(names, 1);
        listener = place_listen();
        ASSERT_OK(chmod(PAM_PLACE "/run", 0777));
        pamh = place_start("alice", &script);
        ASSERT_EQ(pam_authenticate(pamh, 0), PAM_AUTHINFO_UNAVAIL);
        ASSERT_EQ(pam_acct_mgmt(pamh, 0), PAM_AUTHINFO_UNAVAIL);
        (void) pam_end(pamh, 0);
        ASSERT_OK(chmod(PAM_PLACE "/run", 0755));
        close(listener);
}

TEST(a_peer_of_another_uid_is_not_believed) {
        static const char *const names[] = { "alice" };
        Script script = { .answers = { "a" } };
        pam_handle_t *pamh;
        int listener;

        place_init("");
        place_publish(names, 1);
        /* Credentials are those of who called listen(). */
        ASSERT_OK(chmod(PAM_PLACE "/run", 0755));
        ASSERT_OK(seteuid(0));
        listener = place_listen();
        ASSERT_OK(seteuid(65534));
        ASSERT_OK(listen(listener, 16));
        ASSERT_OK(seteuid(0));
        pamh = place_start("alice", &script);
        ASSERT_EQ(pam_authenticate(pamh, 0), PAM_AUTHINFO_UNAVAIL);
        (void) pam_end(pamh, 0);
        close(listener);
}
