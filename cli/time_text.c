/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "cli/args.h"

int cli_seconds_parse(const char *text, int64_t *ret) {
        static const struct {
                char unit;
                int64_t seconds;
        } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
        char number[12];
        size_t len = strlen(text);
        uint32_t n;

        if (len < 2 || len > sizeof(number))
                return -EINVAL;
        memcpy(number, text, len - 1);
        number[len - 1] = '\0';
        if (str_to_u32(number, &n) < 0 || n > 100000000)
                return -EINVAL;
        for (size_t i = 0; i < ELEMENTSOF(units); i++)
                if (units[i].unit == text[len - 1]) {
                        *ret = n * units[i].seconds;
                        return 0;
                }
        return -EINVAL;
}

/* So long ago. */
static int ago_parse(const char *text, Usec now, Usec *ret) {
        int64_t seconds;

        if (cli_seconds_parse(text, &seconds) < 0 || seconds * USEC_PER_SEC >= now)
                return -EINVAL;
        *ret = now - seconds * USEC_PER_SEC;
        return 0;
}

int cli_time_parse(const char *text, Usec now, Usec *ret) {
        struct tm tm = {};
        const char *end;
        time_t seconds;

        end = strptime(text, "%Y-%m-%d", &tm);
        if (end == NULL)
                return ago_parse(text, now, ret);
        if (*end != '\0') {
                end = strptime(end, "T%H:%M:%SZ", &tm);
                if (end == NULL || *end != '\0')
                        return -EINVAL;
        }
        seconds = timegm(&tm);
        if (seconds <= 0)
                return -EINVAL;
        *ret = seconds * USEC_PER_SEC;
        return 0;
}

void cli_time_format(Usec time, char ret[CLI_TIME_SIZE]) {
        time_t seconds = time / USEC_PER_SEC;
        struct tm tm;

        if (gmtime_r(&seconds, &tm) == NULL ||
            strftime(ret, CLI_TIME_SIZE, "%Y-%m-%d %H:%M:%SZ", &tm) == 0)
                memcpy(ret, "?", 2);
}
