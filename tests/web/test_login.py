"""The login page, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from web.stub_server import PASSWORD, USERNAME, StubServer

pytestmark = pytest.mark.web
Visit = Callable[..., Page]


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.fill("#username", USERNAME)
    page.fill("#password", password)
    page.keyboard.press("Enter")


def test_a_wrong_password_is_one_sentence_and_an_empty_field_in_focus(visit: Visit, faults_expected: list[str]) -> None:
    faults_expected.append("401")
    page = visit("/login", signed_in=False)
    sign_in(page, "wrong")
    expect(page.get_by_role("alert")).to_have_text("Username or password is wrong.")
    expect(page.locator("#password")).to_have_value("")
    expect(page.locator("#password")).to_be_focused()


def test_signing_in_returns_to_the_exact_view_that_was_asked_for(visit: Visit, faults_expected: list[str]) -> None:
    faults_expected.append("401")
    page = visit("/live?cc=FTH&state=moving&map=11/-1.29/36.82", signed_in=False)
    page.wait_for_url("**/login?next=**")
    sign_in(page)
    page.wait_for_url("**/live?**")
    expect(page.locator("#list-count")).not_to_be_empty()
    assert "cc=FTH&state=moving" in page.url
    assert "map=11/-1.29" in page.url


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "/\\example.com"])
def test_signing_in_never_leads_to_another_origin(visit: Visit, web_server: StubServer, elsewhere: str) -> None:
    page = visit(f"/login?next={elsewhere}", signed_in=False)
    sign_in(page)
    page.wait_for_url("**/live*")
    assert page.url.startswith(web_server.url + "/live")


def test_a_locked_account_is_told_until_when(visit: Visit, web_server: StubServer, faults_expected: list[str]) -> None:
    faults_expected.append("401")
    web_server.scene.locked = True
    page = visit("/login", signed_in=False)
    sign_in(page)
    expect(page.get_by_role("alert")).to_have_text("Too many tries. Try again at 08:31 EAT.")


def test_a_password_can_be_shown_and_hidden_again(visit: Visit) -> None:
    page = visit("/login", signed_in=False)
    page.fill("#password", "visible?")
    page.click("#show")
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.click("#show")
    expect(page.locator("#password")).to_have_attribute("type", "password")


def test_an_ended_session_says_so_and_brings_the_view_back(
    visit: Visit, web_server: StubServer, faults_expected: list[str]
) -> None:
    faults_expected.append("401")
    page = visit("/live?city=mombasa")
    expect(page.locator("#list-count")).not_to_be_empty()
    web_server.scene.session = False
    page.wait_for_url("**/login?next=**")
    expect(page.locator("#note")).to_contain_text("You were signed out after 8 hours.")
    sign_in(page)
    page.wait_for_url("**/live?city=mombasa**")


def test_signing_out_ends_every_tab(visit: Visit, faults_expected: list[str]) -> None:
    faults_expected.append("401")
    page = visit("/live")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#list-count")).not_to_be_empty()
    page.click("#account")
    page.click("[data-act=sign-out]")
    page.wait_for_url("**/login")
    other.wait_for_url("**/login")
