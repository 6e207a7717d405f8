/* SPDX-License-Identifier: Apache-2.0 */
/* Second factors.  Secrets go in and out as Secret; used-step memory is the store's. */
#pragma once

#include <string.h>

#include "base/secret.h"

#define TOTP_DIGITS 6
#define TOTP_PERIOD 30 /* seconds, RFC 6238 section 4.1 */
#define TOTP_WINDOW 1 /* steps accepted before and after now */
#define TOTP_SECRET_SIZE 20

#define QR_SIZE_MAX 93 /* version 19: 624 bytes of text at error correction level M */

/*
 * A QR symbol: size * size modules, row by row, 1 is dark.  No quiet zone.  By value, because it
 * may show a secret and secrets never live in an arena: the owner clears it.
 */
typedef struct QrMatrix {
        uint8_t size;
        uint8_t modules[QR_SIZE_MAX * QR_SIZE_MAX];
} QrMatrix;

static inline void qr_matrix_clear(QrMatrix *matrix) {
        explicit_bzero(matrix, sizeof *matrix);
}

typedef struct FactorPort {
        void *self;
        int (*totp_secret_make)(void *self, Secret *ret); /* TOTP_SECRET_SIZE raw bytes */
        /* 0 and the step (now / TOTP_PERIOD, plus or minus the window) that matched, or
         * IAM_E_WRONG_CODE.  code: digits as typed; spaces are ignored. */
        int (*totp_verify)(
                        void *self, const Secret *secret, const Secret *code, Usec now,
                        int64_t *ret_step);
        /* otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=... into a Secret: it holds the key. */
        int (*totp_uri)(void *self, const Secret *secret, const char *issuer, const char *account,
                        Secret *ret_uri);
        int (*totp_text)(void *self, const Secret *secret, Secret *ret_base32);
        /* -EMSGSIZE when the text needs a larger symbol. */
        int (*qr_encode)(void *self, const Secret *text, QrMatrix *ret);
} FactorPort;
