# SPDX-License-Identifier: Apache-2.0
"""What who runs the system sees: figures after a real login, health at a glance, backups, help."""

import re
import time

import pexpect
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.rig.demo import REALM, make_person
from tests.rig.dialogue import spawn
from tests.rig.iamd import BASE_URL, Iamd
from tests.rig.relying_party import RelyingParty, Web
from tests.rig.sandbox import Sandbox

METRICS = "http://127.0.0.1:9464/metrics"
STORE = "/var/lib/iam/private/iam.db"
BACK = "https://app.example.org/back"

# Two hours more than the store has noted; prints what it had.
LATER = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
(mark,) = store.execute("SELECT value FROM meta WHERE key = 'clock.mark'").fetchone()
store.execute("UPDATE meta SET value = ? WHERE key = 'clock.mark'", (str(int(mark) + 7200 * 10**6),))
store.commit()
print(mark)
"""


@pytest.fixture(scope="module")
def iamd():
    with Sandbox("operation") as box:
        daemon = Iamd(box, REALM, start=False)
        box.write("/etc/iam/iamd.conf.d/metrics.conf", "[http]\nmetrics_listen = 127.0.0.1:9464\n")
        daemon.start()
        daemon.ctl("setup", "--realm", REALM)
        daemon.ctl("wait")
        yield daemon


@pytest.fixture(scope="module")
def alice(iamd):
    return make_person(iamd, "alice", "Alice Example")


@pytest.fixture(scope="module")
def app(iamd) -> RelyingParty:
    made = iamd.ask("client", "create", "app", "--realm", REALM, "--redirect-uri", BACK)
    return RelyingParty(iamd.box, f"{BASE_URL}/realms/{REALM}", "app", made["secret"], BACK)


class Figures:
    """One scrape, read by the reference parser of the format."""

    def __init__(self, box: Sandbox):
        answer = Web(box).send(METRICS)
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        self.text = answer.text
        self.families = list(text_string_to_metric_families(answer.text))

    def __call__(self, name: str, **labels: str) -> float:
        """The sum over the samples of that name that carry these labels."""
        return sum(sample.value for family in self.families for sample in family.samples
                   if sample.name == name and labels.items() <= sample.labels.items())


def test_a_login_shows_in_the_figures_once_for_each_thing_that_happened(iamd, app, alice):
    before = Figures(iamd.box)
    tokens = app.redeem(app.authorize(Web(iamd.box), alice)["code"]).json
    assert app.userinfo(tokens["access_token"]).status == 200
    after = Figures(iamd.box)

    def grew(name: str, **labels: str) -> float:
        return after(name, **labels) - before(name, **labels)

    events = "iamd_events_total"
    assert grew(events, event="login.success", success="true", door="browser") == 1
    assert grew(events, event="session.created", success="true", door="browser") == 1
    assert grew(events, event="code.issued", success="true") == 1
    assert grew(events, event="token.issued", success="true", door="token") == 1
    assert grew(events, event="login.failure") == 0
    requests = "iamd_http_requests_total"
    for route, status, n in (("token", "2xx", 1), ("userinfo", "2xx", 1), ("auth", "3xx", 1)):
        pattern = "/realms/{}/protocol/openid-connect/" + route
        assert grew(requests, route=pattern, status=status) == n, route
    seconds = "iamd_http_request_seconds_count"
    assert grew(seconds) == grew(requests)
    assert grew("iamd_lane_jobs_total", lane="hash") >= 1
    assert 1 <= grew("iamd_store_commit_seconds_count") <= grew("iamd_store_writes_total")


def test_a_wrong_password_and_a_path_that_is_none_are_counted_as_what_they_are(iamd, app, alice):
    before = Figures(iamd.box)
    web, url = Web(iamd.box), app.authorize_url()
    answer = web.send(url)
    while answer.location:
        url = answer.location
        answer = web.send(url)
    web.submit(url, answer, username="alice", password="a wrong passphrase")
    assert Web(iamd.box).send(f"{BASE_URL}/no/such/path?of=a-stranger").status == 404
    after = Figures(iamd.box)
    events = "iamd_events_total"
    assert after(events, event="login.failure", success="false", door="browser") \
        == before(events, event="login.failure", success="false", door="browser") + 1
    assert after("iamd_http_requests_total", route="none", status="4xx") \
        == before("iamd_http_requests_total", route="none", status="4xx") + 1


def test_the_figures_name_nobody_and_nothing_a_stranger_wrote(iamd, alice):
    text = Figures(iamd.box).text
    for word in ("alice", "stranger", "no/such/path", "127.0.0.1", "example.org"):
        assert word not in text, word


def test_the_figures_say_how_threads_store_snapshot_and_keys_stand(iamd):
    figures = Figures(iamd.box)
    assert figures("iamd_info") == 1
    assert figures("iamd_directory_generation") >= 1 and figures("iamd_directory_failing") == 0
    assert figures("iamd_store_bytes") == iamd.box.path(STORE).stat().st_size
    assert figures("iamd_signing_keys", state="active") == 4
    assert figures("iamd_lane_threads", lane="store") == 32
    assert figures("iamd_socket_calls_total", socket="admin", result="done") >= 5
    for socket in ("lookup", "auth", "admin", "http", "metrics"):
        assert figures("iamd_sockets_listening", socket=socket) >= 1, socket


def test_each_listener_serves_its_own_routes_only(iamd):
    assert Web(iamd.box).send(f"{BASE_URL}/metrics").status == 404
    assert Web(iamd.box).send(METRICS.replace("/metrics", "/health")).status == 404
    assert Web(iamd.box).send(METRICS, form={}).status == 405


def checks_of(iamd) -> dict:
    return {row["check"]: row for row in iamd.ask("status")["checks"]}


def test_the_status_is_good_when_all_is_well(iamd, alice):
    done = iamd.ctl("status")
    assert done.returncode == 0
    for check in ("store", "clock", "backup", "realm", "keys", "directory", "lanes", "sockets"):
        assert re.search(rf"(?m)^{check} +ok ", done.stdout), done.stdout
    assert "schema" in checks_of(iamd)["store"]["detail"]


def test_the_status_fails_when_changes_do_not_reach_the_host(iamd):
    public = iamd.box.path("/var/lib/iam/public")
    public.chmod(0o555)
    try:
        iamd.ctl("user", "create", "unpublished", "--realm", REALM)
        assert iamd.ctl("wait", check=False).returncode == 4
        done = iamd.ctl("status", check=False)
        assert done.returncode == 5
        assert re.search(r"(?m)^directory +bad .*do not reach the host", done.stdout), done.stdout
        assert iamd.ctl("status", "--json", check=False).returncode == 5
    finally:
        public.chmod(0o755)
    iamd.ctl("wait")
    assert iamd.ctl("status").returncode == 0


def test_a_clock_behind_what_was_seen_is_not_obeyed_until_it_is_accepted(iamd):
    def shown() -> float:
        return Figures(iamd.box)("iamd_clock_behind_seconds")

    iamd.stop()
    mark = float(iamd.box.run(["python3", "-c", LATER, STORE]).stdout)
    assert abs(mark / 1e6 - time.time()) < 120
    iamd.start()
    done = iamd.ctl("status", check=False)
    assert done.returncode == 5 and re.search(r"(?m)^clock +bad .* is 7[01]\d\d s behind", done.stdout), done.stdout
    assert 7000 < shown() <= 7200
    assert "s behind what was seen; time is counted on from there" in iamd.log.read_text()
    assert iamd.ctl("clock", "accept").returncode == 0
    assert iamd.ctl("status").returncode == 0 and shown() == 0
    newest = iamd.ask("audit", "list", "--limit", "1", "--event", "clock.")["events"]
    assert newest[0]["event"] == "clock.accepted"


def test_a_backup_made_while_it_serves_is_what_comes_back(iamd, alice):
    copy = iamd.ask("backup")["path"]
    iamd.ctl("user", "delete", "alice", "--realm", REALM)
    iamd.stop()
    iamd.box.run(["sh", "-c", f"rm -f {STORE}-wal {STORE}-shm && install -o iam -g iam -m 600 {copy} {STORE}"])
    iamd.start()
    assert iamd.ask("user", "show", "alice", "--realm", REALM)["factors"] == ["password"]
    iamd.ctl("wait")
    assert iamd.ctl("status").returncode == 0


def test_the_shell_completes_operations_options_and_names(iamd, alice):
    shell = spawn(iamd.box.command(["bash", "--norc", "-i"]), iamd.box.environment({"PS1": "$ "}))
    shell.sendline(". /usr/share/bash-completion/completions/iamctl; bind 'set enable-bracketed-paste off'")
    for typed, becomes in (("iamctl us\t", "user "), ("sh\t", "show "), ("ali\t", "alice "),
                           ("--rea\t", "--realm "), ("de\t", "demo ")):
        shell.send(typed)
        shell.expect_exact(becomes, timeout=10)
    shell.send("\n")
    shell.expect(r"factors +password", timeout=10)
    shell.sendline("exit")
    shell.expect(pexpect.EOF)
