# SPDX-License-Identifier: Apache-2.0
"""An OpenID Connect client of our own, for what a well-behaved one would never send.

Written from the specifications, not from iamd: it follows the metadata, fills in the forms it is
shown, checks signatures with the published keys, and shares nothing with the code under test.
"""

import base64
import hashlib
import html.parser
import http.cookies
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

from .demo import Person
from .paths import RigError
from .sandbox import Sandbox


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> dict:
        return json.loads(self.text)

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def query(self) -> dict[str, str]:
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.location).query))


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Form(html.parser.HTMLParser):
    """The first form of a page: where it goes and what it holds; and what the page says."""

    def __init__(self, text: str):
        super().__init__()
        self.action, self.fields, self.words = None, {}, ""
        self.feed(text)

    def handle_data(self, data):
        self.words = f"{self.words} {data.strip()}".strip()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form" and self.action is None:
            self.action = given.get("action", "")
        elif tag == "input" and given.get("name"):
            self.fields[given["name"]] = given.get("value") or ""


@dataclass
class Web:
    """A browser without a screen: keeps cookies, follows nothing by itself."""
    box: Sandbox
    cookies: dict[str, str] = field(default_factory=dict)

    def handlers(self) -> list[urllib.request.BaseHandler]:
        return [urllib.request.ProxyHandler({}), NoRedirect()]

    def send(self, url: str, form: dict | None = None, headers: dict | None = None) -> Answer:
        data = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(url, data, headers or {})
        if self.cookies:
            jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            request.add_header("Cookie", jar)
        opener = urllib.request.build_opener(*self.handlers())
        with self.box.network():
            try:
                reply = opener.open(request, timeout=30)
            except urllib.error.HTTPError as error:
                reply = error
            with reply:
                body = reply.read().decode(errors="replace")
        for line in reply.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return Answer(reply.status, headers, body)

    def submit(self, page_url: str, page: Answer, **answers: str) -> Answer:
        form = Form(page.text)
        if form.action is None:
            raise RigError(f"{page_url} shows no form: {page.status} {form.words!r}")
        origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(page_url))
        return self.send(urllib.parse.urljoin(page_url, form.action), form.fields | answers,
                         {"Origin": origin})


class RelyingParty:
    def __init__(self, box: Sandbox, issuer: str, client_id: str, client_secret: str,
                 redirect_uri: str, web: Callable[[Sandbox], Web] = Web):
        self.box = box
        self.web = web
        self.issuer = issuer
        self.client_id = client_id
        self.client_secret = client_secret
        self.redirect_uri = redirect_uri
        self.metadata = web(box).send(f"{issuer}/.well-known/openid-configuration").json
        self.verifier = b64(secrets.token_bytes(32))

    # -- the front channel

    def authorize_url(self, **more: str) -> str:
        challenge = b64(hashlib.sha256(self.verifier.encode()).digest())
        given = {"client_id": self.client_id, "redirect_uri": self.redirect_uri,
                 "response_type": "code", "scope": "openid profile email", "state": "a state",
                 "nonce": "a nonce", "code_challenge": challenge,
                 "code_challenge_method": "S256"} | more
        wanted = {name: value for name, value in given.items() if value}
        return f"{self.metadata['authorization_endpoint']}?{urllib.parse.urlencode(wanted)}"

    def authorize(self, web: Web, person: Person, **more: str) -> dict[str, str]:
        """Signs in through the pages where needed; returns what comes back on the redirect URI."""
        url = self.authorize_url(**more)
        answer = web.send(url)
        for _ in range(6):
            if answer.location.startswith(self.redirect_uri):
                return answer.query
            if answer.location:
                url = urllib.parse.urljoin(url, answer.location)
                answer = web.send(url)
                continue
            fields, answers = Form(answer.text).fields, {}
            if "username" in fields:
                answers["username"] = person.name
            if "password" in fields:
                answers["password"] = person.password
            if "totp" in fields:
                answers["totp"] = person.totp.fresh()
            if not answers:
                break
            answer = web.submit(url, answer, **answers)
        raise RigError(f"no way back to the app: {answer.status} {url} {Form(answer.text).words!r}")

    # -- the back channel

    def token(self, **form: str) -> Answer:
        return self._back(self.metadata["token_endpoint"], **form)

    def _back(self, url: str, **form: str) -> Answer:
        credentials = ":".join(urllib.parse.quote(word, safe="")
                               for word in (self.client_id, self.client_secret))
        basic = base64.b64encode(credentials.encode()).decode()
        return self.web(self.box).send(url, form, {"Authorization": f"Basic {basic}"})

    def redeem(self, code: str) -> Answer:
        return self.token(grant_type="authorization_code", code=code,
                          redirect_uri=self.redirect_uri, code_verifier=self.verifier)

    def introspect(self, token: str) -> Answer:
        return self._back(self.metadata["introspection_endpoint"], token=token)

    def refresh(self, refresh_token: str) -> Answer:
        return self.token(grant_type="refresh_token", refresh_token=refresh_token)

    def userinfo(self, access_token: str) -> Answer:
        return self.web(self.box).send(self.metadata["userinfo_endpoint"], None,
                                  {"Authorization": f"Bearer {access_token}"})

    # -- tokens

    def claims(self, token: str) -> dict:
        """What the token says, once its signature holds under a key of this issuer."""
        head, body, signature = token.split(".")
        header = json.loads(unb64(head))
        keys = self.web(self.box).send(self.metadata["jwks_uri"]).json["keys"]
        key = next((key for key in keys if key["kid"] == header["kid"]), None)
        if key is None or key["alg"] != header["alg"]:
            raise RigError(f"no published key for {header}")
        verify(key, f"{head}.{body}".encode(), unb64(signature))
        return json.loads(unb64(body))


def number(text: str) -> int:
    return int.from_bytes(unb64(text), "big")


def verify(key: dict, signed: bytes, signature: bytes):
    """RFC 7518 sections 3.3 and 3.4; raises InvalidSignature."""
    if key["alg"] == "RS256":
        public = rsa.RSAPublicNumbers(number(key["e"]), number(key["n"])).public_key()
        public.verify(signature, signed, padding.PKCS1v15(), SHA256())
    elif key["alg"] == "ES256" and len(signature) == 64:
        numbers = ec.EllipticCurvePublicNumbers(number(key["x"]), number(key["y"]), ec.SECP256R1())
        der = utils.encode_dss_signature(int.from_bytes(signature[:32], "big"),
                                         int.from_bytes(signature[32:], "big"))
        numbers.public_key().verify(der, signed, ec.ECDSA(SHA256()))
    else:
        raise RigError(f"a signature that is none of ours: {key['alg']}, {len(signature)} bytes")
