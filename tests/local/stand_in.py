"""Stands in for `python -m fleet`: the same commands, each the least that the supervisor can tell from the real one.

What is to go wrong is said by a file in the folder `stand_in` of the project:
`<role>.dies` ends the role at once, `<role>.deaf` makes it ignore SIGTERM, `migrate.fails` fails the migration.
Each command that ran is a line in `stand_in/ran`.
"""

import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

WISHES = Path("stand_in")
REGISTER = b"plate,imei\nKAA 001A,860000000000001\n"


def wished(name: str) -> bool:
    return (WISHES / name).exists()


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = REGISTER if self.path == "/control/fleet.csv" else b'{"status":"ok"}'
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def serve(port: int) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", port), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def role(name: str, arguments: list[str]) -> int:
    if wished(f"{name}.dies"):
        print("the stand-in was told to die", flush=True)
        return 3
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    at = arguments[arguments.index("--port") + 1] if name == "sandbox" else os.environ["HEALTH_PORT"]
    serve(int(at))
    print(f"{name} runs", flush=True)
    while True:
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
        if not wished(f"{name}.deaf"):
            return 0


def main() -> int:
    command, *arguments = sys.argv[1:]
    WISHES.mkdir(exist_ok=True)
    with (WISHES / "ran").open("a") as ran:
        ran.write(" ".join(sys.argv[1:]) + "\n")
    if command in ("gateway", "worker", "cron", "sandbox"):
        return role(command, arguments)
    if wished(f"{command}.fails"):
        print("the stand-in was told to fail")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
