"""Mapbox's geocoding, version 6: asked where Nominatim fails or knows nothing.

Answers are kept, so they are asked for as permanent ones: Mapbox allows no other to be stored.
"""

from typing import Any

import httpx

from fleet import __version__
from fleet.geocoding.answer import NOTHING_THERE, Address, GeocoderFailed, address_of
from fleet.geocoding.asking import document_at

TYPES = "street,neighborhood,locality,place,region"


class Mapbox:
    """Mapbox at a base address, with a token."""

    name = "mapbox"

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url.rstrip('/')}/search/geocode/v6/reverse"
        self._token = token

    async def ask(self, http: httpx.AsyncClient, lat: float, lon: float) -> Address:
        """The address of a place. Errors: GeocoderFailed."""
        params = {
            "longitude": f"{lon:.4f}",
            "latitude": f"{lat:.4f}",
            "types": TYPES,
            "language": "en",
            "permanent": "true",
            "access_token": self._token,
        }
        status, document = await document_at(http, self._url, params, {"user-agent": f"fleet/{__version__}"})
        if status != httpx.codes.OK or not isinstance(document, dict):
            raise GeocoderFailed(f"Its answer is not Mapbox's (HTTP {status}): check MAPBOX_URL.")
        return read(document)


def read(document: dict[str, Any]) -> Address:
    """What an answer says; no features is the answer that nothing is there. Errors: GeocoderFailed."""
    features = document.get("features")
    if features == []:
        return NOTHING_THERE
    try:
        found = features[0]["properties"]  # type: ignore[index]
        parts = {**found.get("context", {}), found["feature_type"]: found}
        named = {kind: part.get("name") for kind, part in parts.items() if isinstance(part, dict)}
    except (TypeError, KeyError, IndexError, AttributeError) as strange:
        raise GeocoderFailed("Its answer holds no feature.") from strange
    place = named.get("neighborhood") or named.get("locality")
    return address_of(named.get("street"), place, named.get("place"), (named.get("region"), named.get("country")))
