"""What a sandbox can be told: one frozen value, made by the command line and passed down."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fleet.errors import SettingInvalid


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """Options of `fleet sandbox`.

    `speed` above 1 starts in the past (at `start`, or by itself far enough back for ten minutes' run) and
    falls to 1 on reaching now. `push_url` is the base to which `/pushgps` and its like are appended, and
    `platform_push_url` the one address of the platform's own messages (family A); without them nothing is
    pushed. `working_hours` are hours of the East African day.
    """

    host: str = "127.0.0.1"
    port: int = 8090
    vehicles: int = 80
    seed: int = 7
    speed: float = 1.0
    start: datetime | None = None
    push_url: str | None = None
    push_token: str | None = None
    platform_push_url: str | None = None
    push_hold_s: float = 1800.0
    osm: Path | None = None
    traces: tuple[Path, ...] = ()
    working_hours: tuple[float, float] = (0.0, 24.0)
    app_key: str = "DEMOKEY0NBO0001"
    app_secret: str = "demosecret0000000000000000000000"  # noqa: S105  (the published demo credentials)
    user_id: str = "demo_fleet_root"
    user_pwd_md5: str = "4b4d9529148d8d9440d7e20c78287f69"  # noqa: S105
    calls_per_minute: int = 600
    token_calls_per_minute: int = 6


def factor(speed: str) -> float:
    """`60x` or `60` as a number. Errors: SettingInvalid."""
    try:
        times = float(speed.removesuffix("x"))
    except ValueError:
        times = 0.0
    if not 1 <= times <= 10_000:
        raise SettingInvalid(f"--speed {speed}: give 1x to 10000x.")
    return times


def hours(range_: str) -> tuple[float, float]:
    """`6-20` as two hours of the day. Errors: SettingInvalid."""
    begin, _, end = range_.partition("-")
    try:
        given = float(begin), float(end)
    except ValueError:
        given = (0.0, 0.0)
    if not 0 <= given[0] < given[1] <= 24:
        raise SettingInvalid(f"--working-hours {range_}: give two hours of the day, such as 6-20.")
    return given


def with_segment(url: str | None, segment: str | None) -> str | None:
    """The address of family A, whose only protection is a secret last segment."""
    return f"{url.rstrip('/')}/{segment}" if url and segment else url
