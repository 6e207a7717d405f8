/* SPDX-License-Identifier: Apache-2.0 */
/* Writing HTML: the frame of every page, and the one way for a text to get into it. */
#pragma once

#include "base/buf.h"
#include "daemon/app/messages.h"
#include "daemon/http/http.h"

#define PAGE_MAX 32768 /* bytes */
#define PAGE_WIDE_MAX 262144

/* Escaped for element content and double-quoted attributes.  NULL writes nothing. */
void html_text(Buf *page, const char *text);
/* <input type="hidden">; nothing for a NULL value. */
void html_hidden(Buf *page, const char *name, const char *value);

/* Escaped text of the catalogue. */
void html_message(Buf *page, Language language, MessageId id);

void html_begin(Buf *page, Language language, MessageId title, MessageId heading);
/* The same with room for lists. */
void html_begin_wide(Buf *page, Language language, MessageId title, MessageId heading);
/*
 * Ends the page and makes it the reply.  form_target: the URI that a form's answer may redirect to,
 * or NULL: browsers hold form-action against redirects too.
 */
int html_end(Buf *page, const HttpRequest *request, int status, const char *form_target,
             HttpReply *reply);
