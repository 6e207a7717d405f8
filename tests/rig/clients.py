# SPDX-License-Identifier: Apache-2.0
"""Programs that somebody else wrote and that live on tokens: web servers, a mail server, an agent.

Each is configured as docs/APPLICATIONS.md says; what is written there is what is tested here.
"""

import imaplib
import os
import re
import urllib.parse

from .apache import MODULES
from .demo import ISSUER, Person
from .iamd import Iamd
from .paths import RigError
from .process import wait_until
from .relying_party import Form, Web
from .sandbox import Sandbox

ENDPOINTS = f"{ISSUER}/protocol/openid-connect"


def sign_in(box: Sandbox, person: Person, url: str, until: str) -> str:
    """Goes where the pages lead, as this person; returns the URL that starts with `until`."""
    web = Web(box)
    answer = web.send(url)
    for _ in range(6):
        if answer.location:
            url = urllib.parse.urljoin(url, answer.location)
            if url.startswith(until):
                return url
            answer = web.send(url)
            continue
        fields, answers = Form(answer.text).fields, {}
        if "username" in fields:
            answers["username"] = person.name
        if "password" in fields:
            answers["password"] = person.password
        if not answers:
            break
        answer = web.submit(url, answer, **answers)
    raise RigError(f"no way to {until}: {answer.status} {url} {Form(answer.text).words!r}")


class ApacheApi:
    """Apache with mod_auth_openidc as a resource server: it asks iamd about every token."""
    HOME = "/run/rig-apache-api"
    PORT = 8083

    def __init__(self, box: Sandbox, client_id: str, client_secret: str):
        loads = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                          for name in MODULES)
        self.url = f"http://localhost:{self.PORT}/api/"
        box.write(f"{self.HOME}/www/api/index.shtml", '<!--#echo var="REMOTE_USER" -->\n')
        box.write(f"{self.HOME}/apache.conf", f"""{loads}
ServerName localhost
PidFile {self.HOME}/pid
Mutex file:{self.HOME}
User www-data
Group www-data
ErrorLog /dev/stderr
LogLevel warn auth_openidc:info
TypesConfig /etc/mime.types
DirectoryIndex index.shtml
AddType text/html .shtml
AddOutputFilter INCLUDES .shtml
Listen 127.0.0.1:{self.PORT}
DocumentRoot {self.HOME}/www
OIDCOAuthServerMetadataURL {ISSUER}/.well-known/openid-configuration
OIDCOAuthIntrospectionEndpointAuth client_secret_basic
OIDCOAuthClientID {client_id}
OIDCOAuthClientSecret {client_secret}
OIDCOAuthRemoteUserClaim username
<Directory {self.HOME}/www>
  Options +Includes
</Directory>
<Location /api/>
  AuthType oauth20
  OIDCOAuthTokenIntrospectionInterval -1
  Require claim aud:{client_id}
</Location>
""", 0o600)
        os.chmod(box.path(self.HOME), 0o755)
        process = box.start(["/usr/sbin/apache2", "-DFOREGROUND", "-f",
                             f"{self.HOME}/apache.conf"], "apache-api")
        box.wait_for_port(self.PORT, process=process)


class NginxApi:
    """nginx with auth_request: the token of each request is shown to iamd's userinfo."""
    HOME = "/run/rig-nginx"
    PORT = 8084

    def __init__(self, box: Sandbox):
        self.url = f"http://localhost:{self.PORT}/api/"
        box.write(f"{self.HOME}/www/api/index.html", "behind nginx\n")
        box.write(f"{self.HOME}/nginx.conf", f"""daemon off;
worker_processes 1;
pid {self.HOME}/pid;
error_log /dev/stderr;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {self.HOME}/body;
  proxy_temp_path {self.HOME}/proxy;
  fastcgi_temp_path {self.HOME}/fastcgi;
  uwsgi_temp_path {self.HOME}/uwsgi;
  scgi_temp_path {self.HOME}/scgi;
  server {{
    listen 127.0.0.1:{self.PORT};
    root {self.HOME}/www;
    location /api/ {{
      auth_request /token;
    }}
    location = /token {{
      internal;
      proxy_pass {ENDPOINTS}/userinfo;
      proxy_method GET;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
    }}
  }}
}}
""")
        process = box.start(["/usr/sbin/nginx", "-c", f"{self.HOME}/nginx.conf"], "nginx")
        box.wait_for_port(self.PORT, process=process)


class Dovecot:
    """IMAP by XOAUTH2: the token of a login is introspected; the mailbox is the user's of the host."""
    HOME = "/run/rig-dovecot"
    PORT = 1143

    def __init__(self, box: Sandbox, client_id: str, client_secret: str):
        self.box = box
        endpoint = f"{ENDPOINTS}/token/introspect".replace(
            "://", f"://{client_id}:{client_secret}@")
        box.write(f"{self.HOME}/oauth2.conf", f"""introspection_url = {endpoint}
introspection_mode = post
username_attribute = username
active_attribute = active
active_value = true
""", 0o600)
        box.write(f"{self.HOME}/dovecot.conf", f"""protocols = imap
listen = 127.0.0.1
base_dir = {self.HOME}/run
log_path = /dev/stderr
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{self.HOME}/mail/%u
auth_mechanisms = xoauth2
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {self.HOME}/oauth2.conf
}}
userdb {{
  driver = passwd
}}
service imap-login {{
  inet_listener imap {{
    port = {self.PORT}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
""")
        os.chmod(box.path(self.HOME), 0o755)
        box.run(["install", "-d", "-m", "1777", f"{self.HOME}/mail"])
        process = box.start(["/usr/sbin/dovecot", "-F", "-c", f"{self.HOME}/dovecot.conf"],
                            "dovecot")
        box.wait_for_port(self.PORT, process=process)

    def login(self, user: str, token: str) -> list[str]:
        """The folders of the mailbox; imaplib.IMAP4.error when it is refused."""
        with self.box.network(), imaplib.IMAP4("127.0.0.1", self.PORT, timeout=20) as imap:
            imap.authenticate("XOAUTH2",
                              lambda _: f"user={user}\x01auth=Bearer {token}\x01\x01".encode())
            return [line.decode() for line in imap.list()[1]]


class OidcAgent:
    """oidc-agent for one person of the machine: holds the refresh token, hands out access tokens."""
    REDIRECT = "http://localhost:4242"
    HOME = "/run/rig-agent"

    def __init__(self, box: Sandbox, client_id: str, client_secret: str, person: Person):
        self.box = box
        box.run(["install", "-d", "-m", "0700", self.HOME])
        box.write(f"{self.HOME}/password", "only here\n", 0o600)
        started = box.run(["oidc-agent", "--quiet"], env=self._environment())
        self.socket = re.search(r"OIDC_SOCK=([^;]+)", started.stdout).group(1)
        generating = box.start(
            ["oidc-gen", "demo", "--manual", f"--issuer={ISSUER}", f"--client-id={client_id}",
             f"--client-secret={client_secret}", f"--redirect-uri={self.REDIRECT}",
             "--scope=openid profile", "--flow=code", "--no-url-call", "--no-scheme",
             "--prompt=none", "--confirm-default", f"--pw-file={self.HOME}/password"],
            "oidc-gen", env=self._environment())

        def url():
            found = re.search(rf"{re.escape(ENDPOINTS)}/auth\?\S+", generating.log_text())
            return found.group(0) if found else None

        start = wait_until(url, 20, "oidc-gen: the address to sign in at", generating.log)
        Web(box).send(sign_in(box, person, start, self.REDIRECT))
        if generating.wait(20) != 0:
            raise RigError("oidc-gen did not get tokens", generating.log)

    def _environment(self) -> dict[str, str]:
        found = {"HOME": self.HOME, "OIDC_CONFIG_DIR": self.HOME, "TMPDIR": self.HOME}
        return found | ({"OIDC_SOCK": self.socket} if hasattr(self, "socket") else {})

    def token(self, check: bool = True):
        return self.box.run(["oidc-token", "--force-new", "demo"], env=self._environment(),
                            check=check)


def make_client(iamd: Iamd, name: str, *options: str) -> str:
    """Registers it in the realm demo; returns its secret."""
    return iamd.ask("client", "create", name, "--realm", "demo", *options)["secret"]
