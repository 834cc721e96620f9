"""The pages on the real gateway: what devices push is what a dispatcher sees."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote_plus

import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from fixtures.database import SECRETS
from fixtures.roles import Platform
from web.conftest import Visit, wait_for_dots

pytestmark = pytest.mark.web

VEHICLES = """plate,imei,device_class,cost_centre,city,driver
KDA 101A,869999050001018,tracker,Fibre installs,Nairobi,Amina Otieno
KDB 202B,869999050001026,tracker,Maintenance,Mombasa,Joseph Mwangi
UBK 303C,869999050001034,tracker,,Kampala,
"""
PLACES = {"869999050001018": (-1.2841, 36.8233), "869999050001026": (-4.05, 39.66), "869999050001034": (0.31, 32.58)}


@pytest.fixture
def running(platform: Platform, tmp_path: Path) -> Platform:
    """Gateway and worker over three vehicles: one moving, one parked, one that has never reported."""
    platform.gateway()
    platform.worker()
    file = tmp_path / "vehicles.csv"
    file.write_text(VEHICLES)
    importing = platform.process("import")
    subprocess.run(
        [*importing.command, "csv", "vehicles", str(file), "--apply"],
        env=importing.environment,
        check=True,
        capture_output=True,
    )
    report(platform, "869999050001018", 42)
    report(platform, "869999050001026", 0)
    platform.wait_drained()
    return platform


def report(platform: Platform, imei: str, speed_kmh: int) -> None:
    """One good fix of now."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    lat, lng = PLACES[imei]
    item = {"deviceImei": imei, "gpsTime": now, "gateTime": now, "lat": lat, "lng": lng, "gpsSpeed": speed_kmh,
            "direction": 90, "acc": 1, "postType": 1}  # fmt: skip
    body = f"token=demo-push-token&data_list={quote_plus(orjson.dumps([item]).decode())}"
    assert platform.push("jimi/pushgps", body.encode()).status_code == 200


@pytest.fixture
def dispatcher(browser: Browser, running: Platform) -> Callable[..., Page]:
    """Opens a page and signs in as a person does."""
    visit = Visit(browser, running)  # type: ignore[arg-type]

    def open_signed_in(path: str, *, with_map: bool) -> Page:
        page = visit(path, signed_in=False, with_map=with_map)
        page.wait_for_url("**/login?**")
        page.fill("#username", SECRETS["ADMIN_USERNAME"])
        page.fill("#password", SECRETS["ADMIN_PASSWORD"])
        page.keyboard.press("Enter")
        page.wait_for_url("**/live?**")
        return page

    return open_signed_in


def test_a_dispatcher_signs_in_and_sees_the_fleet_drawn(dispatcher: Callable[..., Page]) -> None:
    page = dispatcher("/live?map=12/-1.284/36.823", with_map=True)
    expect(page.locator("#list-count")).to_have_text("3")
    wait_for_dots(page)
    expect(page.get_by_text("KDA 101A")).to_be_visible()
    expect(page.get_by_text("42 km/h").first).to_be_visible()


def test_a_vehicle_that_stops_is_seen_to_stop(running: Platform, dispatcher: Callable[..., Page]) -> None:
    page = dispatcher("/live?state=moving", with_map=False)
    expect(page.locator("#list-count")).to_have_text("1")
    report(running, "869999050001018", 0)
    expect(page.locator("#list-count")).to_have_text("0")
