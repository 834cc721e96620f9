"""Whom to ask, by the settings."""

from fleet.config import WorkerSettings
from fleet.errors import SettingMissing
from fleet.geocoding.asking import Geocoder
from fleet.geocoding.mapbox import Mapbox
from fleet.geocoding.nominatim import Nominatim


def geocoders_of(settings: WorkerSettings) -> tuple[Geocoder, ...]:
    """The geocoders in the order in which they are asked; none: geocoding is off. Errors: SettingMissing."""
    asked: list[Geocoder] = []
    if settings.nominatim_url:
        if not settings.nominatim_user_agent:
            raise SettingMissing(
                "Set NOMINATIM_USER_AGENT: a Nominatim server is to be told who asks, and how to reach them."
            )
        asked.append(Nominatim(str(settings.nominatim_url), settings.nominatim_user_agent))
    if settings.mapbox_token:
        asked.append(Mapbox(str(settings.mapbox_url), settings.mapbox_token.get_secret_value()))
    return tuple(asked)
