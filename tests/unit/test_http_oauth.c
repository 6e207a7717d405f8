/* SPDX-License-Identifier: Apache-2.0 */
/* The OAuth endpoints and the login page as browsers and clients meet them: over HTTP. */
#include "tests/support/http_case.h"
#include "tests/support/test.h"

#include <stdio.h>

#include "base/encode.h"

#define AT "/realms/demo/protocol/openid-connect"
#define PASSWORD "correct horse battery"
#define ASK                                                                                        \
        "client_id=web&response_type=code&scope=openid&state=a+b&"                                 \
        "redirect_uri=https%3A%2F%2Fapp.example.org%2Fcb"

typedef struct PasswordCall {
        OidcCase *c;
        Credential password;
} PasswordCall;

static int insert_password(Txn *txn, void *context) {
        PasswordCall *call = context;

        return call->c->app->store.credentials->insert(txn, &call->password);
}

static void begin(HttpCase *h) {
        PasswordCall call = { .c = &h->oidc };
        const CryptoPort *crypto;
        Secret password = {};

        http_begin(h, NULL);
        crypto = &h->oidc.app->crypto;
        call.password = (Credential){
                .realm = h->oidc.demo.realm.id,
                .id = world_id(h->oidc.world),
                .user = h->oidc.demo.alice.id,
                .kind = CREDENTIAL_PASSWORD,
                .created_at = WORLD_NOW,
                .version = 1,
        };
        ASSERT_OK(secret_set(&password, PASSWORD, strlen(PASSWORD)));
        ASSERT_OK(crypto->password_hash(
                        crypto->self, &h->oidc.arena, &password, &call.password.phc));
        oidc_write(&h->oidc, insert_password, &call);
}

static int get(HttpCase *h, const char *target, const char *fields, HttpAnswer *ret) {
        CLEANUP(buf_done) Buf request = BUF_INIT(16384);

        buf_printf(&request, "GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n", target, fields);
        return http_ask(h, request.bytes, ret);
}

static int post(HttpCase *h, const char *target, const char *fields, const char *body,
                HttpAnswer *ret) {
        CLEANUP(buf_done) Buf request = BUF_INIT(16384);

        buf_printf(&request,
                   "POST %s HTTP/1.1\r\nHost: a\r\n%sContent-Length: %zu\r\n"
                   "Content-Type: application/x-www-form-urlencoded\r\n\r\n%s",
                   target, fields, strlen(body), body);
        return http_ask(h, request.bytes, ret);
}

/* The text between two others in a body or head. */
static void between(const char *text, const char *before, const char *after, char *ret, size_t n) {
        const char *start = strstr(text, before);
        const char *end = start != NULL ? strstr(start + strlen(before), after) : NULL;

        if (end == NULL) {
                fail_msg("no %s in %s", before, text);
                return;
        }
        start += strlen(before);
        (void) snprintf(ret, n, "%.*s", (int) (end - start), start);
}

/* A browser that was sent to the login page. */
typedef struct Visit {
        char page[256]; /* target */
        char cookie[256]; /* "Cookie: ...\r\n" */
        char csrf[64];
} Visit;

static void visit(HttpCase *h, Visit *ret) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        char pair[200];

        ASSERT_EQ(get(h, AT "/auth?" ASK, "", &answer), 303);
        ASSERT_TRUE(str_starts_with(http_field(&answer, "Location"), "https://id.example.org/"));
        (void) snprintf(ret->page, sizeof(ret->page), "%s",
                        http_field(&answer, "Location") + strlen("https://id.example.org"));
        ASSERT_TRUE(strstr(http_field(&answer, "Set-Cookie"), "__Host-iam-attempt-") != NULL);
        between(http_field(&answer, "Set-Cookie"), "__Host", ";", pair, sizeof(pair));
        (void) snprintf(ret->cookie, sizeof(ret->cookie), "Cookie: __Host%s\r\n", pair);
        ASSERT_EQ(get(h, ret->page, ret->cookie, &answer), 200);
        between(answer.body.bytes, "name=\"csrf\" value=\"", "\"", ret->csrf, sizeof(ret->csrf));
        /* The page may send the browser on to the application, and nowhere else. */
        ASSERT_TRUE(strstr(http_field(&answer, "Content-Security-Policy"),
                           "form-action 'self' https://app.example.org;") != NULL);
}

#define OURS "Origin: https://id.example.org\r\n"

static int
answer_login(HttpCase *h, const Visit *visited, const char *origin, const char *csrf,
             const char *password, HttpAnswer *ret) {
        char fields[512];
        char body[512];

        (void) snprintf(fields, sizeof(fields), "%s%s", visited->cookie, origin);
        (void) snprintf(body, sizeof(body), "csrf=%s&username=alice&password=%s", csrf, password);
        return post(h, visited->page, fields, body, ret);
}

/* The code that a sign-in brings. */
static void sign_in(HttpCase *h, char *ret_code, size_t n) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        Visit visited;

        visit(h, &visited);
        ASSERT_EQ(answer_login(h, &visited, OURS, visited.csrf, "correct+horse+battery", &answer),
                  303);
        between(http_field(&answer, "Location"),
                OIDC_REDIRECT "?code=", "&state=a%20b&iss=", ret_code, n);
}

/* RFC 9700 section 4.12: 303, so that no password travels on. */
TEST(a_sign_in_leads_back_to_the_application_with_cookies_of_the_host_prefix) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        Visit visited;
        HttpCase h;

        begin(&h);
        visit(&h, &visited);
        ASSERT_EQ(answer_login(&h, &visited, OURS, visited.csrf, "wrong", &answer), 200);
        ASSERT_TRUE(strstr(answer.body.bytes, "role=\"alert\"") != NULL);
        ASSERT_TRUE(strstr(answer.body.bytes, "value=\"alice\"") != NULL);
        ASSERT_TRUE(strstr(answer.body.bytes, "wrong") == NULL);
        ASSERT_EQ(answer_login(&h, &visited, OURS, visited.csrf, "correct+horse+battery", &answer),
                  303);
        ASSERT_TRUE(str_starts_with(http_field(&answer, "Location"), OIDC_REDIRECT "?code="));
        ASSERT_TRUE(strstr(answer.head.bytes, "__Host-iam-session-demo=") != NULL);
        ASSERT_TRUE(strstr(answer.head.bytes, "__Host-iam-device-demo=") != NULL);
        ASSERT_TRUE(strstr(answer.head.bytes, "__Host-iam-attempt-") != NULL); /* deleted */
        ASSERT_TRUE(strstr(answer.head.bytes, "Max-Age=0") != NULL);
        ASSERT_TRUE(strstr(answer.head.bytes, "Domain") == NULL);
        /* An attempt that is over serves nobody. */
        ASSERT_EQ(answer_login(&h, &visited, OURS, visited.csrf, "correct+horse+battery", &answer),
                  400);
        ASSERT_EQ(get(&h, visited.page, visited.cookie, &answer), 400);
        http_end(&h);
}

TEST(a_form_that_is_not_ours_signs_nobody_in) {
        static const char *const origins[] = {
                "",
                "Origin: null\r\n",
                "Origin: https://evil.example\r\n",
                "Origin: https://id.example.org.evil.example\r\n",
                "Origin: http://id.example.org\r\n",
                "Origin: https://id.example.org:8443\r\n",
        };
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        Visit visited;
        Visit elsewhere;
        HttpCase h;

        begin(&h);
        visit(&h, &visited);
        visit(&h, &elsewhere);
        for (size_t i = 0; i < ELEMENTSOF(origins); i++)
                ASSERT_EQ(answer_login(&h, &visited, origins[i], visited.csrf,
                                       "correct+horse+battery", &answer),
                          403);
        ASSERT_EQ(answer_login(&h, &visited, OURS, "", "correct+horse+battery", &answer), 403);
        /* The token of another attempt; the page of one attempt with the cookie of another. */
        ASSERT_EQ(answer_login(&h, &visited, OURS, elsewhere.csrf, "correct+horse+battery",
                               &answer),
                  403);
        strcpy(elsewhere.cookie, visited.cookie);
        ASSERT_EQ(answer_login(&h, &elsewhere, OURS, visited.csrf, "correct+horse+battery",
                               &answer),
                  400);
        ASSERT_EQ(oidc_count_events(&h.oidc, &h.oidc.demo, "session.created", true), 0);
        http_end(&h);
}

TEST(errors_before_the_redirect_uri_is_known_to_be_good_are_pages) {
        static const char *const queries[] = {
                "",
                "client_id=nobody",
                "client_id=web&redirect_uri=https%3A%2F%2Fevil.example%2F&response_type=code",
                ASK "&client_id=web", /* twice: RFC 6749 section 3.1 */
                ASK "&redirect_uri=https%3A%2F%2Fapp.example.org%2Fcb",
                ASK "&nonce=%zz",
                ASK "&nonce=%00",
        };
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        char target[1024];
        HttpCase h;

        begin(&h);
        for (size_t i = 0; i < ELEMENTSOF(queries); i++) {
                (void) snprintf(target, sizeof(target), AT "/auth?%s", queries[i]);
                ASSERT_EQ(get(&h, target, "", &answer), 400);
                ASSERT_STREQ(http_field(&answer, "Location"), NULL);
                ASSERT_TRUE(str_starts_with(http_field(&answer, "Content-Type"), "text/html"));
                ASSERT_EQ(post(&h, AT "/auth", "", queries[i], &answer), 400);
                ASSERT_STREQ(http_field(&answer, "Location"), NULL);
        }
        ASSERT_EQ(get(&h, "/realms/nowhere/protocol/openid-connect/auth?" ASK, "", &answer), 404);
        http_end(&h);
}

TEST(the_authorization_endpoint_takes_a_post_and_ignores_what_it_does_not_know) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpCase h;

        begin(&h);
        ASSERT_EQ(post(&h, AT "/auth", "", ASK "&unknown=1&unknown=2&display=popup", &answer), 303);
        ASSERT_TRUE(strstr(http_field(&answer, "Location"), "/login-actions/") != NULL);
        ASSERT_EQ(get(&h, AT "/auth?" ASK "&prompt=none", "", &answer), 303);
        ASSERT_TRUE(strstr(http_field(&answer, "Location"),
                           "?error=login_required&error_description=") != NULL);
        ASSERT_TRUE(strstr(http_field(&answer, "Location"), "&state=a%20b&iss=https%3A") != NULL);
        ASSERT_EQ(get(&h, AT "/auth?" ASK "&prompt=none&response_mode=form_post", "", &answer),
                  200);
        ASSERT_TRUE(strstr(answer.body.bytes, "name=\"error\" value=\"login_required\"") != NULL);
        http_end(&h);
}

static const char *basic(const char *id, const char *secret) {
        static char field[512];
        char pair[256];
        char encoded[400];

        (void) snprintf(pair, sizeof(pair), "%s:%s", id, secret);
        base64_encode(pair, strlen(pair), encoded);
        (void) snprintf(field, sizeof(field), "Authorization: Basic %s\r\n", encoded);
        return field;
}

TEST(a_code_is_redeemed_by_basic_or_by_post_and_never_by_both) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        char code[64];
        char body[512];
        HttpCase h;

        begin(&h);
        for (int i = 0; i < 2; i++) {
                const char *proof =
                                i == 0 ? "" : "&client_id=web&client_secret=a+secret+of+a+client";

                sign_in(&h, code, sizeof(code));
                (void) snprintf(body, sizeof(body),
                                "grant_type=authorization_code&code=%s&redirect_uri="
                                "https%%3A%%2F%%2Fapp.example.org%%2Fcb%s",
                                code, proof);
                ASSERT_EQ(post(&h, AT "/token",
                               i == 0 ? basic("web", "a%20secret+of%20a%20client") : "", body,
                               &answer),
                          200);
                ASSERT_STREQ(http_field(&answer, "Content-Type"), "application/json");
                ASSERT_STREQ(http_field(&answer, "Cache-Control"), "no-store");
                ASSERT_STREQ(http_field(&answer, "Pragma"), "no-cache");
                ASSERT_TRUE(strstr(answer.body.bytes, "\"token_type\":\"Bearer\"") != NULL);
        }
        ASSERT_EQ(post(&h, AT "/token", basic("web", "a+secret+of+a+client"),
                       "grant_type=authorization_code&client_id=web&client_secret=x", &answer),
                  400);
        ASSERT_TRUE(strstr(answer.body.bytes, "invalid_request") != NULL);
        ASSERT_EQ(post(&h, AT "/token", basic("web", "a+secret+of+a+client"),
                       "grant_type=authorization_code&client_id=spa", &answer),
                  400);
        http_end(&h);
}

typedef struct TokenRow {
        const char *fields;
        const char *body;
        int status;
        const char *error;
} TokenRow;

#define GRANT "grant_type=authorization_code&code=x&redirect_uri=y"

/* RFC 6749 section 5.2. */
TEST(the_token_endpoint_says_what_is_wrong_in_the_words_of_the_rfc) {
        static const TokenRow rows[] = {
                { "", "", 400, "invalid_request" },
                { "", "grant_type=password&username=a&password=b", 400, "unsupported_grant_type" },
                { "", GRANT, 401, "invalid_client" },
                { "", GRANT "&client_id=web", 401, "invalid_client" },
                { "", GRANT "&client_id=web&client_secret=x", 401, "invalid_client" },
                { "", GRANT "&client_id=spa", 400, "invalid_grant" },
                { "", GRANT "&client_id=spa&code=z", 400, "invalid_request" },
                { "", "grant_type=refresh_token&refresh_token=x&client_id=spa", 400,
                  "invalid_grant" },
                { "Authorization: Basic !!!\r\n", GRANT, 400, "invalid_request" },
                { "Authorization: Basic d2Vi\r\n", GRANT, 400, "invalid_request" }, /* no colon */
                { "Authorization: Bearer x\r\n", GRANT, 401, "invalid_client" },
        };
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpCase h;

        begin(&h);
        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                int status = post(&h, AT "/token", rows[i].fields, rows[i].body, &answer);

                if (status != rows[i].status || strstr(answer.body.bytes, rows[i].error) == NULL)
                        fail_msg("%s: %d %s", rows[i].body, status, answer.body.bytes);
                ASSERT_EQ(http_field(&answer, "WWW-Authenticate") != NULL, status == 401);
                ASSERT_STREQ(http_field(&answer, "Cache-Control"), "no-store");
        }
        /* Parameters in the URI are no parameters; another content type is none. */
        ASSERT_EQ(post(&h, AT "/token?" GRANT "&client_id=spa", "", "", &answer), 400);
        ASSERT_EQ(get(&h, AT "/token?" GRANT, "", &answer), 405);
        ASSERT_STREQ(http_field(&answer, "Allow"), "POST, OPTIONS");
        http_end(&h);
}

/* RFC 6750 sections 2 and 3; RFC 9700 section 4.3.2. */
TEST(userinfo_takes_a_token_from_the_header_or_the_form_and_never_from_the_query) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        const char *fields;
        const char *body;
        TokenOut tokens;
        HttpCase h;

        begin(&h);
        oidc_tokens(&h.oidc, &h.oidc.demo, &h.oidc.demo.web, &tokens);
        fields = arena_printf(&h.oidc.arena, "Authorization: bearer %s\r\n", tokens.access_token);
        body = arena_printf(&h.oidc.arena, "access_token=%s", tokens.access_token);
        ASSERT_EQ(get(&h, AT "/userinfo", fields, &answer), 200);
        ASSERT_TRUE(strstr(answer.body.bytes, "\"sub\":") != NULL);
        ASSERT_EQ(post(&h, AT "/userinfo", fields, "", &answer), 200);
        ASSERT_EQ(post(&h, AT "/userinfo", "", body, &answer), 200);
        ASSERT_EQ(post(&h, AT "/userinfo", fields, body, &answer), 400);
        ASSERT_EQ(get(&h, arena_printf(&h.oidc.arena, AT "/userinfo?%s", body), "", &answer), 401);
        ASSERT_STREQ(http_field(&answer, "WWW-Authenticate"), "Bearer");
        ASSERT_EQ(get(&h, AT "/userinfo", "Authorization: Bearer x\r\n", &answer), 401);
        ASSERT_STREQ(http_field(&answer, "WWW-Authenticate"), "Bearer error=\"invalid_token\"");
        http_end(&h);
}

TEST(the_metadata_is_one_document_at_three_addresses_and_may_be_cached) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        CLEANUP(http_answer_done) HttpAnswer again = HTTP_ANSWER;
        HttpCase h;

        begin(&h);
        ASSERT_EQ(get(&h, "/realms/demo/.well-known/openid-configuration", "", &answer), 200);
        ASSERT_STREQ(http_field(&answer, "Cache-Control"), "public, max-age=60");
        ASSERT_EQ(get(&h, "/.well-known/oauth-authorization-server/realms/demo", "", &again), 200);
        ASSERT_STREQ(answer.body.bytes, again.body.bytes);
        ASSERT_EQ(get(&h, "/realms/demo/.well-known/oauth-authorization-server", "", &again), 200);
        ASSERT_STREQ(answer.body.bytes, again.body.bytes);
        ASSERT_EQ(get(&h, "/realms/nowhere/.well-known/openid-configuration", "", &again), 404);
        http_end(&h);
}

static int put_key(Txn *txn, void *context) {
        OidcCase *c = context;
        const SigningKey key = {
                .realm = c->demo.realm.id,
                .kid = "a-new-key",
                .alg = KEY_ALG_ES256,
                .public_jwk = "{\"kid\":\"a-new-key\"}",
        };

        return c->app->store.keys->insert(txn, &key, "next", WORLD_NOW);
}

/* Kept ready, and still never older than the last answered change. */
TEST(documents_change_with_the_keys_and_go_with_the_realm_at_once) {
        static const char keys[] = "GET /realms/demo/protocol/openid-connect/certs HTTP/1.1\r\n"
                                   "Host: a\r\n\r\n";
        static const char metadata[] = "GET /realms/demo/.well-known/openid-configuration "
                                       "HTTP/1.1\r\nHost: a\r\n\r\n";
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpCase h;

        http_begin(&h, NULL);
        for (int i = 0; i < 3; i++) {
                ASSERT_EQ(http_ask(&h, keys, &answer), 200);
                ASSERT_TRUE(strstr(answer.body.bytes, "a-new-key") == NULL);
                ASSERT_STREQ(http_field(&answer, "Cache-Control"), "public, max-age=60");
                ASSERT_EQ(http_ask(&h, metadata, &answer), 200);
        }
        oidc_write(&h.oidc, put_key, &h.oidc);
        ASSERT_EQ(http_ask(&h, keys, &answer), 200);
        ASSERT_TRUE(strstr(answer.body.bytes, "a-new-key") != NULL);

        h.oidc.demo.realm.enabled = false;
        oidc_update_realm(&h.oidc, &h.oidc.demo.realm);
        ASSERT_EQ(http_ask(&h, keys, &answer), 404);
        ASSERT_EQ(http_ask(&h, metadata, &answer), 404);
        h.oidc.demo.realm.enabled = true;
        oidc_update_realm(&h.oidc, &h.oidc.demo.realm);
        ASSERT_EQ(http_ask(&h, keys, &answer), 200);
        http_end(&h);
}

TEST(signing_out_asks_and_a_foreign_button_does_nothing) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        AuthorizeIn in = oidc_request();
        AuthorizeOut signed_in;
        char cookie[256];
        char fields[512];
        char body[256];
        char csrf[64];
        HttpCase h;

        begin(&h);
        oidc_sign_in(&h.oidc, &h.oidc.demo, &in, &h.oidc.demo.alice, &signed_in);
        (void) snprintf(cookie, sizeof(cookie), "Cookie: __Host-iam-session-demo=%s\r\n",
                        oidc_refresh_text(
                                        &h.oidc,
                                        &(TokenOut){ .refresh_token = signed_in.session }));
        ASSERT_EQ(get(&h, AT "/logout?confirm=yes", cookie, &answer), 200);
        between(answer.body.bytes, "name=\"csrf\" value=\"", "\"", csrf, sizeof(csrf));
        (void) snprintf(body, sizeof(body), "confirm=yes&csrf=%s", csrf);
        ASSERT_EQ(post(&h, AT "/logout", cookie, body, &answer), 403);
        (void) snprintf(fields, sizeof(fields), "%s" OURS, cookie);
        ASSERT_EQ(post(&h, AT "/logout", fields, "confirm=yes&csrf=x", &answer), 403);
        ASSERT_EQ(oidc_count_events(&h.oidc, &h.oidc.demo, "session.ended", true), 0);
        ASSERT_EQ(post(&h, AT "/logout", fields, body, &answer), 200);
        ASSERT_TRUE(strstr(answer.body.bytes, "You are signed out") != NULL);
        ASSERT_TRUE(strstr(answer.head.bytes, "__Host-iam-session-demo=; ") != NULL);
        ASSERT_EQ(oidc_count_events(&h.oidc, &h.oidc.demo, "session.ended", true), 1);
        http_end(&h);
}

/* The form of another site comes without the cookie, and must not throw the cookie away. */
TEST(signing_out_by_post_without_the_cookie_goes_on_as_a_get) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpCase h;

        begin(&h);
        ASSERT_EQ(post(&h, AT "/logout", "Origin: https://evil.example\r\n",
                       "client_id=web&state=a+%26", &answer),
                  303);
        ASSERT_STREQ(http_field(&answer, "Location"),
                     "https://id.example.org" AT "/logout?client_id=web&state=a%20%26");
        ASSERT_TRUE(strstr(answer.head.bytes, "Set-Cookie") == NULL);
        http_end(&h);
}

typedef struct AgentCall {
        OidcCase *c;
        AuditEventList list;
} AgentCall;

static int list_refusals(Txn *txn, void *context) {
        AgentCall *call = context;
        const AuditFilter filter = { .kind = "client.auth-failed", .limit = STORE_PAGE_MAX };

        return call->c->app->store.audit->list(txn, &filter, &call->c->arena, &call->list);
}

TEST(an_agent_that_is_no_text_does_not_spoil_the_audit_trail) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        char agent[512] = "User-Agent: x\xff\xc3 ";
        size_t len = strlen(agent);
        HttpCase h;
        AgentCall call = { .c = &h.oidc };

        memset(agent + len, 'y', 400);
        strcpy(agent + len + 400, "\r\n");
        begin(&h);
        ASSERT_EQ(post(&h, AT "/token", agent,
                       "grant_type=authorization_code&code=a&redirect_uri=b&client_id=web&"
                       "client_secret=wrong",
                       &answer),
                  401);
        oidc_read(&h.oidc, list_refusals, &call);
        ASSERT_EQ(call.list.n, 1);
        ASSERT_TRUE(str_starts_with(call.list.items[0].agent, "x?? yyy"));
        ASSERT_EQ(strlen(call.list.items[0].agent), 256);
        http_end(&h);
}

/* RFC 6749 sections 3.3 and 5.1: a scope is not empty. */
TEST(an_answer_names_no_scope_where_none_was_granted) {
        CLEANUP(http_answer_done) HttpAnswer answer = HTTP_ANSWER;
        HttpCase h;

        begin(&h);
        (void) oidc_service(&h.oidc, &h.oidc.demo.web);
        ASSERT_EQ(post(&h, AT "/token", basic("web", "a+secret+of+a+client"),
                       "grant_type=client_credentials", &answer),
                  200);
        ASSERT_TRUE(strstr(answer.body.bytes, "\"scope\"") == NULL);
        ASSERT_EQ(post(&h, AT "/token", basic("web", "a+secret+of+a+client"),
                       "grant_type=client_credentials&scope=profile", &answer),
                  200);
        ASSERT_TRUE(strstr(answer.body.bytes, "\"scope\":\"profile\"") != NULL);
        http_end(&h);
}
