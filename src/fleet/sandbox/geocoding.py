"""A stand-in for the geocoders: Nominatim's `/reverse` and Mapbox's `/search/geocode/v6/reverse`, names invented.

Served by the sandbox; `geocoding_app` serves it alone.
"""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fleet.sandbox.faults import Faults, geocoding
from fleet.sandbox.gazetteer import Gazetteer, Place
from fleet.sandbox.geometry import LatLon

LICENCE = "Simulated: no such street exists"
MAPBOX, NOMINATIM = "mapbox", "nominatim"

Names = Callable[[], Gazetteer]
"""Makes the gazetteer; that takes a moment, so it is made when first asked for."""


def geocoding_routes(names: Names, faults: Faults) -> list[Route]:
    """The routes of both geocoders."""
    made = cache(names)

    async def nominatim(request: Request) -> Response:
        """An address or an `error`, both with HTTP 200."""
        if not request.headers.get("user-agent") or request.query_params.get("format") != "jsonv2":
            return JSONResponse({"error": {"code": 400, "message": "format or user agent missing"}}, 400)
        return await _answer(NOMINATIM, request, "lat", "lon", as_nominatim)

    async def mapbox(request: Request) -> Response:
        """A feature collection, empty where nothing is."""
        if not request.query_params.get("access_token"):
            return JSONResponse({"message": "Not Authorized - No Token"}, 401)
        return await _answer(MAPBOX, request, "latitude", "longitude", as_mapbox)

    async def _answer(
        geocoder: str, request: Request, lat: str, lon: str, form: Callable[[LatLon, Place | None], Any]
    ) -> Response:
        try:
            here = float(request.query_params[lat]), float(request.query_params[lon])
        except (KeyError, ValueError):
            return JSONResponse({"error": "no place is given"}, 400)
        refusal = await geocoding.refusal(faults, geocoder, request)
        if refusal is not None:
            return refusal
        gazetteer = await asyncio.to_thread(made)
        return JSONResponse(form(here, None if geocoding.knows_nothing(faults, geocoder) else gazetteer.at(here)))

    return [Route("/reverse", nominatim), Route("/search/geocode/v6/reverse", mapbox)]


def geocoding_app(names: Names, faults: Faults) -> Starlette:
    """The geocoders and nothing else."""
    return Starlette(routes=geocoding_routes(names, faults))


def as_nominatim(here: LatLon, place: Place | None) -> dict[str, Any]:
    """An answer in Nominatim's form (`format=jsonv2`)."""
    if place is None:
        return {"error": "Unable to geocode"}
    parts = {"road": place.street, "suburb": place.suburb, "city": place.city, "country": place.country}
    told = {name: value for name, value in parts.items() if value}
    return {
        "licence": LICENCE,
        "lat": str(here[0]),
        "lon": str(here[1]),
        "category": "highway" if place.street else "place",
        "addresstype": "road" if place.street else "suburb",
        "name": place.street or place.suburb,
        "display_name": ", ".join(told.values()),
        "address": told,
    }


def as_mapbox(here: LatLon, place: Place | None) -> dict[str, Any]:
    """An answer in Mapbox's form (version 6)."""
    features = [] if place is None else [_feature(here, place)]
    return {"type": "FeatureCollection", "features": features, "attribution": LICENCE}


def _feature(here: LatLon, place: Place) -> dict[str, Any]:
    named = {"street": place.street, "neighborhood": place.suburb, "place": place.city, "country": place.country}
    context = {kind: {"name": name} for kind, name in named.items() if name}
    kind = next(iter(context))
    properties = {"feature_type": kind, "name": context[kind]["name"], "context": context}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [here[1], here[0]]},
        "properties": properties,
    }
