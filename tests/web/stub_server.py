"""A stand-in for the gateway: the pages with a fleet that moves by the clock alone, and faults that can be switched on.

For states that are hard to reach with the real thing. `python tests/web/stub_server.py [port]` serves it by hand.
"""

import contextlib
import hashlib
import json
import math
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

ROOT = Path(__file__).parents[2]
USERNAME, PASSWORD = "a.kamau", "correct horse"
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
CENTRES = [
    ("FTH", "Fibre to the home", "#1621FC"),
    ("MNT", "Maintenance", "#CFD285"),
    ("INS", "Installations", "#1C4D04"),
    ("OSP", "Outside plant", "#25ACFD"),
    ("ENT", "Enterprise & service migrations", "#008E55"),
    ("LOS", "Loss of signal", "#D0928B"),
    ("LOG", "Logistics", "#91679F"),
]
UNASSIGNED = "#8B929C"
CITIES = [("Nairobi", 0.6), ("Mombasa", 0.25), ("Kampala", 0.15)]
DRIVERS = [
    "J. Mwangi",
    "P. Otieno",
    "A. Njeri",
    "S. Kiptoo",
    "M. Wanjiru",
    "D. Ssemakula",
    "F. Achieng",
    "H. Abdalla",
    None,
]
STREETS = ["Ngong Road", "Waiyaki Way", "Moi Avenue", "Jomo Kenyatta Avenue", "Entebbe Road", None]
SPEED_KMH = 42.0


@dataclass
class Scene:
    """What the server shows and how it misbehaves. `fault`: "", "401", "403", "429", "500", "503", "cut" or "slow"."""

    vehicles: int = 80
    yard: int = 0
    fault: str = ""
    frozen_s: float = 0.0
    session: bool = True
    basemap_online_url: str | None = None
    poll_interval_s: float = 10
    locked: bool = False
    answered: list[int] = field(default_factory=list)


def roads() -> dict[str, list[list[list[float]]]]:
    """Longer streets by city, [lon, lat]."""
    features = json.loads((ROOT / "web/data/roads.geojson").read_text())["features"]
    found: dict[str, list[list[list[float]]]] = {}
    for feature in features:
        lines = [line for line in feature["geometry"]["coordinates"] if len(line) > 5]
        found.setdefault(feature["properties"]["city"], []).extend(lines)
    return found


ROADS = roads()


def along(line: list[list[float]], metres: float) -> tuple[float, float, float]:
    """Place and heading after so many metres, there and back again."""
    steps = [math.dist(a, b) * 111_320 for a, b in pairwise(line)]
    total = sum(steps)
    metres %= 2 * total
    back = metres > total
    rest = 2 * total - metres if back else metres
    for (a, b), length in zip(pairwise(line), steps, strict=True):
        if rest <= length and length:
            heading = math.degrees(math.atan2(b[0] - a[0], b[1] - a[1])) + (180 if back else 0)
            return a[0] + (b[0] - a[0]) * rest / length, a[1] + (b[1] - a[1]) * rest / length, heading % 360
        rest -= length
    return line[-1][0], line[-1][1], 0.0


def city_of(index: int, count: int) -> str:
    place, edge = (index * 0.618034) % 1, 0.0
    for name, part in CITIES:
        edge += part
        if place < edge:
            return name
    return CITIES[-1][0]


def style_of(index: int) -> str:
    return {0: "offline", 1: "parked", 2: "moving", 3: "parked", 4: "moving", 5: "moving", 6: "idling"}.get(
        index % 9, "unknown" if index % 27 == 7 else "moving"
    )


def vehicle(index: int, scene: Scene, now: float) -> dict[str, Any]:
    """One feature of the live view at epoch second `now`."""
    style = style_of(index)
    in_yard = index < scene.yard
    if in_yard:
        style = "parked"
    city = "Nairobi" if in_yard else city_of(index, scene.vehicles)
    lines = ROADS[city]
    line = lines[(index * 37) % len(lines)]
    code, name, colour = (
        (None, None, UNASSIGNED) if index % 23 == 5 else CENTRES[(index * index + index) % len(CENTRES)]
    )
    age_s = {
        "moving": index % 9,
        "parked": 20 + index % 40,
        "idling": 6 + index % 20,
        "offline": 93_600 + 5000 * index,
        "unknown": 0,
    }[style]
    if style == "parked" and index % 18 == 3:
        age_s = 1500
    age_s += scene.frozen_s
    shown = now - age_s if style == "moving" else 0
    lon, lat, heading = along(line, index * 900 + shown * SPEED_KMH / 3.6)
    if in_yard:
        lon, lat = 36.7288, -1.2375
    fixed = datetime.fromtimestamp(now - age_s, UTC)
    known = style != "unknown"
    series = f"K{'BCD'[index % 3]}{'ABCEFGHJKLMNPQRSTUVWXYZ'[index * 7 % 23]}"
    plate = f"{series} {(index * 137 + 71) % 1000:03d}{'ABCDEFGH'[index % 8]}"
    driver = DRIVERS[index % len(DRIVERS)]
    imei = f"8651350{index:08d}"
    return {
        "type": "Feature",
        "id": index + 1,
        "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]} if known else None,
        "properties": {
            "vehicle_id": index + 1,
            "plate": plate,
            "plate_tail": plate[-4:],
            "imei": imei,
            "cost_centre": name,
            "city": city,
            "driver": driver,
            "state": "parked" if style == "idling" else style,
            "lifecycle": "active",
            "style_class": style,
            "colour": colour,
            "cost_centre_code": code,
            "stale_at": (fixed + timedelta(seconds=600)).isoformat() if known else None,
            "offline_at": (fixed + timedelta(days=1)).isoformat() if known else None,
            "search_text": f"{plate} {plate.replace(' ', '')} {driver or ''} {imei}".lower(),
            "heading_deg": round(heading) if style == "moving" else None,
            "speed_kmh": SPEED_KMH + index % 20 if style == "moving" else 0 if known else None,
            "ignition": style in ("moving", "idling"),
            "fixed_at": fixed.isoformat() if known else None,
            "received_at": (fixed + timedelta(seconds=540 if index % 31 == 2 else 2)).isoformat() if known else None,
            "quality": ("lbs" if index % 13 == 4 else "gps") if known else None,
            "address": STREETS[index % len(STREETS)] if known else None,
        },
    }


def live_view(scene: Scene, now: float) -> dict[str, Any]:
    features = [vehicle(index, scene, now) for index in range(scene.vehicles)]
    names = [(name, code, colour, slot) for slot, (code, name, colour) in enumerate(CENTRES, 1)]
    by_centre = [
        {
            "name": name,
            "code": code,
            "colour": colour,
            "slot": slot,
            "count": sum(f["properties"]["cost_centre"] == name for f in features),
        }
        for name, code, colour, slot in [*names, (None, None, UNASSIGNED, None)]
    ]
    summary = {
        "total": len(features),
        "by_state": {
            state: sum(f["properties"]["state"] == state for f in features)
            for state in ("moving", "parked", "offline", "unknown")
        },
        "by_city": {city: sum(f["properties"]["city"] == city for f in features) for city, _ in CITIES},
        "by_cost_centre": by_centre,
        "as_of": datetime.fromtimestamp(now, UTC).isoformat(),
    }
    slo = [
        {"metric": "fix_freshness_pct", "value": 97.1, "threshold": 95, "status": "met"},
        {"metric": "trip_lag_p95_sec", "value": None, "threshold": 600, "status": "no_data"},
        {"metric": "parse_lag_p95_sec", "value": 1.2, "threshold": 5, "status": "met"},
    ]
    return {"summary": summary, "geojson": {"type": "FeatureCollection", "features": features}, "slo_status": slo}


def problem(status: int, code: str, message: str, **headers: str) -> JSONResponse:
    body = {"error": {"code": code, "message": message, "request_id": "7f3a21"}}
    return JSONResponse(body, status, headers=headers)


def build(scene: Scene) -> Starlette:
    """The application over a scene that a test may change while it runs."""

    def grant() -> JSONResponse:
        answer = JSONResponse({"access_token": "token-of-the-stub", "token_type": "bearer", "expires_in": 900})
        answer.set_cookie("fleet_refresh", "yes", httponly=True, samesite="strict", path="/api/auth")
        return answer

    async def token(request: Request) -> Response:
        form = await request.form()
        if scene.locked:
            return problem(401, "locked", "Too many tries. Try again at 08:31 EAT.")
        if (form.get("username"), form.get("password")) != (USERNAME, PASSWORD):
            return problem(401, "unauthorised", "Username or password is wrong.")
        scene.session = True
        return grant()

    def refresh(request: Request) -> Response:
        if scene.fault == "503":
            return problem(503, "unavailable", "Fault of the stub.")
        held = scene.session and request.cookies.get("fleet_refresh") == "yes"
        return grant() if held else problem(401, "unauthorised", "The session is over.")

    def logout(_: Request) -> Response:
        answer = Response(status_code=204)
        answer.delete_cookie("fleet_refresh", path="/api/auth")
        return answer

    def refuse(request: Request) -> Response | None:
        if request.headers.get("authorization") != "Bearer token-of-the-stub" or not scene.session:
            return problem(401, "unauthorised", "No valid token.")
        faults = {"403": "forbidden", "429": "too_many", "500": "internal", "503": "unavailable"}
        if scene.fault in faults:
            return problem(int(scene.fault), faults[scene.fault], "Fault of the stub.", **{"Retry-After": "2"})
        return None

    def me(request: Request) -> Response:
        return JSONResponse({"username": USERNAME, "scopes": ["read:fleet"]})

    def config(request: Request) -> Response:
        answer = {
            "basemap_online_url": scene.basemap_online_url,
            "version": "0.1.0",
            "address_credit": "© Somebody who knows",
            "poll_interval_s": scene.poll_interval_s,
        }
        return JSONResponse(answer)

    def live(request: Request) -> Response:
        if scene.fault == "slow":
            time.sleep(3)
        refused = refuse(request)
        if refused:
            scene.answered.append(refused.status_code)
            return refused
        body = json.dumps(live_view(scene, time.time())).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        unchanged = request.headers.get("if-none-match") == etag
        scene.answered.append(304 if unchanged else 200)
        return Response(None if unchanged else body, 304 if unchanged else 200, {"ETag": etag}, "application/json")

    def page(name: str) -> Route:
        return Route(f"/{name}", lambda _: FileResponse(ROOT / f"web/{name}.html"))

    async def control(request: Request) -> Response:
        for key, value in (await request.json()).items():
            setattr(scene, key, value)
        return JSONResponse({})

    class Guard:
        """Adds the content policy to every answer."""

        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def send_with_policy(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [
                        *message["headers"],
                        (b"content-security-policy", POLICY.encode()),
                        (b"x-content-type-options", b"nosniff"),
                    ]
                await send(message)

            await self.app(scope, receive, send_with_policy)

    routes = [
        Route("/", lambda _: RedirectResponse("/live")),
        page("login"),
        page("live"),
        Route("/api/auth/token", token, methods=["POST"]),
        Route("/api/auth/refresh", refresh, methods=["POST"]),
        Route("/api/auth/logout", logout, methods=["POST"]),
        Route("/api/me", me),
        Route("/api/config", config),
        Route("/api/views/live", live),
        Route("/stub", control, methods=["PUT"]),
        Mount("/static", StaticFiles(directory=ROOT / "web")),
        Mount("/vendor/maplibre-gl", StaticFiles(directory=ROOT / "node_modules/maplibre-gl/dist")),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard)])


class StubServer:
    """The stub in a thread of its own; `stop` and `start` again for a server that goes away and returns."""

    def __init__(self, scene: Scene, port: int = 0) -> None:
        self.scene = scene
        self.port = port
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        config = uvicorn.Config(
            build(self.scene), host="127.0.0.1", port=self.port, log_level="warning", timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        sockets = [config.bind_socket()]
        self.port = sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.server.run, args=(sockets,), daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()


@contextlib.contextmanager
def serving(scene: Scene, port: int = 0) -> Iterator[StubServer]:
    server = StubServer(scene, port)
    try:
        yield server
    finally:
        server.stop()


if __name__ == "__main__":
    with serving(Scene(), int(sys.argv[1]) if sys.argv[1:] else 8099) as stub:
        print(stub.url, USERNAME, PASSWORD)
        stub.thread.join()
