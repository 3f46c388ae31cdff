"""Tekton's Apollo adapter: the six calls as Apollo makes them, and every field it reads."""

import inspect
import unittest
from datetime import datetime, timedelta

from support import URL, Fake, answer, needs_budget

from apollo import ApolloAdapter, ApolloBudget
from budget_client import BudgetClient, uuid7

TIER_FIELDS = {"allocated": int, "used": int, "remaining": int, "limit": int,
               "usage_percentage": float, "limit_exceeded": bool}
SONNET = ("anthropic", "claude-3-opus-20240229")


class SignatureTest(unittest.TestCase):
    def test_names_order_and_defaults_are_those_of_tekton(self):
        expected = {
            "allocate_tokens": ["context_id", "amount", "tier='heavyweight'", "model=None",
                                "provider=None", "task_type='generation'", "priority=5"],
            "release_allocation": ["allocation_id"],
            "record_token_usage": ["context_id", "input_tokens", "output_tokens", "provider",
                                   "model", "request_id=None"],
            "get_budget_status": ["period='daily'", "tier=None"],
            "get_allocation_status": ["allocation_id"],
            "set_budget_limit": ["tier", "period", "limit"],
        }
        for name, arguments in expected.items():
            parameters = inspect.signature(getattr(ApolloAdapter, name)).parameters.values()
            given = [p.name if p.default is p.empty else f"{p.name}={p.default!r}"
                     for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
            self.assertEqual(["self"] + arguments, given, name)


class UnreachableTest(unittest.TestCase):
    """What goes wrong is an answer, as Apollo expects, and says why."""

    def setUp(self):
        self.fake = Fake(answer(401, b'{"status":401,"code":"authentication_error","detail":"no"}'))
        self.addCleanup(self.fake.__exit__)
        self.apollo = ApolloBudget(BudgetClient(self.fake.url))

    def test_every_call_answers(self):
        answers = [(self.apollo.allocate_tokens("c", 5),
                    {"context_id": "c", "amount": 0, "remaining": 0, "tier": "heavyweight"}),
                   (self.apollo.release_allocation("apollo.a"), {"allocation_id": "apollo.a"}),
                   (self.apollo.record_token_usage("c", 1, 2, *SONNET),
                    {"context_id": "c", "recorded_tokens": 0, "remaining": 0}),
                   (self.apollo.get_budget_status("weekly"), {"period": "weekly"}),
                   (self.apollo.get_allocation_status("apollo.a"), {"allocation_id": "apollo.a"}),
                   (self.apollo.set_budget_limit("midweight", "daily", 5),
                    {"tier": "midweight", "period": "daily"})]
        for said, rest in answers:
            error = said.pop("error")
            self.assertIn("authentication_error", error)
            self.assertEqual({**rest, "success": False}, said)

    def test_a_tier_that_there_is_not_reaches_nobody(self):
        said = self.apollo.get_budget_status("daily", "featherweight")
        self.assertFalse(said["success"])
        self.assertIn("featherweight", said["error"])
        self.assertEqual([], self.fake.requests)


@needs_budget
class ApolloTest(unittest.TestCase):
    def setUp(self):
        self.client = BudgetClient(URL)
        self.addCleanup(self.client.close)
        self.budget = f"apollo-{uuid7()}"
        self.apollo = ApolloBudget(self.client, self.budget)

    def test_from_a_limit_to_a_release(self):
        limit = self.apollo.set_budget_limit("midweight", "daily", 1_000)
        policy_id = limit.pop("policy_id")
        self.assertEqual({"tier": "midweight", "period": "daily", "limit": 1_000, "success": True},
                         limit)
        self.assertEqual("warn", self.client.get_policy(policy_id)["type"])

        granted = self.apollo.allocate_tokens("c", 600, "midweight", None, None, "chat", 5)
        allocation_id = granted.pop("allocation_id")
        self.assertEqual({"context_id": "c", "amount": 600, "remaining": 600, "tier": "midweight",
                          "success": True}, granted)

        used = self.apollo.record_token_usage("c", 100, 250, *SONNET, request_id="call-1")
        self.assertEqual({"context_id": "c", "recorded_tokens": 350, "remaining": 250,
                          "success": True}, used)
        self.assertEqual(used, self.apollo.record_token_usage("c", 100, 250, *SONNET,
                                                              request_id="call-1"))
        self.assertEqual(350, self.client.budget_totals(self.budget)["total_tokens"])

        stands = self.apollo.get_allocation_status(allocation_id)
        life = (datetime.fromisoformat(stands.pop("expires_at"))
                - datetime.fromisoformat(stands.pop("created_at")))
        self.assertEqual(timedelta(days=1), life)
        self.assertEqual({"allocation_id": allocation_id, "context_id": "c", "allocated": 600,
                          "used": 350, "remaining": 250, "tier": "midweight", "is_active": True,
                          "success": True}, stands)

        self.assertEqual({"allocation_id": allocation_id, "success": True},
                         self.apollo.release_allocation(allocation_id))
        self.assertFalse(self.apollo.get_allocation_status(allocation_id)["is_active"])
        self.assertEqual({"allocation_id": allocation_id, "success": True},
                         self.apollo.release_allocation(allocation_id))

        status = self.apollo.get_budget_status()
        self.assertEqual(("daily", True), (status["period"], status["success"]))
        self.assertEqual({"all", "lightweight", "midweight", "heavyweight"}, set(status["tiers"]))
        for name, tier in status["tiers"].items():
            self.assertEqual(TIER_FIELDS, {field: type(value) for field, value in tier.items()},
                             name)
        self.assertEqual(1_000, status["tiers"]["midweight"]["limit"])
        self.assertEqual(["heavyweight"],
                         list(self.apollo.get_budget_status("weekly", "heavyweight")["tiers"]))

    def test_usage_without_an_allocation_counts_in_apollos_budget(self):
        context = uuid7()
        self.assertEqual({"context_id": context, "recorded_tokens": 30, "remaining": 0,
                          "success": True},
                         self.apollo.record_token_usage(context, 10, 20, *SONNET))
        self.assertEqual(30, self.client.budget_totals(self.budget)["total_tokens"])

    def test_the_oldest_of_several_allocations_is_drawn_first(self):
        context = uuid7()
        first = self.apollo.allocate_tokens(context, 100)["allocation_id"]
        second = self.apollo.allocate_tokens(context, 100)["allocation_id"]
        self.assertEqual(70, self.apollo.record_token_usage(context, 10, 20, *SONNET)["remaining"])
        self.assertEqual(30, self.apollo.get_allocation_status(first)["used"])
        self.assertEqual(0, self.apollo.get_allocation_status(second)["used"])

    def test_a_hard_limit_refuses_and_says_so(self):
        self.assertTrue(self.apollo.set_budget_limit("heavyweight", "daily", 500,
                                                     type="hard_limit")["success"])
        self.assertTrue(self.apollo.allocate_tokens("c", 400)["success"])
        refused = self.apollo.allocate_tokens("c", 200)
        self.assertIn("insufficient_budget", refused.pop("error"))
        self.assertEqual({"context_id": "c", "amount": 0, "remaining": 0, "tier": "heavyweight",
                          "success": False}, refused)

    def test_what_there_is_not_is_an_answer(self):
        unknown = f"{self.budget}.{uuid7()}"
        self.assertTrue(self.apollo.get_budget_status()["success"])
        for said in (self.apollo.get_allocation_status(unknown),
                     self.apollo.release_allocation(unknown)):
            self.assertIn("not", said.pop("error"))
            self.assertEqual({"allocation_id": unknown, "success": False}, said)
        self.assertFalse(self.apollo.set_budget_limit("featherweight", "daily", 1)["success"])
        self.assertFalse(self.apollo.allocate_tokens("c", 1, "featherweight")["success"])
        self.assertFalse(self.apollo.get_budget_status("yearly")["success"])

    def test_another_process_finds_the_budget_there(self):
        self.apollo.set_budget_limit("lightweight", "weekly", 77)
        again = ApolloAdapter(self.client, self.budget)
        self.assertEqual(77, again.get_budget_status("weekly")["tiers"]["lightweight"]["limit"])


if __name__ == "__main__":
    unittest.main()
