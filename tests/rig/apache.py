# SPDX-License-Identifier: Apache-2.0
"""Apache with mod_auth_openidc: relying parties that somebody else wrote."""

import os
import secrets
from dataclasses import dataclass

from .sandbox import Sandbox

HOME = "/run/rig-apache"
MODULES = ["mpm_event", "authz_core", "authz_user", "authn_core", "mime", "dir", "include",
           "alias", "auth_openidc"]
CLAIMS = ["REMOTE_USER", "OIDC_CLAIM_sub", "OIDC_CLAIM_preferred_username", "OIDC_CLAIM_name",
          "OIDC_CLAIM_realm_access", "OIDC_CLAIM_groups", "OIDC_CLAIM_acr", "OIDC_CLAIM_amr",
          "OIDC_CLAIM_auth_time"]


@dataclass
class Site:
    """One app: a port of its own, and the client it is at the provider."""
    port: int
    client_id: str = ""
    client_secret: str = ""

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def protected(self) -> str:
        return f"{self.base}/protected/"

    @property
    def redirect_uri(self) -> str:
        return f"{self.base}/protected/callback"

    @property
    def logout(self) -> str:
        """Where mod_auth_openidc starts an RP-initiated logout."""
        return f"{self.redirect_uri}?logout={self.base}/open/"


def page(title: str) -> str:
    rows = "\n".join(f'<dt>{name}</dt><dd id="{name}"><!--#echo var="{name}" --></dd>'
                     for name in CLAIMS)
    return f"<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1><dl>{rows}</dl>\n"


def site_config(site: Site, issuer: str | None) -> str:
    name = f"app{site.port}"
    oidc = f"""
  OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
  OIDCClientID {site.client_id}
  OIDCClientSecret {site.client_secret}
  OIDCRedirectURI {site.redirect_uri}
  OIDCDefaultLoggedOutURL {site.base}/open/
  OIDCScope "openid profile email"
  OIDCPKCEMethod S256
  OIDCCryptoPassphrase {secrets.token_hex(16)}
  OIDCRemoteUserClaim preferred_username
  # A browser keeps one cookie jar per host name, whatever the port.
  OIDCCookie {name}
  OIDCStateCookiePrefix {name}_state_
  <Location /protected/>
    AuthType openid-connect
    Require valid-user
    # By default an app trusts its own cookie and never notices that the person signed out
    # elsewhere.  Asking for a fresh access token at each request, it does.
    OIDCRefreshAccessTokenBeforeExpiry 300 logout_on_error
  </Location>""" if issuer else ""
    return f"""
Listen 127.0.0.1:{site.port}
<VirtualHost 127.0.0.1:{site.port}>
  ServerName {site.base}
  DocumentRoot {HOME}/www{oidc}
</VirtualHost>
"""


def config(sites: list[Site], issuer: str | None) -> str:
    loads = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                      for name in MODULES)
    return f"""{loads}
ServerName localhost
PidFile {HOME}/pid
Mutex file:{HOME}
User www-data
Group www-data
ErrorLog /dev/stderr
LogLevel warn auth_openidc:info
TypesConfig /etc/mime.types
DirectoryIndex index.shtml
AddType text/html .shtml
AddOutputFilter INCLUDES .shtml
<Directory {HOME}/www>
  Options +Includes
  Require all granted
</Directory>
{''.join(site_config(site, issuer) for site in sites)}"""


class Apache:
    """Without an issuer it serves the same pages unprotected."""

    def __init__(self, box: Sandbox, sites: list[Site], issuer: str | None = None):
        self.box = box
        self.sites = sites
        box.write(f"{HOME}/www/open/index.shtml", page("Signed out"))
        box.write(f"{HOME}/www/protected/index.shtml", page("Protected"))
        box.write(f"{HOME}/apache.conf", config(sites, issuer), 0o600)
        os.chmod(box.path(HOME), 0o755)
        self.process = box.start(["/usr/sbin/apache2", "-DFOREGROUND", "-f",
                                  f"{HOME}/apache.conf"], "apache")
        box.wait_for_port(*[site.port for site in sites], process=self.process)
