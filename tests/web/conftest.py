"""A browser and a stand-in gateway for tests of the pages; a page that complains on its console fails its test."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from web.stub_server import PASSWORD, USERNAME, Scene, StubServer, serving

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
DESKTOP = {"width": 1100, "height": 640}
PATIENCE_MS = 20_000
DRAWN = """() => {
  const map = document.getElementById("map").mapLibre;
  return map?.getLayer("fleet-marker") && map.queryRenderedFeatures({ layers: ["fleet-marker"] }).length > 0;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One a module: while it is open its event loop runs, and no asynchronous test can have one of its own."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def web_server() -> Iterator[StubServer]:
    """The pages and a fleet of 80 on a port of its own; `web_server.scene` may be changed at any time."""
    with serving(Scene(poll_interval_s=1)) as server:
        yield server


@dataclass
class Visit:
    """Opens pages and keeps what their consoles and requests say against them."""

    browser: Browser
    server: StubServer
    complaints: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def __call__(
        self,
        path: str = "/live",
        *,
        signed_in: bool = True,
        with_map: bool = False,
        viewport: dict[str, int] | None = None,
        **options: Any,
    ) -> Page:
        context = self.browser.new_context(viewport=viewport or DESKTOP, reduced_motion="reduce", **options)
        self.contexts.append(context)
        if not with_map:  # drawing by software is what these tests take longest for
            context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._see)
        if signed_in:
            form = {"grant_type": "password", "username": USERNAME, "password": PASSWORD}
            context.request.post(f"{self.server.url}/api/auth/token", form=form)
        page.goto(self.server.url + path)
        return page

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and "GPU stall" not in message.text:
            self.complaints.append(message.text)

    def _see(self, request: Any) -> None:
        if not request.url.startswith((self.server.url, "data:", "blob:")):
            self.complaints.append(f"foreign request {request.url}")


@pytest.fixture
def faults_expected() -> list[str]:
    """Console lines that a test brings about itself, by a part of their text."""
    return []


@pytest.fixture
def visit(browser: Browser, web_server: StubServer, faults_expected: list[str]) -> Iterator[Callable[..., Page]]:
    visit = Visit(browser, web_server)
    yield visit
    for context in visit.contexts:
        with contextlib.suppress(Exception):
            context.close()
    left = [line for line in visit.complaints if not any(part in line for part in faults_expected)]
    assert left == []


def wait_for_dots(page: Page) -> None:
    """Until the map has drawn vehicles."""
    page.wait_for_function(DRAWN)
