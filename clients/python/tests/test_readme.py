"""Runs the examples of the README, and compares what they print with what they say."""

import contextlib
import io
import os
import re
import unittest
from unittest import mock

from support import HERE, LONG, PATIENT, URL, needs_budget

from budget_client import BudgetClient, UsageReporter


@needs_budget
class ReadmeTest(unittest.TestCase):
    def test_the_examples_print_what_they_say(self):
        text = (HERE.parent / "README.md").read_text(encoding="utf-8")
        code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
        expected = re.findall(r"print\(.*\)  # (.*)", code)
        self.assertGreater(len(expected), 5)
        printed, names = io.StringIO(), {}
        # The examples have the defaults, which are there for people.
        with mock.patch.dict(BudgetClient.__init__.__kwdefaults__, PATIENT), \
                mock.patch.object(UsageReporter.close, "__defaults__", (LONG,)), \
                mock.patch.dict(os.environ, {"BUDGET_URL": URL}), \
                contextlib.redirect_stdout(printed):
            exec(compile(code, "README.md", "exec"), names)
        names["client"].close()
        self.assertEqual(expected, printed.getvalue().splitlines())


if __name__ == "__main__":
    unittest.main()
