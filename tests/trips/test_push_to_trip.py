"""From a push to a vehicle-day, through the real processes."""

from fixtures.roles import Platform, wait_until
from pipeline.test_push_to_live import fix


def test_a_pushed_fix_is_in_its_vehicle_day_when_the_day_is_due(platform: Platform) -> None:
    platform.gateway()
    worker = platform.worker()
    platform.push("jimi/pushgps", fix("869999050001018"))
    platform.wait_drained()
    with platform.database.connect("superuser") as db:
        (marks,) = db.execute("select count(*) from events.days_to_fold").fetchone() or (0,)
        assert marks > 0
        db.execute("update events.days_to_fold set due_at = clock_timestamp()")
        db.execute("notify events_days_due")
    wait_until(lambda: platform.database.value("select count(*) from state.vehicle_days") == 1, "the day is folded", 20)
    wait_until(lambda: worker.health()["vehicle_days_folded"] == marks, "the worker says so", 5)
    assert worker.health()["vehicle_day_problems"] == {}
