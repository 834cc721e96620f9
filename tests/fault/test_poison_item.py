"""Bodies that nobody could have thought of: each is kept and told apart, and none costs another anything (P7)."""

import json
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from invariants import assert_nothing_lost

from fixtures.load import Load
from fixtures.roles import Platform

pytestmark = pytest.mark.fault

IMEI = "869999050001018"
GPS = {"deviceImei": IMEI, "gpsTime": "2026-08-01 06:00:00", "lat": -1.28, "lng": 36.82}


def form(data: str) -> bytes:
    return f"token=demo-push-token&data_list={quote_plus(data)}".encode()


def items(**odd: object) -> bytes:
    """A good item, an odd one, a good one."""
    return form(json.dumps([GPS, GPS | odd, GPS | {"gpsTime": "2026-08-01 06:01:00"}]))


# What a parser, JSON, Python or PostgreSQL is known to trip over.
POISON = {
    "no utf-8": b"token=demo-push-token&data_list=\xff\xfe%FF%FE[",
    "zeroes": b"token=demo-push-token&data_list=" + bytes(200),
    "deeply nested": form("[" * 50_000 + "]" * 50_000),
    "deeply nested objects": form('{"a":' * 20_000 + "1" + "}" * 20_000),
    "cut off": form(json.dumps([GPS]))[:-9],
    "a number of 5000 digits": form('[{"deviceImei": "1", "lat": ' + "9" * 5000 + "}]"),
    "an infinite number": form('[{"deviceImei": "' + IMEI + '", "gpsTime": "2026-08-01 06:00:00", "lat": 1e999}]'),
    "not a number": form('[{"deviceImei": "' + IMEI + '", "gpsTime": "2026-08-01 06:00:00", "lat": NaN}]'),
    "nothing but nulls": form("[" + ",".join(["null"] * 5000) + "]"),
    "lists of lists": form(json.dumps([[[GPS]]])),
    "twice the same key": form('[{"deviceImei": "1", "deviceImei": "' + IMEI + '"}]'),
    "a zero byte": items(acc="\x00", postMethod="a\x00b"),
    "half a pair": form(json.dumps([GPS | {"deviceImei": "86999905000101\ud800"}])),
    "an imei of letters": items(deviceImei="DROP TABLE"),
    "an endless imei": items(deviceImei="8" * 100_000),
    "an object for a number": items(lat={"deg": 1}, lng=[36.82]),
    "true for a number": items(lat=True, gpsSpeed=False),
    "the year 0": items(gpsTime="0000-00-00 00:00:00"),
    "the year 9999": items(gpsTime="9999-12-31 23:59:59"),
    "the 30th of February": items(gpsTime="2026-02-30 12:00:00"),
    "a time of centuries in seconds": items(gpsTime=10**18),
    "digits of another script": items(gpsTime="٢٠٢٦-٠٨-٠١ ٠٦:٠٠:٠٠", lat="-١.٢٨"),
    "the largest integer and one more": items(satelliteNum=2**63, status=2**64, direction=-(2**63)),
    "a very small number": items(lat=5e-324, lng=-5e-324),
    "a long text": items(postMethod="x" * 500_000),
}
TOPICS = ("pushgps", "pushalarm", "pushobd", "pushevent", "pushlbs", "pushtripreport", "pushinstructresponse", "rfid")


def test_no_body_holds_up_or_spoils_another(platform: Platform, start_load: Callable[..., Load]) -> None:
    _, worker = platform.start("gateway", "worker")
    load = start_load(platform.url, connections=4)
    sent = 0
    for topic in TOPICS:
        for name, body in POISON.items():
            answer = platform.push(f"jimi/{topic}", body)
            assert answer.status_code == 200, f"{name} by {topic}: {answer.text}"
            sent += 1
    load.wait_acknowledged(20)
    load.stop()

    assert_nothing_lost(platform, load)
    kept = "select count(*) from events.raw where position('&marker='::bytea in body) = 0"
    assert platform.database.value(kept) == sent
    refused = platform.database.rows("select distinct reason from events.rejected")
    assert {"not_json", "not_object", "wrong_type", "implausible_time", "missing_imei"} <= {row[0] for row in refused}
    assert platform.database.rows("select * from events.set_aside") == []
    assert "facts_refused_by_database" not in worker.log()
