"""Writes `.env` for compose.yaml: `.env.example` with fresh secrets and the database URLs that go with them."""

import os
import secrets
import sys
from pathlib import Path

from fleet.local.credentials import DATABASE_LOGINS, fresh, password_key

ROOT = Path(__file__).resolve().parents[1]
DATABASE_HOST = "db:5432"


def filled(example: str) -> str:
    """The example with every secret that can be made up; the vendor's stay empty."""
    made = {key: value for key, value in fresh().items() if not key.startswith(("JIMI_APP", "JIMI_USER"))}
    made["POSTGRES_PASSWORD"] = secrets.token_hex(24)
    for login in DATABASE_LOGINS:
        password = made[password_key(login)]
        made[f"DATABASE_{login.upper()}_URL"] = f"postgresql://fleet_{login}:{password}@{DATABASE_HOST}/fleet"
    lines = (line.partition("=") for line in example.splitlines())
    return "".join(f"{key}{equals}{value or made.get(key, '')}\n" for key, equals, value in lines)


def main() -> int:
    """Write it, never over one that is there."""
    target = ROOT / ".env"
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        print(f"{target} is there already; remove it to start with new secrets.", file=sys.stderr)
        return 1
    with os.fdopen(handle, "w") as file:
        file.write(filled((ROOT / ".env.example").read_text()))
    print(f"Wrote {target}. Fill in JIMI_* to poll the vendor's API, then: docker compose up --build")
    return 0


if __name__ == "__main__":
    sys.exit(main())
