"""Push bodies and import files as a large fleet would send them. Pure: the same numbers, the same bytes."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import orjson

TOKEN = "bench-push-token"
REPORT_EVERY = timedelta(seconds=10)
CITIES = (("Nairobi", -1.28, 36.82), ("Mombasa", -4.05, 39.67), ("Kampala", 0.31, 32.58))
COST_CENTRES = 12

Item = dict[str, Any]


def imei_of(device: int) -> str:
    """The IMEI of a device of the bench's fleet."""
    return f"86{device:013d}"


def text_of(moment: datetime) -> str:
    """The vendor's time: UTC without a zone."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def fix(device: int, fixed_at: datetime) -> Item:
    """An item of /pushgps, somewhere near one of the cities."""
    _, lat, lon = CITIES[device % len(CITIES)]
    step = fixed_at.toordinal() * 8640 + fixed_at.hour * 360 + fixed_at.minute * 6 + fixed_at.second // 10
    return {
        "deviceImei": imei_of(device),
        "gpsTime": text_of(fixed_at),
        "gateTime": text_of(fixed_at + timedelta(seconds=2)),
        "satelliteNum": 7 + step % 6,
        "lng": round(lon + (device * 37 + step) % 1000 / 10_000, 5),
        "lat": round(lat + (device * 53 + step) % 1000 / 10_000, 5),
        "gpsMode": 0,
        "gpsSpeed": (device + step) % 80,
        "direction": (device * 11 + step * 3) % 360,
        "acc": 1,
        "postType": 1,
        "altitude": 1600 + device % 90,
        "distance": 48_000_000 + step % 100_000 * 100,
        "postMethod": 0,
    }


def heartbeat(device: int, beat_at: datetime) -> Item:
    """An item of /pushhb."""
    return {
        "deviceImei": imei_of(device),
        "gateTime": text_of(beat_at),
        "powerLevel": 60 + device % 40,
        "gsmSign": 80,
        "acc": 1,
        "oilEle": 0,
        "gpsPos": 1,
        "remoteLock": 0,
        "powerStatus": 1,
        "fortify": 0,
    }


def alarm(device: int, raised_at: datetime) -> Item:
    """An item of /pushalarm; it carries a fix."""
    place = fix(device, raised_at)
    told = ("lat", "lng", "gpsSpeed", "direction", "altitude", "satelliteNum", "gpsMode")
    return {
        "type": "DEVICE",
        "msgClass": 0,
        "imei": imei_of(device),
        "gateTime": text_of(raised_at + timedelta(seconds=2)),
        "msg": {"alertType": 151, "alarmTime": text_of(raised_at), **{name: place[name] for name in told}},
    }


def location(device: int, fixed_at: datetime) -> Item:
    """A row of a polled location list."""
    place = fix(device, fixed_at)
    return {
        "imei": imei_of(device),
        "deviceName": f"Tracker {device}",
        "status": "1",
        "posType": "GPS",
        "lat": place["lat"],
        "lng": place["lng"],
        "hbTime": text_of(fixed_at + timedelta(seconds=3)),
        "gpsTime": text_of(fixed_at),
        "speed": str(place["gpsSpeed"]),
        "direction": str(place["direction"]),
        "accStatus": "1",
        "gpsNum": "9",
        "currentMileage": 48_215.2,
    }


def push_body(items: Sequence[Item]) -> bytes:
    """A family B body, as a form."""
    return f"token={TOKEN}&data_list={quote_plus(orjson.dumps(items).decode())}".encode()


def poll_body(items: Sequence[Item]) -> bytes:
    """The answer of a location list."""
    return orjson.dumps({"code": 0, "message": "success", "result": items})


def stream(items: int, devices: int, ends_at: datetime) -> Iterator[tuple[str, int, datetime]]:
    """(kind, device, instant) of a fleet's signals in order, the last one at `ends_at`.

    Of twenty signals one is an alarm, three are heartbeats, the rest are fixes.
    """
    rounds = items // devices + 1
    for n in range(items):
        kind = "pushalarm" if n % 20 == 19 else "pushhb" if n % 20 in (4, 9, 14) else "pushgps"
        # a device's place in the twenty moves on from round to round, so that each sends every kind
        at_round, device = divmod(n, devices)
        yield kind, (device + at_round * 7) % devices, ends_at - REPORT_EVERY * (rounds - at_round)


def vehicles_file(devices: range) -> bytes:
    """A vehicles file: every device on a vehicle of its own, with driver, city and cost centre."""
    lines = ["plate,imei,cost_centre,city,driver"]
    lines += [
        f"KX{device // 1000:03d} {device % 1000:03d}B,{imei_of(device)},Centre {device % COST_CENTRES},"
        f"{CITIES[device % len(CITIES)][0]},Driver {device}"
        for device in devices
    ]
    return "\n".join(lines).encode()


def whole_second(moment: datetime | None = None) -> datetime:
    """Now, without its fraction: what devices send."""
    return (moment or datetime.now(UTC)).replace(microsecond=0)
