"""What docs/observability.md and the dashboard say about metrics is what a running gateway answers."""

import json
import re
import unittest
from functools import cache

from stack import postgres
from stack.layout import CHECKOUT, test_stack
from tests.waiting import wait_until

from .servers import PATIENCE, ask, gateway

PAGE = CHECKOUT / "docs/observability.md"
DASHBOARD = CHECKOUT / "docs/grafana/pg_portal.json"
SAMPLE = re.compile(r"^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? \S+$", re.MULTILINE)
LABEL = re.compile(r'(\w+)="([^"]*)"')
# A metric's name in PromQL, with what selects among its series.
SELECTOR = re.compile(r"\b(portal_\w+?)(?:_bucket|_sum|_count)?\b(?:\{([^}]*)\})?(?![\w(.])")
GIVEN_BY_PROMETHEUS = {"instance", "job", "le"}

Series = dict[str, dict[str, set[str]]]


@cache
def ask_gateway() -> Series:
    """Every metric with its labels and what these say, of a gateway that has answered a request and done what is due."""
    with gateway(test_stack(), {"PORTAL_DUE_JOBS_EVERY_SECONDS": "1"}) as url:
        wait_until(lambda: "portal_due_jobs_done_total{" in ask(f"{url}/portal/v1/metrics")[1], "the first due jobs", PATIENCE)
        text = ask(f"{url}/portal/v1/metrics")[1]
    series: Series = {name: {} for name in re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE)}
    for name, labels in SAMPLE.findall(text):
        for label, value in LABEL.findall(labels):
            series[name].setdefault(label, set()).add(value)
    return series


def unknown(promql: str, series: Series) -> list[str]:
    """What an expression names and the gateway does not have."""
    mistakes = []
    asked = [series[name] for name, _ in SELECTOR.findall(promql) if name in series]
    for label in re.findall(r"\w+", " ".join(re.findall(r"\bby \(([^)]*)\)", promql))):
        if label not in GIVEN_BY_PROMETHEUS and not any(label in labels for labels in asked):
            mistakes.append(f"nothing here has a label {label}")
    for name, selector in SELECTOR.findall(promql):
        if name not in series:
            mistakes.append(f"there is no metric {name}")
            continue
        for label, value in LABEL.findall(selector or ""):
            known = series[name].get(label)
            if known is None and label not in GIVEN_BY_PROMETHEUS:
                mistakes.append(f"{name} has no label {label}")
            elif known is not None and f'{label}="{value}"' in selector and value not in known:
                mistakes.append(f"{label} of {name} is never {value}")
    return mistakes


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.series = ask_gateway()

    def test_the_page_lists_every_metric_and_its_labels_and_no_other(self) -> None:
        rows = re.findall(r"^\| `(portal_\w+)` \|(.*?)\|", PAGE.read_text(), re.MULTILINE)
        told = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
        found = {name: set(labels) - {"le"} for name, labels in self.series.items()}
        self.assertEqual(told, found)

    def test_outcomes_that_the_page_names_exist(self) -> None:
        for row in re.findall(r"^\| `portal_.*$", PAGE.read_text(), re.MULTILINE):
            name, labels, meaning = (cell.strip() for cell in row.strip("|").split("|"))
            values = set().union(*self.series[name.strip("`")].values()) if labels else set()
            for word in re.findall(r"`(\w+)`", meaning):
                if word != "rate_limited":  # one of those that are named as examples
                    self.assertIn(word, values, name)

    def test_alerts_ask_for_what_exists(self) -> None:
        rules = re.search(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
        assert rules is not None
        self.assertEqual(unknown(rules[1], self.series), [])
        self.assertGreater(len(SELECTOR.findall(rules[1])), 5)

    def test_a_misspelt_expression_would_be_found(self) -> None:
        for wrong in (
            "rate(portal_nothing_total[5m])", 'portal_notifications_total{chanel="sms"}',
            'portal_notifications_total{outcome="lost"}', "sum by (chanel) (portal_notifications_total)",
        ):  # fmt: skip
            self.assertNotEqual(unknown(wrong, self.series), [], wrong)


class Dashboard(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.series = ask_gateway()
        cls.dashboard = json.loads(DASHBOARD.read_text())
        cls.panels = [panel for panel in cls.dashboard["panels"] if panel["type"] != "row"]
        cls.targets = [(panel["title"], target) for panel in cls.panels for target in panel["targets"]]

    def test_every_expression_asks_for_what_exists(self) -> None:
        for title, target in self.targets:
            if "expr" in target:
                self.assertEqual(unknown(target["expr"], self.series), [], title)
        asked = {name for _, target in self.targets for name, _ in SELECTOR.findall(target.get("expr", ""))}
        self.assertEqual(asked, set(self.series), "a metric that no panel shows")

    def test_every_query_runs(self) -> None:
        queries = [target["rawSql"] for _, target in self.targets if "rawSql" in target]
        self.assertEqual(len(queries), 2)
        for query in queries:
            postgres.psql(test_stack(), "postgres", query + ";", "asking what the dashboard asks")

    def test_panels_take_their_data_source_from_a_variable(self) -> None:
        variables = {variable["name"] for variable in self.dashboard["templating"]["list"]}
        for title, target in self.targets:
            self.assertIn(target["datasource"]["uid"].strip("${}"), variables, title)
        self.assertEqual(len({panel["id"] for panel in self.dashboard["panels"]}), len(self.dashboard["panels"]))
