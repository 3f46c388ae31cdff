#!/usr/bin/env python3
"""Makes the data directory of a release for UpgradeIT: tools/upgrade-fixture.py [LIB].

LIB is the release's directory of jars, by default that of ./run_budget.sh --build-only. Starts the
product on an empty directory, uses every part of it with a fixed set of requests, stops it, adds
records that it has not counted, and packs the directory. Then it has the same product open a copy,
and writes down what it answers. Both files go to standalone/src/test/resources/upgrade and are
never changed again. Needs a JDK 25 as run_budget.sh does. Standard library only.
"""

import argparse
import gzip
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from datetime import datetime, timedelta, timezone

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEPT = ROOT / "standalone/src/test/resources/upgrade"
PATIENCE_SECONDS = 180

# Remade at every start, and large: logs and what only explains. Everything else is the directory.
REMADE = ("LOG", "LOG.old", "LOCK", "budget.lock", "broker.lock", ".lock")
REMADE_DIRECTORIES = ("logs",)

# How the directory has to be opened, too: partitions are for ever, and prices of today are no
# part of it.
SETTINGS = {"BUDGET_USAGE_PARTITIONS": "2", "BUDGET_LEDGER_PARTITIONS": "2"}

# When a dead letter was made, and an allocation drawn on, by records that are counted then.
OF_THE_OPENING = ("dead_at", "last_updated")

NOW = datetime.now(timezone.utc).replace(microsecond=0)
# Three hours, all of them over, and none of them of two days.
HOUR = (NOW - timedelta(days=1)).replace(hour=10, minute=0, second=0)
OPEN_UNTIL = NOW + timedelta(days=34)
PRICE_LIST = {
    "gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 2.5e-6,
               "output_cost_per_token": 1e-5},
    "wandb/m": {"litellm_provider": "wandb", "input_cost_per_token": 0.015,
                "output_cost_per_token": 0.06},
}


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Product:
    """The product on a data directory, from its start to its end."""

    def __init__(self, jdk, lib, data, settings):
        self.port, kafka = free_ports(2)
        self.said = open(data.parent / f"{data.name}.log", "wb")
        environment = {**os.environ, **SETTINGS, "BUDGET_DATA_DIR": str(data), "BUDGET_HERMES": "false",
                       "BUDGET_PORT": str(self.port), "BUDGET_KAFKA_PORT": str(kafka), **settings}
        self.process = subprocess.Popen(
            [jdk / "bin/java", "-Xmx512m", "--enable-native-access=ALL-UNNAMED",
             "--sun-misc-unsafe-memory-access=allow", "-cp", f"{lib}/*", "tekton.budget.standalone.Main"],
            env=environment, stdout=self.said, stderr=subprocess.STDOUT)

    def __enter__(self):
        self.wait("/ready", lambda status, _: status == 200)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_SECONDS)
        self.said.close()

    def ask(self, method, path, body=None, headers=None):
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data,
            {"Content-Type": "application/json", **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=70) as answer:
                return answer.status, read(answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, read(refused.read())
        except OSError:
            return 0, None

    def do(self, method, path, body=None, headers=None, status=(200, 201, 202, 204)):
        found, answer = self.ask(method, path, body, headers)
        if found not in status:
            raise SystemExit(f"{method} {path}: {found} {answer}")
        return answer

    def wait(self, path, wanted):
        until = time.monotonic() + PATIENCE_SECONDS
        while not wanted(*self.ask("GET", path)):
            if self.process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{path}: {self.ask('GET', path)}; see {self.said.name}")
            time.sleep(0.2)

    def wait_counted(self):
        self.wait("/api/system", lambda _, answer: answer and answer["lag_total"] == 0)


def read(body):
    try:
        return json.loads(body)
    except ValueError:
        return body.decode()


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def record(number, **more):
    return {"record_id": f"r-{number}", "context_id": f"chat-{number % 3}", "component": "rhetor",
            "provider": "anthropic", "model": "claude-3-opus-20240229", "input_tokens": 100 + number,
            "output_tokens": 50, "timestamp": text(HOUR + timedelta(minutes=7 * number)), **more}


def use(product):
    """Every part of the product, once or a few times; returns what is asked for later."""
    do = product.do
    for name, zone in (("team-a", None), ("team-india", "Asia/Kolkata"), ("team-gone", None)):
        do("POST", "/api/budgets", {"budget_id": name, "name": name.title(), "owner": "ops",
                                    "metadata": {"cost_centre": 7}, **({"zone": zone} if zone else {})})
    for period in ("hourly", "daily", "weekly", "monthly", "per_session", "per_task"):
        do("POST", "/api/policies", {"budget_id": "team-a", "type": "hard_limit", "period": period,
                                     "token_limit": 100000, "cost_limit": 50})
    for kind, scope in (("warn", {"tier": "remote_heavyweight"}), ("soft_limit", {"provider": "openai"}),
                        ("ignore", {"component": "rhetor"}), ("warn", {"task_type": "chat"})):
        do("POST", "/api/policies", {"budget_id": "team-a", "type": kind, "period": "daily",
                                     "token_limit": 1000, **scope})
    off = do("POST", "/api/policies", {"budget_id": "team-india", "type": "warn", "period": "weekly",
                                       "token_limit": 10, "component": "quiet"})
    do("DELETE", f"/api/policies/{off['policy_id']}")
    do("PUT", "/api/budgets/team-a", {"description": "changed once"})

    do("POST", "/api/alerts/channels", {"name": "to the log", "kind": "log"})
    hook = do("POST", "/api/alerts/channels", {"name": "hook", "kind": "webhook",
                                               "url": "https://budget.invalid/hook"})
    do("POST", f"/api/alerts/channels/{hook['channel_id']}/disable")

    product.wait("/api/prices/quarantine", lambda _, answer: answer and answer.get("total") == 1)
    price = {"input_cost_per_token": 0.000001, "output_cost_per_token": 0.000004}
    do("PUT", "/api/prices/acme/one", price)
    do("PUT", "/api/prices/acme/one", {**price, "output_cost_per_token": 0.000005})
    do("PUT", "/api/prices/openai/gpt-4o", price)
    product.wait("/api/prices/history/openai/gpt-4o", lambda _, answer: len(answer) > 1)
    time.sleep(3)
    do("DELETE", "/api/prices/openai/gpt-4o")
    held = do("GET", "/api/prices/quarantine")["items"][0]
    do("POST", f"/api/prices/quarantine/{held['quarantine_id']}/reject")

    def allocate(tokens, **more):
        return do("POST", "/api/allocations", {"budget_id": "team-a", "context_id": "chat-1",
                                               "component": "rhetor", "tokens_allocated": tokens, **more},
                  {"Idempotency-Key": f"job-{tokens}"})["allocation_id"]

    call = {"provider": "anthropic", "model": "claude-3-opus-20240229"}
    opened = allocate(5000, **call, expiration_time=text(OPEN_UNTIL))
    released = allocate(3000, **call)
    expired = allocate(2000, **call, context_id="chat-2",
                       expiration_time=text(datetime.now(timezone.utc) + timedelta(seconds=8)))
    exhausted = allocate(150, **call)
    allocate(1000)
    do("POST", "/api/allocations", {"budget_id": "team-a", "context_id": "chat-1", "component": "rhetor",
                                    "tokens_allocated": 900000}, status=(402,))
    gone = allocate(77, budget_id="team-gone")
    do("DELETE", "/api/budgets/team-gone")

    batch = [record(n, budget_id="team-a", user_id=f"user-{n % 2}", task_type="chat",
                    cached_input_tokens=40, cache_write_tokens=10, reasoning_tokens=5) for n in range(8)]
    do("POST", "/api/usage/batch", batch)
    do("POST", "/api/usage/batch", batch)
    lines = [record(n, budget_id="team-india", provider="openai", model="gpt-4o", service_tier="batch",
                    user_id="user-1") for n in range(8, 16)]
    do("POST", "/api/usage/batch", "\n".join(map(json.dumps, lines)).encode(),
       {"Content-Type": "application/x-ndjson"})
    do("POST", "/api/usage/record", record(16, allocation_id=opened))
    do("POST", "/api/usage/record", record(17, allocation_id=released, context_id="chat-1"))
    do("POST", "/api/usage/record", record(18, allocation_id=exhausted, context_id="chat-1"))
    do("POST", "/api/usage/record", record(19, provider="nobody", model="unknown", tier="local_lightweight",
                                           component="apollo", metadata={"deep": {"er": [1, "ü"]}}))
    do("POST", "/api/usage/record", record(20, provider="acme", model="one", audio_input_tokens=20,
                                           image_output_tokens=6, operation_id="op-1"))
    do("POST", f"/api/allocations/{released}/release")
    whom = {"X-Budget-Context": "chat-7", "X-Budget-Component": "sophia"}
    do("POST", "/api/usage/openai", {"id": "chatcmpl-A9", "object": "chat.completion", "model": "gpt-4o",
                                     "choices": [], "usage": {
                                         "prompt_tokens": 1200, "prompt_tokens_details": {"cached_tokens": 800},
                                         "completion_tokens": 90, "total_tokens": 1290}}, whom)
    do("POST", "/v1/traces", {"resourceSpans": [
        {"resource": {"attributes": [attribute("service.name", stringValue="shop-bot")]},
         "scopeSpans": [{"spans": [{
             "traceId": "5b8efff798038103d269b633813fc60d", "spanId": "eee19b7ec3c1b175",
             "name": "chat gpt-4o", "kind": 3, "attributes": [
                 attribute("gen_ai.operation.name", stringValue="chat"),
                 attribute("gen_ai.provider.name", stringValue="openai"),
                 attribute("gen_ai.response.model", stringValue="gpt-4o"),
                 attribute("gen_ai.usage.input_tokens", intValue="1200"),
                 attribute("gen_ai.usage.output_tokens", intValue="90")]}]}]}]})
    do("POST", "/api/v1/events", {"specversion": "1.0", "id": "e-18", "source": "chat-app", "type": "prompt",
                                  "subject": "customer-9", "data": {
                                      "tokens": "345", "model": "gpt-4o", "provider": "openai",
                                      "type": "output"}}, {"Content-Type": "application/cloudevents+json"})
    do("POST", "/api/usage/record", record(3, context_id="chat-0", input_tokens=999))
    product.wait_counted()
    product.wait("/api/dead-letters", lambda _, answer: len(answer["items"]) > 0)
    product.wait("/api/alerts", lambda _, answer: len(answer) > 0)
    alert = do("GET", "/api/alerts")[0]["alert_id"]
    do("POST", f"/api/alerts/{alert}/acknowledge?acknowledged_by=ada")
    product.wait(f"/api/allocations/{expired}", lambda _, answer: answer["state"] == "expired")
    return {"opened": opened, "alert": alert,
            "allocations": [opened, released, expired, exhausted, gone]}


def attribute(key, **value):
    return {"key": key, "value": value}


def uncounted(opened):
    """Records that are in the log, and counted by whoever opens the directory."""
    repeated = record(5, budget_id="team-a", user_id="user-1", task_type="chat", cached_input_tokens=40,
                      cache_write_tokens=10, reasoning_tokens=5)
    return [
        (repeated["context_id"], json.dumps(repeated)),
        ("chat-1", json.dumps(record(21, context_id="chat-1", allocation_id=opened))),
        ("chat-new", json.dumps(record(22, context_id="chat-new", user_id="user-9", budget_id="team-india"))),
        ("chat-1", json.dumps(record(1, context_id="chat-1", output_tokens=1))),
        ("chat-1", "no JSON"),
    ]


def questions(used):
    """What is asked: what Budget answers at any time, and what it answers for 35 days."""
    window = f"from={text(HOUR)}&to={text(HOUR + timedelta(hours=3))}"
    every = [f"/api/totals/{kind}?limit=100" for kind in ("budgets", "contexts", "components", "users")]
    every += [f"/api/totals/budgets/{name}?{window}" for name in ("team-a", "default")]
    every += [f"/api/reports/usage?{window}&group_by=budget,component,provider,model,tier,task_type,hour"]
    every += ["/api/budgets?limit=100", "/api/budgets/team-a", "/api/alerts/channels",
              "/api/dead-letters?limit=100", "/api/prices/quarantine?state=rejected",
              "/api/prices/history/acme/one", "/api/prices/history/openai/gpt-4o"]
    every += [f"/api/policies?budget_id={name}&limit=100"
              for name in ("default", "team-a", "team-india", "team-gone")]
    every += [f"/api/usage/records/r-{n}?context_id=chat-{n % 3}" for n in (0, 9, 16, 19, 20)]
    month = [f"/api/reports/usage?{window}&group_by=context,user,model,hour",
             f"/api/reports/usage?{window}&group_by=user,budget,model,hour",
             f"/api/totals/contexts/chat-1?{window}", f"/api/totals/users/user-1?{window}",
             f"/api/alerts/{used['alert']}", "/api/usage/records/r-5/story?context_id=chat-2"]
    month += [f"/api/allocations/{one}" for one in used["allocations"]]
    return every, month


def lasting(answer):
    """An answer without what depends on when the directory was opened."""
    if isinstance(answer, list):
        return [lasting(one) for one in answer]
    if isinstance(answer, dict):
        return {name: lasting(value) for name, value in answer.items() if name not in OF_THE_OPENING}
    return answer


def pack(data, file):
    """A zip that stores and a gzip around it: small files of one kind are compressed together."""
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_STORED) as out:
        for path in sorted(data.rglob("*"), key=lambda one: (one.name.split("-")[0], str(one))):
            inside = path.relative_to(data)
            if path.name in REMADE or set(REMADE_DIRECTORIES) & set(inside.parts):
                continue
            if path.is_file():
                out.writestr(zipfile.ZipInfo(str(inside)), path.read_bytes())
            elif not any(path.iterdir()):
                out.writestr(zipfile.ZipInfo(f"{inside}/"), b"")
    file.write_bytes(gzip.compress(zipped.getvalue(), 9, mtime=0))


def find_jdk():
    script = f'source "{ROOT}/tools/jdk.sh"; find_jdk'
    return pathlib.Path(subprocess.run(["bash", "-c", script], check=True, capture_output=True,
                                       text=True).stdout.strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("lib", nargs="?", type=pathlib.Path, default=ROOT / "standalone/target/app/lib")
    lib = parser.parse_args().lib.resolve()
    jdk = find_jdk()
    work = pathlib.Path(tempfile.mkdtemp(prefix="budget-upgrade-"))
    prices = work / "prices.json"
    prices.write_text(json.dumps(PRICE_LIST))
    data = work / "data"
    with Product(jdk, lib, data, {"BUDGET_PRICE_SOURCES": "litellm,built-in",
                                  "BUDGET_PRICE_LITELLM": str(prices)}) as product:
        version = product.do("GET", "/api/discovery")["version"]
        used = use(product)

    records = work / "uncounted"
    records.write_text("".join(f"{key}\t{value}\n" for key, value in uncounted(used["opened"])))
    subprocess.run([jdk / "bin/java", "-cp", f"{lib}/*", ROOT / "tools/UpgradeRecords.java",
                    data / "kafka", records], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    KEPT.mkdir(parents=True, exist_ok=True)
    packed = KEPT / f"{version}.zip.gz"
    pack(data, packed)

    opened = work / "opened"
    shutil.copytree(data, opened)
    settings = {**SETTINGS, "BUDGET_PRICE_SOURCES": "none"}
    with Product(jdk, lib, opened, settings) as product:
        product.wait_counted()
        every, month = questions(used)
        answers = {path: lasting(product.do("GET", path)) for path in every}
        for_a_month = {path: lasting(product.do("GET", path)) for path in month}
    team = answers[every[4]]
    if (team["record_count"], team["input_tokens"]) != (12, sum(range(100, 108)) + 116 + 117 + 118 + 121):
        raise SystemExit(f"counted otherwise than once each: {team}")
    expected = {
        "version": version,
        "settings": settings,
        "made_at": text(NOW),
        "answers": answers,
        "answers_until": text(NOW + timedelta(days=33)),
        "answers_of_a_month": for_a_month,
        "open_allocation": used["opened"],
        "open_until": text(OPEN_UNTIL),
    }
    (KEPT / f"{version}.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")
    shutil.rmtree(work)
    print(f"{packed}: {packed.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
