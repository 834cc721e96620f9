"""P4 for vehicle-days: whatever order facts come in, and whenever days are folded between, the tables are the same."""

import random
from datetime import timedelta

import pytest

from trips.days import CAMERA, DAY, TRACKER, Van, at
from trips.fleet import Fleet, facts_of, lifecycle, mounting

LONG_AGO = at("00:00") - timedelta(days=20)
SPARE = "869999050001034"
FACTS = [
    *facts_of(Van("23:30", day=DAY - timedelta(days=1)).drive(60).park(20).end()),
    *facts_of(Van("07:00").park(10).drive(20).park(30).drive(30, 60.0).idle(7).drive(5).park(10).end()),
    *facts_of(Van("07:30", imei=CAMERA).drive(90).end()),
    *facts_of(Van("12:00", imei=SPARE).drive(30).park(10).end()),
    *facts_of(Van("16:00", imei=TRACKER).drive(20).park(10).end()),
    *facts_of(Van("07:05").drive(3).end(), quality="lbs"),
    *mounting(TRACKER, "KDA 001A", LONG_AGO),
    *mounting(CAMERA, "KDA 001A", LONG_AGO, device_class="camera"),
    *mounting(SPARE, "KDB 002B", at("12:10")),
    *mounting(TRACKER, "KDB 002B", at("08:00"), stated_at=at("09:00")),
    *mounting(TRACKER, "KDA 001A", at("15:00"), stated_at=at("15:01")),
    lifecycle(SPARE, "decommissioned", at("12:25")),
]


@pytest.mark.timeout(300)
def test_any_order_of_arrival_and_any_folds_between_give_the_same_vehicle_days(fleet: Fleet) -> None:
    fleet.tell(*FACTS)
    fleet.settle()
    expected = fleet.contents()
    assert len(expected["vehicle_days"]) == 4
    for seed in range(6):
        order = random.Random(seed)
        facts = order.sample(FACTS, len(FACTS)) + order.choices(FACTS, k=20)
        fleet.forget()
        while facts:
            count = order.choice([1, 10, 100])
            fleet.tell(*facts[:count])
            facts = facts[count:]
            order.choice([fleet.project, fleet.settle, lambda: None])()
        fleet.settle(workers=2)
        assert fleet.contents() == expected, f"seed {seed}"
