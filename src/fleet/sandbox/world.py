"""Everything that one running sandbox holds, put together from its options."""

from collections.abc import Mapping, Sequence

from fleet.sandbox.clock import Now, SimulatedClock
from fleet.sandbox.errands import WorkingHours
from fleet.sandbox.faults import Faults
from fleet.sandbox.fleet import Fleet, FleetPlan
from fleet.sandbox.ledger import Ledger
from fleet.sandbox.network import RoadNetwork
from fleet.sandbox.options import SandboxOptions
from fleet.sandbox.osm import load_osm
from fleet.sandbox.protocol import RateLimit, Tokens
from fleet.sandbox.push import Pusher
from fleet.sandbox.roads import networks as shipped_networks
from fleet.sandbox.signals import Kind
from fleet.sandbox.trace import load
from fleet.sandbox.watches import Past
from fleet.sandbox.wire import MESSAGE_TYPES, PATHS


class World:
    """The fleet, its clock, and what the vendor's side keeps."""

    def __init__(self, options: SandboxOptions, real_now: Now) -> None:
        self.options = options
        self.real_now = real_now
        self.clock = SimulatedClock(real_now, options.speed, options.start)
        self.networks = _networks(options)
        self.fleet = Fleet(_plan(options, self.clock, self.networks))
        self.past = Past()
        self.faults = Faults()
        self.ledger = Ledger()
        self.tokens = Tokens(real_now)
        self.calls = RateLimit(options.calls_per_minute, real_now)
        self.token_calls = RateLimit(options.token_calls_per_minute, real_now)
        self.pusher = self._pusher(options.push_url, PATHS)
        self.platform_pusher = self._pusher(options.platform_push_url, dict.fromkeys(MESSAGE_TYPES, ""))

    @property
    def pushers(self) -> dict[str, Pusher]:
        """Whoever pushes, by the name that the health page gives him."""
        named = {"pusher": self.pusher, "platform_pusher": self.platform_pusher}
        return {name: pusher for name, pusher in named.items() if pusher is not None}

    def tick(self) -> None:
        """Let the fleet live up to the present and hand what it said to the pushers."""
        signals = self.fleet.advance(self.clock.now())
        for pusher in self.pushers.values():
            pusher.offer(signals)

    def _pusher(self, url: str | None, paths: Mapping[Kind, str]) -> Pusher | None:
        if url is None:
            return None
        return Pusher(
            url,
            self.options.push_token or "",
            paths=paths,
            real_now=self.real_now,
            ledger=self.ledger,
            faults=self.faults,
            hold_s=self.options.push_hold_s,
        )


def _plan(options: SandboxOptions, clock: SimulatedClock, networks: Sequence[RoadNetwork]) -> FleetPlan:
    return FleetPlan(
        vehicles=options.vehicles,
        seed=options.seed,
        start=clock.start,
        networks=networks,
        hours=WorkingHours(*options.working_hours),
        traces=[trace for path in options.traces for trace in load(path)],
    )


def _networks(options: SandboxOptions) -> Sequence[RoadNetwork]:
    return shipped_networks() if options.osm is None else [load_osm(options.osm)]
