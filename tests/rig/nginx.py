# SPDX-License-Identifier: Apache-2.0
"""nginx with the shipped site in front of iamd, certified by an authority made for the test."""

import datetime
import http.client
import socket
import ssl
import urllib.request
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .host import Host
from .relying_party import Web
from .sandbox import Sandbox

NAME = "id.example.org"
SITE = "/usr/share/doc/iamd/examples/nginx.conf"
LIFE = datetime.timedelta(days=1)


def certify(subject: str, key, issuer: str, by, is_authority: bool) -> x509.Certificate:
    now = datetime.datetime.utcnow()
    return (x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - LIFE).not_valid_after(now + LIFE)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
            .sign(by, hashes.SHA256()))


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def certify_site(box: Sandbox | Host) -> str:
    """Puts key and certificate where the site looks for them; returns who is to be trusted."""
    authority, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    chain, secret = (box.path(path) for path in (f"/etc/ssl/certs/{NAME}.pem",
                                                 f"/etc/ssl/private/{NAME}.key"))
    for path in (chain, secret):
        path.parent.mkdir(parents=True, exist_ok=True)
    chain.write_text(pem(certify(NAME, key, "an authority", authority, False)))
    secret.touch(mode=0o600)
    secret.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))
    return pem(certify("an authority", authority, "an authority", authority, True))


class Nginx:
    """The site as it is shipped, at the paths that it names."""

    def __init__(self, box: Sandbox):
        self.authority = certify_site(box)
        box.run(["rm", "-f", "/etc/nginx/sites-enabled/default"])
        box.run(["cp", SITE, "/etc/nginx/sites-available/iamd"])
        box.run(["ln", "-s", "../sites-available/iamd", "/etc/nginx/sites-enabled/iamd"])
        box.run(["nginx", "-t", "-q"])
        self.process = box.start(["nginx", "-g", "daemon off;"], "nginx")
        box.wait_for_port(443, process=self.process)


class Connection(http.client.HTTPSConnection):
    """To the box's nginx by the name it is certified for, from an address of the loopback."""
    source = "127.0.0.1"

    def connect(self):
        sock = socket.create_connection(("127.0.0.1", self.port), 30, (self.source, 0))
        self.sock = self._context.wrap_socket(sock, server_hostname=self.host)


class TlsHandler(urllib.request.HTTPSHandler):
    def __init__(self, authority: str, source: str):
        self._trust = ssl.create_default_context(cadata=authority)
        self._kind = type("From", (Connection,), {"source": source})
        super().__init__(context=self._trust)

    def https_open(self, request):
        return self.do_open(self._kind, request, context=self._trust)


@dataclass
class TlsWeb(Web):
    authority: str = ""
    source: str = "127.0.0.1"

    def handlers(self) -> list[urllib.request.BaseHandler]:
        return [*super().handlers(), TlsHandler(self.authority, self.source)]
