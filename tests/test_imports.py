"""Dependencies point one way: pure values ← parser and folds ← database and log ← roles."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from fixtures.shared_data import ROOT

SOURCE = ROOT / "src" / "fleet"
PURE = frozenset({"model", "errors", "clock"})
"""Values that everything may use and that use nothing of ours."""

MAY_IMPORT = {
    **dict.fromkeys(PURE, frozenset[str]()),
    "parser": frozenset({"model", "errors"}),
    "jimi": frozenset({"errors", "clock"}),
    "sandbox": frozenset({"errors", "clock", "observe", "lifecycle", "http_server", "jimi.signing"}),
    "auth": frozenset({"errors", "clock"}),
    "trips": frozenset({"errors", "clock"}),
    "log": frozenset({"errors", "clock", "observe", "db"}),
}
"""Packages with a short list; whatever is not on it is refused."""

MAY_NOT_IMPORT = {
    "gateway": frozenset({"parser", "pipeline", "cron", "sandbox", "local"}),
    "serve": frozenset({"parser", "pipeline", "log", "gateway", "cron", "sandbox", "local"}),
    "pipeline": frozenset({"gateway", "serve", "auth", "cron", "jimi", "sandbox", "local"}),
    "cron": frozenset({"parser", "pipeline", "gateway", "serve", "auth", "sandbox", "local"}),
}


def module_name(path: Path) -> str:
    """`gateway.push` for src/fleet/gateway/push.py; the package itself is the empty name."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def ours(name: str) -> str | None:
    """The module of ours that an import names, without the leading `fleet.`."""
    return name.removeprefix("fleet").removeprefix(".") if name.split(".")[0] == "fleet" else None


def imported_names(path: Path) -> set[str]:
    """Every module or member of ours that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in map(ours, found) if name}


IMPORTS = {module_name(path): imported_names(path) for path in SOURCE.rglob("*.py")}


def package(name: str) -> str:
    """The first word: `gateway` of `gateway.push`."""
    return name.split(".")[0]


def within(name: str, allowed: frozenset[str]) -> bool:
    """Is the module, or a package above it, in the set?"""
    return any(name == known or name.startswith(f"{known}.") for known in allowed)


@pytest.mark.parametrize("importer", sorted(MAY_IMPORT))
def test_a_low_layer_imports_only_what_is_below_it(importer: str) -> None:
    strays = {
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        if package(module) == importer
        for name in names
        if package(name) != importer and not within(name, MAY_IMPORT[importer])
    }
    assert not strays


@pytest.mark.parametrize("importer", sorted(MAY_NOT_IMPORT))
def test_a_role_does_not_reach_into_another(importer: str) -> None:
    strays = {
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        if package(module) == importer
        for name in names
        if within(name, MAY_NOT_IMPORT[importer])
    }
    # What wires the parts of a process together may know them all.
    assert strays <= {
        "gateway.role imports serve.app.make_api",
        "gateway.role imports serve.context.Context",
        "serve.context imports log.append.GroupCommit",
    }


def test_no_two_packages_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for module, names in IMPORTS.items():
        above = graph.setdefault(package(module), set())
        above |= {package(name) for name in names} - {package(module), "__version__"}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as cycle:
        pytest.fail(f"packages in a circle: {cycle.args[1]}")


def test_the_vendors_wire_types_stay_in_jimi_and_in_the_parsers_contracts() -> None:
    users = {
        module
        for module, names in IMPORTS.items()
        if any(within(name, frozenset({"jimi", "parser.contracts"})) for name in names)
    }
    assert {package(module) for module in users} <= {"jimi", "parser", "cron", "sandbox", "drift", "upstream"}
