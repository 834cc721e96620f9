"""Image, compose file, settings example and CI agree with the code: what can be known without an engine."""

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr, TypeAdapter

from fleet import config
from fleet.__main__ import app
from fleet.config import CronSettings, GatewaySettings, MigrateSettings, Settings, WorkerSettings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
EXAMPLE = (ROOT / ".env.example").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ROLES: dict[str, type[Settings]] = {
    "migrate": MigrateSettings,
    "gateway": GatewaySettings,
    "worker": WorkerSettings,
    "cron": CronSettings,
}
EVERY_SETTINGS = [value for value in vars(config).values() if isinstance(value, type) and issubclass(value, Settings)]


def keys(settings: type[Settings]) -> set[str]:
    return {name.upper() for name in settings.model_fields}


def example() -> dict[str, str]:
    return dict(re.findall(r"^([A-Z_0-9]+)=(.*)$", EXAMPLE, re.MULTILINE))


def interpolated() -> set[str]:
    return set(re.findall(r"\$\{([A-Z_0-9]+)", (ROOT / "compose.yaml").read_text()))


def copied() -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def test_the_example_lists_every_setting_and_no_other() -> None:
    settings = set().union(*map(keys, EVERY_SETTINGS))
    assert settings - set(example()) == set()
    assert set(example()) - settings - interpolated() == set()


def test_each_key_of_the_example_is_explained_in_the_line_before() -> None:
    lines = EXAMPLE.splitlines()
    unexplained = [
        line
        for before, line in pairwise(lines)
        if "=" in line and not line.startswith("#") and not before.startswith("# ")
    ]
    assert unexplained == []


def test_no_secret_has_a_default() -> None:
    secret = {
        name.upper()
        for settings in EVERY_SETTINGS
        for name, field in settings.model_fields.items()
        if field.annotation is SecretStr or SecretStr in getattr(field.annotation, "__args__", ())
    }
    assert {key: value for key, value in example().items() if key in secret | {"POSTGRES_PASSWORD"} and value} == {}
    assert not re.search(r"(?i)(password|secret|token|key)\s*[=:]\s*\S", DOCKERFILE)


@pytest.mark.parametrize("settings", EVERY_SETTINGS)
def test_values_of_the_example_are_the_defaults_of_the_code(settings: type[Settings]) -> None:
    for name, field in settings.model_fields.items():
        if not field.is_required() and field.default is not None:
            shown = TypeAdapter(field.annotation).validate_python(example()[name.upper()])
            assert shown == field.default, name


def test_a_written_env_file_satisfies_every_role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = subprocess.run(
        [sys.executable, "-c", "import make_env, sys; sys.stdout.write(make_env.filled(sys.stdin.read()))"],
        input=EXAMPLE,
        text=True,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tools'}"},
    ).stdout
    for key, value in re.findall(r"^([A-Z_0-9]+)=(.*)$", written, re.MULTILINE):
        monkeypatch.setenv(key, value)
    for settings in ROLES.values():
        settings.read()
    assert "@db:5432/fleet" in os.environ["DATABASE_PUSH_URL"]


@pytest.mark.parametrize("role", ROLES)
def test_a_service_gets_every_setting_of_its_role_and_nothing_else(role: str) -> None:
    service = SERVICES[role]
    given = set(service["environment"]) - {"FLEET_ROLE"}
    assert given == keys(ROLES[role]) - {"HEALTH_PORT"}
    assert service["command"] == [role]


def test_every_variable_of_compose_is_in_the_example() -> None:
    assert interpolated() - set(example()) == set()


def test_services_are_what_the_command_line_knows() -> None:
    commands = {info.name or info.callback.__name__ for info in app.registered_commands if info.callback}
    assert set(SERVICES) - {"db"} <= commands
    assert 'ENTRYPOINT ["python", "-m", "fleet"]' in DOCKERFILE


def test_services_start_in_order_and_are_watched() -> None:
    assert "healthcheck" in SERVICES["db"]
    assert "HEALTHCHECK" in DOCKERFILE
    for role in ("gateway", "worker", "cron"):
        assert SERVICES[role]["depends_on"]["db"] == {"condition": "service_healthy"}
        assert SERVICES[role]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert SERVICES[role]["environment"]["FLEET_ROLE"] == role


def test_containers_have_no_more_rights_than_they_need() -> None:
    for role in ROLES:
        assert SERVICES[role]["read_only"] is True
        assert SERVICES[role]["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in SERVICES[role]["security_opt"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["db"]["ports"])
    assert re.search(r"^USER 10001", DOCKERFILE, re.MULTILINE)


def test_images_are_pinned_to_a_version() -> None:
    images = [*re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE), SERVICES["db"]["image"]]
    assert [image for image in images if not re.search(r":[a-z]*\d", image)] == []


def test_the_image_copies_what_there_is_and_docker_may_see() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied()
    for source in copied():
        assert (ROOT / source).exists(), source
        assert source in allowed


def test_the_image_sees_no_history_secret_data_or_foreign_package() -> None:
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in rules
    for hidden in (".git", ".env", ".fleet", "node_modules"):
        assert f"!{hidden}" not in rules
        assert f"**/{hidden}" in rules


def test_the_image_installs_locked_packages_only() -> None:
    assert "--require-hashes --requirement requirements.lock" in DOCKERFILE
    assert "npm ci" in DOCKERFILE


def test_ci_runs_the_script_of_the_repository_and_builds_the_image() -> None:
    steps = [step.get("run", "") for job in WORKFLOW["jobs"].values() for step in job["steps"]]
    assert "bash .ci/run" in steps
    assert any(step.startswith("docker build") for step in steps)
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "make test" in (ROOT / ".ci/run").read_text()


def test_every_make_target_explains_itself() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)
    explained = re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert targets == explained
    assert phony
    assert sorted(phony.group(1).split()) == sorted(targets)
