/* SPDX-License-Identifier: Apache-2.0 */
/* The two static files of the pages. */
#include "daemon/http/assets.h"

static const char style[] =
                ":root { color-scheme: light dark; --ink: #1d2330; --paper: #f5f6f8; --card: "
                "#ffffff;\n"
                "  --line: #8a92a3; --accent: #1f5fbf; --accent-ink: #ffffff; --alert: #a3161f; }\n"
                "@media (prefers-color-scheme: dark) {\n"
                "  :root { --ink: #e8eaf0; --paper: #14171d; --card: #1e232c; --line: #7d8697;\n"
                "    --accent: #8ab4f8; --accent-ink: #10131a; --alert: #ffb4ab; } }\n"
                "* { box-sizing: border-box; }\n"
                "body { margin: 0; min-height: 100vh; display: flex; align-items: center;\n"
                "  justify-content: center; background: var(--paper); color: var(--ink);\n"
                "  font: 1rem/1.5 system-ui, sans-serif; }\n"
                "main { width: min(24rem, 92vw); margin: 2rem 0; padding: 2rem;\n"
                "  background: var(--card); border-radius: .75rem; box-shadow: 0 1px 6px #0003; }\n"
                "h1 { margin: 0 0 .25rem; font-size: 1.5rem; }\n"
                ".where { margin: 0 0 1.25rem; opacity: .8; }\n"
                "label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }\n"
                "input { width: 100%; padding: .6rem .75rem; font: inherit; color: inherit;\n"
                "  background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; "
                "}\n"
                "button { width: 100%; margin-top: 1.5rem; padding: .7rem; font: inherit;\n"
                "  font-weight: 600; color: var(--accent-ink); background: var(--accent);\n"
                "  border: 0; border-radius: .4rem; cursor: pointer; }\n"
                "input:focus-visible, button:focus-visible { outline: 3px solid var(--accent);\n"
                "  outline-offset: 2px; }\n"
                "[role=alert] { color: var(--alert); font-weight: 600; }\n";

static const char onward[] = "document.getElementById('onward').submit();\n";

int asset_style(HttpRequest *request, HttpReply *reply) {
        reply->may_be_cached = true;
        http_reply_text(reply, 200, "text/css; charset=utf-8", style);
        return http_reply_header(reply, "Cache-Control", "public, max-age=3600");
}

int asset_onward(HttpRequest *request, HttpReply *reply) {
        reply->may_be_cached = true;
        http_reply_text(reply, 200, "text/javascript; charset=utf-8", onward);
        return http_reply_header(reply, "Cache-Control", "public, max-age=3600");
}
