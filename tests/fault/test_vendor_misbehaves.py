"""Each way in which the vendor misbehaves, switched on under a running platform: what an operator sees of it, that all
goes on without a restart once it is over, and that nothing was lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import pytest
from invariants import assert_nothing_lost

from fixtures.database import Database
from fixtures.load import Load
from fixtures.roles import Platform, Process, wait_until
from fixtures.vendor import Vendor
from fleet.admin.accounts import add_vendor_account
from fleet.local.cluster import Cluster
from pipeline.conftest import standing_platform

pytestmark = pytest.mark.fault

ACCOUNT = "demo_nairobi"
LOADS = count()  # one platform for all faults: no two loads may send the same bodies
LIVE, LIST = "live_positions", "device_list"
REFUSED_POLLS = {
    "poll_1004": "1004|token",
    "poll_1005": "1005|called too often",
    "poll_1006": "1006|too frequent",
    "poll_1006?daily=1": "1006|used up",
    "poll_1100": "1100",
    "poll_busy": "-1|busy",
    "poll_html": "HTTP 502",
    "poll_truncated": "no answer of the vendor's making, HTTP 200",
}
BAD_CONTENTS = {
    "clock_2019?share=1": "implausible_time",
    "zero_fixes?share=1": "zero_position",
    "push_broken?share=1": "not_json",
}


@dataclass
class Scene:
    """A platform that is pushed to and polls, its vendor, and what its operator sees."""

    platform: Platform
    vendor: Vendor
    cron: Process

    def job(self, name: str) -> tuple[int, str]:
        """Failures in a row of a poll, and its problem, as the API's function gives them."""
        rows = self.platform.database.rows(
            "select failures_in_a_row, coalesce(problem, '') from serve.fn_jobs() where job = %s", name
        )
        return rows[0] if rows else (0, "")

    def succeeded(self, name: str) -> str:
        """When a poll last succeeded."""
        return str(self.platform.database.value("select max(succeeded_at) from serve.fn_jobs() where job = %s", name))

    def rejected(self, reason: str) -> int:
        """Items rejected for a reason so far."""
        return int(self.platform.database.value("select count(*) from events.rejected where reason = %s", reason))

    def goes_on(self, name: str = LIVE) -> None:
        """A poll succeeds again, and fixes come in by push."""
        before, pushed = self.succeeded(name), self.pushed()
        wait_until(lambda: self.succeeded(name) != before and self.job(name) == (0, ""), f"{name} succeeds", 60)
        wait_until(lambda: self.pushed() > pushed, "fixes come in", 30)

    def pushed(self) -> int:
        """Bodies pushed so far."""
        return int(self.platform.database.value("select count(*) from events.raw where source = 'jimi.push'"))

    def restarts(self) -> list[int]:
        """The processes that do the work."""
        return [process.pid for process in self.platform.started]

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """For the block, nothing is pushed or polled, so that what was received can be counted."""
        self.vendor.fault("PUT", "push_pause")
        assert self.cron.stop() == 0
        try:
            yield
        finally:
            self.cron.start()
            self.vendor.fault("DELETE", "push_pause")


@pytest.fixture(scope="module")
def standing(cluster: Cluster, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with standing_platform(cluster, template, tmp_path_factory) as made:
        yield made


@pytest.fixture(scope="module")
def scene(standing: Platform) -> Iterator[Scene]:
    standing.start("gateway", "worker")
    vendor = Vendor(standing)
    vendor.start()
    add_vendor_account(standing.database.url("owner"), ACCOUNT, "Nairobi", polled=True)
    cron = standing.cron(
        **vendor.settings,
        JIMI_CALLS_PER_S="50",
        JIMI_ADDRESS_LIMIT_PAUSE_S="2",
        JIMI_DAY_LIMIT_PAUSE_S="2",
        POLL_DEVICE_LIST_S="3",
        POLL_TRACK_S="3",
    )
    made = Scene(standing, vendor, cron)
    wait_until(lambda: made.succeeded(LIVE) != "None" and made.pushed() > 0, "the vendor is heard", 60)
    yield made
    vendor.process.kill()


@pytest.fixture
def fault(scene: Scene, start_load: Callable[..., Load], request: pytest.FixtureRequest) -> Iterator[str]:
    """A fault that is on, under a load, until the test is over; then all goes on and nothing was lost."""
    running = scene.restarts()
    load = start_load(scene.platform.url, number=next(LOADS), connections=2, pause_s=0.2)
    scene.vendor.fault("PUT", request.param)
    yield request.param
    scene.vendor.fault("DELETE", request.param.partition("?")[0])
    scene.goes_on()
    assert scene.restarts() == running
    assert all(process.is_healthy() for process in scene.platform.started)
    load.stop()
    with scene.at_rest():
        assert_nothing_lost(scene.platform, load)


@pytest.mark.parametrize("fault", REFUSED_POLLS, indirect=True)
def test_a_poll_that_is_refused_says_why(scene: Scene, fault: str) -> None:
    words = REFUSED_POLLS[fault].split("|")
    wait_until(lambda: any(word in scene.job(LIVE)[1] for word in words), f"{fault} shows: {scene.job(LIVE)}", 60)
    assert scene.cron.health()["ok"], "a vendor that refuses is not cron's fault"
    pushed = scene.pushed()
    wait_until(lambda: scene.pushed() > pushed, "pushes come in all the same", 30)


@pytest.mark.parametrize("fault", ["token_revoked?seconds=1"], indirect=True)
def test_a_token_that_is_taken_away_is_renewed(scene: Scene, fault: str) -> None:
    before = scene.succeeded(LIVE)
    wait_until(lambda: scene.succeeded(LIVE) != before, "polls succeed between renewals", 90)


@pytest.mark.parametrize("fault", ["poll_string_code"], indirect=True)
def test_a_code_that_is_text_is_a_code(scene: Scene, fault: str) -> None:
    scene.goes_on()


@pytest.mark.parametrize("fault", ["poll_timeout?seconds=600&topic=jimi.user.device.location.list"], indirect=True)
def test_a_call_without_an_answer_ends_and_says_so(scene: Scene, fault: str) -> None:
    wait_until(lambda: "did not answer" in scene.job(LIVE)[1], f"the time-out shows: {scene.job(LIVE)}", 60)


@pytest.mark.parametrize("fault", ["poll_slow?seconds=137&topic=jimi.device.track.list"], indirect=True)
def test_a_call_of_137_seconds_delays_no_other(scene: Scene, fault: str) -> None:
    tracks = "select count(*) from events.raw where topic = 'jimi.device.track.list'"
    for _ in range(2):
        scene.goes_on(LIVE)
        scene.goes_on(LIST)
    before = scene.platform.database.value(tracks)
    scene.goes_on(LIST)
    assert scene.platform.database.value(tracks) == before, "the track is still on its way"


@pytest.mark.parametrize("fault", BAD_CONTENTS, indirect=True)
def test_what_cannot_be_believed_is_rejected_with_its_reason(scene: Scene, fault: str) -> None:
    reason = BAD_CONTENTS[fault]
    before = scene.rejected(reason)
    wait_until(lambda: scene.rejected(reason) > before, f"{fault} is rejected as {reason}", 60)


@pytest.mark.parametrize(
    "fault", ["push_duplicate", "push_reorder", "push_storm?times=20", "push_json?share=1"], indirect=True
)
def test_pushes_in_any_order_number_and_form_come_once_into_state(scene: Scene, fault: str) -> None:
    for _ in range(3):
        scene.goes_on()
