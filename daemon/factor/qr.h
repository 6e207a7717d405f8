/* SPDX-License-Identifier: Apache-2.0 */
/* QR symbols of our texts, 8-bit mode, error correction level M. */
#pragma once

#include "daemon/core/ports/factor.h"

/* -EMSGSIZE when the text needs a larger symbol than QR_SIZE_MAX. */
int qr_encode(const Secret *text, QrMatrix *ret);
