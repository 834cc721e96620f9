"""Writes sql/schema.sql: the schema of a fresh database, as migrations and functions make it.

`python -m tools.snapshot` needs no server: it makes a private cluster, migrates and throws it away. The text is
the same on every run: no dated partitions, no versions, no random tokens. Taken with native partitions.
"""

import re
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from fleet.config import MigrateSettings
from fleet.local.cluster import Cluster
from fleet.local.server import find_server
from fleet.migrate import connect, migrate
from fleet.paths import SQL

SNAPSHOT = SQL / "schema.sql"
SCHEMAS = ("auth", "domain", "drift", "events", "geo", "serve", "series", "slo", "state")
LOGINS = ("owner", "push", "reader", "session", "worker", "cron", "grafana")
HEADING = "-- The schema of a fresh database, written by `make snapshot`. Read it; never edit or apply it.\n\n"
DATABASE = "fleet_snapshot"

# Partitions are named by their first day; whatever names one is about that day alone.
_DATED = re.compile(r"_p20\d{6}(?!\d)")
_STATEMENT_END = re.compile(r";\n(?=\n|\Z)")


def fresh_settings(cluster: Cluster, database: str) -> MigrateSettings:
    """What a migration of a database of the cluster needs, secrets made up."""
    host = urlsplit(cluster.superuser_dsn()).netloc.rpartition("@")[2]
    urls = {
        f"database_{login}_url": f"postgresql://fleet_{login}:{secrets.token_hex(8)}@{host}/{database}"
        for login in LOGINS
    }
    made_up = dict.fromkeys(
        ("admin_password", "jimi_push_token", "jimi_push_url_secret", "hr_push_secret", "fuel_push_secret"),
        "made-up-value",
    )
    return MigrateSettings.model_validate(
        {
            **urls,
            **made_up,
            "database_superuser_url": cluster.superuser_dsn(database),
            "secrets_key": Fernet.generate_key().decode(),
        }
    )


def dump(superuser_url: str) -> str:
    """The normalised schema of a migrated database."""
    schemas = [f"--schema={schema}" for schema in SCHEMAS]
    command = [str(find_server().bin_dir / "pg_dump"), "--schema-only", *schemas, superuser_url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"pg_dump: {done.stderr.strip()}")
    return normalised(done.stdout)


def normalised(text: str) -> str:
    """A dump without comments, settings, tokens and whatever belongs to a dated partition."""
    lines = [line for line in text.splitlines() if not re.match(r"--|SET |SELECT pg_catalog\.set_config|\\", line)]
    statements = _STATEMENT_END.split(re.sub(r"\n{2,}", "\n\n", "\n".join(lines) + "\n"))
    kept = [statement.strip("\n") for statement in statements if not _is_dated(statement)]
    return HEADING + "".join(f"{statement};\n\n" for statement in kept if statement)


def _is_dated(statement: str) -> bool:
    """Is it about a partition? Its name stands in the first lines; a function's body may say anything."""
    return bool(_DATED.search(statement)) and not statement.lstrip().startswith("CREATE FUNCTION")


def main() -> int:
    """Write the snapshot."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder), durable=False)
        cluster.start()
        try:
            with connect(cluster.superuser_dsn()) as superuser:
                superuser.execute(f"create database {DATABASE}".encode())
            migrate(fresh_settings(cluster, DATABASE))
            SNAPSHOT.write_text(dump(cluster.superuser_dsn(DATABASE)))
        finally:
            cluster.stop(immediate=True)
            cluster.destroy()
    print(f"{SNAPSHOT}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
