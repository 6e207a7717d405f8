/* SPDX-License-Identifier: Apache-2.0 */
/* The login engine's inside: one call's values, shared by the files login*.c and nobody else. */
#pragma once

#include "daemon/app/login.h"
#include "daemon/core/flow.h"

/* A name that cannot be anybody's; no user name has parentheses. */
#define LOGIN_NAME_INVALID "(invalid)"

/* Everything an attempt speaks of, read in one transaction. */
typedef struct LoginView {
        Realm realm;
        Attempt attempt;
        User user;
        bool has_user;
        Credential password;
        bool has_password;
        Credential totp;
        bool has_totp;
        bool device_is_known;
} LoginView;

/* What was reserved before the proof was looked at. */
typedef struct LoginGuess {
        GuessRule rules[GUESS_RULES_MAX];
        GuessKey keys[GUESS_RULES_MAX];
        size_t n;
        const char *refused_by; /* the scope that is full, or NULL */
} LoginGuess;

typedef struct LoginCall {
        App *app;
        Arena *arena;
        const Caller *caller;
        RealmId realm;
        Sha256 handle_hash;
        Usec now;

        LoginView view; /* as last read */
        LoginGuess guess;

        /* The proof under judgement: 0 when it was right. */
        int proof;
        FlowState proven_in;
        int64_t credential_epoch; /* of the user when the proof was checked */
        int64_t totp_step;
        const char *new_phc; /* the same password at today's cost, or the chosen one, or NULL */
        Sha256 new_device;
        bool has_new_device;

        /* What became of it. */
        int reason;
} LoginCall;

/* login_choose.c: the new password under judgement, which must be typed alike twice; its verifier
 * goes to new_phc. */
int login_choose(LoginCall *call, const LoginAnswer *answer);
/* True for what is wrong with the choice alone: the person may choose again. */
bool login_choice_is_refused(int reason);
/* Inside the transaction: stores it, and ends what the former one had opened. */
int login_store_choice(LoginCall *call, Txn *txn, LoginView *view);

/* login_view.c: IAM_E_ATTEMPT_GONE when unknown, expired, or another door's. */
int login_view_read(LoginCall *call, Txn *txn, LoginView *ret);
/* The attempt's user with his credentials, into the view. */
int login_user_read(LoginCall *call, Txn *txn, LoginView *view);
/* Folds the name as typed and looks for its user; who is not found has the null id. */
int login_identify(
                LoginCall *call, Txn *txn, const Realm *realm, const char *name, Attempt *attempt);
/* 0, or why this user may not get in at all, whatever is proven. */
int login_user_refusal(const LoginView *view);
/* Shows where the attempt stands. */
int login_step_fill(const LoginCall *call, LoginStep *ret);

/* login_guess.c: 0, or IAM_E_USER_LOCKED, IAM_E_SOURCE_LOCKED; durable before it returns. */
int login_guess_reserve(LoginCall *call);
int login_guess_refund(LoginCall *call, Txn *txn);
int login_guess_forget(LoginCall *call, Txn *txn); /* after a full login */

/* login_settle.c: writes down what the proof led to, in one transaction. */
int login_settle(LoginCall *call);
int login_audit_failure(LoginCall *call, Txn *txn, const LoginView *view, int reason);
