"""`fleet up` as its user sees it: what it starts, keeps alive, tells scripts, and that nothing stays behind."""

import os
import signal
import socket
import stat
import subprocess
import threading
from pathlib import Path

import pytest

from fleet.local import up
from local.project import Project, all_pids, still_alive, until

KINDS = {"supervisor", "database", "sandbox", "gateway", "worker", "cron"}
SCRIPT_KEYS = {
    *("version", "url", "sandbox_url", "sandbox_control_url", "login", "dsn", "push_secrets", "pids"),
}


def killed(pid: int) -> int:
    os.kill(pid, signal.SIGKILL)
    return pid


def test_everything_runs_and_scripts_find_it(project: Project) -> None:
    running = project.up(gateways=2, workers=2).ready()
    document = project.document()
    assert stat.S_IMODE(project.up_json.stat().st_mode) == 0o600
    assert set(document) == SCRIPT_KEYS
    assert set(document["dsn"]) == {"owner", "push", "reader", "session", "worker", "cron", "direct"}
    assert set(document["push_secrets"]) == {"jimi", "jimi-a", "hr", "fuel"}
    assert set(document["pids"]) == KINDS
    assert len(document["pids"]["gateway"]) == len(document["pids"]["worker"]) == 2
    assert document["pids"]["supervisor"] == [running.process.pid]
    assert sorted(still_alive(all_pids(document["pids"]))) == sorted(all_pids(document["pids"]))
    running.interrupted()


def test_ctrl_c_stops_all_of_it_and_keeps_the_data(project: Project) -> None:
    running = project.up().ready()
    login, pids = project.document()["login"], all_pids(project.pids())
    code, said = running.interrupted()
    assert code == 0
    assert "stopped, the data is kept" in said
    assert still_alive(pids) == []
    assert not project.up_json.exists()
    again = project.up().ready()
    assert project.document()["login"] == login
    again.interrupted()


def test_what_was_imported_is_not_imported_again(project: Project) -> None:
    project.up().ready().interrupted()
    project.forget()
    project.up().ready().interrupted()
    commands = project.commands()
    assert "migrate" in commands
    assert not [command for command in commands if command.startswith(("accounts", "import"))]


@pytest.mark.parametrize("kind", ["gateway", "worker", "cron", "sandbox"])
def test_a_killed_role_is_back_within_two_seconds(project: Project, kind: str) -> None:
    running = project.up().ready()
    (victim,) = project.pids()[kind]
    killed(victim)
    assert until(lambda: victim not in project.pids()[kind] != [], within_s=2) < 2
    assert "SIGKILL" in running.until_line(f"{kind} ended")
    running.interrupted()


def test_a_killed_database_is_back_at_the_same_place(project: Project) -> None:
    running = project.up().ready()
    before = project.document()
    (victim,) = before["pids"]["database"]
    killed(victim)
    running.until_line("database ended")
    until(lambda: project.pids()["database"] not in ([victim], []), within_s=5)
    assert project.document()["dsn"] == before["dsn"]
    pids = all_pids(project.pids())
    running.interrupted()
    assert still_alive(pids) == []


def test_a_role_that_ends_at_once_is_started_less_and_less_often(project: Project) -> None:
    running = project.up(sandbox=False).ready()
    project.wish("cron.dies")
    killed(*project.pids()["cron"])
    delays = [running.until_line("cron ended").rsplit(" in ", 1)[1].strip() for _ in range(4)]
    assert delays in (["0.2 s", "0.4 s", "0.8 s", "1.6 s"], ["0.2 s", "0.2 s", "0.4 s", "0.8 s"])
    running.interrupted()


def test_a_second_ctrl_c_does_not_wait_for_a_deaf_role(project: Project) -> None:
    project.wish("worker.deaf")
    running = project.up(sandbox=False).ready()
    pids = project.pids()
    running.signal(signal.SIGINT)
    assert still_alive(pids["gateway"], within_s=5) == []
    assert still_alive(pids["worker"], within_s=0.4) == pids["worker"]
    running.signal(signal.SIGINT)
    assert running.process.wait(timeout=5) == 0
    assert still_alive(all_pids(pids)) == []
    running.end()


def test_nothing_outlives_a_killed_supervisor(project: Project) -> None:
    running = project.up().ready()
    pids = all_pids(project.pids())
    running.signal(signal.SIGKILL)
    running.end()
    assert still_alive(pids, within_s=5) == []
    project.up().ready().interrupted()


def test_a_second_up_in_the_same_folder_is_refused(project: Project) -> None:
    running = project.up(sandbox=False).ready()
    code, said = project.up(sandbox=False).end()
    assert code == 1
    assert f"already runs in {project.folder} (process {running.process.pid})" in said
    assert project.up_json.exists()
    running.interrupted()


def test_a_port_in_use_is_named_with_the_way_out(project: Project) -> None:
    with socket.create_server(("127.0.0.1", project.port)):
        code, said = project.up().end()
    assert code == 1
    assert f"Port {project.port} is used" in said
    assert "--port" in said


def test_a_failed_migration_stops_everything_and_is_shown(project: Project) -> None:
    project.wish("migrate.fails")
    code, said = project.up().end()
    assert code == 1
    assert "`fleet migrate` failed" in said
    assert "the stand-in was told to fail" in said


def test_a_role_that_never_starts_is_shown_with_its_last_words(project: Project) -> None:
    project.wish("gateway.dies")
    code, said = project.up(sandbox=False).end()
    assert code == 1
    assert "gateway does not start" in said
    assert "the stand-in was told to die" in said


def test_detached_it_returns_when_ready_and_down_stops_it(project: Project) -> None:
    code, said = project.up(detach=True).end()
    assert code == 0
    assert "Fleet is up" in said
    pids = all_pids(project.pids())
    assert up.down(project.folder) == 0
    assert still_alive(pids) == []
    assert not project.up_json.exists()


def test_ctrl_c_while_it_starts_leaves_nothing(project: Project) -> None:
    running = project.up()
    running.until_line("database")
    code, _ = running.interrupted()
    assert code == 0
    in_folder = [pid for pid in os.listdir("/proc") if pid.isdigit() and _belongs(int(pid), project.folder)]
    assert in_folder == []


def test_a_script_never_reads_half_of_the_file(project: Project) -> None:
    running = project.up(sandbox=False).ready()
    stop, broken = threading.Event(), []

    def read_again_and_again() -> None:
        while not stop.is_set():
            try:
                project.document()
            except ValueError as error:
                broken.append(error)

    reader = threading.Thread(target=read_again_and_again)
    reader.start()
    for _ in range(3):
        (victim,) = project.pids()["worker"]
        killed(victim)
        until(lambda victim=victim: victim not in project.pids()["worker"] != [], within_s=5)
    stop.set()
    reader.join()
    assert broken == []
    running.interrupted()


def test_an_existing_server_is_used_and_left_running(project: Project) -> None:
    from fleet.local.cluster import Cluster

    server = Cluster(project.folder / "elsewhere", durable=False)
    server.start()
    try:
        running = project.up(dsn=server.superuser_dsn("other"), sandbox=False).ready()
        document = project.document()
        assert document["pids"]["database"] == []
        assert document["dsn"]["push"].endswith(f"@127.0.0.1:{server.port}/other")
        running.interrupted()
        assert server.is_running
    finally:
        server.destroy()


def test_no_role_gets_a_login_that_is_not_its_own(project: Project) -> None:
    running = project.up().ready()
    gateway = _environment(project.pids()["gateway"][0])
    logins = {key for key in gateway if key.startswith("DATABASE_")}
    assert logins == {"DATABASE_PUSH_URL", "DATABASE_READER_URL", "DATABASE_SESSION_URL"}
    assert "ADMIN_PASSWORD" not in gateway
    running.interrupted()


def _environment(pid: int) -> dict[str, str]:
    entries = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def _belongs(pid: int, folder: Path) -> bool:
    try:
        return _environment(pid).get("FLEET_RUN", "").startswith(str(folder))
    except OSError:
        return False


def test_secrets_are_private_and_stay_the_same(project: Project) -> None:
    project.up(sandbox=False).ready().interrupted()
    secrets = project.folder / ".fleet" / "secrets.env"
    before = secrets.read_text()
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    project.up(sandbox=False).ready().interrupted()
    assert secrets.read_text() == before


def test_reset_removes_data_and_secrets(project: Project) -> None:
    project.up(sandbox=False).ready().interrupted()
    assert up.reset(project.folder, yes=True) == 0
    left = subprocess.run(["ls", "-A", project.folder / ".fleet"], capture_output=True, text=True, check=True)
    assert left.stdout.split() == []
