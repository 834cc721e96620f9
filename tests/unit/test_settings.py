"""Every setting is described once, listed once, and says the same everywhere."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from fixtures.shared_data import ROOT
from fleet import config
from fleet.errors import SettingInvalid, SettingMissing

PROCESSES = {
    "migrate": config.MigrateSettings,
    "gateway": config.GatewaySettings,
    "worker": config.WorkerSettings,
    "cron": config.CronSettings,
    "sandbox": config.SandboxSettings,
    "owner": config.OwnerSettings,
}
READERS: dict[str, set[str]] = {}
for process, settings_of_process in PROCESSES.items():
    for field_name in settings_of_process.model_fields:
        READERS.setdefault(field_name.upper(), set()).add(process)

ROWS = {
    cells[0].strip("` "): [cell.strip() for cell in cells[1:]]
    for line in (ROOT / "docs" / "settings.md").read_text().splitlines()
    if line.startswith("| `")
    for cells in [line.strip("|").split("|")]
}

FERNET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def defaults(key: str) -> set[Any]:
    """What the processes that read a key take when it is absent."""
    return {PROCESSES[process].model_fields[key.lower()].default for process in READERS[key]}


def as_text(value: Any) -> str:
    """A default as the page writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def test_the_page_describes_every_setting_and_no_other() -> None:
    assert set(ROWS) == set(READERS)


def test_the_example_lists_every_setting() -> None:
    listed = set(re.findall(r"^([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(READERS) <= listed


@pytest.mark.parametrize("key", sorted(READERS))
def test_the_page_says_who_reads_a_setting(key: str) -> None:
    told = ROWS[key][1]
    assert READERS[key] == (set(PROCESSES) if told == "all" else {name.strip() for name in told.split(",")})


@pytest.mark.parametrize("key", sorted(READERS))
def test_the_page_and_the_example_give_the_true_default(key: str) -> None:
    plain = [value for value in defaults(key) if value is not None and value is not PydanticUndefined]
    assert len(plain) <= 1, "two processes take different defaults"
    if plain:
        assert ROWS[key][0] == f"`{as_text(plain[0])}`"
        assert re.search(rf"^{key}={re.escape(as_text(plain[0]))}$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    else:
        # Some processes require it and others do without: the page says which in its sentence.
        possible = {"required" if value is PydanticUndefined else "none" for value in defaults(key)}
        assert ROWS[key][0] in {*possible, *(["`DATABASE_WORKER_URL`"] if key == "DATABASE_DIRECT_URL" else [])}


@pytest.mark.parametrize("key", sorted(READERS))
def test_each_setting_has_one_sentence(key: str) -> None:
    assert re.fullmatch(r"[A-Z`].+[^ ]\.", ROWS[key][2])


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_WORKER_URL", raising=False)
    with pytest.raises(SettingMissing, match="DATABASE_WORKER_URL"):
        config.WorkerSettings.read()


def test_an_operators_command_finds_the_platform_that_runs_in_its_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    with pytest.raises(SettingMissing, match="DATABASE_OWNER_URL"):
        config.OwnerSettings.read()
    (tmp_path / ".fleet").mkdir()
    (tmp_path / ".fleet" / "up.json").write_text('{"dsn": {"owner": "postgresql://here"}}')
    assert config.OwnerSettings.read().database_owner_url.get_secret_value() == "postgresql://here"
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://named")
    assert config.OwnerSettings.read().database_owner_url.get_secret_value() == "postgresql://named"


def test_an_impossible_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_WORKER_URL", "postgresql://x")
    monkeypatch.setenv("MAX_DEVICE_AHEAD_S", "soon")
    with pytest.raises(SettingInvalid, match="MAX_DEVICE_AHEAD_S"):
        config.WorkerSettings.read()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("SECRETS_KEY", "not-a-key"),
        ("ADMIN_PASSWORD", "p" * 73),
        ("ADMIN_PASSWORD", "short"),
        ("JIMI_PUSH_URL_SECRET", "a/segment/too/many"),
        ("TRUSTED_PROXIES", "the-proxy"),
    ],
)
def test_a_setting_of_the_wrong_form_is_named_without_its_value(
    key: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(key, value)
    role = config.GatewaySettings if key == "TRUSTED_PROXIES" else config.MigrateSettings
    for field in role.model_fields:
        if field.upper() != key and role.model_fields[field].is_required():
            monkeypatch.setenv(
                field.upper(), FERNET if field == "secrets_key" else "a-value-that-will-do-for-any-field"
            )
    with pytest.raises(SettingInvalid, match=key) as refused:
        role.read()
    assert value not in str(refused.value)


def test_a_secret_does_not_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_WORKER_URL", "postgresql://fleet_worker:hidden@db/fleet")
    assert "hidden" not in repr(config.WorkerSettings.read())
