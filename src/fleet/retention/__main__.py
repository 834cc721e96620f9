"""`python -m fleet.retention`: one run of retention over cron's login, in a process of its own.

Cron starts it: what reading and writing Parquet takes of memory, or a store that hangs, is then none of its concern.
Prints what was done as JSON. Exit codes: 0 done, 1 something could not leave (a sentence on stderr), 3 unreachable.
"""

import sys

import orjson

from fleet.config import RetentionSettings
from fleet.errors import DatabaseUnavailable, FleetError
from fleet.retention.run import run

INCOMPLETE, WRONG_USAGE, UNREACHABLE = 1, 2, 3


def main() -> int:
    """Run once."""
    try:
        settings = RetentionSettings.read()
        done = run(settings.database_cron_url.get_secret_value(), settings)
    except FleetError as failed:
        print(failed, file=sys.stderr)
        return UNREACHABLE if isinstance(failed, DatabaseUnavailable) else INCOMPLETE
    print(orjson.dumps(done.as_document()).decode())
    for problem in done.problems:
        print(problem, file=sys.stderr)
    return INCOMPLETE if done.problems else 0


if __name__ == "__main__":
    sys.exit(main())
