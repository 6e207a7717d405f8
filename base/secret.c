/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <string.h>

int secret_set(Secret *secret, const void *bytes, size_t len) {
        if (len > SECRET_MAX)
                return -EMSGSIZE;
        if (len > 0)
                memmove(secret->opaque_bytes_, bytes, len);
        if (len < SECRET_MAX)
                explicit_bzero(secret->opaque_bytes_ + len, SECRET_MAX - len);
        secret->len = len;
        return 0;
}

int secret_move_in(Secret *secret, void *bytes, size_t len) {
        int r = secret_set(secret, bytes, len);

        if (len > 0)
                explicit_bzero(bytes, len);
        return r;
}

void secret_clear(Secret *secret) {
        if (secret != NULL)
                explicit_bzero(secret, sizeof(*secret));
}

bool secret_equal(const Secret *a, const Secret *b) {
        return !secret_is_empty(a) &&
               bytes_equal(a->opaque_bytes_, a->len, b->opaque_bytes_, b->len);
}

bool bytes_equal(const void *a, size_t a_len, const void *b, size_t b_len) {
        const uint8_t *x = a;
        const uint8_t *y = b;
        unsigned difference = 0;

        if (a_len != b_len)
                return false;
        for (size_t i = 0; i < a_len; i++) {
                difference |= (unsigned) (x[i] ^ y[i]);
                __asm__ volatile("" : "+r"(difference)); /* no early way out for the optimiser */
        }
        return difference == 0;
}
