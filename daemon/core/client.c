/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/client.h"

#include "base/secret.h"
#include "daemon/core/redirect_uri.h"

#include <string.h>

bool audience_is_wellformed(const char *audience) {
        size_t len = strlen(audience);

        return len > 0 && len <= AUDIENCE_MAX && str_is_ascii_printable(audience) &&
               strchr(audience, ' ') == NULL;
}

bool web_origin_is_wellformed(const char *origin) {
        const char *host = strstr(origin, "://");

        if (!str_starts_with(origin, "https://") && !str_starts_with(origin, "http://"))
                return false;
        if (strpbrk(host + 3, "/?") != NULL || redirect_uri_check(origin) != 0)
                return false;
        for (const char *at = host; *at != '\0'; at++)
                if (*at >= 'A' && *at <= 'Z')
                        return false; /* browsers send it in lower case */
        return true;
}

KeyAlg client_id_token_alg(const Client *client, const Realm *realm) {
        return client->id_token_alg >= 0 ? client->id_token_alg
                                         : realm->settings.default_signing_algorithm;
}

KeyAlg client_access_token_alg(const Client *client, const Realm *realm) {
        return client->access_token_alg >= 0 ? client->access_token_alg
                                             : client_id_token_alg(client, realm);
}

int64_t client_access_token_lifetime(const Client *client, const Realm *realm) {
        return client->access_token_lifetime > 0 ? client->access_token_lifetime
                                                 : realm->settings.access_token_lifetime;
}

int64_t client_refresh_token_lifetime(const Client *client, const Realm *realm) {
        return client->refresh_token_lifetime > 0 ? client->refresh_token_lifetime
                                                  : realm->settings.refresh_token_lifetime;
}

bool client_secret_is(const Client *client, const Sha256 *presented, Usec now) {
        bool present = bytes_equal(
                        client->secret_hash.bytes, SHA256_SIZE, presented->bytes, SHA256_SIZE);
        bool former =
                        bytes_equal(client->former_secret_hash.bytes, SHA256_SIZE, presented->bytes,
                                    SHA256_SIZE);

        return present || (former && now < client->former_secret_until);
}
