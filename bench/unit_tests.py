"""Tests of the benchmarks' own arithmetic; nothing here is timed."""

import re
import unittest

from . import arms, outbox, schedule, views
from .arms import Series
from .report import Verdict
from .requests import Caller


class Ratios(unittest.TestCase):
    series = Series({"fast": [10.0, 20.0, 30.0], "slow": [30.0, 20.0, 45.0]})

    def test_ratio_is_that_of_the_medians_with_the_rounds_as_spread(self):
        self.assertEqual(self.series.ratio("slow", "fast"), (1.5, 1.0, 3.0))

    def test_a_mark_is_met_by_its_ratio_and_a_clean_plan(self):
        def met(mark: float, remarks: list[str]) -> bool:
            return Verdict("x", self.series, "slow", "fast", mark, remarks).met

        self.assertTrue(met(1.5, []))
        self.assertFalse(met(1.49, []))
        self.assertFalse(met(1.5, ["walks 1000 rows of work_orders"]))


class Plans(unittest.TestCase):
    def test_large_walks_and_helpers_per_row_are_told(self):
        walk = {"Node Type": "Seq Scan", "Relation Name": "work_orders", "Actual Rows": 5, "Actual Loops": 2,
                "Rows Removed by Filter": 200, "Filter": "(org_id = portal_internal.org_id())"}  # fmt: skip
        plan = {"Node Type": "Limit", "Plans": [walk]}
        self.assertEqual(views.remarks(plan), ["walks 410 rows of work_orders", "calls a helper per row in Seq Scan"])

    def test_small_tables_may_be_walked(self):
        walk = {"Node Type": "Seq Scan", "Relation Name": "service_types", "Actual Rows": 14, "Filter": "($1)"}
        self.assertEqual(views.remarks(walk), [])


class Scripts(unittest.TestCase):
    def test_every_name_in_a_script_has_a_value(self):
        scripts = [arm for view in views.VIEWS for arm in view.arms()] + views.PARTS
        scripts += schedule.listing() + schedule.booking() + schedule.layers() + outbox.batches() + outbox.writers()
        for arm in scripts:
            variables = (arm.actor or Caller(3)).variables(arm.role)
            script = arms.fill(arm.script, variables).replace(variables.get("headers", ""), "")
            # What pgbench gives, what the script sets itself, and what a worker has claimed.
            made = {"client_id", "results"} | set(re.findall(r"\\set (\w+)", script))
            self.assertEqual(set(re.findall(r"(?<![:\w\"]):([a-z_]+)", script)) - made, set(), arm.name)

    def test_neighbours_are_customers_of_different_companies(self):
        self.assertNotEqual(Caller(1).variables("x")["org_id"], Caller(2).variables("x")["org_id"])

    def test_every_arm_that_books_has_a_company_of_its_own(self):
        companies = [arm.actor.company for arm in schedule.booking() + schedule.layers()]
        self.assertEqual(len(companies), len(set(companies)))
        self.assertLessEqual(set(companies), set(range(1, schedule.COMPANIES + 1)))

    def test_only_the_named_triggers_are_on(self):
        self.assertEqual(schedule.only("a_guard").count("enable trigger a_guard"), len(schedule.TABLES))
        self.assertNotIn("enable trigger", schedule.only())


if __name__ == "__main__":
    unittest.main()
