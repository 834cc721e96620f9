"""Everything that one running sandbox holds, put together from its options."""

from collections.abc import Sequence

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
from fleet.sandbox.roads import networks
from fleet.sandbox.trace import load
from fleet.sandbox.watches import Past


class World:
    """The fleet, its clock, and what the vendor's side keeps."""

    def __init__(self, options: SandboxOptions, real_now: Now) -> None:
        self.options = options
        self.real_now = real_now
        self.clock = SimulatedClock(real_now, options.speed, options.start)
        self.fleet = Fleet(_plan(options, self.clock))
        self.past = Past()
        self.faults = Faults()
        self.ledger = Ledger()
        self.tokens = Tokens(real_now)
        self.calls = RateLimit(options.calls_per_minute, real_now)
        self.token_calls = RateLimit(options.token_calls_per_minute, real_now)
        self.pusher = self._pusher()

    def tick(self) -> None:
        """Let the fleet live up to the present and hand what it said to the pusher."""
        signals = self.fleet.advance(self.clock.now())
        if self.pusher is not None:
            self.pusher.offer(signals)

    def _pusher(self) -> Pusher | None:
        if self.options.push_url is None:
            return None
        return Pusher(
            self.options.push_url,
            self.options.push_token or "",
            real_now=self.real_now,
            ledger=self.ledger,
            faults=self.faults,
            hold_s=self.options.push_hold_s,
        )


def _plan(options: SandboxOptions, clock: SimulatedClock) -> FleetPlan:
    return FleetPlan(
        vehicles=options.vehicles,
        seed=options.seed,
        start=clock.start,
        networks=_networks(options),
        hours=WorkingHours(*options.working_hours),
        traces=[trace for path in options.traces for trace in load(path)],
    )


def _networks(options: SandboxOptions) -> Sequence[RoadNetwork]:
    return networks() if options.osm is None else [load_osm(options.osm)]
