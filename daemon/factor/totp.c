/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/factor/totp.h"

#include <liboath/oath.h>
#include <string.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/reason.h"
#include "base/secret_bytes.h"

/* Bytes of a shared secret: RFC 4226 section 4 asks for 16 at least. */
#define SECRET_SIZE_MIN 16
#define SECRET_SIZE_MAX 64

typedef struct TotpCode {
        char digits[TOTP_DIGITS + 1];
} TotpCode;

static void totp_code_clear(TotpCode *code) {
        explicit_bzero(code, sizeof *code);
}

/* Drops spaces; false unless TOTP_DIGITS digits remain and nothing else. */
static bool code_read(const Secret *typed, TotpCode *ret) {
        const uint8_t *bytes = secret_bytes(typed);
        size_t n = 0;

        for (size_t i = 0; i < typed->len; i++) {
                if (bytes[i] == ' ')
                        continue;
                if (bytes[i] < '0' || bytes[i] > '9' || n == TOTP_DIGITS)
                        return false;
                ret->digits[n++] = (char) bytes[i];
        }
        ret->digits[n] = '\0';
        return n == TOTP_DIGITS;
}

static int code_at(const char *secret, size_t len, int64_t step, TotpCode *ret) {
        if (oath_totp_generate(
                            secret, len, (time_t) (step * TOTP_PERIOD), TOTP_PERIOD,
                            OATH_TOTP_DEFAULT_START_TIME, TOTP_DIGITS, ret->digits) != OATH_OK)
                return -EIO;
        return 0;
}

int totp_verify(const Secret *secret, const Secret *code, Usec now, int64_t *ret_step) {
        CLEANUP(totp_code_clear) TotpCode typed = {}, right = {};
        char bytes[SECRET_SIZE_MAX];
        int64_t matched = -1;
        int r = 0;

        if (secret->len < SECRET_SIZE_MIN || secret->len > SECRET_SIZE_MAX || now < 0)
                return -EINVAL;
        bool is_code = code_read(code, &typed);
        int64_t step = now / USEC_PER_SEC / TOTP_PERIOD;
        int64_t first = step > TOTP_WINDOW ? step - TOTP_WINDOW : 0;

        /* The whole window is computed whatever matched, and also for what cannot be a code. */
        memcpy(bytes, secret_bytes(secret), secret->len);
        for (int64_t s = first; s <= step + TOTP_WINDOW && r == 0; s++) {
                r = code_at(bytes, secret->len, s, &right);
                if (bytes_equal(typed.digits, TOTP_DIGITS, right.digits, TOTP_DIGITS))
                        matched = s;
        }
        explicit_bzero(bytes, sizeof bytes);
        if (r < 0)
                return r;
        if (!is_code || matched < 0)
                return IAM_E_WRONG_CODE;
        *ret_step = matched;
        return 0;
}

static void put_escaped(Buf *buf, const char *text) {
        char escaped[PERCENT_SIZE(1)];

        for (; *text != '\0'; text++) {
                percent_encode(text, 1, escaped);
                buf_put_str(buf, escaped);
        }
}

static int base32_of(const Secret *secret, char ret_text[BASE32_SIZE(SECRET_SIZE_MAX)]) {
        if (secret->len < SECRET_SIZE_MIN || secret->len > SECRET_SIZE_MAX)
                return -EINVAL;
        base32_encode(secret_bytes(secret), secret->len, ret_text);
        return 0;
}

int totp_text(const Secret *secret, Secret *ret_base32) {
        char text[BASE32_SIZE(SECRET_SIZE_MAX)];
        int r;

        r = base32_of(secret, text);
        if (r < 0)
                return r;
        return secret_move_in(ret_base32, text, strlen(text));
}

int totp_uri(const Secret *secret, const char *issuer, const char *account, Secret *ret_uri) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(SECRET_MAX);
        char text[BASE32_SIZE(SECRET_SIZE_MAX)];
        int r;

        r = base32_of(secret, text);
        if (r < 0)
                return r;
        buf_put_str(&buf, "otpauth://totp/");
        put_escaped(&buf, issuer);
        buf_put_char(&buf, ':');
        put_escaped(&buf, account);
        buf_put_str(&buf, "?secret=");
        buf_put_str(&buf, text);
        explicit_bzero(text, sizeof text);
        buf_put_str(&buf, "&issuer=");
        put_escaped(&buf, issuer);
        buf_printf(&buf, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_PERIOD);
        r = buf_error(&buf);
        if (r < 0)
                return r;
        return secret_move_in(ret_uri, buf.bytes, buf.len);
}
