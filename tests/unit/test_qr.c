/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret_bytes.h"
#include "daemon/factor/qr.h"
#include "tests/support/test.h"

static bool dark(const QrMatrix *qr, int row, int column) {
        return qr->modules[row * qr->size + column] == 1;
}

/* ISO/IEC 18004 section 6.3.3: rings of 7, 5 and 3 modules. */
static bool has_finder(const QrMatrix *qr, int row, int column) {
        for (int y = 0; y < 7; y++)
                for (int x = 0; x < 7; x++) {
                        bool outer = y == 0 || y == 6 || x == 0 || x == 6;
                        bool inner = y >= 2 && y <= 4 && x >= 2 && x <= 4;
                        if (dark(qr, row + y, column + x) != (outer || inner))
                                return false;
                }
        return true;
}

TEST(a_symbol_has_its_three_finders_and_only_two_values) {
        Secret text = {};
        QrMatrix qr = {};

        ASSERT_OK(secret_set(&text, "otpauth://totp/x:alice?secret=AAAA", 34));
        ASSERT_OK(qr_encode(&text, &qr));
        ASSERT_EQ(qr.size, 29); /* version 3: 42 bytes at level M; version 2 holds 26 */
        ASSERT_TRUE(has_finder(&qr, 0, 0));
        ASSERT_TRUE(has_finder(&qr, 0, qr.size - 7));
        ASSERT_TRUE(has_finder(&qr, qr.size - 7, 0));
        ASSERT_FALSE(has_finder(&qr, qr.size - 7, qr.size - 7));
        for (int i = 0; i < qr.size * qr.size; i++)
                ASSERT_TRUE(qr.modules[i] <= 1);
        /* The format bits beside the first finder: level M is 00, xored with the mask 10 1... */
        ASSERT_TRUE(dark(&qr, 8, 0));
        ASSERT_FALSE(dark(&qr, 8, 1));
}

TEST(the_largest_symbol_is_bounded) {
        Secret text = { .len = 624 };
        QrMatrix qr = {};

        memset(secret_buffer(&text), 'a', text.len);
        ASSERT_OK(qr_encode(&text, &qr));
        ASSERT_EQ(qr.size, QR_SIZE_MAX);
        text.len = 625;
        ASSERT_CODE(qr_encode(&text, &qr), -EMSGSIZE);
        text.len = 0;
        ASSERT_CODE(qr_encode(&text, &qr), -EINVAL);
}
