"""What the report-style methods answer beside trips: stops and idling, and the tree of accounts."""

from typing import Annotated, Final

from fleet.parser.contracts.base import Contract, Spellings, spelled
from fleet.parser.contracts.fields import Choice, Degrees, DurationS, Flag, Imei, Instant, Text

ACCOUNT_TYPES: Final = {
    "3": "app_user",
    "8": "distributor",
    "9": "user",
    "10": "ordinary_distributor",
    "11": "sales",
}

_STOP: Final[Spellings] = {
    "imei": ("imei", "deviceImei"),
    "started_at": ("startTime",),
    "ended_at": ("endTime",),
    "duration_s": ("durSecond", "stopSecond"),
    "lat": ("lat", "latitude"),
    "lon": ("lng", "longitude", "lon"),
    "address": ("addr",),
    "idle": ("acc",),
}
_ACCOUNT: Final[Spellings] = {
    "account": ("account",),
    "name": ("name",),
    "account_type": ("type",),
    "company": ("companyName",),
    "enabled": ("enabledFlag",),
}


class Stop(Contract):
    """A row of open.platform.report.parking: engine off is parking, engine on idling."""

    model_config = spelled(_STOP)
    imei: Imei = None
    started_at: Instant = None
    ended_at: Instant = None
    duration_s: DurationS = None
    lat: Degrees = None
    lon: Degrees = None
    address: Text = None
    idle: Flag = None


class ChildAccount(Contract):
    """A row of user.child.list."""

    model_config = spelled(_ACCOUNT)
    account: Text = None
    name: Text = None
    account_type: Annotated[str | None, Choice(ACCOUNT_TYPES)] = None
    company: Text = None
    enabled: Flag = None
