"""`python -m budget` as Tekton's launcher runs it, with a build and a service that are stand-ins."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from support import HERE

REPOSITORY = HERE.parents[2]

MVN = """#!/bin/sh
echo "[INFO] Building Budget [1/1]"
while [ ! -e go ]; do sleep 0.05; done
[ ! -e fail ] || exit 1
mkdir -p standalone/target/app && touch standalone/target/app/built
"""

# Takes the port over as the service does, and says whether the port was free.
JAVA = """#!{python}
import http.server, os, pathlib, socket, sys
if sys.argv[-2] == "train":
    if pathlib.Path("cannot-train").exists():
        sys.exit("no training today")
    (pathlib.Path(sys.argv[-1]) / "application.aot").touch()
    pathlib.Path("trainings").open("a").write("trained\\n")
    sys.exit()
pathlib.Path("options").write_text(" ".join(sys.argv))
port = int(os.environ["BUDGET_PORT"])
with socket.create_connection(("127.0.0.1", port), 10) as starter:
    starter.sendall(b"POST /starter/release HTTP/1.1\\r\\nHost: x\\r\\nStarter-Token: "
                    + os.environ["BUDGET_STARTER_TOKEN"].encode() + b"\\r\\n\\r\\n")
    starter.recv(1)
class Served(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"served")
    def log_message(self, *said):
        pass
http.server.HTTPServer(("127.0.0.1", port), Served).serve_forever()
"""


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.02)


@unittest.skipUnless(hasattr(os, "fork"), "run_budget.sh needs a Unix")
class StartTest(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp()).resolve()
        self.addCleanup(shutil.rmtree, self.root)
        shutil.copy(REPOSITORY / "budget.py", self.root)
        # The command line's executable has the same name and must not be in the way.
        shutil.copy(REPOSITORY / "run_budget.sh", self.root / "budget")
        (self.root / "tools").mkdir()
        shutil.copy(REPOSITORY / "tools" / "starting.py", self.root / "tools")
        shutil.copy(REPOSITORY / "tools" / "jdk.sh", self.root / "tools")
        shutil.copy(REPOSITORY / "run_budget.sh", self.root)
        self.program("bin/mvn", MVN)
        self.program("jdk/bin/javac", "")
        self.program("jdk/bin/java", JAVA.format(python=sys.executable))
        (self.root / "jdk" / "release").write_text('JAVA_VERSION="25.0.1"\n')
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = None
        self.addCleanup(self.end)

    def program(self, path, text):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def start(self, **environment):
        settings = {"BUDGET_PORT": str(self.port), **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "budget"], cwd=self.root, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "JAVA_HOME": str(self.root / "jdk"),
                 "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}", **settings})

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait(30)
            self.process.stdout.close()

    def get(self, path, address="127.0.0.1", **headers):
        """The status, the headers and the body; None while nobody listens."""
        asked = urllib.request.Request(f"http://{address}:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=10) as found:
                return found.status, found.headers, found.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers, refused.read()
        except urllib.error.URLError:
            return None

    def nobody_listens(self):
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", self.port)) != 0

    def build_part(self):
        answer = self.get("/health")
        return answer and json.loads(answer[2])["parts"]["build"]["status"]

    def left(self):
        """The processes that work in the directory, or run a program of it."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                where = os.readlink(process / "cwd")
                state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if where == str(self.root) and state != "Z":
                found.append(int(process.name))
        return found

    def assert_nothing_is_left(self):
        until(self.nobody_listens)
        if os.path.isdir("/proc/self"):
            until(lambda: not self.left())
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", self.port))

    def test_it_says_that_it_is_built_and_then_it_serves(self):
        self.start()
        until(lambda: self.build_part() == "building")
        status, headers, body = self.get("/api/health")
        self.assertEqual((503, "application/json"), (status, headers["Content-Type"]))
        health = json.loads(body)
        self.assertEqual(("starting", "budget", self.port),
                         (health["status"], health["component"], health["port"]))
        self.assertEqual(["build", "http", "kafka", "decisions"], health["missing"])
        self.assertEqual("starting", json.loads(self.get("/")[2])["status"])
        status, headers, body = self.get("/", Accept="text/html,*/*;q=0.8")
        self.assertEqual((503, "text/html;charset=UTF-8"), (status, headers["Content-Type"]))
        self.assertIn(b'http-equiv="refresh"', body)
        status, headers, body = self.get("/api/v1/budgets")
        self.assertEqual((503, "1", "application/problem+json"),
                         (status, headers["Retry-After"], headers["Content-Type"]))
        self.assertEqual("service_unavailable", json.loads(body)["code"])
        # Whoever does not know the token does not get the port.
        with socket.create_connection(("127.0.0.1", self.port)) as stranger:
            stranger.sendall(b"POST /starter/release HTTP/1.1\r\nStarter-Token: \r\n\r\n")
            self.assertIn(b" 503 ", stranger.recv(100))
        waiting = socket.create_connection(("127.0.0.1", self.port))
        self.addCleanup(waiting.close)

        pid = self.process.pid
        (self.root / "go").touch()
        until(lambda: (self.get("/health") or [0])[0] == 200)

        self.assertEqual(b"served", self.get("/health")[2])
        waiting.sendall(b"GET /health HTTP/1.1\r\n\r\n")
        self.assertIn(b" 503 ", waiting.recv(100))
        if os.path.isdir("/proc/self"):
            until(lambda: self.left() == [pid])
        os.kill(pid, signal.SIGTERM)
        self.process.wait(30)
        self.assert_nothing_is_left()

    def serve(self, **environment):
        """Starts, waits until it serves, and gives the options of its JVM."""
        self.start(**environment)
        until(lambda: (self.get("/health") or [0])[0] == 200)
        return (self.root / "options").read_text()

    def test_it_trains_once_and_starts_from_the_cache(self):
        self.program("standalone/target/app/built", "")
        cache = f"-XX:AOTCache={self.root}/standalone/target/app/cache/application.aot"
        self.assertIn(cache, self.serve())
        self.end()
        self.assertIn(cache, self.serve())
        self.assertEqual("trained\n", (self.root / "trainings").read_text())

    def test_another_jdk_trains_again(self):
        self.program("standalone/target/app/built", "")
        self.serve()
        self.end()
        (self.root / "jdk" / "release").write_text('JAVA_VERSION="25.0.2"\n')
        self.assertIn("-XX:AOTCache=", self.serve())
        self.assertEqual("trained\n" * 2, (self.root / "trainings").read_text())

    def test_a_training_that_fails_is_said_and_does_not_keep_it_from_serving(self):
        self.program("standalone/target/app/built", "")
        (self.root / "cannot-train").touch()
        self.assertNotIn("-XX:AOTCache=", self.serve())
        self.process.kill()
        self.assertIn("No training", self.process.stdout.read())

    def test_training_can_be_left_out(self):
        self.program("standalone/target/app/built", "")
        self.assertNotIn("-XX:AOTCache=", self.serve(BUDGET_TRAINING="off"))
        self.assertFalse((self.root / "trainings").exists())

    def test_what_is_built_is_not_built_again(self):
        self.program("standalone/target/app/built", "")
        self.start()
        until(lambda: (self.get("/health") or [0])[0] == 200)

    def test_tektons_name_for_the_port(self):
        self.program("standalone/target/app/built", "")
        self.start(BUDGET_PORT="", PENIA_PORT=str(self.port))
        until(lambda: (self.get("/health") or [0])[0] == 200)

    def test_a_stopped_build_leaves_nothing_behind(self):
        for number, status in ((signal.SIGTERM, 143), (signal.SIGINT, 130),
                               (signal.SIGKILL, -signal.SIGKILL)):
            with self.subTest(number.name):
                self.start()
                until(lambda: self.build_part() == "building")
                os.kill(self.process.pid, number)
                self.assertEqual(status, self.process.wait(30))
                self.assert_nothing_is_left()
                self.process.stdout.close()

    def test_a_failed_build_leaves_nothing_behind(self):
        (self.root / "fail").touch()
        (self.root / "go").touch()
        self.start()
        self.assertEqual(1, self.process.wait(30))
        self.assertIn("The build failed", self.process.stdout.read())
        self.assert_nothing_is_left()

    @unittest.skipUnless(os.path.isdir("/proc/self"), "needs /proc to find the helper")
    def test_the_start_goes_on_without_the_helper(self):
        self.program("jdk/bin/java", f"#!{sys.executable}\nprint('started', flush=True)\n")
        self.start()
        until(lambda: self.build_part() == "building")
        helper, = [pid for pid in self.left() if pid != self.process.pid and b"budget\0" in
                   pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()]
        os.kill(helper, signal.SIGKILL)
        until(self.nobody_listens)
        (self.root / "go").touch()
        self.assertEqual(0, self.process.wait(30))
        self.assertIn("started", self.process.stdout.read())

    def test_a_busy_port_stops_the_start(self):
        with socket.create_server(("127.0.0.1", self.port)):
            self.start()
            self.assertEqual(1, self.process.wait(30))
        self.assertEqual(f"port {self.port} is in use; stop the program that listens there,"
                         " or set BUDGET_PORT to another port\n", self.process.stdout.read())
        self.assertFalse((self.root / "target").exists())

    def test_it_takes_no_arguments(self):
        done = subprocess.run([sys.executable, "-m", "budget", "x"], cwd=self.root, text=True,
                              stderr=subprocess.PIPE, check=False)
        self.assertEqual(1, done.returncode)
        self.assertTrue(done.stderr.startswith("usage: python -m budget"))


if __name__ == "__main__":
    unittest.main()
