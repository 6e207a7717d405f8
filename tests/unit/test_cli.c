/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/args.h"
#include "cli/call.h"

#include "cli/complete.h"
#include "cli/help.h"
#include "cli/man.h"
#include "cli/ops.h"
#include "cli/print.h"
#include "tests/support/test.h"
#include <stdio.h>
#include <stdlib.h>

#define NOW ((Usec) 1700000000 * USEC_PER_SEC)

/* Splits at spaces; "_" stands for an empty argument. */
static int parse(Arena *arena, const char *line, CliArgs *ret) {
        char *argv[32] = { arena_strdup(arena, "iamctl") };
        int argc = 1;

        for (const char *at = line; *at != '\0';) {
                size_t n = strcspn(at, " ");

                argv[argc++] = n == 1 && *at == '_' ? arena_strdup(arena, "")
                                                    : arena_strndup(arena, at, n);
                at += n + (at[n] == ' ');
        }
        return cli_args_parse(arena, argc, argv, NOW, ret);
}

TEST(words_name_the_operation_and_options_fill_its_fields) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        CliArgs args;

        ASSERT_OK(parse(&arena, "--json user create alice --realm=demo --display-name A --no-posix",
                        &args));
        ASSERT_EQ(args.op->id, WIRE_OP_USER_CREATE);
        ASSERT_TRUE(args.json);
        ASSERT_STREQ(args.in.USER_CREATE.name, "alice");
        ASSERT_STREQ(args.in.USER_CREATE.realm, "demo");
        ASSERT_STREQ(args.in.USER_CREATE.display_name, "A");
        ASSERT_EQ(args.in.USER_CREATE.posix, MAYBE_NO);
        ASSERT_EQ(args.in.USER_CREATE.email_verified, MAYBE_ABSENT);

        ASSERT_OK(parse(&arena, "user totp enrol --realm demo alice", &args));
        ASSERT_EQ(args.op->id, WIRE_OP_TOTP_ENROL);
        ASSERT_STREQ(args.in.TOTP_ENROL.name, "alice");

        ASSERT_OK(parse(&arena,
                        "client create web --redirect-uri https://a/ --redirect-uri https://b/",
                        &args));
        ASSERT_EQ(args.in.CLIENT_CREATE.redirect_uris.n, 2);
        ASSERT_STREQ(args.in.CLIENT_CREATE.redirect_uris.items[1], "https://b/");

        ASSERT_OK(parse(&arena, "client rotate-secret web --overlap 24h", &args));
        ASSERT_EQ(args.in.CLIENT_ROTATE_SECRET.overlap, 86400);
        ASSERT_OK(parse(&arena, "client set web --access-token-lifetime 90", &args));
        ASSERT_EQ(args.in.CLIENT_SET.access_token_lifetime, 90);
        ASSERT_EQ(args.in.CLIENT_SET.refresh_token_lifetime, WIRE_INT_ABSENT);

        ASSERT_OK(parse(&arena, "user set alice --email _ --socket /x/y", &args));
        ASSERT_STREQ(args.in.USER_SET.email, "");
        ASSERT_STREQ(args.socket, "/x/y");

        ASSERT_OK(parse(&arena, "user show -- --help", &args));
        ASSERT_STREQ(args.in.USER_SHOW.name, "--help");
        ASSERT_FALSE(args.help);

        ASSERT_OK(parse(&arena, "audit list --follow --since 2h", &args));
        ASSERT_TRUE(args.follow);
        ASSERT_EQ(args.in.AUDIT_LIST.since, NOW - 7200 * USEC_PER_SEC);
        ASSERT_EQ(args.in.AUDIT_LIST.limit, WIRE_PAGE_DEFAULT);
}

TEST(what_is_not_understood_is_said_plainly) {
        static const struct {
                const char *line, *problem;
        } cases[] = {
                { "", "say what to do; see iamctl --help" },
                { "role", "role: say what to do; see iamctl role --help" },
                { "rolle create", "no operation \"rolle\"; see iamctl --help" },
                { "user creat alice", "user: no operation \"creat\"; see iamctl user --help" },
                { "user create", "name is missing: the login name; see iamctl user create --help" },
                { "user create alice bob",
                  "\"bob\" is one word too many; see iamctl user create --help" },
                { "user create alice --shel /bin/sh", "no option --shel" },
                { "user create alice --shell", "--shell needs a value" },
                { "user create alice --posix=perhaps", "neither true nor false" },
                { "user list --limit many", "\"many\" is not a number" },
                { "user list --limit -1", "\"-1\" is not a number" },
                { "audit list --since yesterday", "is not a time" },
                { "user set-password alice --password hunter2", "secrets are never arguments" },
                { "user set-password alice --password=hunter2", "secrets are never arguments" },
                { "role sudo add ops --run-as root", "--command is missing" },
                { "user list --follow", "nothing to --follow" },
                { "user list --stdin", "takes no secret" },
                { "user list -x", "no option -x" },
                { "--json=yes user list", "--json takes no value" },
                { "--realm demo user list",
                  "--realm: say first what to do, then with which options" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
                CliArgs args;

                ASSERT_CODE(parse(&arena, cases[i].line, &args), -EINVAL);
                if (strstr(args.problem, cases[i].problem) == NULL)
                        fail_msg("%s: \"%s\"", cases[i].line, args.problem);
                ASSERT_TRUE(strstr(args.problem, "hunter2") == NULL);
        }
}

TEST(help_is_given_for_all_for_a_noun_and_for_an_operation) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        CliArgs args;

        ASSERT_OK(parse(&arena, "--help", &args));
        ASSERT_TRUE(args.help && args.op == NULL);
        ASSERT_STREQ(args.prefix, "");
        ASSERT_OK(parse(&arena, "role sudo -h", &args));
        ASSERT_STREQ(args.prefix, "role sudo");
        ASSERT_OK(parse(&arena, "role sudo add --help", &args));
        ASSERT_EQ(args.op->id, WIRE_OP_SUDO_ADD);
        ASSERT_OK(parse(&arena, "help", &args));
        ASSERT_TRUE(args.help && args.op == NULL);
        ASSERT_OK(parse(&arena, "help role sudo add", &args));
        ASSERT_TRUE(args.help && args.op->id == WIRE_OP_SUDO_ADD);
        ASSERT_CODE(parse(&arena, "nothing --help", &args), -EINVAL);
}

TEST(what_iamctl_does_itself_is_told_like_an_operation) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        CliArgs args;

        ASSERT_OK(parse(&arena, "host enable --prove alice --yes --stdin", &args));
        ASSERT_TRUE(args.op == &cli_host_enable);
        ASSERT_STREQ(args.host.prove, "alice");
        ASSERT_TRUE(args.host.yes && !args.host.dry_run && !args.host.unproved);
        ASSERT_OK(parse(&arena, "host disable --dry-run", &args));
        ASSERT_TRUE(args.op == &cli_host_disable && args.host.dry_run);
        ASSERT_OK(parse(&arena, "help host enable", &args));
        ASSERT_TRUE(args.help && args.op == &cli_host_enable);
        ASSERT_CODE(parse(&arena, "host disable --stdin", &args), -EINVAL);
        ASSERT_CODE(parse(&arena, "host enable alice", &args), -EINVAL);
}

/* The file is what `iamctl --help` and then each operation's --help print, with "----" between. */
TEST(help_says_what_it_said_before) {
        CLEANUP(buf_done) Buf out = BUF_INIT(1 << 20);
        static char golden[1 << 18];
        const char *path = getenv("IAM_GOLDEN_HELP");
        const WireOp *op;
        FILE *file;
        size_t n;

        cli_help_list(&out, "");
        for (size_t i = 0; (op = cli_op(i)) != NULL; i++) {
                buf_put_str(&out, "----\n");
                cli_help_op(&out, op);
        }
        ASSERT_OK(buf_error(&out));
        ASSERT_TRUE(path != NULL);
        file = fopen(path, "re");
        ASSERT_TRUE(file != NULL);
        n = fread(golden, 1, sizeof(golden) - 1, file);
        (void) fclose(file);
        if (n != out.len || memcmp(golden, out.bytes, n) != 0) {
                (void) fprintf(stderr, "%s", out.bytes);
                fail_msg("help differs from %s; what it says now is on standard error", path);
        }
}

/* What the shell would offer after these words; the last is being typed, "_" is empty. */
static const char *completed(Arena *arena, const char *line) {
        CLEANUP(buf_done) Buf out = BUF_INIT(1 << 16);
        const char *text = "";
        char *words[32];
        size_t n = 0;

        for (const char *at = line; *at != '\0';) {
                size_t len = strcspn(at, " ");

                words[n++] = len == 1 && *at == '_' ? arena_strdup(arena, "")
                                                    : arena_strndup(arena, at, len);
                at += len + (at[len] == ' ');
        }
        cli_complete(arena, n, words, &out);
        if (out.len > 0)
                ASSERT_OK(buf_copy(&out, arena, &text));
        return text;
}

TEST(the_shell_is_offered_what_may_come_next) {
        static const struct {
                const char *line, *offers;
        } cases[] = {
                { "rea", "realm\n" },
                { "role su", "sudo\n" },
                { "role sudo _", "add\nremove\nlist\n" },
                { "user totp _", "enrol\nremove\n" },
                { "nothing _", "" },
                { "user create --po", "--posix\n" },
                { "user create --no-po", "--no-posix\n" },
                { "user set-password alice --st", "--stdin\n" },
                { "audit list --fo", "--follow\n" },
                { "audit list --door _", "browser\npam\nadmin\ntoken\nsystem\n" },
                { "audit list --door = to", "token\n" },
                { "audit list --door token --j", "--json\n" },
                { "--socket _", "" },
                /* Nobody answers at this socket, so no names are known; nor are new ones. */
                { "user show --socket /nowhere/socket _", "" },
                { "user create _", "" },
        };
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ASSERT_STREQ(completed(&arena, cases[i].line), cases[i].offers);
}

TEST(the_manual_names_every_operation_and_every_option) {
        CLEANUP(buf_done) Buf out = BUF_INIT(1 << 20);

        cli_man(&out);
        ASSERT_OK(buf_error(&out));
        for (size_t n = 0; cli_op(n) != NULL; n++) {
                const WireOp *op = cli_op(n);
                char text[128];

                (void) snprintf(text, sizeof(text), ".It Ic %s", op->words);
                ASSERT_TRUE(strstr(out.bytes, text) != NULL);
                for (size_t i = 0; i < op->in->n; i++) {
                        if ((op->in->fields[i].flags & WIRE_POSITIONAL) != 0)
                                continue;
                        char name[64];

                        cli_option_name(op->in->fields[i].name, name, sizeof(name));
                        if (op->in->fields[i].type == WIRE_SECRET)
                                continue;
                        (void) snprintf(text, sizeof(text), "Fl Fl %s", name);
                        ASSERT_TRUE(strstr(out.bytes, text) != NULL);
                }
        }
}

TEST(times_are_read_as_dates_or_as_so_long_ago) {
        static const struct {
                const char *text;
                Usec time; /* seconds; 0: refused */
        } cases[] = {
                { "2023-11-14", 1699920000 },
                { "2023-11-14T22:13:20Z", 1700000000 },
                { "45s", 1699999955 },
                { "1d", 1699913600 },
                { "2023-11-14T22:13:20", 0 },
                { "2023-11-14 22:13", 0 },
                { "h", 0 },
                { "2w", 0 },
                { "-1h", 0 },
                { "99999999d", 0 },
                { "", 0 },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                Usec time = 0;
                int r = cli_time_parse(cases[i].text, NOW, &time);

                ASSERT_CODE(r, cases[i].time == 0 ? -EINVAL : 0);
                ASSERT_EQ(time, cases[i].time * USEC_PER_SEC);
        }
}

TEST(rows_are_aligned_and_empty_columns_left_out) {
        CLEANUP(buf_done) Buf out = BUF_INIT(4096);
        const WireField *field = cli_list_field(wire_op(WIRE_OP_USER_LIST));
        UserRow users[] = {
                { .name = "alice", .uid = 65536, .enabled = true, .display_name = "\xc3\x84lice" },
                { .name = "b", .uid = WIRE_INT_ABSENT, .display_name = "B" },
        };
        WireRows rows = { users, ELEMENTSOF(users) };

        ASSERT_TRUE(field != NULL);
        cli_print_rows(&out, field, &rows, true);
        ASSERT_STREQ(out.bytes, "NAME   UID    ENABLED  DISPLAY NAME\n"
                                "alice  65536  yes      \xc3\x84lice\n"
                                "b      -      no       B\n");
        ASSERT_TRUE(cli_list_field(wire_op(WIRE_OP_USER_SHOW)) == NULL);
        ASSERT_TRUE(cli_list_field(wire_op(WIRE_OP_ROLE_SHOW)) == NULL);
}

TEST(nothing_a_terminal_would_obey_is_printed) {
        CLEANUP(buf_done) Buf out = BUF_INIT(4096);

        cli_put_text(&out, "a\x1b[31mb\nc\x7f\xc2\x9b"
                           "d\xc3\xa4");
        ASSERT_STREQ(out.bytes, "a?[31mb?c??d\xc3\xa4");
}

TEST(a_view_names_its_values_and_shows_a_secret_once) {
        CLEANUP(buf_done) Buf out = BUF_INIT(4096);
        const WireTable *table = wire_op(WIRE_OP_CLIENT_CREATE)->out;
        ClientView view = {
                .name = "web",
                .kind = "confidential",
                .enabled = true,
                .access_token_lifetime = 60,
                .refresh_token_lifetime = WIRE_INT_ABSENT,
        };

        ASSERT_OK(secret_set(&view.secret, "s3", 2));
        cli_print_view(&out, table, &view, false);
        ASSERT_STREQ(out.bytes, "name                    web\n"
                                "kind                    confidential\n"
                                "enabled                 yes\n"
                                "require pkce            no\n"
                                "service                 no\n"
                                "access token lifetime   60\n"
                                "secret                  s3\n");
}

TEST(a_symbol_is_drawn_two_modules_a_character) {
        CLEANUP(buf_done) Buf out = BUF_INIT(4096);
        const uint8_t packed[] = { 0x90 }; /* 10 over 01 */

        cli_print_qr(&out, packed, 2);
        ASSERT_TRUE(strstr(out.bytes, "    \u2580\u2584    ") != NULL);
}

TEST(a_copy_of_the_store_is_waited_for_and_nothing_else) {
        for (int id = 0; id < _WIRE_OP_MAX; id++) {
                int seconds = cli_deadline_ms(wire_op((WireOpId) id)) / 1000;

                ASSERT_EQ(seconds, id == WIRE_OP_BACKUP ? 4 * 3600 : 30);
        }
}
