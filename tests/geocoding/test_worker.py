"""The whole way: vehicles push, stop, and the page says where; a geocoder that hangs holds up nothing (P8)."""

from typing import Any

import httpx

from fixtures.database import Database
from fixtures.roles import Platform, wait_until
from fixtures.vendor import Vendor
from geocoding.conftest import put_vehicle
from pipeline.test_cli import fleet


def addresses(platform: Platform, token: str) -> list[str]:
    """What the live view shows."""
    features: list[dict[str, Any]] = platform.live(token)["geojson"]["features"]
    return [feature["properties"]["address"] for feature in features if feature["properties"]["address"]]


def test_a_geocoder_that_hangs_holds_up_nothing_and_its_answers_are_shown_when_they_come(
    platform: Platform, database: Database
) -> None:
    vendor = Vendor(platform)
    platform.gateway(VIEWS_PER_MINUTE="100000")
    vendor.start()
    try:
        vendor.fault("PUT", "geocode_slow")
        worker = platform.worker(NOMINATIM_URL=vendor.url, NOMINATIM_USER_AGENT="tests (ops@example.com)")
        token = platform.token()
        wait_until(
            lambda: database.value("select free_at > '-infinity' from geo.geocoders where name = 'nominatim'"),
            "somebody is asked",
        )
        received = database.value("select count(*) from events.raw")
        wait_until(lambda: database.value("select count(*) from events.raw") > received + 5, "pushes go on")
        platform.wait_drained()
        old = (
            "select query from pg_stat_activity where application_name = 'fleet-worker' and now() - xact_start > '2 s'"
        )
        assert database.rows(old) == []
        assert addresses(platform, token) == []
        vendor.fault("DELETE", "geocode_slow")
        wait_until(lambda: bool(addresses(platform, token)), "an address is shown", 60)
        told = worker.health()["geocoding"]["geocoders"]["nominatim"]
        assert told["succeeded_at"]
        shown = addresses(platform, token)[0]
        assert shown not in worker.log()
    finally:
        vendor.process.kill()


def test_a_new_address_is_news_to_who_has_the_view_already(platform: Platform, database: Database) -> None:
    platform.gateway()
    with database.connect("superuser") as db:
        cell = put_vehicle(db, "860000000000001")
    headers = {"authorization": f"Bearer {platform.token()}"}
    url = f"{platform.url}/api/views/live"
    first = httpx.get(url, headers=headers)
    again = httpx.get(url, headers={**headers, "if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    with database.connect("superuser") as db:
        db.execute("select geo.keep_address(%s, 'Moi \"Avenue\"\\', 'street', 'nominatim', now())", (cell,))
    changed = httpx.get(url, headers={**headers, "if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.json()["geojson"]["features"][0]["properties"]["address"] == 'Moi "Avenue"\\'


def test_the_command_tells_how_geocoding_fares(database: Database) -> None:
    assert fleet(database, "geocoding").returncode == 0
    assert "Nobody has been asked yet." in fleet(database, "geocoding").stdout
    with database.connect("superuser") as db:
        put_vehicle(db, "860000000000001")
        db.execute("select geo.look_for_places('0 s', 10)")
        db.execute("select geo.keep_address(1, 'Moi Avenue', 'street', 'nominatim', now())")
        db.execute("select geo.note_failure(2, 'nominatim', '{nominatim}', 'It answered HTTP 500.', '0 s')")
    failing = fleet(database, "geocoding")
    assert failing.returncode == 1
    assert "It answered HTTP 500." in failing.stdout
    assert "Kept: 1 street" in failing.stdout
    assert " EAT (1 in a row)" in failing.stdout
    assert '"waiting": 1' in fleet(database, "geocoding", "--json").stdout
