"""What a person may choose about a local run."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class UpOptions:
    """The arguments of `fleet up`. `dsn` is the superuser's or owner's URL of an existing server."""

    folder: Path = field(default_factory=Path.cwd)
    workers: int = 1
    gateways: int = 1
    vehicles: int = 80
    port: int = 8080
    seed: int = 7
    speed: str = "1x"
    osm: Path | None = None
    traces: tuple[Path, ...] = ()
    sandbox: bool = True
    detach: bool = False
    dsn: str | None = None
