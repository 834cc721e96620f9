"""The command line `fleet`: choose a role or an action, read its settings, run it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from fleet.admin import command_line as administration
from fleet.archive import commands as archive_commands
from fleet.completeness.commands import ledger
from fleet.config import (
    CronSettings,
    GatewaySettings,
    MigrateSettings,
    OwnerSettings,
    SandboxSettings,
    WorkerSettings,
)
from fleet.cron.commands import jobs
from fleet.drift import commands as drift_commands
from fleet.drift.contract.commands import contract_check
from fleet.errors import DatabaseUnavailable, FleetError, SettingInvalid, SettingMissing, WrongUsage
from fleet.geocoding.commands import geocoding
from fleet.lineage import commands as lineage_commands
from fleet.observe import configure
from fleet.rebuilds import commands as rebuilds_commands
from fleet.rejections import commands as rejections_commands
from fleet.reparse.commands import reparse
from fleet.replay import commands as replay_commands
from fleet.retention.commands import erase, retention
from fleet.set_aside import commands as set_aside_commands

DIFFERENCES = 1
WRONG_USAGE = 2
UNREACHABLE = 3

app = typer.Typer(
    name="fleet",
    help="Fleet telematics: every signal kept verbatim, every figure derived from it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
logins_app = typer.Typer(help="People who may sign in.", no_args_is_help=True)
import_app = typer.Typer(help="Bring files into the log.", no_args_is_help=True)
app.add_typer(administration.app)
app.add_typer(logins_app, name="logins")
app.add_typer(import_app, name="import")
app.add_typer(drift_commands.app, name="drift")
app.add_typer(rejections_commands.app, name="rejected")
app.add_typer(lineage_commands.app, name="events")
app.add_typer(replay_commands.state_app, name="state")
app.command()(replay_commands.replay)
app.add_typer(rebuilds_commands.app, name="rebuilds")
app.command()(reparse)
app.add_typer(set_aside_commands.app, name="set-aside")
app.command()(ledger)
app.command()(jobs)
app.command()(geocoding)
app.add_typer(archive_commands.app, name="archive")
app.command()(retention)
app.command()(erase)
app.command("contract-check")(contract_check)


@app.command()
def up(
    workers: Annotated[int, typer.Option(min=1)] = 1,
    gateways: Annotated[int, typer.Option(min=1)] = 1,
    vehicles: Annotated[int, typer.Option(min=1, help="Vehicles of the simulated fleet.")] = 80,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the pages are served.")] = 8080,
    seed: Annotated[int, typer.Option(help="Another seed, another fleet.")] = 7,
    speed: Annotated[str, typer.Option(help="Simulated time, such as 60x; never ahead of real time.")] = "1x",
    osm: Annotated[Path | None, typer.Option(help="Drive on the roads of this .osm.pbf.")] = None,
    trace: Annotated[list[Path] | None, typer.Option(help="Replay a recorded track (GPX or CSV).")] = None,
    sandbox: Annotated[bool, typer.Option(help="Run the simulated fleet.")] = True,
    detach: Annotated[bool, typer.Option(help="Return when ready; `fleet down` stops it.")] = False,
    dsn: Annotated[str | None, typer.Option(help="Use this PostgreSQL server instead of a private one.")] = None,
) -> None:
    """Run the whole platform on this machine, with a simulated fleet."""
    from fleet.local import up as local
    from fleet.local.options import UpOptions

    options = UpOptions(
        Path.cwd(),
        workers,
        gateways,
        vehicles,
        port,
        seed,
        speed,
        osm,
        tuple(trace or ()),
        sandbox,
        detach,
        dsn,
    )
    raise typer.Exit(local.run(options))


@app.command()
def down() -> None:
    """Stop what `fleet up` started in this folder; the data is kept."""
    from fleet.local import up as local

    raise typer.Exit(local.down(Path.cwd()))


@app.command()
def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Remove the local run of this folder with all its data."""
    from fleet.local import up as local

    raise typer.Exit(local.reset(Path.cwd(), yes=yes))


@app.command()
def gateway() -> None:
    """Serve pushes, the API and the pages."""
    from fleet.gateway.role import Gateway
    from fleet.lifecycle import run_role

    settings = GatewaySettings.read()
    configure(settings.log_level)
    run_role("gateway", lambda: Gateway(settings).run())


@app.command()
def worker() -> None:
    """Parse what was received and project it into tables."""
    from fleet.lifecycle import run_role
    from fleet.worker import Worker

    settings = WorkerSettings.read()
    configure(settings.log_level)
    run_role("worker", lambda: Worker(settings).run())


@app.command()
def cron() -> None:
    """Poll the upstream and do what is due by the clock."""
    from fleet.cron.role import Cron
    from fleet.lifecycle import run_role

    settings = CronSettings.read()
    configure(settings.log_level)
    run_role("cron", lambda: Cron(settings).run())


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8090,
    vehicles: Annotated[int, typer.Option(min=1)] = 80,
    seed: Annotated[int, typer.Option(help="Another seed, another fleet.")] = 7,
    speed: Annotated[str, typer.Option(help="Simulated time, such as 60x; never ahead of real time.")] = "1x",
    push_url: Annotated[str | None, typer.Option(help="Push to this address, such as …/push/jimi.")] = None,
    push_token: Annotated[str | None, typer.Option(help="Default: JIMI_PUSH_TOKEN.")] = None,
    platform_push_url: Annotated[
        str | None,
        typer.Option(help="Push the platform's own messages below this address, such as …/push/jimi-a."),
    ] = None,
    osm: Annotated[Path | None, typer.Option(help="Drive on the roads of this .osm.pbf.")] = None,
    trace: Annotated[list[Path] | None, typer.Option(help="Replay a recorded track (GPX or CSV).")] = None,
    working_hours: Annotated[str, typer.Option(help="EAT hours in which the fleet drives, such as 6-20.")] = "0-24",
) -> None:
    """Stand in for the vendor's cloud, with a fleet that drives."""
    from fleet.sandbox.options import SandboxOptions, factor, hours, with_segment
    from fleet.sandbox.server import run

    settings = SandboxSettings.read()
    configure(settings.log_level)
    token, segment = settings.jimi_push_token, settings.jimi_push_url_secret
    run(
        SandboxOptions(
            port=port,
            vehicles=vehicles,
            seed=seed,
            speed=factor(speed),
            push_url=push_url,
            push_token=push_token or (token.get_secret_value() if token else None),
            platform_push_url=with_segment(platform_push_url, segment.get_secret_value() if segment else None),
            osm=osm,
            traces=tuple(trace or ()),
            working_hours=hours(working_hours),
            app_key=settings.jimi_app_key,
            app_secret=settings.jimi_app_secret.get_secret_value(),
            user_id=settings.jimi_user_id,
            user_pwd_md5=settings.jimi_user_pwd_md5.get_secret_value(),
        )
    )


@app.command()
def migrate() -> None:
    """Bring the database to what this version needs. Safe to repeat; waits for another migrator."""
    from fleet.migrate import migrate as bring_up_to_date

    settings = MigrateSettings.read()
    configure(settings.log_level)
    bring_up_to_date(settings)


@logins_app.command("add")
def logins_add(
    username: str,
    scope: Annotated[list[str], typer.Option(help="read:fleet, write:ops or admin:fleet; repeatable.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Add a person who may sign in."""
    from fleet.admin.accounts import add_person

    add_person(OwnerSettings.read().database_owner_url.get_secret_value(), username, password, scope)
    print(f"{username.lower()}: added with {', '.join(scope)}.")


@import_app.command("csv")
def import_csv(
    topic: Annotated[str, typer.Argument(help="What the file holds: vehicles, drivers or cost_centres.")],
    file: Path,
    apply: Annotated[bool, typer.Option("--apply", help="Append it; without, only check and compare.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Check a CSV file, show what it would change and, with --apply, append it to the log. All of it or nothing."""
    from fleet.imports.report import import_file

    raise typer.Exit(import_file("csv", topic, file, apply=apply, as_json=as_json))


@import_app.command("json")
def import_json(
    source: Annotated[str, typer.Argument(help="Whose body the file is: hr or fuel.")],
    file: Path,
    apply: Annotated[bool, typer.Option("--apply", help="Append it; without, only check and compare.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Check a body as HR or the fuel log would push it and, with --apply, append it. All of it or nothing."""
    from fleet.imports.report import import_file

    raise typer.Exit(import_file(source, source, file, apply=apply, as_json=as_json))


def main() -> None:
    """Run a command; an error of ours is one sentence on stderr and an exit code."""
    try:
        app()
    except DatabaseUnavailable as away:
        sys.exit(_complain(away, UNREACHABLE))
    except (SettingMissing, SettingInvalid, WrongUsage) as wrong:
        sys.exit(_complain(wrong, WRONG_USAGE))
    except FleetError as failed:
        sys.exit(_complain(failed, DIFFERENCES))


def _complain(error: FleetError, exit_code: int) -> int:
    print(f"fleet: {error}", file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    main()
