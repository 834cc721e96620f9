"""P5: the map is served throughout a rebuild of everything; no request fails, none shows an empty fleet."""

import subprocess
import threading
from collections.abc import Callable

import httpx

from fixtures.roles import Platform
from replay.log_of_all import store

Start = Callable[..., subprocess.Popen[bytes]]


def test_the_map_answers_during_a_full_rebuild_and_shows_the_fleet(platform: Platform, started: Start) -> None:
    store(platform.database, 2000)
    platform.start("gateway", "worker", VIEWS_PER_MINUTE="1000000")
    platform.wait_drained()
    shown = len(platform.live(platform.token())["geojson"]["features"])
    headers = {"authorization": f"Bearer {platform.token()}"}
    answers: list[tuple[int, int]] = []
    done = threading.Event()

    def look() -> None:
        with httpx.Client(base_url=platform.url, headers=headers, timeout=20) as client:
            while not done.is_set():
                answer = client.get("/api/views/live", params={"filters": "{}"})
                placed = answer.json().get("geojson", {}).get("features", []) if answer.is_success else []
                answers.append((answer.status_code, sum(1 for each in placed if each["geometry"])))

    watchers = [threading.Thread(target=look) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    rebuilding = started("replay", "all")
    assert rebuilding.wait(120) == 0
    done.set()
    for watcher in watchers:
        watcher.join()
    assert shown > 0
    assert set(answers) == {(200, shown)}
    assert len(answers) > 20
    assert platform.database.value("select min(epoch) from events.cursors") >= 2
