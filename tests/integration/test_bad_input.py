# SPDX-License-Identifier: Apache-2.0
"""Bad input at every endpoint: a clear refusal each, the same one for whatever a stranger
must not learn, and a daemon that is none the worse for it.

What is asked is made from the daemon's own table of routes (tests/support/print_doors.c): one that
nobody thought of here is a failure.  The sockets' methods have test_bad_calls.py.
"""

import base64
import contextlib
import re
import socket
import time
import urllib.parse
from dataclasses import dataclass, field

import pytest

from tests.rig.demo import REALM, make_person
from tests.rig.iamd import BASE_URL, Iamd
from tests.rig.outcomes import MARK, Table, memory_of, tell
from tests.rig.rough import FORM, ProxyHttp, RoughHttp, doors

METRICS_PORT = 9464
HEAD_DEADLINE = 11  # seconds; see daemon/http/server.h
MEMORY = 3 << 20  # bytes that a second round of all of it may add: pages of the store's cache
OIDC = "/realms/{}/protocol/openid-connect"
LOGIN = "/realms/{}/login-actions/authenticate"
TOKEN_FIELDS = {"grant_type": 2048, "code": 2048, "redirect_uri": 2048, "code_verifier": 2048,
                "refresh_token": 2048, "scope": 2048, "client_id": 2048, "client_secret": 1024}
AUTH_FIELDS = {name: 2048 for name in (
    "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce",
    "code_challenge", "code_challenge_method", "prompt", "max_age", "login_hint", "acr_values",
    "ui_locales", "request", "request_uri")} | {"id_token_hint": 8192}
LOGOUT_FIELDS = {"client_id": 2048, "post_logout_redirect_uri": 2048, "state": 2048, "csrf": 64,
                 "confirm": 8, "id_token_hint": 65536}
SHOWN_FIELDS = {"token": 65536, "client_id": 2048, "client_secret": 1024}
ACCOUNT_FIELDS = {"csrf": 45, "action": 16, "id": 37, "code": 64}


@dataclass
class Door:
    """reads: the fields of its form, or of its query where it has no form, each with its limit in bytes."""
    empty: int  # what a request without any field is answered
    reads: dict[str, int] = field(default_factory=dict)
    lenient: bool = False  # a body that is no form is one without fields


# Every route there is.
HTTP_DOORS = {
    ("GET", "/health"): Door(200),
    ("GET", "/assets/iam.css"): Door(200),
    ("GET", "/assets/onward.js"): Door(200),
    ("GET", "/metrics"): Door(200),
    ("GET", "/realms/{}/.well-known/openid-configuration"): Door(200),
    ("GET", "/.well-known/oauth-authorization-server/realms/{}"): Door(200),
    ("GET", "/realms/{}/.well-known/oauth-authorization-server"): Door(200),
    ("GET", f"{OIDC}/certs"): Door(200),
    ("GET", f"{OIDC}/auth"): Door(400, AUTH_FIELDS),
    ("POST", f"{OIDC}/auth"): Door(400, AUTH_FIELDS),
    ("POST", f"{OIDC}/token"): Door(400, TOKEN_FIELDS),
    ("OPTIONS", f"{OIDC}/token"): Door(200),
    ("POST", f"{OIDC}/token/introspect"): Door(400, SHOWN_FIELDS),
    ("POST", f"{OIDC}/revoke"): Door(400, SHOWN_FIELDS),
    ("OPTIONS", f"{OIDC}/revoke"): Door(200),
    ("GET", f"{OIDC}/userinfo"): Door(401),
    ("POST", f"{OIDC}/userinfo"): Door(401, {"access_token": 65536}, lenient=True),
    ("OPTIONS", f"{OIDC}/userinfo"): Door(200),
    ("GET", f"{OIDC}/logout"): Door(200, LOGOUT_FIELDS),
    ("POST", f"{OIDC}/logout"): Door(303, LOGOUT_FIELDS),
    ("GET", LOGIN): Door(400, {"attempt": 8}),
    ("POST", LOGIN): Door(403, {"csrf": 45, "username": 1024, "password": 1024}),
    ("GET", "/realms/{}/account"): Door(303, {"done": 16, "mark": 45}),
    ("POST", "/realms/{}/account/password"): Door(403, ACCOUNT_FIELDS),
    ("POST", "/realms/{}/account/sessions"): Door(403, ACCOUNT_FIELDS),
    ("GET", "/realms/{}/account/totp"): Door(303),
    ("POST", "/realms/{}/account/totp"): Door(403, ACCOUNT_FIELDS),
}


@pytest.fixture(scope="module")
def iamd(box):
    daemon = Iamd(box, REALM, start=False)
    box.write("/etc/iam/iamd.conf.d/metrics.conf",
              f"[http]\nmetrics_listen = 127.0.0.1:{METRICS_PORT}\n"
              "max_connections_per_peer = 512\n")
    daemon.start()
    daemon.ctl("setup", "--realm", REALM)
    daemon.ctl("realm", "create", "closed")
    daemon.ctl("realm", "set", "closed", "enabled", "false")
    daemon.alice = make_person(daemon, "alice", "Alice Example")
    make_person(daemon, "bob", "Bob Example")
    daemon.ctl("user", "disable", "bob", "--realm", REALM)
    uris = [word for uri in doors()["registered"] for word in ("--redirect-uri", uri)]
    uris += [word for uri in doors()["registered"] if uri.startswith("http")
             for word in ("--post-logout-uri", uri)]
    daemon.secrets = {}
    for name in ("app", "shut"):
        daemon.secrets[name] = daemon.ask("client", "create", name, "--realm", REALM, *uris)["secret"]
    daemon.ctl("client", "set", "shut", "--realm", REALM, "--no-enabled")
    daemon.ctl("wait")
    return daemon


@pytest.fixture(scope="module")
def http(iamd) -> RoughHttp:
    return RoughHttp(iamd.box)


def encoded(**fields: str) -> bytes:
    return urllib.parse.urlencode(fields).encode()


def begin_login(http: RoughHttp) -> tuple[str, str]:
    """The path of a login page that asks, and the cookie it belongs to."""
    query = encoded(client_id="app", redirect_uri=doors()["registered"][0], response_type="code",
                    scope="openid", code_challenge="x" * 43, code_challenge_method="S256").decode()
    reply = http.ask("GET", f"{OIDC.format(REALM)}/auth?{query}")
    assert reply.status == 303, reply
    return (reply.headers["location"].removeprefix(BASE_URL),
            reply.headers["set-cookie"].partition(";")[0])


# -- what can be wrong with any request

def heads(method: str, target: str) -> list[tuple[str, int | tuple, bytes]]:
    """Doubtful heads.  A body follows where the method has one, so that only the head is at fault."""
    tail = "Content-Length: 0\r\n" if method == "POST" else ""

    def head(*lines: str, line: str = f"{method} {target} HTTP/1.1") -> bytes:
        text = "\r\n".join([line, "Host: a", "Connection: close", *lines])
        return f"{text}\r\n{tail}\r\n".encode("latin-1")

    long = f"{target}{'&' if '?' in target else '?'}x={MARK}"
    return [
        ("no Host", 400, f"{method} {target} HTTP/1.1\r\n{tail}\r\n".encode()),
        ("two Hosts", 400, head("Host: b")),
        ("two Authorizations", 400, head("Authorization: Basic YTpi", "Authorization: Basic YTpi")),
        ("two Cookies", 400, head("Cookie: a=b", "Cookie: c=d")),
        ("two Origins", 400, head("Origin: https://a", "Origin: https://b")),
        ("two Content-Types", 400, head(f"Content-Type: {FORM}", f"Content-Type: {FORM}")),
        ("two lengths", 400, head("Content-Length: 1", "Content-Length: 2")),
        ("length and chunks", 400, head("Content-Length: 1", "Transfer-Encoding: chunked")),
        ("length -1", 400, head("Content-Length: -1")),
        ("other encoding", 501, f"{method} {target} HTTP/1.1\r\nHost: a\r\n"
                                "Transfer-Encoding: gzip\r\n\r\n".encode()),
        ("DEL in a field", 400, head("X-A: \x7f")),
        ("space before the colon", 400, head("X-A : b")),
        ("101 fields", 431, head(*(f"X-{n}: a" for n in range(101)))),
        ("a field of 17,000 bytes", 431, head(f"X-A: {'x' * 17000}")),
        ("a field of 70,000 bytes", 431, head(f"X-A: {'x' * 70000}")),
        ("target of 9,000 bytes", 414, head(line=f"{method} {long}{'x' * 9000} HTTP/1.1")),
        ("target of 70,000 bytes", 414, head(line=f"{method} {long}{'x' * 70000} HTTP/1.1")),
        ("8 bits in the target", 400, head(line=f"{method} {long}\xff HTTP/1.1")),
        ("a space in the target", 400, head(line=f"{method} {long} {MARK} HTTP/1.1")),
        ("backslash in the target", 400, head(line=f"{method} {long}\\ HTTP/1.1")),
        ("absolute target", 400, head(line=f"{method} http://a{target} HTTP/1.1")),
        ("HTTP/1.2", 505, head(line=f"{method} {target} HTTP/1.2")),
        ("HTTP/2.0", 505, head(line=f"{method} {target} HTTP/2.0")),
    ]


def wrong_methods(pattern: str, port: str) -> tuple[list[str], str]:
    served = {row["method"] for row in doors()[port] if row["pattern"] == pattern}
    allow = [name for name in ("GET", "HEAD", "POST", "OPTIONS")
             if name in served or (name == "HEAD" and "GET" in served)]
    others = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get"} - served
    return sorted(others), ", ".join(allow)


@dataclass
class Asked:
    """One route with all that a request to it needs, so that only what is to be wrong is."""
    http: RoughHttp
    method: str
    pattern: str
    door: Door
    cookie: tuple[str, ...] = ()
    query: str = ""

    def __post_init__(self):
        self.has_form = self.method == "POST"
        self.name = f"{self.method} {self.pattern}"

    def send(self, *fields: str, realm: str = REALM, query: str = "", body: bytes = b"",
             kind: str | None = FORM, **more):
        query = "&".join(word for word in (self.query, query) if word)
        target = self.pattern.replace("{}", realm) + (f"?{query}" if query else "")
        return self.http.ask(self.method, target, *self.cookie, *fields,
                             body=body if self.has_form else None, kind=kind, **more)

    def with_fields(self, text: bytes):
        if self.has_form:
            return self.send(body=text)
        return self.send(query=text.decode("latin-1"))


def ask_heads(table: Table, asked: Asked):
    target = asked.pattern.replace("{}", REALM) + (f"?{asked.query}" if asked.query else "")
    for what, status, data in heads(asked.method, target):
        table.note(asked.name, what, asked.http.send(data), {status})
    for what, cookie in (("a cookie that is none", "; ;=;=x; a"), ("8 bits in a cookie", "a=\xff"),
                         ("a cookie of 8,000 bytes", f"iam-session-{REALM}={'x' * 8000}")):
        if not asked.cookie:
            table.note(asked.name, what, asked.send(f"Cookie: {cookie}"), {asked.door.empty})
    for what, word in (("Bearer without a token", "Bearer"), ("unknown scheme", f"Rough {MARK}"),
                       ("Basic that is not base64", f"Basic !{MARK}"), ("Basic of 8,000 bytes",
                                                                        f"Basic {'QQ' * 4000}")):
        table.note(asked.name, what, asked.send(f"Authorization: {word}"),
                   {asked.door.empty, 400, 401})


def ask_realms(table: Table, asked: Asked):
    if "{}" not in asked.pattern:
        return
    # A preflight says what may be sent, not what is there.
    unknown = {200 if asked.method == "OPTIONS" else 404}
    replies = {realm: asked.send(realm=realm) for realm in ("nowhere", "closed", "x" * 64)}
    for realm, reply in replies.items():
        table.note(asked.name, f"realm {realm[:8]}", reply, unknown)
        if reply.looks != replies["nowhere"].looks:
            table.faults.append(f"{asked.name}: the realm {realm} can be told apart")
    for realm in ("x" * 65, "%64emo", "..", "demo;", "demo%2f", "demo%00", "DEMO", ""):
        if asked.method != "OPTIONS" or realm not in ("..", "DEMO"):
            table.note(asked.name, "realms misspelt", asked.send(realm=realm), {404})


def ask_fields(table: Table, asked: Asked):
    for name, most in asked.door.reads.items():
        bare = name.encode()
        is_long = 413 if asked.has_form or most < 8000 else 414
        for what, text, status in (
                ("too long", bare + b"=" + b"x" * (most + 1), is_long),
                ("twice", bare + b"=x&" + bare + b"=x", 400),
                ("no UTF-8", bare + b"=%ff", 400), ("overlong UTF-8", bare + b"=%c0%af", 400),
                ("a NUL", bare + b"=a%00b", 400), ("a percent that is none", bare + b"=%zz", 400),
                ("a percent cut short", bare + b"=%4", 400)):
            table.note(asked.name, f"{what}: {name}" if what == "too long" else f"a field with {what}",
                       asked.with_fields(text), {status})
    if not asked.door.reads:
        return
    table.note(asked.name, "no field", asked.with_fields(b""), {asked.door.empty})
    table.note(asked.name, "unknown fields", asked.with_fields(f"x={MARK}&y&=&&".encode()),
               {asked.door.empty})
    table.note(asked.name, "a name that is no UTF-8", asked.with_fields(b"%ff=x"), {400})
    table.note(asked.name, "500 fields", asked.with_fields(
        "&".join(f"x{n}=" for n in range(500)).encode()), {asked.door.empty})


def ask_bodies(table: Table, asked: Asked):
    if not asked.has_form:
        return
    other = {asked.door.empty} if asked.door.lenient else {400}
    for kind in ("application/json", "multipart/form-data; boundary=x", f"{FORM}x", "", None):
        table.note(asked.name, f"content type {kind}", asked.send(kind=kind, body=b"{}"), other)
    table.note(asked.name, "a NUL in the body", asked.send(body=b"a=b\0c"), {400})
    table.note(asked.name, "8 bits in the body", asked.send(body=b"\xff=\xfe"), {400})
    table.note(asked.name, "a body of 70,000 bytes", asked.send(body=b"x" * 70000), {413})
    for what, chunks, status in (
            ("70,000 bytes in chunks", b"11170\r\n" + b"x" * 70000 + b"\r\n0\r\n\r\n", {413}),
            ("a chunk whose length is none", b"zz\r\nx\r\n0\r\n\r\n", {0, 400}),
            ("a chunk of 2^64 bytes", b"10000000000000000\r\nx", {0, 400, 413})):
        table.note(asked.name, what, asked.send("Transfer-Encoding: chunked", body=chunks), status)


def ask_cut(table: Table, asked: list[Asked]):
    """Requests that end in the middle, all at once: each is over with its deadline at the latest."""
    with contextlib.ExitStack() as stack:
        channels = []
        for one in asked:
            head = f"{one.method} {one.pattern.replace('{}', REALM)} HTTP/1.1\r\nHost: a\r\n"
            body = f"Content-Type: {FORM}\r\nContent-Length: 100\r\n\r\nx=y"
            for what, rest in [("cut in the head", "X-A: b"), ("cut in the body", body)]:
                if what == "cut in the head" or one.has_form:
                    channel = stack.enter_context(one.http.knock())
                    channel.sendall(f"{head}{rest}".encode())
                    channels.append((one, what, channel))
        for one, what, channel in channels:
            if what == "cut in the body":
                time.sleep(0.02)
            channel.shutdown(socket.SHUT_WR)
        for one, what, channel in channels:
            table.note(one.name, what, one.http.hear(channel, HEAD_DEADLINE), {0, 400})


def ask_methods(table: Table, asked: Asked, port: str):
    others, allow = wrong_methods(asked.pattern, port)
    for method in others:
        reply = asked.http.ask(method, asked.pattern.replace("{}", REALM), body=b"")
        table.note(asked.name, f"method {method}", reply, {405})
        if reply.headers.get("allow") != allow:
            table.faults.append(f"{asked.name}, {method}: Allow: {reply.headers.get('allow')}")


def all_of_http(iamd: Iamd) -> Table:
    """Everything, at each route of each listener."""
    table, all_asked = Table(), []
    listeners = (("routes", RoughHttp(iamd.box)), ("metrics_routes", RoughHttp(iamd.box, METRICS_PORT)))
    for port, http in listeners:
        for row in doors()[port]:
            asked = Asked(http, row["method"], row["pattern"],
                          HTTP_DOORS[row["method"], row["pattern"]])
            if asked.pattern == LOGIN and asked.has_form:
                path, cookie = begin_login(http)
                asked.query, asked.cookie = path.partition("?")[2], (f"Cookie: {cookie}",)
            all_asked.append(asked)
            ask_heads(table, asked)
            ask_realms(table, asked)
            ask_fields(table, asked)
            ask_bodies(table, asked)
            ask_methods(table, asked, port)
    ask_cut(table, all_asked)
    return table


def test_every_route_has_its_row_here():
    routes = doors()["routes"] + doors()["metrics_routes"]
    assert {(row["method"], row["pattern"]) for row in routes} == set(HTTP_DOORS)


def test_every_route_refuses_each_kind_of_bad_request_in_words(iamd, http):
    table = all_of_http(iamd)
    assert not table.faults, "\n".join(table.faults)
    before = memory_of(iamd)
    all_of_http(iamd)
    grown = memory_of(iamd) - before
    tell("bad-routes", f"{table}\nmemory: {before >> 20} MiB, {grown >> 10} KiB more after a second round")
    assert grown < MEMORY, f"{grown} bytes more"
    assert http.ask("GET", "/health").status == 200


# -- the same to whatever a stranger must not learn

def basic(name: str, secret: str) -> str:
    return "Authorization: Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def test_no_lying_redirect_uri_and_no_unknown_client_sends_a_browser_anywhere(iamd, http):
    table = Table()
    known = doors()["registered"][0]
    for uri in doors()["lookalikes"]:
        query = encoded(client_id="app", redirect_uri=uri, response_type="code", state="s").decode()
        sign_out = encoded(client_id="app", post_logout_redirect_uri=uri).decode()
        replies = {"lying redirect URIs": (f"{OIDC}/auth", query)}
        if uri:
            replies["lying post-logout URIs"] = (f"{OIDC}/logout", sign_out)
        for what, (door, given) in replies.items():
            reply = http.ask("GET", f"{door.format(REALM)}?{given}")
            table.note(f"GET {door}", what, reply, {400})
            assert "location" not in reply.headers and "evil" not in reply.body, f"{uri}: {reply}"
    for client in ("nobody", "APP", "app ", "app\n", "shut", "'; --", "\u0430pp"):
        query = encoded(client_id=client, redirect_uri=known, response_type="code").decode()
        reply = http.ask("GET", f"{OIDC.format(REALM)}/auth?{query}")
        table.note(f"GET {OIDC}/auth", "clients that are none, or disabled", reply, {400})
        assert "location" not in reply.headers, reply
    tell("bad-redirects", table)
    assert not table.faults, "\n".join(table.faults)


def test_a_client_that_is_unknown_disabled_or_wrong_is_refused_in_the_same_words(iamd, http):
    table = Table()
    good = iamd.secrets["app"]
    who = {"unknown client": basic("nobody", "x" * 43), "wrong secret": basic("app", "x" * 43),
           "disabled client": basic("shut", iamd.secrets["shut"]), "no secret": basic("app", ""),
           "another's secret": basic("app", iamd.secrets["shut"]), "no name": basic("", good)}
    bodies = {"token": encoded(grant_type="client_credentials"), "revoke": encoded(token="x"),
              "token/introspect": encoded(token="x")}
    for name, body in bodies.items():
        path = f"{OIDC}/{name}"
        table.all_alike(f"POST {path}", {
            what: http.ask("POST", path.format(REALM), line, body=body)
            for what, line in who.items()}, {401})
    tell("bad-clients", table)
    assert not table.faults, "\n".join(table.faults)


def test_what_is_no_token_is_none_whatever_it_looks_like(iamd, http):
    table = Table()
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').rstrip(b"=").decode()
    tokens = {"a word": "x", "dots": "..", "alg none": f"{head}.e30.", "three words": "a.b.c",
              "8,000 bytes": "x" * 8000, "base64 of rubbish": f"{'_' * 40}.{'_' * 40}.{'_' * 40}",
              "not base64": "\u00e4.\u00e4.\u00e4", "deep JSON":
              f"{base64.urlsafe_b64encode(b'[' * 600).decode()}.e30.x"}
    app = basic("app", iamd.secrets["app"])

    def ask(name: str, token: str, **more: str):
        return http.ask("POST", f"{OIDC.format(REALM)}/{name}", app, body=encoded(**more, token=token))

    table.all_alike(f"POST {OIDC}/token/introspect", {
        what: ask("token/introspect", token) for what, token in tokens.items()}, {200})
    table.all_alike(f"POST {OIDC}/revoke", {
        what: ask("revoke", token, token_type_hint="rough") for what, token in tokens.items()},
        {200})
    table.all_alike(f"GET {OIDC}/userinfo", {
        what: http.ask("GET", f"{OIDC.format(REALM)}/userinfo", f"Authorization: Bearer {token}")
        for what, token in tokens.items()}, {401})
    for grant in ("authorization_code", "refresh_token"):
        form = {"redirect_uri": doors()["registered"][0], "code_verifier": "x" * 43} \
            if grant == "authorization_code" else {}
        field_name = "code" if grant == "authorization_code" else grant
        table.all_alike(f"POST {OIDC}/token, {grant}", {
            what: http.ask("POST", f"{OIDC.format(REALM)}/token", app,
                           body=encoded(grant_type=grant, **form, **{field_name: token[:2048]}))
            for what, token in tokens.items()}, {400})
    for grant in ("password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "CODE", " "):
        table.note(f"POST {OIDC}/token", "grants that are not served", http.ask(
            "POST", f"{OIDC.format(REALM)}/token", app,
            body=encoded(grant_type=grant, username="alice", password="x")), {400})
    tell("bad-tokens", table)
    assert not table.faults, "\n".join(table.faults)


def test_the_login_page_says_the_same_of_everybody_and_takes_forms_of_nobody_else(iamd, http):
    table = Table()
    door = f"POST {LOGIN}"

    def submit(*fields: str, csrf: str | None = None, **answers: str):
        path, cookie = begin_login(http)
        page = http.ask("GET", path, f"Cookie: {cookie}")
        hidden = re.search(r'name="csrf" value="([^"]*)"', page.body)[1]
        form = {"csrf": hidden if csrf is None else csrf} | answers
        return http.ask("POST", path, f"Cookie: {cookie}", *fields, body=encoded(**form))

    ours = f"Origin: {BASE_URL}"
    names = {"known user": "alice", "disabled user": "bob", "nobody": "guest", "no name of ours": "a b",
             "a local account": "root", "a long name": "x" * 1000}
    replies = {what: submit(ours, username=name, password="x" * 20) for what, name in names.items()}
    for what, reply in replies.items():  # the name is shown again, and forms differ by their secrets
        reply.body = re.sub(r'(value|action)="[^"]*"', "", reply.body)
    table.all_alike(door, replies, {200})
    for what, lines, more in (
            ("no Origin", (), {}), ("Origin null", ("Origin: null",), {}),
            ("another's Origin", ("Origin: https://evil.example",), {}),
            ("a longer Origin", (f"{ours}.evil.example",), {}), ("no csrf", (ours,), {"csrf": ""}),
            ("another's csrf", (ours,), {"csrf": "x" * 43})):
        table.note(door, what, submit(*lines, username="alice", password="x", **more), {403})
    path, cookie = begin_login(http)
    for what, target, line in (
            ("no cookie", path, ""), ("another's cookie", path, f"Cookie: {begin_login(http)[1]}"),
            ("no attempt", path.partition("?")[0], f"Cookie: {cookie}"),
            ("an attempt of nobody", path[:-8] + "00000000", f"Cookie: {cookie}")):
        for method in ("GET", "POST"):
            reply = http.ask(method, target, *([line] if line else []),
                             body=b"" if method == "POST" else None)
            table.note(f"{method} {LOGIN}", what, reply, {400})
    tell("bad-login-page", table)
    assert not table.faults, "\n".join(table.faults)


# -- the door for a proxy on this host

def test_the_proxys_socket_reads_as_strictly_and_believes_no_address_that_is_none(iamd):
    table, door = Table(), "http.socket"
    http = ProxyHttp(iamd.box)
    for what, status, data in heads("POST", f"{OIDC.format(REALM)}/token"):
        table.note(door, what, http.send(data), {status})
    for what, lines in (("a forwarded name", ["evil.example"]), ("a forwarded 8 bits", ["\xff"]),
                        ("500 forwarded", ["::1, " * 500]), ("two lists", ["1.2.3.4", "::1"]),
                        ("commas", [",,,"])):
        fields = [f"X-Forwarded-For: {line}" for line in lines]
        table.note(door, what, http.ask("GET", "/health", *fields), {200})
    tell("bad-proxy", table)
    assert not table.faults, "\n".join(table.faults)


def test_afterwards_alice_signs_in(iamd, http):
    path, cookie = begin_login(http)
    page = http.ask("GET", path, f"Cookie: {cookie}")
    csrf = re.search(r'name="csrf" value="([^"]*)"', page.body)[1]
    reply = http.ask("POST", path, f"Cookie: {cookie}", f"Origin: {BASE_URL}", body=encoded(
        csrf=csrf, username="alice", password=iamd.alice.password))
    assert reply.status == 303 and "code=" in reply.headers["location"], reply
    assert iamd.ctl("status").returncode == 0
