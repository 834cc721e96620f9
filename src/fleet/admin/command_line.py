"""All commands of administration, to be mounted in `fleet`."""

import typer

from fleet.admin import assignment_commands, change_commands, commands

__all__ = ["app", "assignment_commands", "change_commands"]

app = typer.Typer()
for kind, group in commands.APPS.items():
    app.add_typer(group, name=kind.replace("_", "-"))
app.command()(commands.gaps)
