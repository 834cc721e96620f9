"""What cron does, told by the API and on the command line."""

import json

import httpx

from fixtures.roles import Platform
from pipeline.test_cli import fleet


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
