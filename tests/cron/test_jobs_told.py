"""What cron does, told by the API and on the command line."""

import json

import httpx

from fixtures.roles import Platform, free_port, wait_until
from fleet.admin.accounts import add_vendor_account
from pipeline.test_cli import fleet

NOWHERE = {
    "JIMI_API_URL": f"http://127.0.0.1:{free_port()}/route/rest",
    "JIMI_APP_KEY": "key",
    "JIMI_APP_SECRET": "secret",
    "JIMI_USER_ID": "user",
    "JIMI_USER_PWD_MD5": "password",
}
"""A vendor that is away."""


def test_a_failing_job_is_told_with_its_problem_and_exits_with_1(platform: Platform) -> None:
    with platform.database.connect("superuser") as db:
        db.execute(
            "insert into events.jobs (job, account, interval_s, started_at, ended_at, succeeded_at, brought,"
            " failures_in_a_row, problem) values"
            " ('live_positions', 'nairobi', 60, now(), now(), now(), 83, 0, null),"
            " ('trips', 'nairobi', 900, now(), now(), null, 0, 3, 'code 1006, HTTP 200.')"
        )
    told = fleet(platform.database, "jobs")
    assert told.returncode == 1
    assert "live_positions nairobi" in told.stdout
    assert "3 failures in a row: code 1006" in told.stdout
    scripted = json.loads(fleet(platform.database, "jobs", "--json").stdout)
    platform.gateway()
    answer = httpx.get(f"{platform.url}/api/jobs", headers={"authorization": f"Bearer {platform.token()}"})
    assert [job["problem"] for job in answer.json()] == [None, "code 1006, HTTP 200."]
    assert [job["brought"] for job in scripted] == [job["brought"] for job in answer.json()] == [83, 0]


def test_without_jobs_it_says_so(platform: Platform) -> None:
    told = fleet(platform.database, "jobs")
    assert (told.returncode, told.stdout) == (0, "No job has run yet.\n")


def test_a_job_that_cannot_begin_is_told_as_waiting_and_becomes_overdue(platform: Platform) -> None:
    database = platform.database
    add_vendor_account(database.url("owner"), "empty", "Empty", polled=True)
    cron = platform.cron(**NOWHERE)
    trips = "select waits_for, succeeded_at, problem, overdue from serve.fn_jobs(now() + %s) where job = 'trips'"
    wait_until(lambda: bool(database.rows(trips, "0 s") and database.rows(trips, "0 s")[0][0]), "trips cannot begin")
    waiting = "No device of the account is known yet."
    assert database.rows(trips, "0 s") == [(waiting, None, None, True)], "it has never succeeded"
    with database.connect("owner") as owner:
        owner.execute("update events.jobs set succeeded_at = now(), problem = null, failures_in_a_row = 0")
    assert database.rows(trips, "0 s")[0][3] is False
    assert database.rows(trips, "1 hour")[0][3] is True
    told = fleet(database, "jobs")
    (line,) = [line for line in told.stdout.splitlines() if line.startswith("trips empty")]
    assert " waiting " in line
    assert line.endswith(waiting)
    assert cron.health()["jobs"]["trips empty"]["waits_for"] == waiting
