/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cookies of ours (RFC 6265bis): __Host- names with Secure where the base URL is https; on
 * loopback over http, where browsers would drop those, the same names without the prefix.
 */
#pragma once

#include "daemon/http/http.h"

/* The value of the named cookie; IAM_E_NOT_FOUND, also when it is sent more than once. */
int cookie_read(const HttpRequest *request, const char *name, const char **ret_value);
/* Straight into a Secret; empty when absent or too long to be one of ours. */
int cookie_read_secret(const HttpRequest *request, const char *name, Secret *ret);
/* max_age: seconds; -1: until the browser closes; 0: delete. */
int cookie_write(
                const HttpRequest *request, HttpReply *reply, const char *name, const Secret *value,
                int64_t max_age);
int cookie_delete(const HttpRequest *request, HttpReply *reply, const char *name);
