/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/connections.h"

#include "daemon/run/lane.h"
#include "tests/support/test.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_storage peer_of(const char *text) {
        struct sockaddr_storage address = {};
        struct sockaddr_in *v4 = (struct sockaddr_in *) &address;
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) &address;

        if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
                v4->sin_family = AF_INET;
        } else {
                ASSERT_EQ(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
                v6->sin6_family = AF_INET6;
        }
        return address;
}

static int add(Connections *connections, int fd, const char *peer) {
        struct sockaddr_storage address = peer_of(peer);

        return connections_add(connections, fd, &address, USEC_PER_SEC);
}

static void connections_freep(Connections **connections) {
        connections_free(*connections);
}

TEST(one_peer_takes_no_more_than_its_share) {
        CLEANUP(connections_freep) Connections *connections = NULL;

        ASSERT_OK(connections_new(
                        &(ConnectionLimits){ .max = 8, .max_per_peer = 2 }, &connections));
        ASSERT_OK(add(connections, 100, "192.0.2.1"));
        ASSERT_OK(add(connections, 101, "192.0.2.1"));
        ASSERT_CODE(add(connections, 102, "192.0.2.1"), -EBUSY);
        ASSERT_CODE(add(connections, 102, "::ffff:192.0.2.1"), -EBUSY); /* the same address */
        ASSERT_OK(add(connections, 102, "192.0.2.2"));
        connections_forget(connections, 100);
        ASSERT_OK(add(connections, 103, "192.0.2.1"));
}

TEST(an_ipv6_peer_is_its_64) {
        CLEANUP(connections_freep) Connections *connections = NULL;

        ASSERT_OK(connections_new(
                        &(ConnectionLimits){ .max = 8, .max_per_peer = 1 }, &connections));
        ASSERT_OK(add(connections, 100, "2001:db8:0:1::1"));
        ASSERT_CODE(add(connections, 101, "2001:db8:0:1:ffff::2"), -EBUSY);
        ASSERT_OK(add(connections, 101, "2001:db8:0:2::1"));
}

TEST(all_peers_together_have_a_limit_and_trusted_ones_only_that) {
        CLEANUP(connections_freep) Connections *connections = NULL;
        Cidr proxy;

        ASSERT_OK(cidr_parse("10.0.0.0/8", &proxy));
        ASSERT_OK(
                        connections_new(&(ConnectionLimits){ .max = 3,
                                                             .max_per_peer = 1,
                                                             .trusted = &proxy,
                                                             .n_trusted = 1 },
                                        &connections));
        ASSERT_OK(add(connections, 100, "10.0.0.1"));
        ASSERT_OK(add(connections, 101, "10.0.0.1"));
        ASSERT_OK(add(connections, 102, "192.0.2.1"));
        ASSERT_CODE(add(connections, 103, "10.0.0.1"), -EBUSY);
}

TEST(a_connection_past_its_deadline_is_shut_down_once) {
        CLEANUP(connections_freep) Connections *connections = NULL;
        struct sockaddr_storage unix_peer = { .ss_family = AF_UNIX };
        int pair[2];
        char byte;

        ASSERT_OK(connections_new(
                        &(ConnectionLimits){ .max = 2, .max_per_peer = 1 }, &connections));
        ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair));
        ASSERT_OK(connections_add(connections, pair[0], &unix_peer, USEC_PER_SEC));
        connections_sweep(connections, lane_now());
        ASSERT_EQ(read(pair[1], &byte, 1), -1);
        /* A lane has it: no bound, and the server waits for it. */
        connection_deadline(connections_find(connections, pair[0]), USEC_INFINITY, true);
        connections_sweep(connections, lane_now() + 1000 * USEC_PER_SEC);
        ASSERT_EQ(read(pair[1], &byte, 1), -1);
        ASSERT_EQ(connections_open(connections), 1);
        connection_deadline(connections_find(connections, pair[0]), USEC_PER_SEC, false);
        connections_sweep(connections, lane_now() + 2 * USEC_PER_SEC);
        ASSERT_EQ(read(pair[1], &byte, 1), 0);
        connections_forget(connections, pair[0]);
        ASSERT_EQ(connections_open(connections), 0);
        close(pair[0]);
        close(pair[1]);
}

TEST(at_a_stop_who_has_not_asked_yet_gets_more_time_than_who_was_answered) {
        CLEANUP(connections_freep) Connections *connections = NULL;
        const struct sockaddr_storage peer = { .ss_family = AF_UNIX };
        int fresh[2], answered[2], busy[2];
        char byte;

        ASSERT_OK(connections_new(
                        &(ConnectionLimits){ .max = 3, .max_per_peer = 3 }, &connections));
        ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fresh));
        ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, answered));
        ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, busy));
        ASSERT_OK(connections_add(connections, fresh[0], &peer, 60 * USEC_PER_SEC));
        ASSERT_OK(connections_add(connections, answered[0], &peer, 60 * USEC_PER_SEC));
        ASSERT_OK(connections_add(connections, busy[0], &peer, 60 * USEC_PER_SEC));
        connection_deadline(connections_find(connections, answered[0]), USEC_PER_SEC, true);
        connection_deadline(connections_find(connections, answered[0]), 60 * USEC_PER_SEC, false);
        connection_deadline(connections_find(connections, busy[0]), 60 * USEC_PER_SEC, true);

        connections_drain(connections, 20 * USEC_PER_SEC, 10 * USEC_PER_SEC);
        connections_sweep(connections, lane_now() + 15 * USEC_PER_SEC);
        ASSERT_EQ(read(answered[1], &byte, 1), 0);
        ASSERT_EQ(read(fresh[1], &byte, 1), -1);
        connections_sweep(connections, lane_now() + 25 * USEC_PER_SEC);
        ASSERT_EQ(read(fresh[1], &byte, 1), 0);
        ASSERT_EQ(read(busy[1], &byte, 1), -1);
        for (int i = 0; i < 2; i++) {
                close(fresh[i]);
                close(answered[i]);
                close(busy[i]);
        }
}

/* peer NULL: came by a Unix socket. */
static void
assert_client(const char *peer, const char *trusted, const char *forwarded, const char *wanted) {
        CLEANUP(connections_freep) Connections *connections = NULL;
        const struct sockaddr_storage local = { .ss_family = AF_UNIX };
        char text[IP_TEXT_SIZE];
        Cidr proxy;

        ASSERT_OK(cidr_parse(trusted, &proxy));
        ASSERT_OK(
                        connections_new(&(ConnectionLimits){ .max = 1,
                                                             .max_per_peer = 1,
                                                             .trusted = &proxy,
                                                             .n_trusted = 1 },
                                        &connections));
        ASSERT_OK(peer != NULL ? add(connections, 5, peer)
                               : connections_add(connections, 5, &local, USEC_PER_SEC));
        connection_client_address(connections, connections_find(connections, 5), forwarded, text);
        ASSERT_STREQ(text, wanted);
}

/* RFC 9700 section 4.13 in spirit: a header is believed from configured peers only. */
TEST(x_forwarded_for_is_believed_from_trusted_proxies_only) {
        assert_client("192.0.2.1", "10.0.0.0/8", "198.51.100.7", "192.0.2.1");
        assert_client("10.0.0.1", "10.0.0.0/8", NULL, "10.0.0.1");
        assert_client("10.0.0.1", "10.0.0.0/8", "", "10.0.0.1");
        assert_client("10.0.0.1", "10.0.0.0/8", "198.51.100.7", "198.51.100.7");
        assert_client("10.0.0.1", "10.0.0.0/8", "2001:db8::7", "2001:db8::7");
        assert_client("10.0.0.1", "10.0.0.0/8", "198.51.100.7, 10.0.0.2", "198.51.100.7");
        assert_client("10.0.0.1", "10.0.0.0/8", "198.51.100.7,10.0.0.2 , 10.0.0.3", "198.51.100.7");
        assert_client("10.0.0.1", "10.0.0.0/8", "10.0.0.2, 10.0.0.3", "10.0.0.2");
}

TEST(a_proxy_on_a_unix_socket_is_believed_once_and_asks_for_itself_when_silent) {
        assert_client(NULL, "10.0.0.0/8", "198.51.100.7", "198.51.100.7");
        assert_client(NULL, "10.0.0.0/8", "192.0.2.9, 198.51.100.7", "198.51.100.7");
        assert_client(NULL, "10.0.0.0/8", "198.51.100.7, 10.0.0.2", "198.51.100.7");
        assert_client(NULL, "10.0.0.0/8", NULL, "127.0.0.1");
        assert_client(NULL, "10.0.0.0/8", "unknown", "127.0.0.1");
}

TEST(what_a_client_wrote_into_x_forwarded_for_itself_proves_nothing) {
        assert_client("10.0.0.1", "10.0.0.0/8", "127.0.0.1, 198.51.100.7", "198.51.100.7");
        assert_client("10.0.0.1", "10.0.0.0/8", "10.0.0.9, 198.51.100.7, 10.0.0.2", "198.51.100.7");
        assert_client("10.0.0.1", "10.0.0.0/8", "127.0.0.1, rubbish, 10.0.0.2", "10.0.0.2");
        assert_client("10.0.0.1", "10.0.0.0/8", "127.0.0.1,", "10.0.0.1");
        assert_client("10.0.0.1", "10.0.0.0/8", ",,,", "10.0.0.1");
        assert_client("10.0.0.1", "10.0.0.0/8", "198.51.100.7:1234", "10.0.0.1");
        assert_client("10.0.0.1", "10.0.0.0/8", "[2001:db8::7]", "10.0.0.1");
        assert_client("10.0.0.1", "10.0.0.0/8",
                      "198.51.100.7198.51.100.7198.51.100.7198.51.100.7198.51.100.7", "10.0.0.1");
}

TEST(neighbours_share_a_lane_source) {
        ASSERT_TRUE(connection_source("192.0.2.1") == connection_source("192.0.2.200"));
        ASSERT_TRUE(connection_source("192.0.2.1") != connection_source("192.0.3.1"));
        ASSERT_TRUE(connection_source("2001:db8::1") == connection_source("2001:db8::ffff:1"));
        ASSERT_TRUE(connection_source("2001:db8::1") != connection_source("2001:db8:0:1::1"));
        ASSERT_EQ(connection_source(""), 0);
}
