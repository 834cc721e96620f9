"""From a push to a dot: the whole pipeline through its real processes."""

import time
from datetime import UTC, datetime
from urllib.parse import quote_plus

import orjson

from fixtures.roles import Platform, wait_until


def fix(imei: str, **told: object) -> bytes:
    """A family B body of one good fix of now."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    item = {"deviceImei": imei, "gpsTime": now, "gateTime": now, "lat": -1.28, "lng": 36.82, "gpsSpeed": 42,
            "direction": 90, "acc": 1, "postType": 1, **told}  # fmt: skip
    return f"token=demo-push-token&data_list={quote_plus(orjson.dumps([item]).decode())}".encode()


def test_a_push_becomes_a_moving_dot(platform: Platform) -> None:
    platform.gateway()
    platform.worker()
    token = platform.token()

    assert platform.push("jimi/pushgps", fix("869999050001018")).json()["code"] == 0

    wait_until(lambda: bool(platform.live(token)["geojson"]["features"]), "the dot is there", 5)
    (feature,) = platform.live(token)["geojson"]["features"]
    assert feature["geometry"]["coordinates"] == [36.82, -1.28]
    assert feature["properties"]["state"] == "moving"
    assert feature["properties"]["lifecycle"] == "active"


def test_a_push_shows_within_a_quarter_of_a_second(platform: Platform) -> None:
    platform.gateway()
    platform.worker()
    platform.push("jimi/pushgps", fix("869999050001018"))
    platform.wait_drained()

    started = time.monotonic()
    platform.push("jimi/pushgps", fix("869999050001026"))
    platform.wait_drained()
    assert time.monotonic() - started < 2.5, "the doorbell was not heard: this is the polling floor"
