"""The geocoders that the sandbox stands in for: invented names of its own roads, in both wire forms."""

from typing import Any

import httpx
import pytest

from conftest import Sandbox
from fleet.geocoding.answer import NOTHING_THERE, Address
from fleet.geocoding.mapbox import Mapbox
from fleet.geocoding.nominatim import Nominatim
from fleet.sandbox.gazetteer import Gazetteer, street_names
from fleet.sandbox.network import Road
from fleet.sandbox.roads import networks

BY_A_ROAD, IN_A_FIELD, AT_SEA = (-1.2865, 36.817), (0.4, 32.7), (10.0, 10.0)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(networks())


def road(start: int, end: int, line: list[tuple[float, float]], road_class: str = "primary") -> Road:
    return Road(start, end, road_class, tuple(line), 100.0)


def test_a_street_goes_on_straight_and_ends_at_a_corner_or_another_class() -> None:
    names = street_names([
        road(0, 1, [(0, 0), (0, 0.001)]),
        road(1, 2, [(0, 0.001), (0, 0.002)]),
        road(1, 3, [(0, 0.001), (0.001, 0.001)]),
        road(2, 4, [(0, 0.002), (0, 0.003)], "residential"),
    ])  # fmt: skip
    assert names[0] == names[1]
    assert len(set(names)) == 3


def test_places_are_told_as_finely_as_they_are_known(gazetteer: Gazetteer) -> None:
    by_a_road, in_a_field = gazetteer.at(BY_A_ROAD), gazetteer.at(IN_A_FIELD)
    assert by_a_road is not None
    assert (by_a_road.street, by_a_road.suburb) == ("Eland Road", "Nairobi Central")
    assert in_a_field is not None
    assert (in_a_field.street, in_a_field.country) == (None, "Uganda")
    assert gazetteer.at(AT_SEA) is None
    assert [gazetteer.at(BY_A_ROAD) for _ in range(2)] == [by_a_road] * 2


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (BY_A_ROAD, Address("Eland Road, Nairobi Central, Nairobi", "street")),
        (IN_A_FIELD, Address("Kampala North East, Kampala", "place")),
        (AT_SEA, NOTHING_THERE),
    ],
)
@pytest.mark.parametrize("geocoder", ["nominatim", "mapbox"])
async def test_both_geocoders_are_understood(
    sandbox: Sandbox, geocoder: str, place: tuple[float, float], expected: Address
) -> None:
    url = str(sandbox.http.base_url)
    asked: Any = Nominatim(url, "tests") if geocoder == "nominatim" else Mapbox(url, "a-token")
    async with httpx.AsyncClient() as http:
        assert await asked.ask(http, *place) == expected


async def test_a_question_of_the_wrong_form_is_refused(sandbox: Sandbox) -> None:
    for path, status in [
        ("/reverse?lat=1&lon=1", 400),
        ("/reverse?format=jsonv2&lat=north&lon=1", 400),
        ("/search/geocode/v6/reverse?latitude=1&longitude=1", 401),
        ("/search/geocode/v6/reverse?access_token=t", 400),
    ]:
        assert (await sandbox.http.get(path)).status_code == status
