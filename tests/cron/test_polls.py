"""Each poll at its desk: whom it asks, how it cuts its questions, and how far it says it has come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import orjson
import pytest

from cron.desk import Office, asked, imeis, one_row_a_device, window
from fleet.cron.jobs import CannotBegin
from fleet.cron.polls import (
    alarms,
    child_accounts,
    device_detail,
    device_list,
    live_positions,
    parking,
    stale_rescue,
    track,
    track_again,
    trips,
)
from fleet.errors import DatabaseUnavailable, UpstreamError
from fleet.jimi import methods
from fleet.log.append import GroupCommit
from jimi.vendor import Call, Reply, told

NOTHING = told(0, result=None)


def knows_all_but(unknown: str) -> Callable[[Call], Reply]:
    return lambda call: told(1002, "Illegal device", result=None) if unknown in asked(call) else one_row_a_device(call)


@pytest.mark.parametrize(("poll", "method"), [(trips, methods.TRIPS), (alarms, methods.ALARM_LIST)])
async def test_120_devices_are_asked_about_in_batches_of_at_most_50(
    office: Office, poll: object, method: methods.Method
) -> None:
    account = office.account(devices=120)
    office.vendor.scripts[method.name] = one_row_a_device
    assert await poll.poll(office.desk, account) == 120  # type: ignore[attr-defined]
    batches = [asked(call) for call in office.vendor.of(method.name)]
    assert [len(batch) for batch in batches] == [50, 50, 20]
    assert [imei for batch in batches for imei in batch] == imeis(120)


async def test_an_answer_says_in_the_log_what_was_asked_when_by_which_run_for_whom(office: Office) -> None:
    account = office.account(devices=70)
    before = datetime.now(UTC)
    await trips.poll(office.desk, account)
    rows = office.rows(methods.TRIPS.name)
    assert len({meta["run_id"] for _, meta, _ in rows}) == 1, "two answers, one run"
    for (body, meta, code), call in zip(rows, office.vendor.of(methods.TRIPS.name), strict=True):
        assert bytes(body) == b'{"code":0,"message":"success","result":[{"imei":"869999050001018"}]}'
        assert (meta["account"], code, meta["http_status"]) == (account.code, account.code, 200)
        assert meta["params"].items() <= call.params.items()
        assert {"imeis", "begin_time", "end_time"} == meta["params"].keys()
        assert before <= datetime.fromisoformat(meta["requested_at"]) <= datetime.now(UTC)


async def test_an_end_lies_behind_the_vendors_clock_and_no_window_is_longer_than_it_may_be(office: Office) -> None:
    account = office.account(devices=1)
    await office.reach("trips", account, timedelta(days=5))
    await trips.poll(office.desk, account)
    windows = [window(call) for call in office.vendor.of(methods.TRIPS.name)]
    assert all(end - begin <= methods.TRIPS.longest_span for begin, end in windows)
    assert all(end <= datetime.now(UTC) - timedelta(seconds=59) for _, end in windows)


async def test_a_gap_is_filled_oldest_first_without_a_hole_up_to_the_present(office: Office) -> None:
    account = office.account(devices=1)
    reached = await office.reach("trips", account, timedelta(days=3))
    await trips.poll(office.desk, account)
    windows = [window(call) for call in office.vendor.of(methods.TRIPS.name)]
    assert windows[0][0] == reached - trips.POLL.overlap
    assert windows == sorted(windows)
    for (_, end), (begin, _) in pairwise(windows):
        assert end - begin == trips.POLL.overlap
    assert office.watermark("trips") == windows[-1][1]
    assert datetime.now(UTC) - windows[-1][1] < timedelta(seconds=90)


async def test_a_gap_is_filled_as_far_back_as_the_setting_says(office: Office) -> None:
    account = office.account(devices=1)
    office.desk.gap_limit = timedelta(days=2)
    await office.reach("alarms", account, timedelta(days=20))
    await alarms.poll(office.desk, account)
    begin, _ = window(office.vendor.of(methods.ALARM_LIST.name)[0])
    age = datetime.now(UTC) - begin - alarms.POLL.overlap
    assert timedelta(days=2) <= age < timedelta(days=2, minutes=5)


async def test_a_failure_in_a_gap_costs_only_what_came_after_it(office: Office) -> None:
    account = office.account(devices=1)
    await office.reach("trips", account, timedelta(days=3))
    office.vendor.queue.extend([NOTHING, NOTHING, Reply(b"<html>", 502, "text/html")])
    with pytest.raises(UpstreamError, match="HTTP 502"):
        await trips.poll(office.desk, account)
    asked_windows = [window(call) for call in office.vendor.of(methods.TRIPS.name)]
    assert len(office.rows(methods.TRIPS.name)) == 3, "the page that was no answer is in the log too"
    assert office.watermark("trips") == asked_windows[1][1]
    await trips.poll(office.desk, account)
    again = window(office.vendor.of(methods.TRIPS.name)[3])
    assert again[0] == asked_windows[2][0]


async def test_a_watermark_stays_when_the_log_does_not_take_the_answer(office: Office) -> None:
    account = office.account(devices=1)
    reached = await office.reach("trips", account, timedelta(hours=2))
    office.desk.log = GroupCommit(office.database.url("cron"), "test-not-running")
    with pytest.raises(DatabaseUnavailable):
        await trips.poll(office.desk, account)
    assert len(office.vendor.of(methods.TRIPS.name)) == 1
    assert office.watermark("trips") == reached


async def test_a_watermark_never_goes_back(office: Office) -> None:
    account = office.account()
    reached = await office.reach("trips", account, timedelta(hours=1))
    await office.reach("trips", account, timedelta(hours=2))
    assert office.watermark("trips") == reached


async def test_nothing_is_asked_and_no_watermark_moved_while_no_device_is_known(office: Office) -> None:
    account = office.account()
    for poll in (trips, alarms, parking, track, track_again, device_detail):
        with pytest.raises(CannotBegin, match="No device"):
            await poll.poll(office.desk, account)
    assert office.vendor.calls == []
    assert office.watermark("trips") is None


async def test_a_device_that_the_vendor_does_not_know_costs_its_neighbours_nothing(office: Office) -> None:
    account = office.account(devices=50)
    reached = await office.reach("trips", account, timedelta(hours=2))
    unknown = imeis(50)[17]
    office.vendor.scripts[methods.TRIPS.name] = knows_all_but(unknown)
    assert await trips.poll(office.desk, account) == 49
    assert office.watermark("trips", unknown) == reached, "it lags behind by itself"
    calls = len(office.vendor.of(methods.TRIPS.name))
    await office.set_back("trips", account, timedelta(minutes=5))
    assert await trips.poll(office.desk, account) == 49
    assert len(office.vendor.of(methods.TRIPS.name)) == calls + 1, "it is left alone for a while"


async def test_a_device_that_was_refused_for_a_while_catches_up(office: Office) -> None:
    account = office.account(devices=3)
    reached = await office.reach("trips", account, timedelta(days=2))
    late = imeis(3)[1]
    office.vendor.scripts[methods.TRIPS.name] = knows_all_but(late)
    await trips.poll(office.desk, account)
    office.vendor.scripts[methods.TRIPS.name] = one_row_a_device
    office.desk.resting.clear()
    await trips.poll(office.desk, account)
    alone = [window(call) for call in office.vendor.of(methods.TRIPS.name) if asked(call) == [late]][-3:]
    assert alone[0][0] == reached - trips.POLL.overlap
    assert datetime.now(UTC) - alone[-1][1] < timedelta(seconds=90)
    assert office.watermark("trips", late) is None, "one of the account's again"
    await office.set_back("trips", account, timedelta(minutes=5))
    await trips.poll(office.desk, account)
    assert asked(office.vendor.of(methods.TRIPS.name)[-1]) == imeis(3)


@pytest.mark.parametrize("poll", [trips, alarms, parking])
async def test_a_device_that_comes_to_an_account_later_has_its_past_asked_for(office: Office, poll: Any) -> None:
    account = office.account(devices=2)
    await poll.poll(office.desk, account)
    method = poll.POLL.method.name
    assert {tuple(asked(call)) for call in office.vendor.of(method)} == {tuple(imeis(2))}
    (*_, new) = imeis(3)
    with office.database.connect("owner") as owner:
        owner.execute("insert into domain.devices (imei, account_id) values (%s, %s)", (new, account.account_id))
    before = len(office.vendor.of(method))
    await poll.poll(office.desk, account)
    alone = [window(call) for call in office.vendor.of(method)[before:] if asked(call) == [new]]
    age = datetime.now(UTC) - alone[0][0]
    assert timedelta() <= age - poll.POLL.first_look - poll.POLL.overlap < timedelta(seconds=90)
    assert datetime.now(UTC) - alone[-1][1] < timedelta(seconds=90)
    assert office.watermark(poll.NAME, new) is None, "one of the account's from now on"
    await office.set_back(poll.NAME, account, timedelta(minutes=5))
    await poll.poll(office.desk, account)
    assert asked(office.vendor.of(method)[-1]) == imeis(3)


async def test_a_new_device_that_is_refused_at_first_keeps_its_past(office: Office) -> None:
    account = office.account(devices=1)
    await trips.poll(office.desk, account)
    _, new = imeis(2)
    with office.database.connect("owner") as owner:
        owner.execute("insert into domain.devices (imei, account_id) values (%s, %s)", (new, account.account_id))
    office.vendor.scripts[methods.TRIPS.name] = knows_all_but(new)
    await trips.poll(office.desk, account)
    reached = office.watermark("trips", new)
    assert reached is not None
    assert datetime.now(UTC) - reached > trips.POLL.first_look


async def test_a_poll_whose_every_device_is_refused_fails(office: Office) -> None:
    account = office.account(devices=3)
    office.vendor.scripts[methods.TRIPS.name] = lambda _: told(1002, "Illegal device", result=None)
    with pytest.raises(UpstreamError, match="code 1002"):
        await trips.poll(office.desk, account)
    with pytest.raises(UpstreamError, match="code 1002"):
        await trips.poll(office.desk, account)
    assert office.watermark("trips") is None, "then it is not the devices, and nothing was asked about"


async def test_an_answer_that_may_have_left_rows_out_is_asked_again_in_halves(office: Office) -> None:
    account = office.account(devices=2)
    rows = {imei: [{"imei": imei, "startTime": number} for number in range(70)] for imei in imeis(2)}
    office.vendor.scripts[methods.TRIPS.name] = lambda call: told(
        0, result=[row for imei in asked(call) for row in rows[imei]][:100]
    )
    await trips.poll(office.desk, account)
    assert [asked(call) for call in office.vendor.of(methods.TRIPS.name)] == [imeis(2), imeis(2)[:1], imeis(2)[1:]]


async def test_a_single_device_with_too_many_rows_is_asked_about_in_shorter_spans(office: Office) -> None:
    account = office.account(devices=1)
    limit = timedelta(hours=9)

    def hourly(call: Call) -> Reply:
        begin, end = window(call)
        return told(0, result=[{"n": n} for n in range(100 if end - begin > limit else 40)])

    office.vendor.scripts[methods.TRIPS.name] = hourly
    await trips.poll(office.desk, account)
    first, *parts = [window(call) for call in office.vendor.of(methods.TRIPS.name)]
    short = [part for part in parts if part[1] - part[0] <= limit]
    assert (short[0][0], short[-1][1]) == first
    assert all(end == begin for (_, end), (begin, _) in pairwise(short))


async def test_rows_that_are_declared_and_not_there_are_asked_for_again(office: Office) -> None:
    account = office.account(devices=2)
    office.vendor.scripts[methods.PARKING.name] = lambda call: told(
        0, result=None, data={"rows": [{"imei": asked(call)[0]}], "dataTotalRows": str(len(asked(call)))}
    )
    await parking.poll(office.desk, account)
    assert [len(asked(call)) for call in office.vendor.of(methods.PARKING.name)] == [2, 1, 1] * 2


async def test_stops_are_asked_for_with_account_and_both_states_of_the_engine(office: Office) -> None:
    account = office.account(devices=1)
    await parking.poll(office.desk, account)
    calls = office.vendor.of(methods.PARKING.name)
    assert [call.params["acc_type"] for call in calls] == ["off", "on"]
    assert {call.params["account"] for call in calls} == {account.code}


async def test_alarms_are_paged_to_the_end_even_where_the_last_page_comes_again(office: Office) -> None:
    account = office.account(devices=1)
    found = [{"alertTime": number} for number in range(300)]

    def page(call: Call) -> Reply:
        first = min(int(call.params["page_no"]) - 1, 2) * 100
        return told(0, result=found[first : first + 100])

    office.vendor.scripts[methods.ALARM_LIST.name] = page
    await alarms.poll(office.desk, account)
    assert [call.params["page_no"] for call in office.vendor.of(methods.ALARM_LIST.name)] == ["1", "2", "3", "4"]
    assert {call.params["page_size"] for call in office.vendor.calls if "page_size" in call.params} == {"100"}


async def test_more_alarms_than_the_vendor_ever_tells_are_asked_for_in_halves(office: Office) -> None:
    account = office.account(devices=2)

    def page(call: Call) -> Reply:
        most = 10 if len(asked(call)) == 2 else 1
        number = int(call.params["page_no"])
        return told(0, result=[{"n": n, "page": number} for n in range(100)] if number <= most else [])

    office.vendor.scripts[methods.ALARM_LIST.name] = page
    await alarms.poll(office.desk, account)
    assert [asked(call) for call in office.vendor.of(methods.ALARM_LIST.name)][-3:] == [
        imeis(2)[:1],
        imeis(2)[1:],
        imeis(2)[1:],
    ]


async def test_devices_that_a_listing_left_out_are_asked_for_by_name(office: Office) -> None:
    account = office.account(devices=130)
    with pytest.raises(CannotBegin, match="no listing"):
        await stale_rescue.poll(office.desk, account)
    office.vendor.scripts[methods.LOCATION_LIST.name] = lambda _: told(
        0, result=[*({"imei": imei} for imei in imeis(10)), {}, None, "odd"]
    )
    await live_positions.poll(office.desk, account)
    office.vendor.scripts[methods.LOCATION_GET.name] = one_row_a_device
    assert await stale_rescue.poll(office.desk, account) == 120
    batches = [asked(call) for call in office.vendor.of(methods.LOCATION_GET.name)]
    assert [len(batch) for batch in batches] == [50, 50, 20]
    assert [imei for batch in batches for imei in batch] == imeis(130)[10:]


async def test_a_detail_is_asked_for_when_the_last_one_is_a_day_old(office: Office) -> None:
    account = office.account(devices=3)
    first, second, third = imeis(3)
    await office.reach("device_detail", account, timedelta(hours=25), first)
    await office.reach("device_detail", account, timedelta(hours=23), second)
    assert await device_detail.poll(office.desk, account) == 2
    assert [asked(call) for call in office.vendor.of(methods.DEVICE_DETAIL.name)] == [[first], [third]]
    assert await device_detail.poll(office.desk, account) == 0


async def test_an_account_that_cannot_be_listed_leaves_the_others_their_lists(office: Office) -> None:
    accounts = [office.account(code) for code in ("a", "b", "c")]
    office.vendor.scripts[methods.DEVICE_LIST.name] = lambda call: (
        told(214, "The account does not exist", result=None) if call.params["target"] == "b" else NOTHING
    )
    with pytest.raises(UpstreamError, match="1 failed, 2 did not"):
        await device_list.poll(office.desk, accounts)
    rows = office.rows(methods.DEVICE_LIST.name)
    assert [(code, orjson.loads(bytes(body))["code"]) for body, _, code in rows] == [("a", 0), ("b", 214), ("c", 0)]
    assert len({meta["run_id"] for _, meta, _ in rows}) == 1
    assert all(meta["targets"] == ["a", "b", "c"] for _, meta, _ in rows)


async def test_the_account_tree_is_walked_to_its_leaves_and_what_is_found_is_a_candidate(office: Office) -> None:
    tree = {"root": ["north", "south"], "north": ["north-1"], "north-1": ["root", "north"]}
    office.vendor.scripts[methods.CHILD_LIST.name] = lambda call: told(
        0, result=[{"account": code, "name": code.title()} for code in tree.get(call.params["target"], [])] or None
    )
    account = office.account("south")
    assert await child_accounts.poll(office.desk, [account]) == 5
    assert sorted(call.params["target"] for call in office.vendor.of(methods.CHILD_LIST.name)) == [
        "north", "north-1", "root", "south",
    ]  # fmt: skip
    assert office.database.rows(
        "select code, name, parent_code, polled from domain.accounts where found_at is not null order by code"
    ) == [
        ("north", "North", "north-1", False),
        ("north-1", "North-1", "north", False),
        ("root", "Root", "north-1", False),
        ("south", "south", "root", True),
    ]
    assert [code for _, _, code in office.rows(methods.CHILD_LIST.name)] == ["south", "root", "north", "north-1"]


async def test_a_listing_that_failed_is_not_what_absence_is_judged_by(office: Office) -> None:
    account = office.account(devices=2)
    office.vendor.scripts[methods.LOCATION_LIST.name] = lambda _: told(1100, "Business exception ", result=None)
    with pytest.raises(UpstreamError, match="code 1100"):
        await live_positions.poll(office.desk, account)
    with pytest.raises(CannotBegin):
        await stale_rescue.poll(office.desk, account)
