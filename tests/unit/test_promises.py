"""docs/promises.md names for each promise the tests that hold it, and they say so."""

import re

import pytest

from fixtures.shared_data import ROOT

ROWS = re.findall(r"^\| (P\d+) \| .+ \| (.+) \|$", (ROOT / "docs" / "promises.md").read_text(), re.MULTILINE)


def test_all_twelve_are_there() -> None:
    assert [promise for promise, _ in ROWS] == [f"P{number}" for number in range(1, 13)]


@pytest.mark.parametrize(("promise", "path"), [(p, path) for p, cell in ROWS for path in re.findall(r"`(.+?)`", cell)])
def test_a_test_that_is_named_says_which_promise_it_tries(promise: str, path: str) -> None:
    assert re.search(rf"\b{promise}\b", (ROOT / path).read_text())
