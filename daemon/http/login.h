/* SPDX-License-Identifier: Apache-2.0 */
/* The login page, which other pages lead to and which leads back to them. */
#pragma once

#include "daemon/app/oidc.h"
#include "daemon/http/http.h"

int login_get(HttpRequest *request, HttpReply *reply);
int login_post(HttpRequest *request, HttpReply *reply);

/* Sends the browser to the page of an attempt that was just begun, and gives it the handle. */
int login_reply(const HttpRequest *request, const Realm *realm, const LoginStep *login,
                HttpReply *reply);
/* The SSO cookie; empty without one. */
int login_session_read(const HttpRequest *request, const Realm *realm, Secret *ret);
/* The device cookie, or NULL. */
int login_device_read(const HttpRequest *request, const Realm *realm, const char **ret);
