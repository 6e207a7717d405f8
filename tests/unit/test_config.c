/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "daemon/config.h"

#define PROCESSORS 4

static Config config_of(const char *text) {
        char error[CONFIG_ERROR_SIZE] = "";
        Config config;

        config_defaults(PROCESSORS, &config);
        if (config_parse("t", text, strlen(text), PROCESSORS, &config, error) < 0)
                fail_msg("refused: %s", error);
        return config;
}

static void refused(const char *text, const char *message) {
        char error[CONFIG_ERROR_SIZE] = "";
        Config config;

        config_defaults(PROCESSORS, &config);
        if (config_parse("t", text, strlen(text), PROCESSORS, &config, error) != -EINVAL)
                fail_msg("accepted: %s", text);
        ASSERT_STREQ(error, message);
}

TEST(an_empty_file_means_the_defaults) {
        Config config = config_of("# nothing\n\n; here\n");
        char error[CONFIG_ERROR_SIZE];

        ASSERT_STREQ(config.http.base_url, "http://localhost:8080");
        ASSERT_STREQ(config.http.listen, "127.0.0.1:8080");
        ASSERT_EQ(config.http.max_connections, 1024);
        ASSERT_EQ(config.http.max_connections_per_peer, 64);
        ASSERT_EQ(config.http.trusted_proxies.n, 0);
        ASSERT_STREQ(config.host.realm, "");
        ASSERT_EQ(config.lanes.hash_threads, PROCESSORS - 1);
        ASSERT_EQ(config.log.level, 6);
        ASSERT_OK(config_check(&config, error));
        config_defaults(1, &config);
        ASSERT_EQ(config.lanes.hash_threads, 1);
}

TEST(keys_of_every_type_are_read) {
        Config config = config_of("[http]\n"
                                  "base_url = https://id.example.org\r\n"
                                  "  listen=[::1]:8081\n"
                                  "trusted_proxies = 10.0.0.0/8\t 2001:db8::/32 127.0.0.1\n"
                                  "max_connections = 7\n"
                                  "[host]\n"
                                  "realm = demo\n"
                                  "also = one two\n"
                                  "[store]\n"
                                  "path = /srv/iam/iam.db\n"
                                  "[lanes]\n"
                                  "hash_threads = 2\n"
                                  "[log]\n"
                                  "level = debug"); /* no newline at the end */

        ASSERT_STREQ(config.http.base_url, "https://id.example.org");
        ASSERT_STREQ(config.http.listen, "[::1]:8081");
        ASSERT_EQ(config.http.trusted_proxies.n, 3);
        ASSERT_EQ(config.http.trusted_proxies.items[0].bits, 104);
        ASSERT_EQ(config.http.max_connections, 7);
        ASSERT_STREQ(config.host.realm, "demo");
        ASSERT_EQ(config.host.also.n, 2);
        ASSERT_STREQ(config.host.also.items[1], "two");
        ASSERT_STREQ(config.store.path, "/srv/iam/iam.db");
        ASSERT_EQ(config.lanes.hash_threads, 2);
        ASSERT_EQ(config.log.level, 7);
}

TEST(what_is_not_known_is_refused_with_its_place) {
        refused("[http]\n\n[htpt]\n", "t:3: unknown section [htpt]");
        refused("[http]\nbase_uri = x\n", "t:2: unknown key base_uri in [http]");
        refused("[store]\nbase_url = https://a\n", "t:2: unknown key base_url in [store]");
        refused("level = info\n", "t:1: level stands before the first section");
        refused("[log]\nlevel\n", "t:2: expected \"key = value\" or \"[section]\"");
        refused("[log\n", "t:1: a section must be written as [name]");
        refused("[log]\nlevel = info\n[log]\nlevel = debug\n",
                "t:4: level is set twice in this file");
        refused("[log]\nlevel = inf\x01o\n", "t:2: only printable ASCII is expected here");
        refused("[log]\nlevel = inf\xc3\xb6\n", "t:2: only printable ASCII is expected here");
        refused("# \xff\n", "t:1: the line is not UTF-8 text");
}

TEST(bad_values_are_refused) {
        static const char *const bad[] = {
                "[http]\nbase_url = http://id.example.org\n",
                "[http]\nbase_url = https://id.example.org/\n",
                "[http]\nbase_url = https://id.example.org/auth\n",
                "[http]\nbase_url = https://\n",
                "[http]\nbase_url = https://ID.example.org\n",
                "[http]\nbase_url = https://user@example.org\n",
                "[http]\nbase_url = https://a..b\n",
                "[http]\nbase_url = https://a-.b\n",
                "[http]\nbase_url = https://a:0\n",
                "[http]\nbase_url = https://a:65536\n",
                "[http]\nbase_url = https://a:\n",
                "[http]\nbase_url = https://[::1\n",
                "[http]\nbase_url = http://localhost.example.org\n",
                "[http]\nbase_url = http://127.0.0.1.example.org\n",
                "[http]\nbase_url = ftp://localhost\n",
                "[http]\nlisten = 8080\n",
                "[http]\nlisten = localhost:8080\n",
                "[http]\nlisten = ::1:8080\n",
                "[http]\nlisten = [127.0.0.1]:8080\n",
                "[http]\nlisten = 127.0.0.1:\n",
                "[http]\ntrusted_proxies = 10.0.0.1/8\n",
                "[http]\ntrusted_proxies = proxy\n",
                "[http]\nmax_connections = 0\n",
                "[http]\nmax_connections = -1\n",
                "[http]\nmax_connections = 65537\n",
                "[http]\nmax_connections = 99999999999999999999\n",
                "[store]\npath = iam.db\n",
                "[store]\npath = /var/../etc/shadow\n",
                "[host]\nrealm = master\n",
                "[host]\nrealm = Not A Realm\n",
                "[host]\nalso = one one\n",
                "[host]\nalso = one master\n",
                "[lanes]\nhash_threads = many\n",
                "[lanes]\nfast_threads = auto\n",
                "[log]\nlevel = loud\n",
        };
        char error[CONFIG_ERROR_SIZE];

        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                Config config;

                config_defaults(PROCESSORS, &config);
                error[0] = '\0';
                if (config_parse("t", bad[i], strlen(bad[i]), PROCESSORS, &config, error) !=
                    -EINVAL)
                        fail_msg("accepted: %s", bad[i]);
                ASSERT_TRUE(str_starts_with(error, "t:2: "));
        }
}

TEST(plain_http_is_for_loopback_only) {
        static const char *const good[] = {
                "http://localhost", "http://127.0.0.1:8080", "http://127.3.4.5",
                "http://[::1]:1",   "https://[2001:db8::1]", "https://id.example.org:8443"
        };

        for (size_t i = 0; i < ELEMENTSOF(good); i++) {
                char text[128];

                (void) snprintf(text, sizeof(text), "[http]\nbase_url = %s\n", good[i]);
                Config config = config_of(text);
                ASSERT_STREQ(config.http.base_url, good[i]);
        }
}

TEST(keys_that_contradict_each_other_are_refused) {
        static const char *const bad[] = {
                "[http]\nmax_connections = 10\nmax_connections_per_peer = 11\n",
                "[host]\nalso = one\n",
                "[host]\nrealm = one\nalso = two one\n",
        };
        char error[CONFIG_ERROR_SIZE];

        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                Config config = config_of(bad[i]);

                ASSERT_CODE(config_check(&config, error), -EINVAL);
        }
}

TEST(a_reload_knows_what_needs_a_restart) {
        CLEANUP(buf_done) Buf keys = BUF_INIT(4096);
        Config running = config_of("");
        Config changed = config_of("[log]\nlevel = error\n");

        config_restart_keys(&running, &changed, &keys);
        ASSERT_EQ(keys.len, 0);
        changed = config_of("[store]\npath = /x\n[host]\nalso = a\nrealm = b\n");
        config_restart_keys(&running, &changed, &keys);
        ASSERT_STREQ(keys.bytes, "store.path host.realm host.also");
}

static void file_write(const char *directory, const char *name, const char *text) {
        char path[256];

        (void) snprintf(path, sizeof(path), "%s/%s", directory, name);
        FILE *file = fopen(path, "we");
        ASSERT_TRUE(file != NULL);
        ASSERT_TRUE(fputs(text, file) >= 0);
        ASSERT_OK(fclose(file));
}

TEST(dropins_override_in_the_order_of_their_names) {
        static const char *const names[] = { "c.conf.d/10-a.conf", "c.conf.d/20-b.conf",
                                             "c.conf.d/30.txt", "c.conf" };
        char directory[] = "/tmp/iam-config-XXXXXX";
        char path[128], error[CONFIG_ERROR_SIZE] = "";
        Config config;

        ASSERT_TRUE(mkdtemp(directory) != NULL);
        (void) snprintf(path, sizeof(path), "%s/c.conf", directory);
        ASSERT_OK(config_load(path, false, PROCESSORS, &config, error));
        ASSERT_CODE(config_load(path, true, PROCESSORS, &config, error), -ENOENT);
        ASSERT_TRUE(strstr(error, "c.conf: No such file") != NULL);

        file_write(directory, "c.conf", "[log]\nlevel = error\n[host]\nrealm = a\n");
        (void) snprintf(path, sizeof(path), "%s/c.conf.d", directory);
        ASSERT_OK(mkdir(path, 0700));
        file_write(directory, "c.conf.d/20-b.conf", "[log]\nlevel = debug\n");
        file_write(directory, "c.conf.d/10-a.conf", "[log]\nlevel = notice\n[host]\nrealm =\n");
        file_write(directory, "c.conf.d/30.txt", "not read");
        (void) snprintf(path, sizeof(path), "%s/c.conf", directory);
        ASSERT_OK(config_load(path, true, PROCESSORS, &config, error));
        ASSERT_EQ(config.log.level, 7);
        ASSERT_STREQ(config.host.realm, ""); /* empty: the default */

        file_write(directory, "c.conf.d/10-a.conf", "[log]\nlevel = loud\n");
        ASSERT_CODE(config_load(path, true, PROCESSORS, &config, error), -EINVAL);
        ASSERT_TRUE(strstr(error, "c.conf.d/10-a.conf:2: level must be") != NULL);

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                (void) snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
                (void) unlink(path);
        }
        (void) snprintf(path, sizeof(path), "%s/c.conf.d", directory);
        (void) rmdir(path);
        ASSERT_OK(rmdir(directory));
}

TEST(long_lines_and_files_are_refused) {
        CLEANUP(buf_done) Buf text = BUF_INIT(CONFIG_FILE_MAX * 2);
        char directory[] = "/tmp/iam-config-XXXXXX";
        char path[128], error[CONFIG_ERROR_SIZE] = "";
        Config config;

        buf_put_char(&text, '#');
        for (size_t i = 0; i < CONFIG_LINE_MAX; i++)
                buf_put_char(&text, 'x');
        ASSERT_OK(buf_error(&text));
        refused(text.bytes, "t:1: the line is longer than 1024 bytes");

        buf_clear(&text);
        for (size_t i = 0; i <= CONFIG_FILE_MAX; i++)
                buf_put_char(&text, '\n');
        ASSERT_TRUE(mkdtemp(directory) != NULL);
        file_write(directory, "c.conf", text.bytes);
        (void) snprintf(path, sizeof(path), "%s/c.conf", directory);
        ASSERT_CODE(config_load(path, true, PROCESSORS, &config, error), -EFBIG);
        (void) unlink(path);
        ASSERT_OK(rmdir(directory));
}

TEST(the_reference_names_every_key) {
        CLEANUP(buf_done) Buf doc = BUF_INIT(65536);

        config_print_doc(&doc);
        ASSERT_OK(buf_error(&doc));
        ASSERT_TRUE(strstr(doc.bytes, "\n[lanes]\n") != NULL);
        ASSERT_TRUE(strstr(doc.bytes, "\n  hash_threads = auto\n") != NULL);
        ASSERT_TRUE(strstr(doc.bytes, "\n  trusted_proxies = (empty)\n") != NULL);
}
