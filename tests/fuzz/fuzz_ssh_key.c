/* SPDX-License-Identifier: Apache-2.0 */
/* What is read as a key can be written by its own word and base64 alone, and is the same key.  What
 * is found among sshd's methods is the rest of one of its lines. */
#include <string.h>

#include "base/reason.h"
#include "base/ssh_key.h"
#include "tests/support/fuzz.h"

static void find_key(const uint8_t *data, size_t len) {
        char methods[2 * SSH_KEY_TEXT_MAX] = "";
        char key[SSH_KEY_TEXT_MAX + 1];
        const char *found;

        memcpy(methods, data, len < sizeof(methods) ? len : sizeof(methods) - 1);
        if (!ssh_key_of_methods(methods, key))
                return;
        found = strstr(methods, key);
        FUZZ_ASSERT(key[0] != '\0' && strchr(key, '\n') == NULL && found != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
        char text[SSH_KEY_TEXT_MAX + 1];
        SshKey key, again;
        size_t n;
        int r;

        find_key(data, len);
        r = ssh_key_parse((const char *) data, len, &key);
        FUZZ_ASSERT(r == 0 || r == IAM_E_BAD_KEY || r == IAM_E_WEAK_KEY);
        if (r != 0)
                return 0;
        n = strlen(ssh_key_type_name(key.type));
        FUZZ_ASSERT(n + 1 + key.base64_len < sizeof(text));
        memcpy(text, ssh_key_type_name(key.type), n);
        text[n] = ' ';
        memcpy(text + n + 1, key.base64, key.base64_len);
        n += 1 + key.base64_len;
        for (size_t i = 0; i < n; i++)
                FUZZ_ASSERT(text[i] >= ' ' && text[i] <= '~' && text[i] != '"' && text[i] != ',');
        FUZZ_ASSERT(ssh_key_parse(text, n, &again) == 0);
        FUZZ_ASSERT(again.type == key.type && again.len == key.len && again.comment_len == 0);
        FUZZ_ASSERT(memcmp(again.blob, key.blob, key.len) == 0);
        return 0;
}
