"""The primary is lost while customers book; the standby takes over with all that was acknowledged."""

import json

from stack.say import Problem, detail, line, step
from tests.operations import block
from tests.durability.load import book_until_killed, check
from tests.waiting import wait_until

from .pair import Pair
from .reads import HOME, ask

# How long customers book, in seconds.
BOOKING = 3.0


def prove(pair: Pair) -> None:
    step("Losing the primary in the middle of a booking load")
    pair.on_primary(block("synchronous_standby_names"))
    in_step = "select exists (select from pg_stat_replication where sync_state = 'sync');"
    wait_until(lambda: pair.on_primary(in_step) == "t", "the standby to be in step")
    calls = pair.primary.path("run/calls.json")
    calls.write_text("[]")
    book_until_killed(pair.primary, calls, BOOKING)
    pair.on_standby(block("pg_promote()"))
    counts = check(pair.standby, calls)
    if counts["acknowledged"] < 10:
        raise Problem(f"the load was no load, so nothing is proved: {counts}.")
    book_there(pair)
    line(
        f"Figures: the primary was killed; {counts['acknowledged']} bookings were acknowledged before and are all on the "
        f"promoted standby; of {counts['unanswered']} calls without an answer {counts['committed']} had been committed."
    )


def book_there(pair: Pair) -> None:
    """Through its PostgREST, which was there before the promotion."""
    windows = ask(pair.standby, f"rpc/available_windows?location_id={HOME}&service_type=hvac_repair", "customer")
    free = json.loads(windows.body)[0]
    wanted: dict[str, object] = {
        "service_type": "hvac_repair", "problem_description": "It rattles", "location_id": HOME,
        "window_start": free["window_start"],
    }  # fmt: skip
    booked = ask(pair.standby, "rpc/create_booking_request", "customer", post=wanted)
    if booked.status != 200:
        raise Problem(f"nobody can book on the promoted standby: {booked}")
    detail("The promoted standby takes bookings.")
