/* SPDX-License-Identifier: Apache-2.0 */
/* How clients say who they are: RFC 6749 section 2.3. */
#include "daemon/http/form.h"
#include "daemon/http/oauth.h"

#include "base/encode.h"
#include "base/reason.h"

#include <string.h>
#include <strings.h>

#define BASIC_MAX 2048 /* bytes of decoded Basic credentials */

const char *oauth_after_scheme(const char *authorization, const char *scheme) {
        size_t n = strlen(scheme);

        if (authorization == NULL || strncasecmp(authorization, scheme, n) != 0 ||
            authorization[n] != ' ')
                return NULL;
        return authorization + n + strspn(authorization + n, " ");
}

/* RFC 6749 section 2.3.1: both halves are urlencoded before they become Basic credentials. */
static int
read_basic(const HttpRequest *request, const char *encoded, const char **ret_id,
           Secret *ret_secret) {
        char *text = arena_alloc(request->arena, BASIC_MAX + 1);
        char *colon;
        char *id;
        char *secret;
        size_t len;
        int r;

        if (text == NULL)
                return -ENOMEM;
        if (base64_decode(encoded, strlen(encoded), text, BASIC_MAX, &len) < 0)
                return IAM_E_REQUEST_INVALID;
        text[len] = '\0';
        colon = memchr(text, ':', len);
        if (colon == NULL || strlen(text) != len)
                return IAM_E_REQUEST_INVALID;
        r = form_decode(request->arena, text, (size_t) (colon - text), &id);
        if (r < 0)
                return r == -EINVAL ? IAM_E_REQUEST_INVALID : r;
        r = form_decode(request->arena, colon + 1, strlen(colon + 1), &secret);
        explicit_bzero(text, len);
        if (r < 0)
                return r == -EINVAL ? IAM_E_REQUEST_INVALID : r;
        if (secret_move_in(ret_secret, secret, strlen(secret)) < 0)
                return IAM_E_CLIENT_AUTH_FAILED;
        *ret_id = id;
        return 0;
}

int oauth_client_read(
                const HttpRequest *request, const ClientForm *form, ClientCredentials *ret,
                Secret *ret_secret) {
        const char *encoded = oauth_after_scheme(request->authorization, "Basic");
        const char *basic_id;
        int r;

        ret->client_id = form->client_id;
        if (form->client_secret != NULL) {
                char *text = (char *) (uintptr_t) form->client_secret;

                if (request->authorization != NULL)
                        return IAM_E_REQUEST_INVALID;
                if (secret_move_in(ret_secret, text, strlen(text)) < 0)
                        return IAM_E_CLIENT_AUTH_FAILED;
                ret->secret = ret_secret;
                return 0;
        }
        if (request->authorization == NULL)
                return 0;
        if (encoded == NULL)
                return IAM_E_CLIENT_AUTH_FAILED;
        r = read_basic(request, encoded, &basic_id, ret_secret);
        if (r != 0)
                return r;
        if (form->client_id != NULL && !str_eq(form->client_id, basic_id))
                return IAM_E_REQUEST_INVALID;
        ret->client_id = basic_id;
        ret->secret = ret_secret;
        return 0;
}
