/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One login under way, at whichever door, or another proof of who somebody is that the same engine
 * asks for; and the authorization request a browser came with.
 * Both live in the store, so that a restart loses neither.
 */
#pragma once

#include "base/id.h"
#include "daemon/core/language.h"
#include "daemon/core/ports/crypto.h"

typedef enum Door {
        DOOR_BROWSER,
        DOOR_PAM,
        DOOR_ADMIN, /* iamctl over the admin socket */
        DOOR_TOKEN, /* the OAuth endpoints called by clients */
        DOOR_SYSTEM, /* iamd itself: timers, start */
        _DOOR_MAX,
        _DOOR_INVALID = -EINVAL,
} Door;

const char *door_name(Door door); /* "browser" "pam" "admin" "token" "system" */
Door door_from_name(const char *name);

/* What somebody is asked to prove something for. */
typedef enum Purpose {
        PURPOSE_LOGIN, /* to get in: every factor there is */
        PURPOSE_REAUTH, /* who is in proves every factor again, before he changes one */
        PURPOSE_CONFIRM, /* one fresh factor of a known user: the second where there is one */
        PURPOSE_CHANGE, /* every factor, then a new password */
        PURPOSE_RESET, /* local root chooses somebody's new password and proves nothing */
        _PURPOSE_MAX,
        _PURPOSE_INVALID = -EINVAL,
} Purpose;

/* "login" "reauth" "confirm" "change-password" "set-password" */
const char *purpose_name(Purpose purpose);
Purpose purpose_from_name(const char *name);

typedef enum FlowState {
        FLOW_IDENTIFY, /* asks for the user name */
        FLOW_PASSWORD,
        FLOW_TOTP,
        FLOW_CHOOSE, /* asks for a new password */
        FLOW_DONE,
        FLOW_REFUSED,
        _FLOW_MAX,
        _FLOW_INVALID = -EINVAL,
} FlowState;

const char *flow_state_name(FlowState state);
FlowState flow_state_from_name(const char *name);

typedef struct Attempt {
        RealmId realm;
        Sha256 handle_hash; /* of the handle that only the client holds */
        Door door;
        Purpose purpose;
        Language language;
        FlowState state;
        const char *name; /* folded login name; NULL until identified */
        Id user; /* null id: unknown user, or not identified yet */
        const char *service; /* PAM service, or NULL */
        const char *tty;
        const char *address; /* where the person sits, or NULL for a console */
        const char *agent;
        const char *opener_boot; /* 32 hex digits, or NULL: no process is known that will open the
                                  */
        int64_t opener_pid; /* session for the one that asks here, as sshd's monitor does */
        uint64_t opener_start;
        Id request; /* authorization request, or null id */
        Id session; /* in whose browser it was begun to prove something more, or null id */
        Sha256 device; /* hash of the device cookie presented, or zeros */
        Usec password_at; /* 0: not proven yet */
        Usec key_at; /* by a security key that verified its owner, before this attempt began */
        Usec totp_at; /* at the start already when an earlier proof still counts */
        int64_t wrong; /* wrong answers in this attempt */
        int64_t credential_epoch;
        Usec created_at;
        Usec expires_at;
        int64_t version;
} Attempt;

/* RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core 3.1.2.1: checked values only. */
typedef struct AuthRequest {
        RealmId realm;
        Id id;
        Id client;
        const char *redirect_uri;
        const char *scope;
        const char *state;
        const char *nonce;
        const char *code_challenge; /* S256, or NULL */
        const char *response_mode; /* "query" or "form_post" */
        const char *prompt; /* space-separated, or NULL */
        const char *login_hint;
        const char *acr_values;
        const char *ui_locales;
        int64_t max_age; /* seconds; -1: none */
        Usec created_at;
        Usec expires_at;
} AuthRequest;
