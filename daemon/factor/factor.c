/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/factor/factor.h"

#include <liboath/oath.h>
#include <string.h>

#include "base/secret_bytes.h"
#include "daemon/factor/qr.h"
#include "daemon/factor/totp.h"

int factor_init(Factor *factor, const ClockPort *clock) {
        if (oath_init() != OATH_OK)
                return -EIO;
        *factor = (Factor){ .clock = *clock };
        return 0;
}

void factor_done(Factor *) {
        (void) oath_done();
}

static int port_totp_secret_make(void *self, Secret *ret) {
        const Factor *factor = self;
        uint8_t bytes[TOTP_SECRET_SIZE];
        int r;

        r = factor->clock.random(factor->clock.self, bytes, sizeof bytes);
        if (r < 0)
                return r;
        return secret_move_in(ret, bytes, sizeof bytes);
}

static int
port_totp_verify(void *, const Secret *secret, const Secret *code, Usec now, int64_t *ret_step) {
        return totp_verify(secret, code, now, ret_step);
}

static int
port_totp_uri(void *, const Secret *secret, const char *issuer, const char *account,
              Secret *ret_uri) {
        return totp_uri(secret, issuer, account, ret_uri);
}

static int port_totp_text(void *, const Secret *secret, Secret *ret_base32) {
        return totp_text(secret, ret_base32);
}

static int port_qr_encode(void *, const Secret *text, QrMatrix *ret) {
        return qr_encode(text, ret);
}

void factor_port(Factor *factor, FactorPort *ret) {
        *ret = (FactorPort){
                .self = factor,
                .totp_secret_make = port_totp_secret_make,
                .totp_verify = port_totp_verify,
                .totp_uri = port_totp_uri,
                .totp_text = port_totp_text,
                .qr_encode = port_qr_encode,
        };
}
