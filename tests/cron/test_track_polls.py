"""Tracks at cron's desk: a device a call, the one that is furthest behind first, and a day of it once more."""

from datetime import UTC, datetime, timedelta

import pytest

from cron.desk import Office, asked, imeis, one_row_a_device, window
from fleet.cron.polls import track, track_again
from fleet.errors import UpstreamError
from fleet.jimi import methods
from jimi.vendor import Reply, told


async def test_a_device_with_a_bad_track_leaves_the_others_theirs(office: Office) -> None:
    account = office.account(devices=4)
    bad = imeis(4)[1]
    office.vendor.scripts[methods.TRACK_LIST.name] = lambda call: (
        Reply(b"<html>", 504, "text/html") if asked(call) == [bad] else one_row_a_device(call)
    )
    with pytest.raises(UpstreamError, match="1 failed, 3 did not"):
        await track.poll(office.desk, account)
    assert [office.watermark("track", imei) is None for imei in imeis(4)] == [False, True, False, False]


async def test_the_track_that_is_furthest_behind_comes_first_and_overlaps(office: Office) -> None:
    account = office.account(devices=3)
    first, second, third = imeis(3)
    await office.reach("track", account, timedelta(minutes=31), first)
    reached = await office.reach("track", account, timedelta(hours=9), second)
    await office.reach("track", account, timedelta(hours=2), third)
    office.vendor.scripts[methods.TRACK_LIST.name] = one_row_a_device
    await track.poll(office.desk, account)
    calls = office.vendor.of(methods.TRACK_LIST.name)
    assert [asked(call) for call in calls] == [[second], [third], [first]]
    assert window(calls[0])[0] == reached - timedelta(minutes=5)


async def test_a_day_of_track_is_asked_for_again_when_it_has_lain_for_a_day(office: Office) -> None:
    account = office.account(devices=3)
    behind, new, fresh = imeis(3)
    reached = await office.reach("track_again", account, timedelta(days=2, minutes=1), behind)
    await office.reach("track_again", account, timedelta(days=1, hours=23), fresh)
    office.vendor.scripts[methods.TRACK_LIST.name] = one_row_a_device
    assert await track_again.poll(office.desk, account) == 2
    first, second = office.vendor.of(methods.TRACK_LIST.name)
    assert (asked(first), asked(second)) == ([new], [behind])
    assert window(second)[0] == reached
    for begin, end in (window(first), window(second)):
        assert timedelta(days=1) <= datetime.now(UTC) - end < timedelta(days=1, seconds=30)
        assert end - begin >= timedelta(days=1)
    assert office.watermark("track_again", behind) == window(second)[1]
    assert await track_again.poll(office.desk, account) == 0


async def test_a_track_that_is_refused_waits_where_it_is(office: Office) -> None:
    account = office.account(devices=2)
    expired, _ = imeis(2)
    reached = await office.reach("track", account, timedelta(hours=2), expired)
    office.vendor.scripts[methods.TRACK_LIST.name] = lambda call: (
        told(1001, "The device has expired", result=None) if asked(call) == [expired] else one_row_a_device(call)
    )
    assert await track.poll(office.desk, account) == 1
    assert office.watermark("track", expired) == reached


async def test_several_tracks_failing_in_a_row_end_the_run_and_the_next_begins_with_others(office: Office) -> None:
    account = office.account(devices=5)
    *_, last = imeis(5)
    office.vendor.scripts[methods.TRACK_LIST.name] = lambda call: (
        one_row_a_device(call) if asked(call) == [last] else Reply(b"<html>", 504, "text/html")
    )
    with pytest.raises(UpstreamError, match="3 failed, 0 did not"):
        await track.poll(office.desk, account)
    with pytest.raises(UpstreamError, match="1 failed, 1 did not"):
        await track.poll(office.desk, account)
    assert [asked(call) for call in office.vendor.of(methods.TRACK_LIST.name)] == [[imei] for imei in imeis(5)]
