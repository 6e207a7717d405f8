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
                "button, a.quiet { font: inherit; font-weight: 600; border-radius: .4rem;\n"
                "  cursor: pointer; }\n"
                "button { width: 100%; margin-top: 1.5rem; padding: .7rem;\n"
                "  color: var(--accent-ink); background: var(--accent); border: 0; }\n"
                ".quiet { width: auto; margin: 0; padding: .35rem .9rem; color: var(--accent);\n"
                "  background: none; border: 1px solid var(--line); text-decoration: none; }\n"
                ".quiet:hover { border-color: currentColor; }\n"
                ".danger { color: var(--alert); }\n"
                "a { color: var(--accent); }\n"
                "input:focus-visible, button:focus-visible, a:focus-visible {\n"
                "  outline: 3px solid var(--accent); outline-offset: 2px; }\n"
                "[role=alert] { color: var(--alert); font-weight: 600; }\n"
                "[role=status] { padding: .6rem .9rem; border-left: 4px solid var(--accent);\n"
                "  background: var(--paper); border-radius: .4rem; }\n"
                ".onward { display: flex; flex-wrap: wrap; justify-content: center; gap: .5rem "
                "1.5rem;\n"
                "  margin: 1.5rem 0 0; }\n"
                ".wide { width: min(44rem, 92vw); }\n"
                "h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; }\n"
                "dl { display: grid; grid-template-columns: minmax(6rem, auto) 1fr;\n"
                "  gap: .35rem 1.5rem; margin: 0; }\n"
                "dt { opacity: .8; }\n"
                "dd { margin: 0; overflow-wrap: anywhere; }\n"
                ".rows { list-style: none; margin: 0; padding: 0; }\n"
                ".rows li { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem;\n"
                "  justify-content: space-between; padding: .75rem 0;\n"
                "  border-top: 1px solid color-mix(in srgb, var(--line) 40%, transparent); }\n"
                ".rows div { flex: 1 1 14rem; min-width: 0; }\n"
                ".rows small { display: block; font-size: .875rem; opacity: .8;\n"
                "  overflow-wrap: anywhere; }\n"
                ".mark { padding: .2rem .7rem; font-size: .875rem; font-weight: 600;\n"
                "  border-radius: 1rem; color: var(--accent-ink); background: var(--accent); }\n"
                ".qr { display: block; width: min(15rem, 100%); margin: 1rem auto;\n"
                "  border-radius: .4rem; }\n"
                ".secret { text-align: center; overflow-wrap: anywhere; }\n"
                ".secret code { font-size: 1rem; letter-spacing: .03em; }\n"
                "@media (max-width: 26rem) {\n"
                "  main { padding: 1.25rem; } dl { grid-template-columns: 1fr; gap: 0; }\n"
                "  dd { margin-bottom: .6rem; } }\n";

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
