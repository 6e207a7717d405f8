/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/messages.h"

#include <string.h>

#include "base/reason.h"

/* NOLINTBEGIN(bugprone-suspicious-missing-comma): long sentences are several literals */
static const char *const texts[_LANGUAGE_MAX][_MESSAGE_MAX] = {
        [LANGUAGE_EN] = {
#define X(id, english) [MESSAGE_##id] = english,
                IAM_MESSAGES(X)
#undef X
        },
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

const char *message_text(Language language, MessageId id) {
        const char *text;

        assert(language >= 0 && language < _LANGUAGE_MAX);
        assert(id >= 0 && id < _MESSAGE_MAX);
        text = texts[language][id];
        return text != NULL ? text : texts[LANGUAGE_FALLBACK][id];
}

const char *message_with(Arena *arena, Language language, MessageId id, const char *value) {
        const char *text = message_text(language, id);
        const char *place = strstr(text, "{}");

        assert(place != NULL);
        return arena_printf(arena, "%.*s%s%s", (int) (place - text), text, value, place + 2);
}

const char *message_reason(Language language, int reason) {
        if (reason < 0)
                return message_text(language, MESSAGE_ERROR_HERE);
        /* The table of reasons is in English, the one language that there is. */
        return reason_is_tellable(reason) ? reason_message(reason)
                                          : message_text(language, MESSAGE_ERROR_DENIED);
}
