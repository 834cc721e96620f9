"""HR's roster fetched by the clock: appended as it came, read like a pushed one, and a failure says what to check."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fixtures.roles import Platform, wait_until

ROSTER = {"as_of": "2026-11-20T05:00:00Z", "drivers": [{"name": "Amina Otieno", "phone": "+254700000001"}]}
TOKEN = "hr-token"
PROBLEM = "select coalesce(problem, '') from events.jobs where job = 'hr_roster'"


class HumanResources(BaseHTTPRequestHandler):
    """Gives the roster to whoever shows the token."""

    def do_GET(self) -> None:
        known = self.headers["authorization"] == f"Bearer {TOKEN}"
        self.send_response(200 if known else 401)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(ROSTER if known else {}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hr_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), HumanResources) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/roster"
        server.shutdown()


def test_the_roster_is_appended_as_it_came_and_its_drivers_are_known(platform: Platform, hr_url: str) -> None:
    platform.start("worker", "cron", HR_ROSTER_URL=hr_url, HR_ROSTER_TOKEN=TOKEN)
    wait_until(lambda: platform.database.value("select count(*) from domain.drivers") == 1, "the driver is known")
    ((body, verified_by),) = platform.database.rows("select body, verified_by from events.raw where source = 'hr'")
    assert json.loads(bytes(body)) == ROSTER
    assert verified_by == "hr-source"


def test_a_roster_that_has_not_changed_is_not_appended_again(platform: Platform, hr_url: str) -> None:
    cron = platform.cron(HR_ROSTER_URL=hr_url, HR_ROSTER_TOKEN=TOKEN, HR_ROSTER_S="1")
    seen = {cron.health()["jobs"]["hr_roster"]["succeeded_at"]}

    def fetched() -> bool:
        seen.add(cron.health()["jobs"]["hr_roster"]["succeeded_at"])
        return len(seen - {None}) >= 3

    wait_until(fetched, "it was fetched three times")
    assert platform.database.value("select count(*) from events.raw where source = 'hr'") == 1


def test_a_source_that_refuses_is_told_and_nothing_is_appended(platform: Platform, hr_url: str) -> None:
    cron = platform.cron(HR_ROSTER_URL=hr_url, HR_ROSTER_TOKEN="another")
    wait_until(lambda: any("HTTP 401" in problem for (problem,) in platform.database.rows(PROBLEM)), "it is told")
    assert platform.database.value("select count(*) from events.raw") == 0
    assert cron.health()["ok"]
    assert "another" not in cron.log()
