"""The live page, in a browser: one filtered set in figures, legend, list and map."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from web.conftest import DRAWN, wait_for_dots
from web.stub_server import StubServer

pytestmark = pytest.mark.web
Visit = Callable[..., Page]
MAP = "document.getElementById('map').mapLibre"
PLACES = """() => document.getElementById("map").mapLibre.querySourceFeatures("fleet")
  .filter((feature) => !feature.properties.point_count)
  .map((feature) => [feature.id, ...feature.geometry.coordinates])"""
MOVED = f"""(before) => ({PLACES})()
  .filter(([id, lon, lat]) => before[id] && (before[id][0] !== lon || before[id][1] !== lat)).length > 10"""
TOO_SMALL = """[...document.querySelectorAll("button, select, .row")]
  .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
  .map((element) => element.outerHTML)"""
CLUSTERED = DRAWN.replace("fleet-marker", "fleet-cluster")
STATES = ("moving", "parked", "offline", "unknown")


def figures(page: Page) -> dict[str, int]:
    return {name: int(page.inner_text(f"[data-figure={name}]").replace(",", "")) for name in (*STATES, "total")}


def drawn(page: Page) -> int:
    """Vehicles of the shown set that the map holds, whatever part of it is in sight."""
    return len({row[0] for row in page.evaluate(PLACES)})


def legend_sum(page: Page) -> int:
    """Vehicles that the ticked cost centres say they show."""
    texts = page.locator("#facets ul[aria-label='Cost centre'] .facet[data-off=false] .number").all_inner_texts()
    return sum(int(text.split("/")[0]) for text in texts)


def test_the_fleet_is_seen_as_dots_rows_and_figures(visit: Visit) -> None:
    page = visit("/live?map=6/-1.8/36.5", with_map=True)
    page.wait_for_function(CLUSTERED)
    assert figures(page)["total"] == 80
    expect(page.locator("#list-count")).to_have_text("80")
    visit_city = visit("/live?city=nairobi", with_map=True)
    wait_for_dots(visit_city)
    placed = figures(visit_city)["total"] - figures(visit_city)["unknown"]
    assert drawn(visit_city) == placed > 30


def test_a_filter_counts_alike_in_figures_legend_list_and_map(visit: Visit) -> None:
    page = visit("/live?city=nairobi", with_map=True)
    wait_for_dots(page)
    before = figures(page)
    page.keyboard.press("f")
    page.locator("#facets").get_by_role("button", name="Only Fibre to the home").click()
    after = figures(page)
    assert 0 < after["total"] < before["total"]
    assert sum(after[state] for state in STATES) == after["total"] == legend_sum(page)
    expect(page.locator("#list-count")).to_have_text(str(after["total"]))
    page.wait_for_function(
        f"(n) => new Set(({PLACES})().map(row => row[0])).size === n", arg=after["total"] - after["unknown"]
    )
    expect(page.locator("#figures")).to_contain_text(f"{80 - after['total']} hidden by filter")
    assert "cc=FTH" in page.url


def test_a_figure_filters_by_its_state(visit: Visit) -> None:
    page = visit()
    moving = int(page.inner_text("[data-figure=moving]"))
    page.click("[data-state=moving]")
    expect(page.locator("#list-count")).to_have_text(str(moving))
    expect(page.locator("[data-state=moving]")).to_have_attribute("aria-pressed", "true")
    page.click("[data-state=moving]")
    expect(page.locator("#list-count")).to_have_text("80")


def test_moving_vehicles_move(visit: Visit) -> None:
    page = visit("/live?city=nairobi&state=moving", with_map=True)
    wait_for_dots(page)
    before = {str(row[0]): row[1:] for row in page.evaluate(PLACES)}
    page.wait_for_function(MOVED, arg=before)


def test_search_select_help_and_escape_work_by_keyboard(visit: Visit) -> None:
    page = visit()
    expect(page.locator("#list-count")).to_have_text("80")
    plate = page.locator(".row .plate").first.inner_text()
    page.keyboard.press("/")
    page.keyboard.type(plate.lower())
    expect(page.locator("#list-count")).to_have_text("1")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text(plate)
    expect(page.locator("#panel")).to_contain_text("EAT")
    page.keyboard.press("Escape")
    expect(page.locator("#list-count")).to_have_text("80")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    page.locator("#grid").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#grid")).to_be_focused()


def test_the_list_opens_a_vehicle_with_arrows_and_enter(visit: Visit) -> None:
    page = visit()
    wanted = page.locator(".row .plate").nth(2).inner_text()
    page.locator("#grid").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text(wanted)
    expect(page.locator(".row[aria-selected=true] .plate")).to_have_text(wanted)


def test_a_yard_of_thirty_opens_to_thirty_names(visit: Visit, web_server: StubServer) -> None:
    web_server.scene.yard = 30
    page = visit("/live?map=17/-1.2375/36.7288", with_map=True)
    wait_for_dots(page)
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    stack = page.get_by_role("dialog", name="30 vehicles here")
    expect(stack.get_by_role("listitem")).to_have_count(30)
    wanted = stack.locator("li b").nth(29).inner_text()
    stack.get_by_role("button").last.click()
    expect(page.locator("#panel h2")).to_have_text(wanted)


def test_the_address_of_a_view_gives_the_same_view_elsewhere(visit: Visit) -> None:
    page = visit(with_map=True)
    wait_for_dots(page)
    page.click("[data-city=mombasa]")
    page.select_option("#sort", "plate")
    page.locator(".row").nth(1).click()
    page.wait_for_function("() => location.search.includes('v=') && location.search.includes('map=')")
    page.wait_for_function(f"() => !{MAP}.isMoving()")
    again = visit("/" + page.url.split("/", 3)[3], with_map=True)
    expect(again.locator("#panel h2")).to_have_text(page.inner_text("#panel h2"))
    wait_for_dots(again)
    assert again.url == page.url
    assert figures(again) == figures(page)


def test_an_unknown_parameter_is_named_and_not_ignored(visit: Visit) -> None:
    page = visit("/live?stat=moving")
    expect(page.locator("[data-notice=unknown]")).to_contain_text("‘stat’ is not a filter.")
    page.click("[data-act=close-note]")
    expect(page.locator("[data-notice=unknown]")).to_have_count(0)


def test_the_theme_changes_markers_and_page_without_a_new_load(visit: Visit) -> None:
    page = visit("/live?theme=light", with_map=True)
    wait_for_dots(page)
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(f"() => {MAP}.getPaintProperty('ground', 'background-color')") == "#161B21"


def test_a_phone_never_scrolls_sideways_and_its_targets_fit_a_thumb(visit: Visit) -> None:
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, with_map=True)
    expect(page.locator("#tab-list")).to_have_text("List 80")
    for step in (None, "#tab-filter", "#tab-list"):
        if step:
            page.locator(step).tap()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.evaluate(TOO_SMALL)
    assert small == []
    page.locator(".row").nth(1).tap()
    expect(page.locator("#panel")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_ten_thousand_vehicles_leave_the_page_light(visit: Visit, web_server: StubServer) -> None:
    web_server.scene.vehicles = 10_000
    web_server.scene.poll_interval_s = 60
    page = visit("/live?map=11/-1.28/36.82", with_map=True)
    expect(page.locator("#list-count")).to_have_text("10,000")
    page.wait_for_function(CLUSTERED)
    assert page.evaluate("document.querySelectorAll('*').length") <= 1200


@pytest.mark.parametrize(("vehicles", "credit"), [(80, "· © Somebody who knows"), (0, "")])
def test_whoever_told_the_addresses_is_named_while_any_is_shown(
    visit: Visit, web_server: StubServer, vehicles: int, credit: str
) -> None:
    web_server.scene.vehicles = vehicles
    page = visit("/live")
    expect(page.locator("#list-count")).to_have_text(str(vehicles))
    expect(page.locator("#address-credit")).to_have_text(credit)
