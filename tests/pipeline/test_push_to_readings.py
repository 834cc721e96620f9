"""From a push of each rarer kind to its table, through the real processes."""

from fixtures.roles import Platform
from fixtures.shared_data import sample

# endpoint → (sample, its table, what stands in which column there)
PUSHES = {
    "pushevent": ("push_event.form", "state.device_events", "event", ["login", "logout"]),
    "pushfaultinfo": ("push_faultinfo_guess.form", "state.fault_codes", "code", ["P0128"]),
    "pushlbs": ("push_lbs.form", "state.lbs_readings", "quality", ["lbs"]),
    "pushobd": ("push_obd_guess.form", "state.obd_readings", "engine_rpm", [1875]),
    "pushoil": ("push_oil_guess.form", "state.fuel_readings", "level", [43.5]),
    "pushtem": ("push_tem_guess.form", "state.temperature_readings", "temperature_c", [4.6]),
    "pushtripreport": ("push_tripreport_guess.form", "state.reported_trips", "distance_m", [12480]),
}


def test_a_push_of_any_kind_comes_to_its_table_and_a_repeat_to_no_second_row(platform: Platform) -> None:
    platform.gateway()
    platform.worker()
    for _ in range(2):
        for endpoint, (name, *_) in PUSHES.items():
            assert platform.push(f"jimi/{endpoint}", sample(name)).json()["code"] == 0
        platform.wait_drained()
    for _, table, column, values in PUSHES.values():
        held = platform.database.rows(f"select {column} from {table} order by {column}")
        assert [value for (value,) in held] == values, table
