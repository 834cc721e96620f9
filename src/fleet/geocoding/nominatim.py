"""Nominatim's `/reverse`: a server of one's own, or a public one within its policy."""

from typing import Any

import httpx

from fleet.geocoding.answer import NOTHING_THERE, Address, GeocoderFailed, address_of
from fleet.geocoding.asking import document_at

STREETS = "17"
"""The zoom that answers with streets and never with houses."""
PLACES = ("neighbourhood", "quarter", "suburb", "village", "hamlet", "city_district")
CITIES = ("city", "town", "municipality", "county")


class Nominatim:
    """The Nominatim at a base address. `user_agent` tells its operator who asks."""

    name = "nominatim"

    def __init__(self, url: str, user_agent: str) -> None:
        self._url = f"{url.rstrip('/')}/reverse"
        self._headers = {"user-agent": user_agent, "accept-language": "en"}

    async def ask(self, http: httpx.AsyncClient, lat: float, lon: float) -> Address:
        """The address of a place. Errors: GeocoderFailed."""
        params = {"format": "jsonv2", "lat": f"{lat:.4f}", "lon": f"{lon:.4f}", "zoom": STREETS, "addressdetails": "1"}
        status, document = await document_at(http, self._url, params, self._headers)
        if status != httpx.codes.OK or not isinstance(document, dict):
            raise GeocoderFailed(f"Its answer is not Nominatim's (HTTP {status}): check NOMINATIM_URL.")
        return read(document)


def read(document: dict[str, Any]) -> Address:
    """What an answer says; its `error` is the answer that nothing is there. Errors: GeocoderFailed."""
    if document.get("error") == "Unable to geocode":
        return NOTHING_THERE
    parts = document.get("address")
    if not isinstance(parts, dict):
        raise GeocoderFailed("Its answer holds no address.")
    return address_of(parts.get("road"), _first(parts, PLACES), _first(parts, CITIES), (document.get("display_name"),))


def _first(parts: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((parts[name] for name in names if parts.get(name)), None)
