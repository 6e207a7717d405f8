/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP server over real sockets. */
#include "tests/support/http_case.h"
#include "tests/support/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEALTH "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
#define WEB_REDIRECT "&redirect_uri=https%3A%2F%2Fapp.example.org%2Fcb&scope=openid"
#define TOKEN "/realms/demo/protocol/openid-connect/token"

TEST(a_connection_serves_many_requests) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpCase h;
        int fd;

        http_begin(&h, NULL);
        fd = http_connect(&h);
        for (int i = 0; i < 20; i++) {
                http_send_text(fd, HEALTH);
                http_receive(fd, false, &answer);
                ASSERT_EQ(answer.status, 200);
                ASSERT_STREQ(answer.body.bytes, "{\"status\":\"ok\"}\n");
        }
        close(fd);
        http_end(&h);
}

TEST(fifty_pipelined_requests_are_answered_in_order) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        char requests[50 * 80] = "";
        Usec began;
        HttpCase h;
        int fd;

        for (int i = 0; i < 50; i++)
                strcat(requests, i % 5 == 4 ? "GET /realms/demo/protocol/openid-connect/certs "
                                              "HTTP/1.1\r\nHost: a\r\n\r\n"
                                            : HEALTH);
        http_begin(&h, NULL);
        fd = http_connect(&h);
        began = lane_now();
        http_send_text(fd, requests);
        for (int i = 0; i < 50; i++) {
                http_receive(fd, false, &answer);
                ASSERT_EQ(answer.status, 200);
                ASSERT_EQ(strncmp(answer.body.bytes, "{\"keys\"", 7) == 0, i % 5 == 4);
        }
        /* None waited for a timer: each finished job wakes the server. */
        ASSERT_TRUE(lane_now() - began < 2 * USEC_PER_SEC);
        close(fd);
        http_end(&h);
}

TEST(a_request_that_comes_byte_by_byte_is_the_same_request) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        static const char request[] = "POST " TOKEN " HTTP/1.1\r\nHost: a\r\nContent-Type: "
                                      "application/x-www-form-urlencoded\r\n"
                                      "Content-Length: 19\r\n\r\ngrant_type=password";
        HttpCase h;
        int fd;

        http_begin(&h, NULL);
        fd = http_connect(&h);
        for (size_t i = 0; i < sizeof(request) - 1; i++)
                http_send(fd, request + i, 1);
        http_receive(fd, false, &answer);
        ASSERT_EQ(answer.status, 400);
        ASSERT_TRUE(strstr(answer.body.bytes, "unsupported_grant_type") != NULL);
        close(fd);
        http_end(&h);
}

TEST(head_is_get_without_the_body) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpCase h;
        int fd;

        http_begin(&h, NULL);
        fd = http_connect(&h);
        http_send_text(fd, "HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n" HEALTH);
        http_receive(fd, true, &answer);
        ASSERT_EQ(answer.status, 200);
        ASSERT_STREQ(http_field(&answer, "Content-Length"), "16");
        http_receive(fd, false, &answer); /* what follows is the next reply, not a body */
        ASSERT_EQ(answer.status, 200);
        ASSERT_EQ(answer.body.len, 16);
        close(fd);
        http_end(&h);
}

/* RFC 9110 section 10.1.1. */
TEST(a_client_that_waits_for_100_gets_it_or_the_refusal_at_once) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpCase h;
        int fd;

        http_begin(&h, NULL);
        fd = http_connect(&h);
        http_send_text(fd, "POST " TOKEN " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                           "Content-Type: application/x-www-form-urlencoded\r\n"
                           "Content-Length: 19\r\n\r\n");
        http_receive(fd, true, &answer);
        ASSERT_EQ(answer.status, 100);
        http_send_text(fd, "grant_type=password");
        http_receive(fd, false, &answer);
        ASSERT_EQ(answer.status, 400);
        close(fd);

        fd = http_connect(&h);
        http_send_text(fd, "POST " TOKEN " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                           "Content-Length: 1000000\r\n\r\n");
        http_receive(fd, false, &answer);
        ASSERT_EQ(answer.status, 413);
        ASSERT_TRUE(http_is_closed(fd));
        close(fd);
        http_end(&h);
}

static int ask_padded(HttpCase *h, const char *before, size_t padding, const char *after) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        char *text = malloc(strlen(before) + padding + strlen(after) + 1);
        int status;

        ASSERT_TRUE(text != NULL);
        strcpy(text, before);
        memset(text + strlen(before), 'a', padding);
        strcpy(text + strlen(before) + padding, after);
        status = http_ask(h, text, &answer);
        free(text);
        return status;
}

TEST(what_is_beyond_a_limit_is_refused) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        static char many[2000 * 8 + 64];
        int status;
        HttpCase h;

        http_begin(&h, NULL);
        ASSERT_EQ(ask_padded(&h, "GET /health?", HTTP_TARGET_MAX - 8,
                             " HTTP/1.1\r\nHost: a\r\n\r\n"),
                  200);
        ASSERT_EQ(ask_padded(&h, "GET /health?", HTTP_TARGET_MAX, " HTTP/1.1\r\nHost: a\r\n\r\n"),
                  414);
        ASSERT_EQ(ask_padded(&h, "GET /health?", 20000, " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
        ASSERT_EQ(ask_padded(&h, "GET /health HTTP/1.1\r\nHost: a\r\nX: ",
                             HTTP_HEADER_BYTES_MAX - 16, "\r\n\r\n"),
                  200);
        ASSERT_EQ(ask_padded(&h, "GET /health HTTP/1.1\r\nHost: a\r\nX: ", HTTP_HEADER_BYTES_MAX,
                             "\r\n\r\n"),
                  431);
        status = ask_padded(&h, "GET /health HTTP/1.1\r\nHost: a\r\nX: ", 100000, "\r\n\r\n");
        ASSERT_TRUE(status == 431 || status == 0); /* refused by the library's memory limit */
        status = ask_padded(&h, "GET /", 100000, " HTTP/1.1\r\nHost: a\r\n\r\n");
        ASSERT_TRUE(status == 414 || status == 431 || status == 0);

        strcpy(many, "GET /health HTTP/1.1\r\nHost: a\r\n");
        for (int i = 0; i < 2000; i++)
                strcat(many, "X: y\r\n");
        strcat(many, "\r\n");
        ASSERT_EQ(http_ask(&h, many, &answer), 431);
        http_end(&h);
}

/* A body of this many bytes in chunks of 1000. */
static void send_chunks(int fd, size_t bytes) {
        char chunk[1008] = "3e8\r\n";

        memset(chunk + 5, 'a', 1000);
        memcpy(chunk + 1005, "\r\n", 2);
        for (size_t i = 0; i < bytes / 1000; i++)
                http_send(fd, chunk, 1007);
}

TEST(a_chunked_body_has_the_same_limit_and_is_not_swallowed_without_end) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        static const char head[] = "POST " TOKEN " HTTP/1.1\r\nHost: a\r\nContent-Type: "
                                   "application/x-www-form-urlencoded\r\n"
                                   "Transfer-Encoding: chunked\r\n\r\n";
        HttpCase h;
        int fd;

        http_begin(&h, NULL);
        fd = http_connect(&h);
        http_send_text(fd, head);
        send_chunks(fd, 65000);
        http_send_text(fd, "0\r\n\r\n");
        http_receive(fd, false, &answer);
        ASSERT_EQ(answer.status, 400); /* the limit is not passed: it is read, and no form */
        close(fd);

        fd = http_connect(&h);
        http_send_text(fd, head);
        send_chunks(fd, 70000);
        http_send_text(fd, "0\r\n\r\n");
        http_receive(fd, false, &answer);
        ASSERT_EQ(answer.status, 413);
        close(fd);

        fd = http_connect(&h);
        http_send_text(fd, head);
        send_chunks(fd, 2000000);
        http_receive(fd, false, &answer);
        ASSERT_EQ(answer.status, 0);
        close(fd);
        http_end(&h);
}

/* Drips this text again and again, a byte each 20 ms, until the peer hangs up. */
static Usec drip(int fd, const char *first, const char *again) {
        Usec began = lane_now();

        http_send_text(fd, first);
        for (size_t i = 0; lane_now() - began < 4 * USEC_PER_SEC; i++) {
                char byte;

                if (send(fd, again + i % strlen(again), 1, MSG_NOSIGNAL) != 1)
                        break;
                usleep(20000);
                if (recv(fd, &byte, 1, MSG_DONTWAIT) >= 0)
                        break;
        }
        return lane_now() - began;
}

TEST(deadlines_are_absolute_a_drip_does_not_move_them) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpServerOptions options = http_options();
        Usec took;
        HttpCase h;
        int fd;

        options.deadlines.head = 400 * USEC_PER_MSEC;
        options.deadlines.body = 500 * USEC_PER_MSEC;
        options.deadlines.idle = 600 * USEC_PER_MSEC;
        http_begin(&h, &options);
        fd = http_connect(&h); /* silence */
        ASSERT_TRUE(http_is_closed(fd));
        close(fd);
        fd = http_connect(&h);
        took = drip(fd, "",
                    "GET /health HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        ASSERT_TRUE(took >= 300 * USEC_PER_MSEC && took < 2 * USEC_PER_SEC);
        close(fd);
        fd = http_connect(&h);
        took = drip(fd, "POST " TOKEN " HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n", "a");
        ASSERT_TRUE(took >= 400 * USEC_PER_MSEC && took < 2 * USEC_PER_SEC);
        close(fd);
        fd = http_connect(&h);
        http_send_text(fd, HEALTH);
        http_receive(fd, false, &answer);
        ASSERT_EQ(answer.status, 200);
        took = drip(fd, "GET /health HTTP/1.1\r\n", "X: a\r\n");
        ASSERT_TRUE(took >= 500 * USEC_PER_MSEC && took < 2 * USEC_PER_SEC);
        close(fd);
        http_end(&h);
}

/* Who asks for much and reads nothing does not hold a connection for ever. */
TEST(a_peer_that_does_not_read_is_cut) {
        HttpServerOptions options = http_options();
        Usec began = lane_now();
        HttpCase h;
        int small = 2048;
        int fd;

        options.deadlines.write = 400 * USEC_PER_MSEC;
        options.deadlines.idle = 400 * USEC_PER_MSEC;
        http_begin(&h, &options);
        ASSERT_OK(setsockopt(h.listen_fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)));
        fd = http_connect(&h);
        ASSERT_OK(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)));
        while (lane_now() - began < 4 * USEC_PER_SEC) {
                if (send(fd, HEALTH, sizeof(HEALTH) - 1, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
                        continue;
                if (errno != EAGAIN)
                        break;
                usleep(1000);
        }
        ASSERT_TRUE(lane_now() - began < 4 * USEC_PER_SEC);
        close(fd);
        http_end(&h);
}

TEST(one_peer_holds_no_more_connections_than_its_share) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpServerOptions options = http_options();
        HttpCase h;
        int fds[4];
        int fd;

        options.max_connections_per_peer = ELEMENTSOF(fds);
        http_begin(&h, &options);
        for (size_t i = 0; i < ELEMENTSOF(fds); i++) {
                fds[i] = http_connect(&h);
                http_send_text(fds[i], HEALTH);
                http_receive(fds[i], false, &answer);
                ASSERT_EQ(answer.status, 200);
        }
        fd = http_connect(&h);
        ASSERT_TRUE(http_is_closed(fd));
        close(fd);
        close(fds[0]);
        for (int tries = 0; tries < 100; tries++) { /* the server sees the close soon */
                usleep(10000);
                if (http_ask(&h, HEALTH, &answer) == 200)
                        break;
        }
        ASSERT_EQ(answer.status, 200);
        for (size_t i = 1; i < ELEMENTSOF(fds); i++)
                close(fds[i]);
        http_end(&h);
}

TEST(a_job_that_waited_too_long_is_asked_to_come_again) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpServerOptions options = http_options();
        HttpCase h;

        options.deadlines.job = -1;
        http_begin(&h, &options);
        ASSERT_EQ(http_ask(&h, "POST " TOKEN " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
                           &answer),
                  503);
        ASSERT_STREQ(http_field(&answer, "Retry-After"), "2");
        ASSERT_TRUE(strstr(answer.body.bytes, "temporarily_unavailable") != NULL);
        ASSERT_EQ(http_ask(&h, HEALTH, &answer), 200); /* made at once, it waits for no lane */
        http_end(&h);
}

TEST(heads_that_never_end_leave_nothing_behind) {
        HttpCase h;

        http_begin(&h, NULL);
        for (int i = 0; i < 50; i++) {
                int fd = http_connect(&h);

                http_send_text(fd,
                               i % 2 ? "GET /health?x=1 HTTP/1.1\r\nHost: a\r\nX-" : "GET /hea");
                close(fd);
        }
        for (int i = 0; i < 20; i++) { /* gone before the answer */
                int fd = http_connect(&h);

                http_send_text(fd, "GET /realms/demo/protocol/openid-connect/certs HTTP/1.1\r\n"
                                   "Host: a\r\n\r\n");
                close(fd);
        }
        http_end(&h); /* the leak checker says whether that is true */
}

typedef struct Load {
        HttpCase *h;
        Usec until;
        _Atomic unsigned *answered;
        unsigned failed;
} Load;

static void *load(void *context) {
        Load *job = context;
        HttpAnswer answer = HTTP_ANSWER;
        int fd = http_connect(job->h);

        for (unsigned i = 0; lane_now() < job->until; i++) {
                http_send_text(fd, i % 2 ? HEALTH
                                         : "GET /realms/demo/.well-known/"
                                           "openid-configuration HTTP/1.1\r\n"
                                           "Host: a\r\n\r\n");
                http_receive(fd, false, &answer);
                if (answer.status != 200) {
                        job->failed++;
                        break;
                }
                atomic_fetch_add(job->answered, 1);
                if (http_field(&answer, "Connection") != NULL)
                        break; /* told to go */
        }
        close(fd);
        http_answer_done(&answer);
        return NULL;
}

#define LOADS 64

TEST(sixty_four_connections_are_served_at_once) {
        static Load loads[LOADS];
        _Atomic unsigned answered = 0;
        pthread_t threads[LOADS];
        HttpCase h;

        http_begin(&h, NULL);
        for (size_t i = 0; i < LOADS; i++) {
                loads[i] = (Load){ &h, lane_now() + 2 * USEC_PER_SEC, &answered, 0 };
                ASSERT_OK(pthread_create(&threads[i], NULL, load, &loads[i]));
        }
        for (size_t i = 0; i < LOADS; i++) {
                ASSERT_OK(pthread_join(threads[i], NULL));
                ASSERT_EQ(loads[i].failed, 0);
        }
        print_message("# %u answers in 2 s over %d connections\n", answered, LOADS);
        ASSERT_TRUE(answered > LOADS);
        http_end(&h);
}

/* The lanes run on; the library is never stopped while a job may resume a connection. */
TEST(a_stop_under_load_fails_nobody) {
        for (int round = 0; round < 5; round++) {
                static Load loads[16];
                _Atomic unsigned answered = 0;
                pthread_t threads[ELEMENTSOF(loads)];
                HttpCase h;

                http_begin(&h, NULL);
                for (size_t i = 0; i < ELEMENTSOF(loads); i++) {
                        loads[i] = (Load){ &h, lane_now() + 5 * USEC_PER_SEC, &answered, 0 };
                        ASSERT_OK(pthread_create(&threads[i], NULL, load, &loads[i]));
                }
                usleep(100000);
                ASSERT_OK(http_stop(&h));
                h.server = http_server_free(h.server);
                for (size_t i = 0; i < ELEMENTSOF(loads); i++) {
                        ASSERT_OK(pthread_join(threads[i], NULL));
                        ASSERT_EQ(loads[i].failed, 0);
                }
                ASSERT_TRUE(answered > 0);
                http_end(&h);
        }
}

static void *stop_now(void *context) {
        ASSERT_OK(http_stop(context));
        return NULL;
}

/* RFC 9112 section 9.6.  Nobody can know whether a request was done that met a closed door. */
TEST(a_stop_answers_once_more_whoever_is_connected_and_closes) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        pthread_t stopper;
        HttpCase h;
        int fresh;
        int answered;

        http_begin(&h, NULL);
        fresh = http_connect(&h);
        answered = http_connect(&h);
        http_send_text(answered, HEALTH);
        http_receive(answered, false, &answer);
        ASSERT_STREQ(http_field(&answer, "Connection"), NULL);
        ASSERT_OK(pthread_create(&stopper, NULL, stop_now, &h));
        usleep(50000);
        http_send_text(answered, HEALTH);
        http_receive(answered, false, &answer);
        ASSERT_EQ(answer.status, 200);
        ASSERT_STREQ(http_field(&answer, "Connection"), "close");
        ASSERT_TRUE(http_is_closed(answered));
        usleep(300000); /* whoever was answered is gone by now; who has not asked is waited for */
        http_send_text(fresh, HEALTH);
        http_receive(fresh, false, &answer);
        ASSERT_EQ(answer.status, 200);
        ASSERT_STREQ(http_field(&answer, "Connection"), "close");
        ASSERT_TRUE(http_is_closed(fresh));
        ASSERT_OK(pthread_join(stopper, NULL));
        close(fresh);
        close(answered);
        h.server = http_server_free(h.server);
        http_end(&h);
}

TEST(a_silent_connection_holds_a_stop_up_for_a_second_at_most) {
        Usec began;
        HttpCase h;
        int fd;

        http_begin(&h, NULL);
        fd = http_connect(&h);
        usleep(50000);
        began = lane_now();
        ASSERT_OK(http_stop(&h));
        ASSERT_TRUE(lane_now() - began < 2 * USEC_PER_SEC);
        ASSERT_TRUE(http_is_closed(fd));
        close(fd);
        h.server = http_server_free(h.server);
        http_end(&h);
}

TEST(every_reply_carries_the_protections) {
        static const struct {
                const char *name;
                const char *value;
        } fields[] = {
                { "Cache-Control", "no-store" },
                { "X-Content-Type-Options", "nosniff" },
                { "X-Frame-Options", "DENY" },
                { "Referrer-Policy", "same-origin" },
                { "Strict-Transport-Security", "max-age=31536000" },
                { "Access-Control-Allow-Origin", NULL },
                { "Server", NULL },
        };
        static const char *const requests[] = {
                HEALTH,
                "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /realms/demo/protocol/openid-connect/auth HTTP/1.1\r\nHost: a\r\n"
                "Origin: https://evil.example\r\n\r\n",
                "POST " TOKEN " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
                "GET /realms/demo/protocol/openid-connect/userinfo HTTP/1.1\r\nHost: a\r\n\r\n",
        };
        HttpCase h;

        http_begin(&h, NULL);
        for (size_t i = 0; i < ELEMENTSOF(requests); i++) {
                CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;

                ASSERT_TRUE(http_ask(&h, requests[i], &answer) != 0);
                for (size_t j = 0; j < ELEMENTSOF(fields); j++)
                        ASSERT_STREQ(http_field(&answer, fields[j].name), fields[j].value);
                ASSERT_TRUE(strstr(http_field(&answer, "Content-Security-Policy"),
                                   "frame-ancestors 'none'") != NULL);
        }
        http_end(&h);
}

/* Law 1. */
TEST(no_request_header_gets_into_any_address) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        static const char evil[] =
                        "Host: evil.example\r\nForwarded: host=evil.example;proto=http\r\n"
                        "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\n"
                        "X-Forwarded-Port: 81\r\nX-Forwarded-Prefix: /evil.example\r\n"
                        "X-Original-URL: /evil.example\r\nReferer: //evil.example/\r\n"
                        "Origin: https://evil.example\r\n\r\n";
        static const char *const targets[] = {
                "/realms/demo/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server/realms/demo",
                "/realms/demo/.well-known/oauth-authorization-server",
                "/realms/demo/protocol/openid-connect/logout",
                "/realms/demo/protocol/openid-connect/"
                "auth?client_id=web&response_type=code" WEB_REDIRECT,
        };
        HttpCase h;

        http_begin(&h, NULL);
        for (size_t i = 0; i < ELEMENTSOF(targets); i++) {
                char request[2048];

                (void) snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\n%s", targets[i],
                                evil);
                ASSERT_TRUE(http_ask(&h, request, &answer) < 400);
                ASSERT_TRUE(strstr(answer.head.bytes, "evil") == NULL);
                ASSERT_TRUE(answer.body.bytes == NULL || strstr(answer.body.bytes, "evil") == NULL);
        }
        ASSERT_TRUE(
                        str_starts_with(http_field(&answer, "Location"),
                                        "https://id.example.org/realms/demo/login-actions/"));
        http_end(&h);
}
