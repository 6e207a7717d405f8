/* SPDX-License-Identifier: Apache-2.0 */
#include "directory/bytes.h"

#include "directory/layout.h"

uint32_t header_checksum(const uint8_t *header, size_t len) {
        uint32_t crc = UINT32_MAX;

        for (size_t i = 0; i < len; i++) {
                bool is_field = i >= DIRECTORY_AT_CHECKSUM && i < DIRECTORY_AT_CHECKSUM + 4;

                crc ^= is_field ? 0 : header[i];
                for (int bit = 0; bit < 8; bit++)
                        crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
        }
        return ~crc;
}
