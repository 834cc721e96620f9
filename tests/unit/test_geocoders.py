"""What geocoders' answers come to, and which are none."""

from typing import Any

import pytest

from fleet import config
from fleet.errors import SettingMissing
from fleet.geocoding import mapbox, nominatim
from fleet.geocoding.answer import LONGEST_ADDRESS, NOTHING_THERE, Address, GeocoderFailed, address_of
from fleet.geocoding.geocoders import geocoders_of

NAIROBI = {"city": "Nairobi", "country": "Kenya"}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            {"house_number": "12", "road": "Moi Avenue", "suburb": "CBD", **NAIROBI},
            Address("Moi Avenue, CBD, Nairobi", "street"),
        ),
        ({"road": "Mombasa Road", "county": "Machakos"}, Address("Mombasa Road, Machakos", "street")),
        ({"village": "Kiserian", "county": "Kajiado"}, Address("Kiserian, Kajiado", "place")),
        ({"suburb": "Nairobi", **NAIROBI}, Address("Nairobi", "place")),
        ({"town": "Voi"}, Address("Voi", "area")),
        ({"country": "Kenya"}, Address("Kenya as displayed", "area")),
        ({"road": "Line\nbreak\t \x00Road", **NAIROBI}, Address("Line break Road, Nairobi", "street")),
    ],
)
def test_an_answer_of_nominatim(parts: dict[str, Any], expected: Address) -> None:
    assert nominatim.read({"address": parts, "display_name": "Kenya as displayed"}) == expected


def test_nominatim_says_that_nothing_is_there() -> None:
    assert nominatim.read({"error": "Unable to geocode"}) == NOTHING_THERE


def feature(kind: str, name: str, **context: str) -> dict[str, Any]:
    told = {kind: {"name": name} for kind, name in context.items()}
    return {"features": [{"properties": {"feature_type": kind, "name": name, "context": told}}]}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            feature("street", "Moi Avenue", neighborhood="CBD", place="Nairobi", country="Kenya"),
            Address("Moi Avenue, CBD, Nairobi", "street"),
        ),
        (feature("neighborhood", "CBD", place="Nairobi"), Address("CBD, Nairobi", "place")),
        (feature("locality", "Karen", place="Nairobi"), Address("Karen, Nairobi", "place")),
        (feature("region", "Nairobi County", country="Kenya"), Address("Nairobi County, Kenya", "area")),
        ({"features": []}, NOTHING_THERE),
    ],
)
def test_an_answer_of_mapbox(document: dict[str, Any], expected: Address) -> None:
    assert mapbox.read(document) == expected


@pytest.mark.parametrize("document", [{}, {"address": "text"}, {"error": "Something else"}, {"error": {"code": 400}}])
def test_what_nominatim_does_not_say_is_no_answer(document: dict[str, Any]) -> None:
    with pytest.raises(GeocoderFailed):
        nominatim.read(document)


@pytest.mark.parametrize(
    "document",
    [{}, {"features": None}, {"features": [{}]}, {"features": [{"properties": {"context": []}}]}, {"features": {}}],
)
def test_what_mapbox_does_not_say_is_no_answer(document: dict[str, Any]) -> None:
    with pytest.raises(GeocoderFailed):
        mapbox.read(document)


def test_an_address_is_bounded() -> None:
    told = address_of("a" * 1000, None, "Nairobi")
    assert told.text is not None
    assert len(told.text) == LONGEST_ADDRESS


def settings(**given: str) -> config.WorkerSettings:
    return config.WorkerSettings.model_validate({"database_worker_url": "postgresql://x", **given})


def test_geocoding_is_off_where_nobody_is_named() -> None:
    assert geocoders_of(settings()) == ()


def test_nominatim_comes_before_mapbox() -> None:
    both = settings(nominatim_url="http://127.0.0.1:1", nominatim_user_agent="us", mapbox_token="t")
    assert [geocoder.name for geocoder in geocoders_of(both)] == ["nominatim", "mapbox"]


def test_nominatim_is_not_asked_by_nobody() -> None:
    with pytest.raises(SettingMissing, match="NOMINATIM_USER_AGENT"):
        geocoders_of(settings(nominatim_url="http://127.0.0.1:1"))
