"""Many records: chunks, indexes of refusals, and the reporter in the background."""

import json
import os
import threading
import unittest
from datetime import datetime

from support import LONG, USAGE, Fake, Time, answer, cut

from budget_client import (BudgetClient, BudgetError, Invalid, Unavailable, UsageReporter)


def batch(accepted, *refused, status=200):
    refusals = [{"index": i, "code": "invalid_request", "message": f"no {i}"} for i in refused]
    body = {"accepted": accepted, "refused": len(refused), "refusals": refusals, "truncated": False}
    return answer(status, json.dumps(body).encode())


def patient(fake, **options):
    client = BudgetClient(fake.url, sleep=Time().sleep, **options)
    unittest.addModuleCleanup(client.close)
    return client


def lines(request):
    return [json.loads(line) for line in request.body.splitlines()]


def usage(count):
    return ({**USAGE, "context_id": "c", "record_id": f"r-{i}"} for i in range(count))


class RecordManyTest(unittest.TestCase):
    def test_indexes_of_refusals_count_over_all_chunks(self):
        def records():
            for i, record in enumerate(usage(2_003)):
                # Refused here, so the service does not count them.
                if i == 1:
                    record["metadata"] = {"what": object()}
                if i == 2:
                    record["metadata"] = {"what": "x" * 70_000}
                yield record

        with Fake(batch(999, 1), batch(998, 0, 999), batch(1)) as fake:
            result = patient(fake).record_many(records())
        self.assertEqual([1_000, 1_000, 1], [len(lines(request)) for request in fake.requests])
        self.assertEqual((1_998, 5, False), (result.accepted, result.refused, result.truncated))
        self.assertEqual([1, 2, 3, 1_002, 2_001], [refusal.index for refusal in result.refusals])
        self.assertEqual("r-1002", result.refusals[3].record["record_id"])
        self.assertEqual("application/x-ndjson", fake.requests[0].headers["content-type"])

    def test_a_chunk_has_at_most_a_mebibyte(self):
        large = ({**record, "metadata": {"text": "x" * 60_000}} for record in usage(20))
        with Fake(batch(17), batch(3)) as fake:
            self.assertEqual(20, patient(fake).record_many(large).accepted)
        self.assertLessEqual(len(fake.requests[0].body), 1 << 20)

    def test_the_list_of_refusals_has_a_bound(self):
        with Fake(batch(0, 0, 1, 2)) as fake:
            result = patient(fake).record_many(usage(3), max_refusals=2)
        self.assertEqual((3, 2, True), (result.refused, len(result.refusals), result.truncated))

    def test_nothing_is_sent_for_nothing(self):
        with Fake(batch(0)) as fake:
            self.assertEqual(0, patient(fake).record_many([]).accepted)
        self.assertEqual([], fake.requests)

    def test_a_chunk_is_repeated_with_the_ids_it_had(self):
        record = {**USAGE, "context_id": "c"}
        with Fake(cut(b""), batch(1, status=503), batch(2)) as fake:
            self.assertEqual(2, patient(fake).record_many([record, record]).accepted)
        self.assertEqual(fake.requests[0].body, fake.requests[1].body)
        self.assertEqual(fake.requests[0].body, fake.requests[2].body)
        self.assertEqual(2, len({sent["record_id"] for sent in lines(fake.requests[0])}))
        self.assertNotIn("record_id", record)

    def test_a_failure_says_what_is_known_and_what_may_be_sent_again(self):
        source = usage(2_500)
        with Fake(batch(999, 7), answer(503, b"")) as fake:
            with self.assertRaises(Unavailable) as caught:
                patient(fake, retries=1).record_many(source)
        failure = caught.exception
        self.assertEqual((999, 1), (failure.result.accepted, failure.result.refused))
        rest = failure.undelivered + list(source)
        self.assertEqual([f"r-{i}" for i in range(1_000, 2_500)],
                         [record["record_id"] for record in rest])

    def test_records_that_end_early_leave_their_ids(self):
        def records():
            for i in range(1_500):
                yield {**USAGE, "context_id": "c"}
            raise OSError("the disk is gone")

        with Fake(batch(1_000)) as fake:
            with self.assertRaises(BudgetError) as caught:
                patient(fake).record_many(records())
        self.assertEqual("source_failed", caught.exception.code)
        self.assertIsInstance(caught.exception.__cause__, OSError)
        self.assertEqual(1_000, caught.exception.result.accepted)
        self.assertEqual(500, len({r["record_id"] for r in caught.exception.undelivered}))

    def test_what_is_no_record_is_refused_and_the_others_are_sent(self):
        with Fake(batch(2)) as fake:
            result = patient(fake).record_many([next(usage(1)), 7, next(usage(1))])
        self.assertEqual((2, 1), (result.accepted, result.refused))
        self.assertEqual(1, result.refusals[0].index)

    def test_figures_that_do_not_add_up_are_not_believed(self):
        for wrong in (batch(1), batch(2, 5), answer(200, b'{"accepted":2}')):
            with Fake(wrong) as fake, self.assertRaises(BudgetError) as caught:
                patient(fake).record_many(usage(3 if wrong == batch(2, 5) else 2))
            self.assertEqual("invalid_answer", caught.exception.code)


class UsageReporterTest(unittest.TestCase):
    def setUp(self):
        self.undelivered = []
        self.told = threading.Event()

    def tell(self, records, error):
        self.undelivered.append((records, error))
        self.told.set()

    def reporter(self, fake, *, tell=None, retries=0, **options):
        made = UsageReporter(patient(fake, retries=retries), tell or self.tell, **options)
        self.addCleanup(made.close, 0)
        return made

    def accepting(self):
        """A step that takes what it is sent."""
        return lambda connection: connection.sendall(
            batch(len(lines(self.fake.requests[-1])))) or True

    def test_it_sends_a_full_batch_at_once_and_the_rest_on_close(self):
        with Fake(self.accepting()) as self.fake:
            reporter = self.reporter(self.fake, batch=3, interval=3_600)
            ids = [reporter.report(context_id="c", **USAGE) for _ in range(7)]
            reporter.close(timeout=LONG)
            sent = [record for request in self.fake.requests for record in lines(request)]
        self.assertEqual(ids, [record["record_id"] for record in sent])
        self.assertEqual([3, 3, 1], [len(lines(request)) for request in self.fake.requests])
        self.assertEqual([], self.undelivered)
        for record in sent:
            self.assertTrue(datetime.fromisoformat(record["timestamp"].replace("Z", "+00:00")))
        with self.assertRaises(Unavailable) as caught:
            reporter.report(context_id="c", **USAGE)
        self.assertEqual("closed", caught.exception.code)

    def test_it_sends_what_has_waited_long_enough(self):
        arrived = threading.Event()

        def step(connection):
            connection.sendall(batch(1))
            arrived.set()
            return True

        with Fake(step) as fake:
            self.reporter(fake, interval=0.01).report(context_id="c", **USAGE)
            self.assertTrue(arrived.wait(LONG))

    def test_the_callback_hears_of_refusals_and_of_failures_with_the_ids(self):
        with Fake(batch(1, 1), answer(503, b""), batch(2)) as fake:
            reporter = self.reporter(fake, batch=2, interval=3_600)
            ids = [reporter.report(context_id="c", **USAGE) for _ in range(6)]
            reporter.close(timeout=LONG)
        (refused, why), (failed, error) = self.undelivered
        self.assertEqual((ids[1:2], Invalid), ([r["record_id"] for r in refused], type(why)))
        self.assertEqual((ids[2:4], Unavailable), ([r["record_id"] for r in failed], type(error)))

    def test_a_callback_that_fails_is_logged_and_does_not_end_the_reporter(self):
        def tell(records, error):
            raise KeyError

        with Fake(answer(503, b""), batch(1)) as fake, self.assertLogs("budget_client", "ERROR"):
            reporter = self.reporter(fake, tell=tell, batch=1)
            reporter.report(context_id="c", **USAGE)
            reporter.report(context_id="c", **USAGE)
            reporter.close(timeout=LONG)
        self.assertEqual(2, len(fake.requests))

    def test_the_queue_has_a_bound_and_close_hands_over_what_is_left(self):
        blocked, go_on = threading.Event(), threading.Event()
        self.addCleanup(go_on.set)

        def step(connection):
            blocked.set()
            go_on.wait(LONG)
            return False

        with Fake(step) as fake:
            reporter = self.reporter(fake, batch=1, capacity=3)
            ids = [reporter.report(context_id="c", **USAGE)]
            self.assertTrue(blocked.wait(LONG))
            ids += [reporter.report(context_id="c", **USAGE) for _ in range(2)]
            with self.assertRaises(Unavailable) as caught:
                reporter.report(context_id="c", **USAGE)
            self.assertEqual("queue_full", caught.exception.code)
            reporter.close(timeout=0.01)
            go_on.set()
            reporter._thread.join(LONG)
        [(records, error)] = self.undelivered
        self.assertEqual((ids, "closed"), ([r["record_id"] for r in records], error.code))
        self.assertEqual(1, len(fake.requests))

    def test_a_forked_child_takes_nothing_and_sends_nothing(self):
        if not hasattr(os, "fork"):
            self.skipTest("there is no fork here")
        told = []
        with Fake(batch(1)) as fake:
            reporter = UsageReporter(patient(fake), lambda records, error: told.append(error),
                                     interval=600)
            reporter.report(**USAGE, context_id="c")
            child = os.fork()
            if child == 0:
                try:
                    reporter.report(**USAGE, context_id="c")
                except Unavailable as failure:
                    reporter.close(timeout=LONG)
                    os._exit(0 if failure.code == "forked" and not told else 1)
                os._exit(2)
            self.assertEqual(0, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            reporter.close(timeout=LONG)
        self.assertEqual([], told)
        self.assertEqual(1, len(lines(fake.requests[0])))

    def test_options_out_of_bounds_are_refused(self):
        for wrong in ({"batch": 0}, {"batch": 1_001}, {"capacity": 5}, {"interval": 0}):
            with self.assertRaises(ValueError):
                UsageReporter(BudgetClient("http://localhost:1"), self.tell, **wrong)


if __name__ == "__main__":
    unittest.main()
