"""What a standby answers to those who write there, and that a new column reaches its API."""

import json

from stack.say import Problem, detail
from tests.waiting import wait_until

from .pair import Pair, reload_schema
from .reads import HOME, ask

# A function and a table.
ATTEMPTS: dict[str, dict[str, object]] = {
    "rpc/create_booking_request": {"service_type": "hvac_repair", "problem_description": "It rattles", "location_id": HOME},
    "booking_requests": {"service_type": "hvac_repair", "problem_description": "It rattles", "location_id": HOME},
}


def are_refused(pair: Pair) -> None:
    """At the beginning of the transaction already, whatever it would have done."""
    for path, arguments in ATTEMPTS.items():
        answer = ask(pair.standby, path, "customer", post=arguments)
        if (answer.status, json.loads(answer.body)["code"]) != (400, "0A000"):
            raise Problem(f"a write to the standby ({path}) is answered {answer.status}: {answer.body}")
    detail("Writes to the standby are refused.")


def schema_reaches(pair: Pair) -> None:
    """PostgREST beside a standby hears of nothing; a signal makes it look again."""
    pair.on_primary("""
      create view portal.probe with (security_invoker) as select 1 as one;
      grant select on portal.probe to authenticated;
    """)
    pair.catch_up()
    reload_schema(pair.standby)
    wait_until(lambda: ask(pair.standby, "probe", "customer").status == 200, "the new view in the standby's API")
    pair.on_primary("drop view portal.probe;")
    pair.catch_up()
    reload_schema(pair.standby)
    wait_until(lambda: ask(pair.standby, "probe", "customer").status == 404, "the end of that view")
