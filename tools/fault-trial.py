#!/usr/bin/env python3
"""Tries the faults of machines on a running product: tools/fault-trial.py --help.

Starts the built product (./run_budget.sh) on a small file system of its own, sends usage all the
while, brings a fault about, ends it, and waits until the product is well again by itself or after
the restart that docs/operations.md names. Then it compares the totals with what was acknowledged:
nothing may be lost, and nothing may count twice. Prints what clients saw meanwhile. Exit status 0
after PASS, 1 after FAIL. Linux, root (mounts and a network of its own), iptables; clock faults need
faketime. Standard library only.
"""

import argparse
import collections
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONTEXTS = 10
SENDERS = 4
DISK_MIB = 700
PORT, KAFKA_PORT = 8413, 9413
WELL_WITHIN_SECONDS = 180
# Longer than a request may wait for its answer.
SETTLE_SECONDS = 16
INSIDE = "BUDGET_FAULT_TRIAL_INSIDE"


class Trial:
    """The product, its disk and its senders."""

    def __init__(self, directory, settings):
        self.directory = pathlib.Path(directory)
        self.disk = self.directory / "disk"
        self.image = self.directory / "disk.img"
        self.data = self.disk / "data"
        self.log = self.directory / "product.log"
        self.settings = settings
        self.process = None
        self.lock = threading.Lock()
        self.answers = collections.Counter()
        self.acknowledged = collections.Counter()
        self.unsure = {}
        self.stopped = threading.Event()
        self.paused = threading.Event()
        self.threads = []

    # -- the disk

    def mount(self):
        self.disk.mkdir()
        with self.image.open("wb") as image:
            image.truncate(DISK_MIB << 20)
        run("mkfs.ext4", "-q", "-F", str(self.image))
        self.attach()

    def attach(self):
        # As installers set it up: an error of the disk makes it read-only.
        run("mount", "-o", "loop,errors=remount-ro", str(self.image), str(self.disk))

    def device(self):
        return subprocess.run(["findmnt", "-n", "-o", "SOURCE", str(self.disk)], check=True,
                              capture_output=True, text=True).stdout.strip()

    def unmount(self):
        subprocess.run(["umount", "-l", str(self.disk)], check=False)

    # -- the product

    def start(self, prefix=()):
        environment = dict(
            os.environ, BUDGET_PORT=str(PORT), BUDGET_KAFKA_PORT=str(KAFKA_PORT),
            BUDGET_DATA_DIR=str(self.data), BUDGET_HERMES="false", **self.settings)
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*prefix, str(ROOT / "run_budget.sh")], env=environment, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True)

    def await_well(self, seconds=WELL_WITHIN_SECONDS):
        """How long until a write and a question are answered, or None."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if call("GET", "/ready")[0] == 200:
                return time.monotonic() - begun
            if self.process.poll() is not None:
                return None
            time.sleep(0.2)
        return None

    def stop(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    # -- the usage

    def send(self):
        for number in range(SENDERS):
            thread = threading.Thread(target=self.sender, args=(number,), daemon=True)
            thread.start()
            self.threads.append(thread)

    def sender(self, number):
        sent = 0
        while not self.stopped.is_set():
            if self.paused.is_set():
                time.sleep(0.05)
                continue
            sent += 1
            context = f"trial-{(number + sent) % CONTEXTS}"
            record = {"request_id": f"{number}-{sent}", "context_id": context,
                      "component": "trial", "provider": "anthropic",
                      "model": "claude-3-opus-20240229", "input_tokens": 7, "output_tokens": 3}
            while True:
                status, _ = call("POST", "/api/usage/record", record)
                with self.lock:
                    self.answers[status] += 1
                    if status in (200, 201):
                        self.acknowledged[context] += 1
                        self.unsure.pop((context, number), None)
                        break
                    # Whether it was taken is not known, until it is acknowledged.
                    self.unsure[context, number] = record["request_id"]
                if self.stopped.is_set():
                    break
                time.sleep(0.2)
            time.sleep(0.01)

    def take_answers(self):
        with self.lock:
            answers, self.answers = self.answers, collections.Counter()
        return dict(sorted(answers.items()))

    def finish(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(60)

    def differences(self, seconds=60):
        """Contexts whose total is not what was acknowledged, once it has had time to catch up."""
        deadline = time.monotonic() + seconds
        while True:
            wrong = {}
            for context, count in self.acknowledged.items():
                status, total = call("GET", f"/api/totals/contexts/{context}")
                counted = total.get("record_count") if status == 200 else f"status {status}"
                most = count + sum(1 for of, _ in self.unsure if of == context)
                if not isinstance(counted, int) or not count <= counted <= most:
                    wrong[context] = (count, counted)
            if not wrong or time.monotonic() > deadline:
                return wrong
            time.sleep(0.5)


def run(*command):
    subprocess.run(command, check=True)


def call(method, path, body=None):
    """Status and JSON of an answer; 0 when there was none."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=15)
    try:
        connection.request(method, path, None if body is None else json.dumps(body),
                           {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, {}
    except (OSError, http.client.HTTPException):
        return 0, {}
    finally:
        connection.close()


# ---- The faults: each is begun, and returns how it is ended.

def full_disk(trial):
    filler = trial.disk / "filler"
    with filler.open("wb") as file:
        block = bytes(1 << 20)
        try:
            while True:
                file.write(block)
        except OSError:
            pass
    return filler.unlink


def read_only_disk(trial):
    """An error makes the file system read-only; it is checked, and the product started again."""
    name = pathlib.Path(trial.device()).name
    # Such an error loses what only memory has, like a loss of power; against that no broker that
    # is alone helps. So what is acknowledged before is on the disk when it comes.
    trial.paused.set()
    time.sleep(SETTLE_SECONDS)
    os.sync()
    pathlib.Path(f"/sys/fs/ext4/{name}/trigger_fs_error").write_text("1")
    trial.paused.clear()

    def end():
        trial.stop()
        run("umount", str(trial.disk))
        # 1: errors were corrected.
        if subprocess.run(["fsck.ext4", "-p", "-f", str(trial.image)], check=False,
                          stdout=subprocess.DEVNULL).returncode not in (0, 1):
            raise SystemExit("the file system could not be repaired")
        trial.attach()
        trial.start()
    return end


def torn_state(ends):
    """The process ends, and each file of the state loses its end or has another byte within."""
    def fault(trial):
        ends(trial)
        state = trial.data / "streams"
        files = [p for p in state.rglob("*") if p.is_file() and p.stat().st_size > 16]
        for number, path in enumerate(sorted(files)):
            size = path.stat().st_size
            with path.open("r+b") as file:
                if number % 2:
                    file.truncate(size * 2 // 3)
                else:
                    file.seek(size // 2)
                    byte = file.read(1)
                    file.seek(size // 2)
                    file.write(bytes([byte[0] ^ 0xFF]))
        print(f"            {len(files)} files torn")
        return trial.start
    return fault


def lost_state(trial):
    trial.kill()
    shutil.rmtree(trial.data / "streams")
    return trial.start


def network(*rules):
    """Rules of iptables for what comes in, in this trial's own network."""
    def fault(_):
        for rule in rules:
            run("iptables", "-A", "INPUT", "-p", "tcp", *rule.split())
        return lambda: run("iptables", "-F", "INPUT")
    return fault


def clock(offset):
    """The process is killed and started with another clock, then with the right one again."""
    def fault(trial):
        trial.stop()
        trial.start(("env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-m", "-f", offset))
        def end():
            trial.stop()
            trial.start()
        return end
    return fault


FAULTS = {
    "full-disk": full_disk,
    "read-only-disk": read_only_disk,
    "lossy-network": network(f"--dport {KAFKA_PORT} -m statistic --mode random --probability 0.1 -j DROP",
                             f"--sport {KAFKA_PORT} -m statistic --mode random --probability 0.1 -j DROP"),
    "cut-off-kafka": network(f"--dport {KAFKA_PORT} -j DROP", f"--sport {KAFKA_PORT} -j DROP"),
    "torn-state": torn_state(Trial.kill),
    "torn-state-after-stop": torn_state(Trial.stop),
    "lost-state": lost_state,
    "clock-hour-ahead": clock("+1h"),
    "clock-hour-back": clock("-1h"),
    "clock-40-days-ahead": clock("+40d"),
    "clock-40-days-back": clock("-40d"),
}


def attempt(name, hold_seconds):
    """True if nothing was lost or counted twice, and the product is well again."""
    directory = tempfile.mkdtemp(prefix="budget-fault-")
    trial = Trial(directory, {})
    trial.mount()
    try:
        trial.start()
        if trial.await_well() is None:
            print(f"{name}: the product did not start; {trial.log}")
            return False
        trial.send()
        time.sleep(5)
        print(f"{name}")
        print(f"  before    {trial.take_answers()}")
        end = FAULTS[name](trial)
        time.sleep(hold_seconds)
        print(f"  during    {trial.take_answers()}  health {call('GET', '/health')}")
        end()
        well = trial.await_well()
        print(f"  after     well again after {well and round(well, 1)} s")
        time.sleep(5)
        print(f"            {trial.take_answers()}")
        trial.finish()
        wrong = trial.differences()
        total = sum(trial.acknowledged.values())
        print(f"  counted   {total} acknowledged; wrong: {wrong or 'nothing'}")
        # What only the state on disk still had would be gone with the next disk.
        trial.stop()
        shutil.rmtree(trial.data / "streams")
        trial.start()
        again = trial.await_well()
        lost = trial.differences()
        print(f"  anew      counted from Kafka's topics; wrong: {lost or 'nothing'}")
        passed = well is not None and again is not None and not wrong and not lost
        print(f"  {'PASS' if passed else 'FAIL'}", flush=True)
        return passed
    finally:
        trial.stopped.set()
        trial.stop()
        kept = pathlib.Path(directory + ".log")
        shutil.copy(trial.log, kept)
        trial.unmount()
        shutil.rmtree(directory, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faults", nargs="*", metavar="FAULT", default=list(FAULTS),
                        help="of " + ", ".join(FAULTS) + "; all when none is named")
    parser.add_argument("--hold", type=int, default=20, metavar="SECONDS",
                        help="how long a fault lasts, 1 to 600; default %(default)s")
    options = parser.parse_args()
    unknown = [name for name in options.faults if name not in FAULTS]
    if unknown or not 1 <= options.hold <= 600:
        parser.error(f"no such fault: {unknown}" if unknown else "--hold: 1 to 600")
    if os.geteuid() != 0:
        parser.error("only root may mount the file system that is filled")
    if os.environ.get(INSIDE) != "yes":
        # A network and mounts of its own: they end with the trial, and nobody else meets them.
        os.environ[INSIDE] = "yes"
        os.execvp("unshare", ["unshare", "--net", "--mount", sys.executable, *sys.argv])
    run("ip", "link", "set", "lo", "up")
    passed = [attempt(name, options.hold) for name in options.faults]
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
