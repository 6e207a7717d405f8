/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a fuzz target defines.  It asserts a property with abort() and not only "no crash";
 * libFuzzer or tests/support/fuzz_main.c calls it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define FUZZ_ASSERT(condition)                                                                     \
        do {                                                                                       \
                if (!(condition))                                                                  \
                        abort();                                                                   \
        } while (0)
