"""The live page when something is missing: server, session, rights, vehicles, news or the map itself."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from web.conftest import wait_for_dots
from web.stub_server import StubServer

pytestmark = pytest.mark.web
Visit = Callable[..., Page]
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
REFUSED = "ERR_CONNECTION_REFUSED"


def test_a_picture_without_its_server_cannot_be_taken_for_a_live_one(
    visit: Visit, web_server: StubServer, faults_expected: list[str]
) -> None:
    faults_expected += [REFUSED, "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"]
    page = visit(with_map=True)
    wait_for_dots(page)
    expect(page.locator("#pill")).to_contain_text("Polling")
    web_server.stop()
    expect(page.locator("#pill")).to_contain_text("Disconnected since")
    expect(page.locator("[data-notice=connection]")).to_contain_text("The server is not reachable. Showing")
    expect(page.locator("#list-count")).to_have_text("80")
    web_server.start()
    page.click("[data-act=retry]")
    expect(page.locator("#pill")).to_contain_text("Polling")
    expect(page.locator("[data-notice=connection]")).to_have_count(0)


def test_ages_go_on_counting_while_the_server_is_away(
    visit: Visit, web_server: StubServer, faults_expected: list[str]
) -> None:
    faults_expected += ["503"]
    page = visit("/live?state=moving")
    age = page.locator(".row .age").first
    expect(age).to_contain_text(" s")
    web_server.scene.fault = "503"
    expect(page.locator("#pill")).to_contain_text("Disconnected")
    before = int(age.inner_text().split()[0])
    page.wait_for_function("(s) => parseInt(document.querySelector('.row .age').textContent) > s", arg=before)


def test_a_rate_limit_is_said_with_its_end(visit: Visit, web_server: StubServer, faults_expected: list[str]) -> None:
    faults_expected.append("429")
    page = visit()
    expect(page.locator("#list-count")).to_have_text("80")
    web_server.scene.fault = "429"
    expect(page.locator("[data-notice=connection]")).to_contain_text(
        "Too many requests from this account. Trying again in"
    )


def test_an_account_without_the_right_is_told_so_and_stays_signed_in(
    visit: Visit, web_server: StubServer, faults_expected: list[str]
) -> None:
    faults_expected.append("403")
    web_server.scene.fault = "403"
    page = visit()
    expect(page.locator("main")).to_contain_text("Your account cannot see the live map. Ask an administrator")
    assert "/live" in page.url


def test_an_empty_fleet_and_a_filter_that_hides_all_say_different_things(visit: Visit, web_server: StubServer) -> None:
    page = visit("/live?q=KDZ%20999")
    expect(page.locator("#list-region")).to_contain_text("No plate or driver matches ‘KDZ 999’.")
    page.click("[data-act=clear]")
    expect(page.locator("#list-count")).to_have_text("80")
    web_server.scene.vehicles = 0
    expect(page.locator("#list-region")).to_have_text("No vehicles in your scope yet.")


def test_a_platform_without_news_is_called_stale_even_while_it_answers(visit: Visit, web_server: StubServer) -> None:
    web_server.scene.frozen_s = 3600
    page = visit()
    expect(page.locator("[data-notice=stale]")).to_contain_text("No new positions for 1 h")
    expect(page.locator("#pill")).to_contain_text("Polling")
    expect(page.locator(".row[data-stale=true]").first).to_contain_text("stale")


def test_without_webgl_the_list_has_everything(visit: Visit) -> None:
    page = visit(with_map=False)
    expect(page.locator("[data-notice=map]")).to_contain_text("Map not available on this browser")
    expect(page.locator("#list-count")).to_have_text("80")
    page.locator(".row").first.click()
    expect(page.locator("#panel h2")).to_be_visible()


def test_a_hidden_tab_asks_nothing_and_catches_up_at_once(visit: Visit, web_server: StubServer) -> None:
    page = visit()
    expect(page.locator("#list-count")).to_have_text("80")
    page.evaluate(HIDE, True)
    expect(page.locator("#pill")).to_contain_text("Paused")
    answered = len(web_server.scene.answered)
    page.wait_for_timeout(1500)
    assert len(web_server.scene.answered) <= answered + 1
    page.evaluate(HIDE, False)
    expect(page.locator("#pill")).to_contain_text("Polling")


def test_an_unchanged_fleet_costs_no_second_answer(visit: Visit, web_server: StubServer) -> None:
    web_server.scene.vehicles = 0
    page = visit()
    expect(page.locator("#list-region")).to_have_text("No vehicles in your scope yet.")
    with page.expect_response(lambda answer: answer.url.endswith("/api/views/live")) as caught:
        pass
    assert caught.value.request.headers["if-none-match"]


def test_an_online_map_that_fails_gives_way_to_the_own_one(
    visit: Visit, web_server: StubServer, faults_expected: list[str]
) -> None:
    faults_expected.append("404")
    web_server.scene.basemap_online_url = f"{web_server.url}/no-tiles/{{z}}/{{x}}/{{y}}.png"
    page = visit(with_map=True)
    expect(page.locator("#credit")).to_contain_text("Online map unreachable: own map shown")


def test_a_server_that_cannot_answer_yet_is_asked_until_it_can(
    visit: Visit, web_server: StubServer, faults_expected: list[str]
) -> None:
    faults_expected.append("503")
    web_server.scene.fault = "503"
    page = visit()
    expect(page.locator("#list-region")).to_contain_text("The fleet could not be loaded")
    web_server.scene.fault = ""
    expect(page.locator("#list-count")).to_have_text("80")
