/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"
#include "base/secret_bytes.h"
#include "daemon/factor/factor.h"
#include "daemon/factor/totp.h"
#include "tests/support/test.h"

static Secret secret_of(const char *text) {
        Secret secret = {};

        ASSERT_OK(secret_set(&secret, text, strlen(text)));
        return secret;
}

static int verify(const char *code, int64_t seconds, int64_t *ret_step) {
        Secret key = secret_of("12345678901234567890"), typed = secret_of(code);

        return totp_verify(&key, &typed, seconds * USEC_PER_SEC, ret_step);
}

/* RFC 6238 appendix B, the SHA1 rows; their last six digits. */
TEST(the_codes_of_rfc_6238_match_at_their_steps) {
        static const struct {
                int64_t seconds;
                const char *code;
        } rows[] = {
                { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
                { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" },
        };

        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                int64_t step = -1;
                ASSERT_OK(verify(rows[i].code, rows[i].seconds, &step));
                ASSERT_EQ(step, rows[i].seconds / TOTP_PERIOD);
                /* One step of skew either way names the same step; two are too many. */
                ASSERT_OK(verify(rows[i].code, rows[i].seconds + TOTP_PERIOD, &step));
                ASSERT_EQ(step, rows[i].seconds / TOTP_PERIOD);
                ASSERT_OK(verify(rows[i].code, rows[i].seconds - TOTP_PERIOD, &step));
                ASSERT_EQ(step, rows[i].seconds / TOTP_PERIOD);
                ASSERT_CODE(verify(rows[i].code, rows[i].seconds + (int64_t) 2 * TOTP_PERIOD,
                                   &step),
                            IAM_E_WRONG_CODE);
        }
}

TEST(spaces_are_ignored_and_nothing_else_is) {
        static const char *const wrong[] = {
                "",         " ",       "28708",    "2870820", "0287082",      "28708a",
                "287082\n", "28-7082", "\t287082", "+87082",  "287082287082",
        };
        int64_t step;

        ASSERT_OK(verify("287 082", 59, &step));
        ASSERT_OK(verify(" 287082 ", 59, &step));
        for (size_t i = 0; i < ELEMENTSOF(wrong); i++)
                if (verify(wrong[i], 59, &step) != IAM_E_WRONG_CODE)
                        fail_msg("accepted: \"%s\"", wrong[i]);
}

TEST(a_secret_too_short_is_no_secret) {
        Secret key = secret_of("123456789012345"), code = secret_of("287082");
        int64_t step;

        ASSERT_CODE(totp_verify(&key, &code, 59 * USEC_PER_SEC, &step), -EINVAL);
}

TEST(the_uri_escapes_names_and_carries_the_key) {
        Secret key = secret_of("12345678901234567890"), uri = {}, text = {};
        static const char expected[] =
                        "otpauth://totp/"
                        "Example%20%26%20Co%3A:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                        "&issuer=Example%20%26%20Co%3A&algorithm=SHA1&digits=6&period=30";

        ASSERT_OK(totp_uri(&key, "Example & Co:", "alice", &uri));
        ASSERT_EQ(uri.len, strlen(expected));
        ASSERT_MEMEQ(secret_bytes(&uri), expected, uri.len);
        ASSERT_OK(totp_text(&key, &text));
        ASSERT_EQ(text.len, 32);
        ASSERT_MEMEQ(secret_bytes(&text), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 32);
}

static int counting_random(void *self, void *ret_bytes, size_t len) {
        uint8_t *next = self, *bytes = ret_bytes;

        for (size_t i = 0; i < len; i++)
                bytes[i] = (*next)++;
        return 0;
}

TEST(a_new_secret_is_the_worlds_entropy_whole) {
        uint8_t next = 1;
        ClockPort clock = { .random = counting_random, .self = &next };
        Factor factor;
        FactorPort port;
        Secret secret = {};

        ASSERT_OK(factor_init(&factor, &clock));
        factor_port(&factor, &port);
        ASSERT_OK(port.totp_secret_make(port.self, &secret));
        ASSERT_EQ(secret.len, TOTP_SECRET_SIZE);
        for (size_t i = 0; i < TOTP_SECRET_SIZE; i++)
                ASSERT_EQ(secret_bytes(&secret)[i], i + 1);
        factor_done(&factor);
}
