# SPDX-License-Identifier: Apache-2.0
"""What the tests of whole systems share.  A test that cannot be set up has failed: nothing skips."""

import os
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.dont_write_bytecode = True

from tests.rig.apache import Apache, Site  # noqa: E402
from tests.rig.browser import Driver  # noqa: E402
from tests.rig.demo import Demo  # noqa: E402
from tests.rig.sandbox import Sandbox  # noqa: E402
from tests.rig.sshd import Sshd  # noqa: E402


def pytest_sessionstart():
    if os.geteuid() != 0:
        pytest.exit("the integration tests need root: sudo ./dev test", returncode=1)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    report = outcome.get_result()
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped; a test here runs or fails"


# The long form: all rounds and all scales.
FULL = os.environ.get("IAM_TEST_FULL") == "1"


def name_of(request) -> str:
    return re.sub(r"\W+", "-", request.node.name or "session").strip("-")


@pytest.fixture(scope="module")
def box(request):
    """A sandbox with nothing of ours switched on and one local user."""
    name = Path(request.module.__file__).stem.removeprefix("test_")
    with Sandbox(name) as sandbox:
        sandbox.add_local_user("localuser", LOCAL_PASSWORD, "sudo")
        yield sandbox


LOCAL_PASSWORD = "a local passphrase"


@pytest.fixture(scope="module")
def sshd(box) -> Sshd:
    return Sshd(box)


@pytest.fixture(scope="module")
def apache(box) -> Apache:
    return Apache(box, [Site(8081), Site(8082)])


@pytest.fixture(scope="module")
def driver(box) -> Driver:
    return Driver(box)


@pytest.fixture(scope="session")
def demo(worker_id):
    """The realm of `dev up`, whole: shared by all tests that leave it as they found it.  Each of
    several processes that share the tests has one of its own."""
    with Sandbox("demo" if worker_id == "master" else f"demo-{worker_id}") as sandbox:
        sandbox.add_local_user("localuser", LOCAL_PASSWORD, "sudo")
        sandbox.run(["chpasswd", "-c", "SHA512"], input=f"root:{LOCAL_PASSWORD}\n")
        yield Demo(sandbox)


@pytest.fixture(scope="session")
def windows(demo) -> Driver:
    """Browsers in front of the demo."""
    return Driver(demo.box)
