"""The command line `fleet`: choose a role or an action, read its settings, run it."""

import sys
from typing import Annotated

import typer

from fleet.config import CronSettings, GatewaySettings, MigrateSettings, Settings, WorkerSettings
from fleet.errors import FleetError, SettingInvalid, SettingMissing
from fleet.observe import configure

WRONG_USAGE = 2
UNREACHABLE = 3

app = typer.Typer(
    name="fleet",
    help="Fleet telematics: every signal kept verbatim, every figure derived from it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def gateway() -> None:
    """Serve pushes, the API and the pages."""
    from fleet.gateway.role import Gateway
    from fleet.lifecycle import run_role

    settings = GatewaySettings.read()
    configure(settings.log_level)

    async def main() -> None:
        await Gateway(settings).run()

    run_role("gateway", main())


@app.command()
def worker() -> None:
    """Parse what was received and project it into tables."""
    from fleet.lifecycle import run_role
    from fleet.worker import Worker

    settings = WorkerSettings.read()
    configure(settings.log_level)

    async def main() -> None:
        await Worker(settings).run()

    run_role("worker", main())


@app.command()
def cron() -> None:
    """Poll the upstream and do what is due by the clock."""
    from fleet.cron.role import Cron
    from fleet.lifecycle import run_role

    settings = CronSettings.read()
    configure(settings.log_level)

    async def main() -> None:
        await Cron(settings).run()

    run_role("cron", main())


@app.command()
def migrate() -> None:
    """Bring the database to what this version needs. Safe to repeat; waits for another migrator."""
    from fleet.migrate import migrate as bring_up_to_date

    settings = MigrateSettings.read()
    configure(settings.log_level)
    bring_up_to_date(settings)


def main() -> None:
    """Run a command; an error of ours is one sentence on stderr and an exit code."""
    try:
        app()
    except (SettingMissing, SettingInvalid) as wrong:
        print(f"fleet: {wrong}", file=sys.stderr)
        sys.exit(WRONG_USAGE)
    except FleetError as failed:
        print(f"fleet: {failed}", file=sys.stderr)
        sys.exit(UNREACHABLE)


if __name__ == "__main__":
    main()
