/* SPDX-License-Identifier: Apache-2.0 */
/* OpenID Connect Core section 5.3. */
#include "daemon/app/access_token.h"
#include "daemon/app/issue.h"
#include "daemon/app/oidc.h"

#include "base/reason.h"

int app_userinfo(
                App *app, Arena *arena, const Realm *realm, const char *access_token,
                const char **ret_json) {
        CLEANUP(buf_done) Buf buf = BUF_INIT(CLAIMS_MAX);
        JsonWriter w = JSON_WRITER(&buf);
        AccessToken token;
        int r;

        r = access_token_check(
                        app, arena, realm, access_token, app->clock.now(app->clock.self), &token);
        if (r != 0)
                return r;
        if (!str_words_have(token.scope, "openid"))
                return IAM_E_TOKEN_SCOPE;
        json_begin_object(&w);
        claims_put_person(&w, &token.view, token.scope);
        json_end_object(&w);
        return buf_copy(&buf, arena, ret_json);
}
