"""Every call against a running Budget, which the variable BUDGET_URL names."""

import random
import socket
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import urlsplit

from support import LONG, PATIENT, URL, USAGE, needs_budget

from budget_client import (BudgetClient, BudgetError, InsufficientBudget, Invalid, NotFound,
                           Unavailable, UsageReporter, uuid7)

# What 100 and 250 tokens of the model in USAGE cost.
COST = Decimal("0.02025")


def until(condition, seconds=LONG):
    """Waits until the condition gives something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.05)


class WithBudget(unittest.TestCase):
    def setUp(self):
        self.client = BudgetClient(URL, **PATIENT)
        self.addCleanup(self.client.close)

    def limited(self, tokens, type="hard_limit"):
        """A new budget with a daily limit."""
        budget = self.client.create_budget(self.id(), owner="python-tests")["budget_id"]
        self.client.put_policy(type=type, period="daily", budget_id=budget, token_limit=tokens)
        return budget


@needs_budget
class BudgetTest(WithBudget):
    def test_budgets(self):
        budget_id = f"python-{uuid7()}"
        made = self.client.create_budget("Python", budget_id=budget_id, owner=budget_id,
                                         description="of a test", zone="Europe/Berlin",
                                         metadata={"a": [1, Decimal("0.1")]})
        self.assertEqual(timezone.utc, made["created_at"].tzinfo)
        self.assertEqual(made, self.client.get_budget(budget_id))
        self.assertEqual({"a": [1, Decimal("0.1")]}, made["metadata"])
        changed = self.client.update_budget(budget_id, description="changed")
        self.assertEqual(("changed", "Python"), (changed["description"], changed["name"]))
        page = self.client.list_budgets(owner=budget_id, is_active=True, limit=1)
        self.assertEqual((1, 1, 1, [budget_id]), (page.total, page.page, page.limit,
                                                  [item["budget_id"] for item in page.items]))
        self.client.deactivate_budget(budget_id)
        self.assertEqual(0, self.client.list_budgets(owner=budget_id, is_active=True).total)
        with self.assertRaises(BudgetError) as caught:
            self.client.allocate(context_id="c", component="d", budget_id=budget_id)
        self.assertEqual((409, "budget_inactive"), (caught.exception.status, caught.exception.code))
        with self.assertRaises(NotFound):
            self.client.get_budget(f"python-{uuid7()}")

    def test_a_key_of_the_callers_makes_one_budget(self):
        key = uuid7()
        first = self.client.create_budget("Once", idempotency_key=key)
        self.assertEqual(first, self.client.create_budget("Once", idempotency_key=key))
        with self.assertRaises(BudgetError) as caught:
            self.client.create_budget("Twice", idempotency_key=key)
        self.assertEqual("idempotency_conflict", caught.exception.code)

    def test_policies(self):
        budget = self.client.create_budget("Policies")["budget_id"]
        policy = self.client.put_policy(type="soft_limit", period="weekly", budget_id=budget,
                                        component="python-tests", token_limit=10,
                                        cost_limit=Decimal("0.000000000001"),
                                        warning_threshold=Decimal("0.5"))
        policy_id = policy["policy_id"]
        self.assertEqual(Decimal("1E-12"), policy["cost_limit"])
        self.assertEqual(policy, self.client.get_policy(policy_id))
        changed = self.client.update_policy(policy_id, cost_limit=3)
        self.assertEqual((Decimal(3), Decimal("0.5")),
                         (changed["cost_limit"], changed["warning_threshold"]))
        found = self.client.list_policies(budget_id=budget, component="python-tests")
        self.assertEqual([changed], found.items)
        [entry] = [entry for entry in self.client.budget_summary(budget, "weekly")
                   if entry["policy_id"] == policy_id]
        self.assertEqual((10, Decimal(3)), (entry["token_limit"], entry["remaining_cost"]))
        self.client.disable_policy(policy_id)
        self.assertFalse(self.client.get_policy(policy_id)["enabled"])

    def test_allocations(self):
        budget = self.limited(1_000)
        context = uuid7()
        arguments = {"context_id": context, "component": "python-tests", "budget_id": budget}
        granted = self.client.allocate(tokens_allocated=600, expiration_time=datetime.now(
            timezone.utc) + timedelta(hours=1), **arguments)
        with self.assertRaises(InsufficientBudget) as caught:
            self.client.allocate(tokens_allocated=600, **arguments)
        self.assertEqual((600, 400), (caught.exception.problem["asked"],
                                      caught.exception.problem["left"]))
        self.client.record(allocation_id=granted["allocation_id"], **USAGE)
        held = self.client.get_allocation(granted["allocation_id"])
        self.assertEqual((350, 250, COST), (held["tokens_used"], held["remaining_tokens"],
                                            held["actual_cost"]))
        self.assertEqual(250, self.client.release(granted["allocation_id"]))
        self.assertEqual(0, self.client.release(granted["allocation_id"]))
        listed = self.client.list_allocations(context_id=context, is_active=False)
        self.assertEqual([granted["allocation_id"]],
                         [item["allocation_id"] for item in listed.items])

    def test_a_block_releases_what_is_left_however_it_ends(self):
        budget = self.limited(1_000)
        for failure in (None, KeyError):
            with self.subTest(failure):
                try:
                    with self.client.allocation(context_id="c", component="python-tests",
                                                tokens_allocated=400, budget_id=budget) as held:
                        self.client.record(allocation_id=held["allocation_id"], **USAGE)
                        if failure is not None:
                            raise failure
                except KeyError:
                    self.assertIsNotNone(failure)
                ended = self.client.get_allocation(held["allocation_id"])
                self.assertEqual(("released", 350), (ended["state"], ended["tokens_used"]))

    def test_totals_have_what_was_written(self):
        context, component = f"a/b c%2F/../{uuid7()}", f"python-{uuid7()}"
        budget = self.limited(1)
        usage = {**USAGE, "component": component, "context_id": context, "budget_id": budget}
        record = self.client.record(metadata={"cost": 1}, **usage)
        self.assertEqual((COST, {"cost": 1}), (record["total_cost"], record["metadata"]))
        self.client.record(record_id=record["record_id"], **usage)
        today = datetime.now(timezone.utc)
        hour = today.replace(minute=0, second=0, microsecond=0)
        for read, of in ((self.client.context_totals, context),
                         (self.client.component_totals, component),
                         (self.client.budget_totals, budget)):
            for window in ({}, {"period": "weekly", "zone": "Europe/Berlin"},
                           {"start": today.date() - timedelta(days=1)},
                           {"start": hour - timedelta(hours=1), "end": hour + timedelta(hours=2)}):
                with self.subTest(of=of, window=window):
                    totals = read(of, **window)
                    self.assertEqual((of, 350, 1, COST),
                                     (totals["id"], totals["total_tokens"],
                                      totals["record_count"], totals["total_cost"]))
        with self.assertRaises(NotFound):
            self.client.context_totals(uuid7())
        with self.assertRaises(Invalid) as caught:
            self.client.context_totals(context, zone="Mars/Olympus")
        self.assertEqual(["query", "zone"], caught.exception.errors[0]["loc"])

    def test_many_records(self):
        context = uuid7()

        def records():
            for i in range(2_500):
                yield {**USAGE, "context_id": context,
                       "input_tokens": -1 if i % 1_200 == 7 else 100}

        result = self.client.record_many(records())
        self.assertEqual((2_497, 3), (result.accepted, result.refused))
        self.assertEqual([7, 1_207, 2_407], [refusal.index for refusal in result.refusals])
        totals = self.client.context_totals(context)
        self.assertEqual((2_497, 2_497 * COST), (totals["record_count"], totals["total_cost"]))

    def test_reporting_in_the_background(self):
        context = uuid7()
        undelivered = []
        reporter = UsageReporter(self.client, lambda *told: undelivered.append(told), batch=50,
                                 interval=0.1)
        for _ in range(120):
            reporter.report(context_id=context, **USAGE)
        wrong = reporter.report(context_id=context, **{**USAGE, "input_tokens": -1})
        reporter.close(timeout=LONG)
        self.assertEqual(120, self.client.context_totals(context)["record_count"])
        [([record], error)] = undelivered
        self.assertEqual((wrong, "invalid_request"), (record["record_id"], error.code))

    def test_alerts(self):
        budget = self.limited(10)
        with self.assertRaises(InsufficientBudget):
            self.client.allocate(context_id="c", component="python-tests", tokens_allocated=11,
                                 budget_id=budget)
        alert = until(lambda: self.client.list_alerts(budget_id=budget).items)[0]
        self.assertEqual(("allocation_refused", timezone.utc),
                         (alert["type"], alert["timestamp"].tzinfo))
        self.assertEqual(alert, self.client.get_alert(alert["alert_id"]))
        seen = self.client.acknowledge_alert(alert["alert_id"], "a person")
        self.assertEqual((True, "a person"), (seen["acknowledged"], seen["acknowledged_by"]))
        self.assertEqual("a person",
                         self.client.acknowledge_alert(alert["alert_id"])["acknowledged_by"])



class Cutter:
    """Passes connections on to the service and cuts some: before, within or after an answer."""

    def __init__(self, url, seed):
        parts = urlsplit(url)
        self._target = (parts.hostname, parts.port)
        self._random = random.Random(seed)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self._socket.getsockname()[1]
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self):
        while True:
            try:
                near, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(near,), daemon=True).start()

    def _pass(self, near):
        with near, socket.create_connection(self._target) as far:
            threading.Thread(target=self._copy, args=(near, far), daemon=True).start()
            # Of what the service answers so many bytes come through.
            allowed = self._random.choice((0, 0, 40, 300, 700, 1_500, 3_000))
            try:
                while True:
                    data = far.recv(65_536)
                    if not data:
                        return
                    near.sendall(data[:allowed])
                    allowed -= len(data)
                    if allowed < 0:
                        self.cuts += 1
                        near.shutdown(socket.SHUT_RDWR)
                        return
            except OSError:
                pass

    @staticmethod
    def _copy(near, far):
        try:
            while True:
                data = near.recv(65_536)
                if not data:
                    break
                far.sendall(data)
            far.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@needs_budget
@unittest.skipUnless((URL or "http:").startswith("http:"), "the bytes are passed on as they are")
class CutTest(WithBudget):
    def test_what_is_cut_and_repeated_counts_once(self):
        cutter = Cutter(URL, seed=7)
        self.addCleanup(cutter.close)
        context, budget = uuid7(), self.limited(1_000_000)
        through = BudgetClient(cutter.url, backoff=0.001, max_backoff=0.01, **PATIENT)
        self.addCleanup(through.close)
        sent = 0
        for _ in range(40):
            through.record(context_id=context, budget_id=budget, **USAGE)
            sent += 1
        for count in (1, 10, 1_500):
            result = through.record_many({**USAGE, "context_id": context, "budget_id": budget}
                                         for _ in range(count))
            self.assertEqual((count, 0), (result.accepted, result.refused))
            sent += count
        for _ in range(10):
            through.allocate(context_id=context, component="python-tests", budget_id=budget,
                             tokens_allocated=10)
        self.client.wait_for(through.position)
        totals = self.client.context_totals(context)
        self.assertEqual((sent, sent * COST, sent * 350),
                         (totals["record_count"], totals["total_cost"], totals["total_tokens"]))
        self.assertEqual(10, self.client.list_allocations(budget_id=budget).total)
        self.assertGreater(cutter.cuts, 20)

    def test_without_repeats_a_cut_is_an_error(self):
        cutter = Cutter(URL, seed=7)
        self.addCleanup(cutter.close)
        once = BudgetClient(cutter.url, retries=0)
        self.addCleanup(once.close)
        failures = 0
        for _ in range(20):
            try:
                once.get_budget("default")
            except Unavailable:
                failures += 1
        self.assertGreater(failures, 0)


if __name__ == "__main__":
    unittest.main()
