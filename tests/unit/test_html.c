/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/html.h"
#include "daemon/http/pages.h"

#include "tests/support/test.h"

#define HOSTILE "\"'><svg onload=alert(1)>&amp;</title>"

static Arena arena = ARENA_INIT(1 << 20);

static HttpRequest request_fresh(void) {
        arena_reset(&arena);
        return (HttpRequest){ .arena = &arena, .caller = { .trace = HOSTILE } };
}

static const char *policy_of(const HttpReply *reply) {
        for (size_t i = 0; i < reply->n_headers; i++)
                if (strcmp(reply->headers[i].name, "Content-Security-Policy") == 0)
                        return reply->headers[i].value;
        return "";
}

/* Hostile text shows in none of the pages, in no place. */
static void assert_harmless(const HttpReply *reply) {
        ASSERT_TRUE(reply->body_len == strlen(reply->body));
        ASSERT_TRUE(strstr(reply->body, "<svg") == NULL);
        ASSERT_TRUE(strstr(reply->body, "\"'>") == NULL);
        ASSERT_TRUE(strstr(reply->body, "&lt;svg onload=alert(1)&gt;") != NULL);
        ASSERT_TRUE(strstr(reply->body, " style=") == NULL);
        ASSERT_TRUE(strstr(reply->body, "<style") == NULL);
        ASSERT_TRUE(strstr(policy_of(reply), "default-src 'none'") != NULL);
        ASSERT_TRUE(strstr(policy_of(reply), "frame-ancestors 'none'") != NULL);
        ASSERT_TRUE(strstr(policy_of(reply), "base-uri 'none'") != NULL);
        ASSERT_TRUE(strstr(policy_of(reply), "unsafe") == NULL);
        ASSERT_TRUE(strstr(reply->body, "<html lang=\"en\">") != NULL);
}

TEST(the_five_special_characters_are_escaped) {
        CLEANUP(buf_done) Buf page = BUF_INIT(256);

        html_text(&page, "a&b<c>d\"e'f");
        html_text(&page, NULL);
        ASSERT_STREQ(page.bytes, "a&amp;b&lt;c&gt;d&quot;e&#39;f");
}

TEST(a_hidden_field_without_a_value_is_not_written) {
        CLEANUP(buf_done) Buf page = BUF_INIT(256);

        html_hidden(&page, "a", NULL);
        ASSERT_EQ(page.len, 0);
        html_hidden(&page, "a\"", "b\">");
        ASSERT_STREQ(page.bytes,
                     "<input type=\"hidden\" name=\"a&quot;\" value=\"b&quot;&gt;\">\n");
}

TEST(no_page_lets_a_text_become_markup) {
        HttpRequest request = request_fresh();
        Realm realm = { .name = HOSTILE, .display_name = HOSTILE };
        LoginStep step = { .notice = HOSTILE, .n_prompts = 3 };
        HttpReply reply = {};
        HttpHeader fields[] = { { HOSTILE, HOSTILE } };
        LoginPage login = {
                .realm = &realm,
                .step = &step,
                .action = HOSTILE,
                .csrf = HOSTILE,
                .client = HOSTILE,
                .name_hint = HOSTILE,
                .redirect_uri = "https://app.example.org/cb",
        };
        LogoutPage logout = {
                .realm = &realm,
                .action = HOSTILE,
                .csrf = HOSTILE,
                .id_token_hint = HOSTILE,
                .client_id = HOSTILE,
                .post_logout_redirect_uri = HOSTILE,
                .state = HOSTILE,
        };

        step.prompts[0] = (Prompt){ HOSTILE, PROMPT_TEXT, HOSTILE };
        step.prompts[1] = (Prompt){ HOSTILE, PROMPT_SECRET, HOSTILE };
        step.prompts[2] = (Prompt){ HOSTILE, PROMPT_INFO, HOSTILE };
        ASSERT_OK(page_login(&request, &login, &reply));
        assert_harmless(&reply);
        reply = (HttpReply){};
        ASSERT_OK(page_sign_out(&request, &logout, &reply));
        assert_harmless(&reply);
        reply = (HttpReply){};
        ASSERT_OK(page_signed_out(&request, &realm, &reply));
        assert_harmless(&reply);
        reply = (HttpReply){};
        ASSERT_OK(page_error(&request, 400, HOSTILE, &reply));
        assert_harmless(&reply);
        reply = (HttpReply){};
        ASSERT_OK(page_form_post(&request, "https://app.example.org/cb", fields, 1, &reply));
        assert_harmless(&reply);
}

/* A registered URI is printable, but its characters must not end the directive either. */
TEST(a_form_may_lead_to_the_origin_of_the_redirect_uri_and_nowhere_else) {
        static const struct {
                const char *uri;
                const char *source;
        } rows[] = {
                { "https://app.example.org/cb?x=1", "form-action 'self' https://app.example.org;" },
                { "http://127.0.0.1:8081/cb", "form-action 'self' http://127.0.0.1:8081;" },
                { "http://[::1]:8081/cb", "form-action 'self' http://[::1]:8081;" },
                { "com.example.app:/cb", "form-action 'self' com.example.app:;" },
                { "https://a;script-src/x", "form-action 'self' https://a;" },
                { "https://a,default-src/x", "form-action 'self' https://a;" },
        };

        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                HttpRequest request = request_fresh();
                HttpReply reply = {};

                ASSERT_OK(page_form_post(&request, rows[i].uri, NULL, 0, &reply));
                if (strstr(policy_of(&reply), rows[i].source) == NULL)
                        fail_msg("%s: %s", rows[i].uri, policy_of(&reply));
        }
}
