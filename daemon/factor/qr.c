/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/factor/qr.h"

#include <qrencode.h>
#include <string.h>

#include "base/secret_bytes.h"

#define VERSION_AUTOMATIC 0
#define MODULE_IS_DARK 1u /* the lowest bit; the others are the library's notes */

int qr_encode(const Secret *text, QrMatrix *ret) {
        if (secret_is_empty(text))
                return -EINVAL;
        QRcode *code = QRcode_encodeData(
                        (int) text->len, secret_bytes(text), VERSION_AUTOMATIC, QR_ECLEVEL_M);
        if (code == NULL)
                return errno == ERANGE ? -EMSGSIZE : -ENOMEM;

        size_t n = (size_t) code->width * (size_t) code->width;
        bool fits = code->width <= QR_SIZE_MAX;
        if (fits) {
                *ret = (QrMatrix){ .size = (uint8_t) code->width };
                for (size_t i = 0; i < n; i++)
                        ret->modules[i] = code->data[i] & MODULE_IS_DARK;
        }
        explicit_bzero(code->data, n); /* it may show a secret */
        QRcode_free(code);
        return fits ? 0 : -EMSGSIZE;
}
