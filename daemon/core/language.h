/* SPDX-License-Identifier: Apache-2.0 */
/* The languages that texts for people exist in; an attempt keeps the one it began in. */
#pragma once

#include "base/macro.h"

typedef enum Language {
        LANGUAGE_EN,
        _LANGUAGE_MAX,
        _LANGUAGE_INVALID = -EINVAL,
} Language;

#define LANGUAGE_FALLBACK LANGUAGE_EN

const char *language_name(Language language); /* "en": a BCP 47 tag */
Language language_from_name(const char *name);
