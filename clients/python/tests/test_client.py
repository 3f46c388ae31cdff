"""What the client does when the service behaves badly, and how it writes and reads."""

import json
import os
import pickle
import threading
import unittest
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from unittest import mock

from support import LONG, USAGE, Fake, Time, answer, cut

from budget_client import (BudgetClient, BudgetError, InsufficientBudget, Invalid, NotDecided,
                           NotFound, Unauthorized, Unavailable, uuid7)


def problem(status, code, **more):
    body = {"status": status, "code": code, "detail": f"the detail of {code}", "errors": []}
    return answer(status, json.dumps({**body, **more}).encode())


def patient(fake, time=None, **options):
    time = time or Time()
    client = BudgetClient(fake.url, sleep=time.sleep, random=lambda: 0.5, **options)
    unittest.addModuleCleanup(client.close)
    return client


class RetryTest(unittest.TestCase):
    def test_a_lost_answer_is_asked_for_again_with_the_same_record_id(self):
        with Fake(cut(b""), cut(b"HTTP/1.1 201 Created\r\nContent-Le"),
                  cut(b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{\"a\""),
                  answer(201, b'{"record_id":"x"}')) as fake:
            self.assertEqual("x", patient(fake).record(context_id="c", **USAGE)["record_id"])
        ids = [json.loads(request.body)["record_id"] for request in fake.requests]
        self.assertEqual(4, len(ids))
        self.assertEqual(1, len(set(ids)))
        self.assertEqual(7, uuid.UUID(ids[0]).version)

    def test_a_lost_decision_is_asked_for_again_with_the_same_key(self):
        with Fake(cut(b""), answer(201, b'{"allocation_id":"a"}')) as fake:
            client = patient(fake)
            client.allocate(context_id="c", component="d")
            client.allocate(context_id="c", component="d")
        keys = [request.headers["idempotency-key"] for request in fake.requests]
        self.assertEqual(keys[0], keys[1])
        self.assertNotEqual(keys[1], keys[2])
        self.assertEqual(fake.requests[0].body, fake.requests[1].body)

    def test_a_chunked_answer_that_is_cut_is_lost(self):
        with Fake(cut(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
                  answer(200, b'{"budget_id":"b"}')) as fake:
            self.assertEqual({"budget_id": "b"}, patient(fake).get_budget("b"))

    def test_waits_double_up_to_a_bound_and_end_after_the_last_attempt(self):
        time = Time()
        with Fake(problem(503, "service_unavailable")) as fake:
            client = patient(fake, time, retries=4, backoff=1, max_backoff=4)
            with self.assertRaises(Unavailable) as caught:
                client.get_budget("b")
        self.assertEqual([0.5, 1, 2, 2], time.slept)
        self.assertEqual(5, len(fake.requests))
        self.assertEqual("service_unavailable", caught.exception.code)

    def test_retry_after_is_honoured_within_its_bound(self):
        for after, slept in (("3", 3.5), ("999999", 7.5), ("soon", 0.5), ("-1", 0.5)):
            time = Time()
            with self.subTest(after), Fake(answer(429, b"", Retry_After=after), answer()) as fake:
                patient(fake, time, backoff=1, max_retry_after=7).get_budget("b")
                self.assertEqual([slept], time.slept)

    def test_no_wait_goes_beyond_the_total_time(self):
        time = Time()
        with Fake(answer(503, b"", Retry_After="4")) as fake:
            client = patient(fake, time, clock=time.clock, total_timeout=10, backoff=0)
            with self.assertRaises(Unavailable) as caught:
                client.get_budget("b")
        self.assertEqual([4, 4], time.slept)
        self.assertEqual(4, caught.exception.retry_after)

    def test_what_is_refused_is_not_tried_again(self):
        expected = {400: Invalid, 401: Unauthorized, 402: InsufficientBudget, 403: Unauthorized,
                    404: NotFound, 409: BudgetError, 413: Invalid, 422: Invalid, 500: BudgetError}
        for status, kind in expected.items():
            with self.subTest(status), Fake(problem(status, "some_code", left=7)) as fake:
                with self.assertRaises(BudgetError) as caught:
                    patient(fake).allocate(context_id="c", component="d", idempotency_key="mine")
                failure = caught.exception
                self.assertIs(kind, type(failure))
                self.assertEqual((status, "some_code", "the detail of some_code", [], 7, "mine"),
                                 (failure.status, failure.code, failure.detail, failure.errors,
                                  failure.problem["left"], failure.idempotency_key))
                self.assertEqual(1, len(fake.requests))
                again = pickle.loads(pickle.dumps(failure))
                self.assertEqual((kind, str(failure), "mine"),
                                 (type(again), str(again), again.idempotency_key))

    def test_not_decided_names_the_key_to_ask_again(self):
        with Fake(problem(504, "not_decided", request_id="r")) as fake:
            with self.assertRaises(NotDecided) as caught:
                patient(fake, retries=1).create_budget("b")
        self.assertEqual(fake.requests[1].headers["idempotency-key"],
                         caught.exception.idempotency_key)
        self.assertEqual("r", caught.exception.problem["request_id"])

    def test_nobody_listens(self):
        with Fake(answer()) as fake:
            pass
        time = Time()
        with self.assertRaises(Unavailable) as caught:
            patient(fake, time, retries=2).get_budget("b")
        self.assertEqual((0, "no_answer"), (caught.exception.status, caught.exception.code))
        self.assertEqual(2, len(time.slept))


class WireTest(unittest.TestCase):
    def test_one_connection_is_used_again_and_each_thread_has_its_own(self):
        with Fake(answer()) as fake, patient(fake) as client:
            for _ in range(3):
                client.get_budget("b")
            self.assertEqual(1, fake.connections)
            thread = threading.Thread(target=client.get_budget, args=("b",))
            thread.start()
            thread.join(LONG)
            self.assertEqual((2, 4), (fake.connections, len(fake.requests)))

    def test_a_connection_that_was_closed_meanwhile_costs_no_wait(self):
        time = Time()
        with Fake(answer(), cut(b""), answer()) as fake:
            client = patient(fake, time)
            client.get_budget("b")
            client.get_budget("b")
        self.assertEqual([], time.slept)
        self.assertEqual(2, fake.connections)

    def test_garbage_is_an_error_that_says_so(self):
        for garbage in (b"<html>", b"\xff", b'{"a":NaN}', b"[" * 200_000, b"1" * 5_000 + b"x"):
            with self.subTest(garbage[:9]), Fake(answer(200, garbage)) as fake:
                with self.assertRaises(BudgetError) as caught:
                    patient(fake).get_budget("b")
                self.assertEqual("invalid_answer", caught.exception.code)
        with Fake(cut(b"SSH-2.0-x\r\n")) as fake, self.assertRaises(Unavailable):
            patient(fake).get_budget("b")
        with Fake(answer(200, b"[]")) as fake, self.assertRaises(BudgetError) as caught:
            patient(fake).list_budgets()
        self.assertEqual("invalid_answer", caught.exception.code)
        with Fake(answer(500, b"<html>")) as fake, self.assertRaises(BudgetError) as caught:
            patient(fake).get_budget("b")
        self.assertEqual("http_error", caught.exception.code)

    def test_an_answer_that_is_too_large_is_not_read(self):
        endless = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + (
            b" " * 1024 + b"\r\n400\r\n") * 16
        for data in (answer(200, b" " * 5_000), endless):
            with Fake(cut(data)) as fake:
                with self.assertRaises(BudgetError) as caught:
                    patient(fake, max_answer=4_096).get_budget("b")
                self.assertEqual("answer_too_large", caught.exception.code)
                self.assertEqual(1, len(fake.requests))

    def test_bytes_that_come_slowly_do_not_hold_an_attempt_open(self):
        gone = threading.Event()
        self.addCleanup(gone.set)

        def drip(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not gone.wait(0.02):
                connection.sendall(b"X: y\r\n")
            return False

        with Fake(drip) as fake, self.assertRaises(Unavailable) as caught:
            patient(fake, timeout=0.3, retries=0).get_budget("b")
        self.assertEqual("no_answer", caught.exception.code)
        # Not that the headers were too many.
        self.assertRegex(caught.exception.detail, "no complete answer|timed out")

    def test_redirects_are_not_followed(self):
        with Fake(answer(307, b"", Location="/elsewhere")) as fake:
            with self.assertRaises(BudgetError) as caught:
                patient(fake).get_budget("b")
        self.assertEqual((307, "redirected"), (caught.exception.status, caught.exception.code))
        self.assertEqual(1, len(fake.requests))

    def test_the_key_is_sent_and_never_shown(self):
        secret = "s3cret-key"
        with mock.patch.dict(os.environ, {"BUDGET_API_KEY": secret}), Fake(
                problem(401, "unauthorized")) as fake:
            client = patient(fake)
            with self.assertRaises(Unauthorized) as caught:
                client.get_budget("b")
        self.assertEqual(secret, fake.requests[0].headers["x-api-key"])
        with self.assertRaises(ValueError) as refused:
            BudgetClient(fake.url, secret + "\n")
        for shown in (repr(client), str(client), str(caught.exception), repr(caught.exception),
                      str(refused.exception)):
            self.assertNotIn(secret, shown)

    def test_the_url_comes_from_the_argument_or_the_environment(self):
        def shown(environment, *arguments):
            with mock.patch.dict(os.environ, environment, clear=True):
                return repr(BudgetClient(*arguments))

        self.assertEqual("BudgetClient('http://localhost:8013')", shown({}))
        hosted = {"BUDGET_HOST": "meter", "BUDGET_PORT": "81"}
        self.assertEqual("BudgetClient('http://meter:81')", shown(hosted))
        named = {**hosted, "BUDGET_URL": "https://b.example/x/"}
        self.assertEqual("BudgetClient('https://b.example/x')", shown(named))
        self.assertEqual("BudgetClient('http://[::1]:8')", shown(named, "http://[::1]:8"))
        for wrong in ("ftp://a", "http://", "localhost:8013", "http://u:hidden@h", "http://h?q=1",
                      "http://h:99999"):
            with self.assertRaises(ValueError) as caught:
                BudgetClient(wrong)
            self.assertNotIn("hidden", str(caught.exception))


class FormTest(unittest.TestCase):
    def test_money_goes_out_exactly_and_comes_in_as_decimal(self):
        body = (b'{"cost_limit":3,"warning_threshold":0.8,'
                b'"created_at":"2026-11-27T08:00:00.123456789Z",'
                b'"metadata":{"cost":1,"timestamp":"2026-11-27T08:00:00Z"}}')
        with Fake(answer(201, body)) as fake:
            policy = patient(fake).put_policy(type="warn", period="daily",
                                              cost_limit=Decimal("1E-12"),
                                              metadata={"big": Decimal("12E5"), "f": 0.5})
            with self.assertRaises(TypeError):
                patient(fake).put_policy(type="warn", period="daily", cost_limit=0.1)
            with self.assertRaises(ValueError):
                patient(fake).update_policy("p", cost_limit=Decimal("NaN"))
            with self.assertRaises(ValueError):
                patient(fake).update_policy("p", cost_limit=Decimal("1E+999999"))
        self.assertEqual(1, len(fake.requests))
        self.assertIn(b'"cost_limit":0.000000000001', fake.requests[0].body)
        self.assertIn(b'"big":1200000', fake.requests[0].body)
        self.assertIsInstance(policy["cost_limit"], Decimal)
        self.assertEqual(Decimal("0.8"), policy["warning_threshold"])
        self.assertEqual(datetime(2026, 11, 27, 8, 0, 0, 123456, timezone.utc),
                         policy["created_at"])
        self.assertEqual({"cost": 1, "timestamp": "2026-11-27T08:00:00Z"}, policy["metadata"])

    def test_times_are_aware(self):
        berlin = timezone(timedelta(hours=1))
        with Fake(answer(201)) as fake:
            client = patient(fake)
            client.record(context_id="c", timestamp=datetime(2026, 11, 27, 9, tzinfo=berlin),
                          **USAGE)
            with self.assertRaises(ValueError):
                client.record(context_id="c", timestamp=datetime(2026, 11, 27, 9), **USAGE)
            client.budget_totals("a/b c", start=date(2026, 11, 1),
                                 end=datetime(2026, 11, 27, 9, tzinfo=berlin))
        self.assertIn(b'"timestamp":"2026-11-27T08:00:00Z"', fake.requests[0].body)
        self.assertEqual("/api/totals/budgets/a%2Fb%20c"
                         "?from=2026-11-01&to=2026-11-27T08%3A00%3A00Z", fake.requests[1].path)

    def test_a_part_of_a_path_is_not_empty(self):
        with Fake(answer()) as fake, self.assertRaises(ValueError):
            patient(fake).get_budget("")

    def test_reads_wait_for_the_highest_position_of_each_partition(self):
        with Fake(answer(201, Budget_Position="usage-1:7"),
                  answer(201, Budget_Position="usage-1:5,requests-0:2"),
                  answer(200)) as fake:
            client = patient(fake)
            client.record(context_id="c", **USAGE)
            client.record(context_id="c", **USAGE)
            client.wait_for("usage-2:1")
            client.get_budget("b")
            client.forget_position()
            client.get_budget("b")
            with self.assertRaises(ValueError):
                client.wait_for("somewhere")
        sent = [request.headers.get("budget-position") for request in fake.requests]
        self.assertEqual([None, None, "requests-0:2,usage-1:7,usage-2:1", None], sent)
        with Fake(answer(201, Budget_Position="usage-1:7")) as fake:
            client = patient(fake, read_your_writes=False)
            client.record(context_id="c", **USAGE)
            client.get_budget("b")
        self.assertNotIn("budget-position", fake.requests[1].headers)

    def test_an_allocation_is_released_and_the_failure_of_its_block_passes(self):
        with Fake(answer(201, b'{"allocation_id":"b.1"}'),
                  answer(200, b'{"tokens_released":5}')) as fake:
            with self.assertRaises(KeyError), patient(fake).allocation(context_id="c",
                                                                       component="d"):
                raise KeyError
        self.assertEqual("/api/allocations/b.1/release", fake.requests[1].path)
        with Fake(answer(201, b'{"allocation_id":"b.1"}'), problem(404, "gone")) as fake:
            with self.assertLogs("budget_client", "WARNING"), self.assertRaises(KeyError):
                with patient(fake).allocation(context_id="c", component="d"):
                    raise KeyError
            fake.script = [answer(201, b'{"allocation_id":"b.1"}'), problem(404, "gone")]
            with self.assertRaises(NotFound), patient(fake).allocation(context_id="c",
                                                                       component="d"):
                pass

    def test_ids_are_of_version_7_and_distinct(self):
        made = {uuid7() for _ in range(1_000)}
        self.assertEqual(1_000, len(made))
        for each in made:
            parsed = uuid.UUID(each)
            self.assertEqual((7, uuid.RFC_4122), (parsed.version, parsed.variant))
            self.assertEqual(each, str(parsed))


if __name__ == "__main__":
    unittest.main()
