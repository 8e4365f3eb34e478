"""Benchmark `views`: what row level security costs a customer who reads a list.

The yardstick, `told`, is the query that the view's author would write by hand for the owner, who is not subject to row
level security: base tables, explicit organization and customer. They are given, which no request could know; `look-up`
finds them by the user id in the token, as any query by hand has to.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from string import Template

from stack.layout import Stack
from stack.say import Problem

from . import arms
from .arms import Arm, Series
from .requests import BEGIN, COMMIT, ENTER, Caller, as_json

PLAIN, JOINED = 1.05, 1.15
YARDSTICKS = Path(__file__).parent / "yardsticks"

LOOK_UP = """me as materialized (
  select a.org_id, a.customer_id, a.user_id from public.portal_accounts a
  where a.user_id = auth.uid() and a.status = 'active'),"""
COLUMNS = {"org": "org_id", "customer": "customer_id", "user": "user_id"}
FOUND = {word: f"(select {column} from me)" for word, column in COLUMNS.items()}
TOLD = {word: f":{column}::uuid" for word, column in COLUMNS.items()}


@dataclass(frozen=True)
class View:
    name: str
    order: str
    mark: float

    def arm(self, database: str = "postgres") -> Arm:
        """A customer reads the view; the first helper works out what they may see."""
        rows = as_json(f"select v.* from portal.{self.name} v", self.order)
        return Arm("view", "authenticated", BEGIN + rows + COMMIT, database=database)

    def arms(self) -> list[Arm]:
        by_hand = Template((YARDSTICKS / f"{self.name}.sql").read_text())
        rows = as_json(f"select v.* from portal.{self.name} v", self.order)
        found = as_json(by_hand.substitute(FOUND), self.order, before=LOOK_UP)
        told = as_json(by_hand.substitute(TOLD), self.order)
        return [
            self.arm(),
            Arm("view, entered", "authenticated", BEGIN + ENTER + rows + COMMIT),
            Arm("look-up", "postgres", BEGIN + found + COMMIT),
            Arm("told", "postgres", BEGIN + told + COMMIT),
        ]


VIEWS = [
    View("booking_requests", "created_at desc", PLAIN),
    View("locations", "created_at desc, id", PLAIN),
    View("contacts", "full_name", PLAIN),
    View("services", "name", PLAIN),
    View("appointments", "window_start desc", JOINED),
    View("accounts", "created_at desc", JOINED),
]

HELPERS = """
select (select portal_internal.org_id()), (select portal_internal.customer_ids()), (select portal_internal.is_office()),
  (select portal_internal.whole_customer_ids()), (select portal_internal.location_ids()),
  (select portal_internal.technician_id());
"""
# What a request consists of, one more part at a time; the last one is the yardstick's own look-up.
PARTS = [
    Arm("envelope", "authenticated", BEGIN + COMMIT),
    Arm("one more statement", "authenticated", BEGIN + "select null;\n" + COMMIT),
    Arm("enter()", "authenticated", BEGIN + ENTER + COMMIT),
    Arm("enter() and six helpers", "authenticated", BEGIN + ENTER + HELPERS + COMMIT),
    Arm("six helpers, first use", "authenticated", BEGIN + HELPERS + COMMIT),
    Arm("look-up by hand", "postgres", BEGIN + f"with {LOOK_UP.removesuffix(',')} select * from me;\n" + COMMIT),
]


def check_same_rows(stack: Stack, view: View) -> None:
    """A yardstick that answers something else measures nothing."""
    answers = {arm.name: arms.run_once(stack, arm, Caller(7)).splitlines()[-1] for arm in view.arms()}
    if len({answer.split("|", 2)[2] for answer in answers.values()}) != 1:
        raise Problem(f"the arms of `{view.name}` answer different rows:\n{answers}")


def remarks(plan: dict) -> list[str]:
    """What must not be in a plan: a walk through a tenant's large table, a helper called for every row."""
    found: list[str] = []
    loops = plan.get("Actual Loops", 1)
    if plan["Node Type"] == "Seq Scan":
        read = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * loops
        if read > 200:
            found.append(f"walks {read} rows of {plan['Relation Name']}")
    if any("portal_internal." in str(plan.get(key)) for key in ("Filter", "Index Cond", "Join Filter")):
        found.append(f"calls a helper per row in {plan['Node Type']}")
    for part in plan.get("Plans", []):
        found += remarks(part)
    return found


def measure(stack: Stack, view: View) -> tuple[Series, list[str]]:
    check_same_rows(stack, view)
    every = view.arms()
    plan = arms.explain(stack, every[0], Caller(7))["Plan"]
    return arms.in_turns(stack, every), remarks(plan)


def compare(stack: Stack, view: View, small: str, large: str) -> tuple[Series, list[str], float]:
    """The same view of the same customers in two databases; also how many times the buffers it takes in the larger."""
    both = [replace(view.arm(database), name=database) for database in (small, large)]
    plans = [arms.explain(stack, arm, Caller(7))["Plan"] for arm in both]
    buffers = [plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in plans]
    return arms.in_turns(stack, both), remarks(plans[1]), buffers[1] / buffers[0]
