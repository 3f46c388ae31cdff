#!/usr/bin/env python3
"""Tries what docs/compose.md promises, on containers: tools/compose-trial.py --help.

Starts the project with tools/compose.sh, sends usage through the one port all the while, kills
containers, rolls the instances one by one, takes everything down and up again, and compares the
totals with what was acknowledged. Exit status 0 after PASS, 1 after FAIL. Needs a Docker engine and
the images (tools/build-base-images.sh makes them without a registry). Standard library only.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONTEXTS = 20
INPUT_TOKENS = 7
OUTPUT_TOKENS = 3
ATTEMPTS = 120


class Board:
    """What the senders saw. Any thread."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acknowledged = [0] * CONTEXTS
        self.answers = {}
        self.slowest = 0.0

    def answered(self, status, seconds):
        with self.lock:
            self.answers[status] = self.answers.get(status, 0) + 1
            self.slowest = max(self.slowest, seconds)

    def counted(self, context):
        with self.lock:
            self.acknowledged[context] += 1

    def take(self):
        """The answers since the last time, by status."""
        with self.lock:
            answers, self.answers = self.answers, {}
            slowest, self.slowest = self.slowest, 0.0
            return answers, slowest


def call(url, body=None, seconds=10):
    """The status and the body of an answer; 0 when there was none."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()
    except OSError:
        return 0, b""


class Senders:
    """Threads that report usage, and repeat a record with its id until it is acknowledged."""

    def __init__(self, url, count, seed):
        self.url = url
        self.board = Board()
        self.stopped = threading.Event()
        self.unacknowledged = []
        self.threads = [
            threading.Thread(target=self.send, args=(number, random.Random(seed + number)))
            for number in range(count)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def send(self, sender, rng):
        number = 0
        while not self.stopped.is_set():
            context = rng.randrange(CONTEXTS)
            record = {
                "context_id": f"trial-{context}",
                "component": "trial",
                "provider": "anthropic",
                "model": "claude-3-opus-20240229",
                "input_tokens": INPUT_TOKENS,
                "output_tokens": OUTPUT_TOKENS,
                "request_id": f"{sender}-{number}",
            }
            number += 1
            if self.deliver(record):
                self.board.counted(context)
            else:
                self.unacknowledged.append(record["request_id"])
            time.sleep(0.02)

    def deliver(self, record):
        for _ in range(ATTEMPTS):
            begun = time.monotonic()
            status, _ = call(self.url + "/api/usage/record", record)
            self.board.answered(status, time.monotonic() - begun)
            if 200 <= status < 300:
                return True
            time.sleep(0.25)
        return False


def compose(*arguments):
    subprocess.run([ROOT / "tools" / "compose.sh", *arguments], check=True, cwd=ROOT,
                   stdout=subprocess.DEVNULL)


def docker(*arguments):
    return subprocess.run(["docker", *arguments], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def container(service):
    """The container of a service, running or not."""
    return docker("ps", "-aq", "--filter", f"label=com.docker.compose.service={service}").strip()


def answers(container_id, path):
    """Whether the program in a container says yes."""
    return subprocess.run(["docker", "exec", container_id, "/app/bin/healthy.sh", path],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def wait(what, condition, seconds):
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.2)
    return time.monotonic() - begun


def say(what):
    print(what, flush=True)


def disturb(senders, name, act, back, seconds):
    """Does it, waits until all is well, and says what the senders saw."""
    senders.board.take()
    begun = time.monotonic()
    act()
    done = time.monotonic() - begun
    waited = wait(name, back, seconds)
    # What is on its way when all is well belongs to it, too.
    time.sleep(1)
    seen, slowest = senders.board.take()
    others = {status: count for status, count in sorted(seen.items()) if not 200 <= status < 300}
    say(f"{name}: {done:.1f} s, well again {waited:.1f} s later; {sum(seen.values())} answers,"
        f" slowest {slowest:.2f} s, not acknowledged {others or 'none'}")
    return others


def kill_and_start(service):
    docker("kill", "--signal", "KILL", container(service))
    docker("start", container(service))


def roll(instances, seconds):
    """As docs/compose.md says: a new container for one, and the next when it is ready."""
    for service in instances:
        compose("up", "--no-deps", "--force-recreate", service)
        wait(service, lambda name=service: answers(container(name), "/ready"), seconds)


def totals(url):
    seen = []
    for context in range(CONTEXTS):
        status, body = call(f"{url}/api/totals/contexts/trial-{context}")
        seen.append(json.loads(body)["record_count"] if status == 200 else None)
    return seen


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8013")
    parser.add_argument("--senders", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--within", type=int, default=300, help="seconds for each thing waited for")
    parser.add_argument("--keep", action="store_true", help="leave the containers running")
    options = parser.parse_args()
    url, within = options.url, options.within
    ready = lambda: call(url + "/ready")[0] == 200
    instances = ["ingest-api-1", "ingest-api-2"]
    failures = []

    begun = time.monotonic()
    compose("up")
    say(f"up: {time.monotonic() - begun:.1f} s until port 8013 was ready")
    with Senders(url, options.senders, options.seed) as senders:
        wait("the first records", lambda: sum(senders.board.acknowledged) > 100, within)
        for service in [*instances, "kafka-2", "alerting-1", "pricing-poller-1"]:
            disturb(senders, f"SIGKILL of {service}", lambda name=service: kill_and_start(name),
                    lambda name=service: ready() and (
                        name not in instances or answers(container(name), "/ready")), within)
        refused = disturb(senders, "rolling restart", lambda: roll(instances, within), ready,
                          within)
        if refused:
            failures.append(f"writes were refused in the rolling restart: {refused}")
    expected = list(senders.board.acknowledged)
    failures += [f"never acknowledged: {id}" for id in senders.unacknowledged]

    def compare(when):
        try:
            took = wait(when, lambda: totals(url) == expected, within)
            say(f"{when}: {sum(expected)} acknowledged, and counted, {took:.1f} s")
        except TimeoutError:
            failures.append(f"{when}: acknowledged {expected}, counted {totals(url)}")

    compare("totals")
    begun = time.monotonic()
    compose("down")
    down = time.monotonic() - begun
    begun = time.monotonic()
    compose("up")
    say(f"down: {down:.1f} s, up again: {time.monotonic() - begun:.1f} s")
    compare("totals after down and up")
    if not options.keep:
        compose("down", "-v")
    for failure in failures:
        say("wrong: " + failure)
    say("FAIL" if failures else "PASS")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
