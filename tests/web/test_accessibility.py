"""What axe-core finds against WCAG 2.2 A and AA on the pages, in every theme and width: nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fleet.paths import ROOT

pytestmark = pytest.mark.web
Visit = Callable[..., Page]
AXE = Path(ROOT / "node_modules/axe-core/axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 390, "height": 844}


def violations(page: Page) -> list[str]:
    """One line a finding: the rule, what is wrong, and where."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run({ runOnly: { type: 'tag', values: tags } })", RULES)["violations"]
    return [f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_the_live_page_has_no_barriers(visit: Visit, theme: str, viewport: dict[str, int] | None) -> None:
    page = visit(f"/live?theme={theme}", viewport=viewport, bypass_csp=True)
    expect(page.locator("#list-count")).not_to_be_empty()
    assert violations(page) == []


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_the_login_page_has_no_barriers(visit: Visit, viewport: dict[str, int] | None) -> None:
    page = visit("/login", signed_in=False, viewport=viewport, bypass_csp=True)
    expect(page.locator("#username")).to_be_visible()
    assert violations(page) == []
