"""Other roads and recorded drives: extracts of OpenStreetMap, GPX and the forms of CSV."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fleet.sandbox.fleet import Fleet, FleetPlan
from fleet.sandbox.geometry import distance_m
from fleet.sandbox.network import RoadsUnusable
from fleet.sandbox.osm import load_osm
from fleet.sandbox.roads import networks
from fleet.sandbox.trace import TraceUnusable, load

NOON = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
GPX = """<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="-1.28" lon="36.82"><time>2020-01-01T06:00:00Z</time></trkpt>
<trkpt lat="-1.27" lon="36.83"><time>2020-01-01T06:02:00Z</time></trkpt>
</trkseg></trk></gpx>"""
CSVS = {
    "iso": "Timestamp,Latitude,Longitude\n2020-01-01T06:00:00,-1.28,36.82\n2020-01-01T06:02:00,-1.27,36.83\n",
    "unix": "lng,lat,time\n36.82,-1.28,1577858400\n36.83,-1.27,1577858520\n",
    "milliseconds": "ts,lon,lat\n1577858400000,36.82,-1.28\n1577858520000,36.83,-1.27\n",
    "backwards": "time,lat,lon\n2020-01-01T06:02:00Z,-1.27,36.83\n2020-01-01T06:00:00Z,-1.28,36.82\n",
    "shape": 'shape,timestamps\n"LINESTRING (36.82 -1.28, 36.83 -1.27)","1577858400, 1577858520"\n',
    "track": "36.82\t-1.28\t0\n36.83\t-1.27\t120\n",
}


@pytest.mark.parametrize("form", CSVS)
def test_every_form_of_csv_gives_the_same_trace(tmp_path: Path, form: str) -> None:
    (tmp_path / "drive.csv").write_text(CSVS[form])
    (trace,) = load(tmp_path / "drive.csv")
    assert trace.points == ((-1.28, 36.82), (-1.27, 36.83))
    assert trace.seconds == (0.0, 120.0)


def test_gpx_is_read(tmp_path: Path) -> None:
    (tmp_path / "drive.gpx").write_text(GPX)
    (trace,) = load(tmp_path / "drive.gpx")
    assert trace.points == ((-1.28, 36.82), (-1.27, 36.83))
    assert trace.seconds == (0.0, 120.0)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "time,lat,lon\nyesterday,1,2\n", "time,lat,lon\n1,2,3\n"])
def test_a_file_without_a_drive_says_what_to_give(tmp_path: Path, text: str) -> None:
    (tmp_path / "drive.csv").write_text(text)
    with pytest.raises(TraceUnusable, match="give GPX"):
        load(tmp_path / "drive.csv")


def test_a_trace_is_driven_again_now_there_and_back(tmp_path: Path) -> None:
    (tmp_path / "drive.csv").write_text(CSVS["iso"])
    fleet = Fleet(FleetPlan(3, 7, NOON, networks(), traces=load(tmp_path / "drive.csv")))
    imei = fleet.devices[0].imei
    path = [fleet.truth(NOON + timedelta(seconds=s))[imei][1] for s in range(0, 1800, 5)]
    for before, after in itertools.pairwise(path):
        assert distance_m((before.lat, before.lon), (after.lat, after.lon)) < 70
    assert max(motion.lat for motion in path) == pytest.approx(-1.27)
    assert min(motion.lat for motion in path) == pytest.approx(-1.28)


def test_a_missing_extract_says_so(tmp_path: Path) -> None:
    with pytest.raises(RoadsUnusable, match="nowhere"):
        load_osm(tmp_path / "nowhere.osm.pbf")


def test_a_real_extract_becomes_a_network_that_the_fleet_drives_on(
    shared_data: Callable[[str], Path],
) -> None:
    network = load_osm(shared_data("osm/nairobi-cbd.osm.pbf"))
    assert len(network.junctions) > 800
    two_way = {(road.start, road.end) for road in network.roads}
    assert any((end, start) not in two_way for start, end in two_way), "one-way streets are respected"
    last = len(network.junctions) - 1
    assert network.route(0, last)[-1].end == last
    assert network.route(last, 0)[-1].end == 0
    fleet = Fleet(FleetPlan(40, 7, NOON, [network]))
    assert sum(motion.speed_kmh > 5 for _, motion in fleet.truth(NOON).values()) > 20


@pytest.mark.parametrize(
    ("name", "count"),
    [("traces/porto-taxi/porto-taxi-318.csv", 318), ("traces/kubicka/00000071/00000071.track", 1)],
)
def test_real_traces_are_read(shared_data: Callable[[str], Path], name: str, count: int) -> None:
    traces = load(shared_data(name))
    assert len(traces) == count
    assert all(list(trace.seconds) == sorted(set(trace.seconds)) for trace in traces)
