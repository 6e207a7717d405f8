/* SPDX-License-Identifier: Apache-2.0 */
/* Which new passwords are acceptable.  Pure; sees bytes, keeps none. */
#pragma once

#include "base/secret.h"
#include "daemon/core/realm.h"
#include "daemon/core/user.h"

/*
 * IAM_E_WEAK_PASSWORD: fewer characters than the realm asks for, one of the most common passwords
 * with or without digits and signs around it, one character over and over, or hardly more than
 * the user's or the realm's name.
 * IAM_E_INVALID: not UTF-8, or control characters, which no prompt can carry.
 */
int password_rules_check(const Secret *password, const Realm *realm, const User *user);
