# SPDX-License-Identifier: Apache-2.0
"""Chromium, driven the way a person uses it: by labels and by what is written on buttons.

Speaks the WebDriver protocol (W3C) to chromedriver; plain HTTP and JSON, so no library is needed.
"""

import base64
import contextlib
import json
import time
import urllib.error
import urllib.request
from pathlib import Path

from .paths import RigError
from .process import wait_until
from .sandbox import Sandbox

PORT = 9515
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--window-size=1280,720"]
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class ElementGone(RigError):
    """The page has changed since the element was found; asking again finds the new one."""


# What WebDriver calls it, while one page goes and the next comes.
GONE = ("stale element reference", "no such element")


def quoted(text: str) -> str:
    """An XPath string; XPath has no escape, so a text with both quotes cannot be said."""
    return f'"{text}"' if '"' not in text else f"'{text}'"


class Driver:
    """chromedriver: opens browsers.  Each browser has a profile of its own, so its own cookies."""

    def __init__(self, box: Sandbox):
        self.box = box
        self.process = box.start(["chromedriver", f"--port={PORT}"], "chromedriver",
                                 env={"HOME": "/tmp"})
        self.process.wait_for_log("ChromeDriver was started successfully", 30)
        self._count = 0

    def open(self) -> "Browser":
        self._count += 1
        profile = f"--user-data-dir=/tmp/chromium-{self._count}"
        chrome = {"binary": "/usr/bin/chromium", "args": [*FLAGS, profile]}
        capabilities = {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": chrome}}
        answer = self.call("POST", "/session", {"capabilities": capabilities})
        return Browser(self, answer["sessionId"])

    def call(self, verb: str, path: str, body: dict | None = None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", data, method=verb,
                                         headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with self.box.network(), opener.open(request, timeout=60) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            kind = ElementGone if value["error"] in GONE else RigError
            raise kind(f"browser: {value['error']}: {value['message'].splitlines()[0]}",
                       self.process.log) from None


class Browser:
    def __init__(self, driver: Driver, session: str):
        self._driver = driver
        self._session = session

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            self.save_evidence("failure")
        self.close()

    def call(self, verb: str, path: str, body: dict | None = None):
        return self._driver.call(verb, f"/session/{self._session}{path}", body)

    def close(self):
        self.call("DELETE", "")

    # -- looking

    @property
    def url(self) -> str:
        return self.call("GET", "/url")

    @property
    def title(self) -> str:
        return self.call("GET", "/title")

    @property
    def source(self) -> str:
        return self.call("GET", "/source")

    def text(self, css: str = "body") -> str:
        """Finding and reading are two calls; before and between them the awaited page may come."""
        deadline = time.monotonic() + 5
        while True:
            try:
                return self.call("GET", f"/element/{self._find('css selector', css)}/text")
            except ElementGone:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.02)

    def cookies(self) -> dict[str, dict]:
        return {cookie["name"]: cookie for cookie in self.call("GET", "/cookie")}

    def has_field(self, label: str) -> bool:
        return bool(self._find_all("xpath", self._field(label)))

    def screenshot(self, file: Path):
        file.write_bytes(base64.b64decode(self.call("GET", "/screenshot")))

    def save_evidence(self, name: str):
        """Leaves the page as it is now, seen and in source, in the logs."""
        logs = self._driver.box.logs
        self.screenshot(logs / f"browser-{name}.png")
        (logs / f"browser-{name}.html").write_text(f"<!-- {self.url} -->\n{self.source}")

    # -- acting

    def open(self, url: str):
        self.call("POST", "/url", {"url": url})

    def fill(self, label: str, text: str):
        element = self._find("xpath", self._field(label))
        self.call("POST", f"/element/{element}/clear", {})
        self.call("POST", f"/element/{element}/value", {"text": text})

    def click(self, name: str):
        """A button or a link, by its words."""
        words = quoted(name)
        self._click(f"//button[normalize-space()={words}] | //a[normalize-space()={words}]"
                    f" | //input[@type='submit' and @value={words}]")

    def submit(self):
        """The form's own (first) button, for callers that do not care what it says."""
        self._click("//form//button[not(@type) or @type='submit'] | //form//input[@type='submit']")

    def wait_for(self, what: str, question, seconds: float = 15):
        def answer():
            with contextlib.suppress(ElementGone):
                return question()
            return None

        try:
            return wait_until(answer, seconds, f"browser: {what}", self._driver.box.logs)
        except RigError:
            self.save_evidence("timeout")
            raise

    # -- finding

    @staticmethod
    def _field(label: str) -> str:
        match = f"//label[starts-with(normalize-space(), {quoted(label)})]"
        return f"//*[@id={match}/@for] | {match}//input"

    def _click(self, xpath: str):
        self.call("POST", f"/element/{self._find('xpath', xpath)}/click", {})

    def _find(self, using: str, value: str) -> str:
        return self.call("POST", "/element", {"using": using, "value": value})[ELEMENT]

    def _find_all(self, using: str, value: str) -> list[str]:
        found = self.call("POST", "/elements", {"using": using, "value": value})
        return [element[ELEMENT] for element in found]
