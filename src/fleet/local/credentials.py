"""The secrets of a local run: made once, kept in `.fleet/secrets.env`, mode 600."""

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from fleet.local.run_folder import write_private

PUSH_SECRETS = {
    "jimi": "JIMI_PUSH_TOKEN",
    "jimi-a": "JIMI_PUSH_URL_SECRET",
    "hr": "HR_PUSH_SECRET",
    "fuel": "FUEL_PUSH_SECRET",
}
DATABASE_LOGINS = ("owner", "push", "reader", "session", "worker", "cron", "grafana")
VENDOR_KEYS = ("JIMI_APP_KEY", "JIMI_APP_SECRET", "JIMI_USER_ID", "JIMI_USER_PWD_MD5")
DEMO_ACCOUNT = "demo_fleet_root"


def credentials(path: Path, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The secrets by environment key; what is missing is made, and push secrets of the environment win."""
    known = read_env(path) if path.exists() else {}
    complete = {key: known.get(key) or environment.get(key) or made for key, made in fresh().items()}
    if complete != known:
        write_private(path, "".join(f"{key}={value}\n" for key, value in complete.items()))
    given = {key: environment[key] for key in PUSH_SECRETS.values() if environment.get(key)}
    return complete | given


def read_env(path: Path) -> dict[str, str]:
    """The KEY=value lines of a file."""
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, value in pairs}


def password_key(login: str) -> str:
    """The key under which a database login's password is kept."""
    return f"DATABASE_{login.upper()}_PASSWORD"


def fresh() -> dict[str, str]:
    """One new secret for every key that needs one."""
    return {
        "JWT_SECRET": secrets.token_urlsafe(48),
        "SECRETS_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "ADMIN_USERNAME": "admin",
        "ADMIN_PASSWORD": secrets.token_urlsafe(12),
        **{key: secrets.token_urlsafe(24) for key in PUSH_SECRETS.values()},
        "JIMI_APP_KEY": secrets.token_hex(16),
        "JIMI_APP_SECRET": secrets.token_hex(16),
        "JIMI_USER_ID": DEMO_ACCOUNT,
        "JIMI_USER_PWD_MD5": hashlib.md5(os.urandom(16), usedforsecurity=False).hexdigest(),
        **{password_key(login): secrets.token_hex(20) for login in DATABASE_LOGINS},
    }
