"""sql/optional/pg_cron.sql as an operator runs it, on a server with Debian's pg_cron: the due work gets done.

    python3 -m tests.cron           (on the programs of a prepared test stack; takes up to a minute and a half)
"""

import sys
import time

from stack import postgres, supervise
from stack.commands import Failed
from stack.layout import SQL, Stack, test_stack
from stack.say import Problem, detail, step
from tests.cluster import beside_test_stack, restart_with
from tests.expecting import expect
from tests.operations import block, shell

SCRIPT = SQL / "optional/pg_cron.sql"
OWNER = "postgres"
# pg_cron counts in minutes; the run itself takes a moment more.
PATIENCE = 90
# A visit that a customer has asked for; its hold has run out.
HOLD = """
    call busy.open(1, array['08:00']::time[], 3);
    call busy.customers(array['ann']);
    begin;
    call busy.has_booked('ann', 'repair', 'slot 1');
    commit;
    update public.work_orders set hold_expires_at = now() - interval '1 second' where id = busy.id('ann/job');
"""
STATE = """
    select w.status || ' ' || b.status from public.work_orders w join public.portal_booking_requests b on b.related_work_order_id = w.id
    where w.id = busy.id('ann/job')
"""
JOBS = """
    select string_agg(format('%s %s %s %s', username, rolsuper, schedule, command), '; ') from cron.job join pg_roles on rolname = username
"""
ONE_JOB = f"{OWNER} f * * * * * select portal_admin.run_due_jobs()"
# Runs that ended, by how.
RUNS = "select string_agg(distinct status || ' as ' || username, ', ') from cron.job_run_details where end_time is not null"


def main() -> None:
    if not any(test_stack().postgres_tree.rglob("pg_cron.so")):
        raise Problem("Debian's pg_cron is not there. Run `make test ONLY=prepare KEEP=1` first.")
    with beside_test_stack("cron", 9) as (stack, supervisor):
        step("Without pg_cron the script says what to do")
        refuses(stack, "the extension pg_cron is not installed in the database postgres")
        switch_on(stack, supervisor)
        step("Scheduled twice, the due work is one job, and no superuser's")
        for _ in range(2):
            shell(stack, block("-f sql/optional/pg_cron.sql"), OWNER)
        expect("the schedule", ask(stack, JOBS, postgres.SUPERUSER), ONE_JOB)
        let_go(stack)
        take_off(stack)


def switch_on(stack: Stack, supervisor: supervise.Supervisor) -> None:
    restart_with(stack, supervisor, block("shared_preload_libraries = 'pg_cron'"))
    shell(stack, block("create extension pg_cron"), postgres.SUPERUSER)


def let_go(stack: Stack) -> None:
    """What pg_cron must do by itself: nobody else runs the due work here."""
    ask(stack, HOLD, OWNER)
    expect("the hold before", ask(stack, STATE, OWNER), "tentative submitted")
    begun = time.monotonic()
    while ask(stack, STATE, OWNER) != "canceled under_review":
        if time.monotonic() - begun > PATIENCE:
            raise Problem(f"after {PATIENCE} s the hold is still `{ask(stack, STATE, OWNER)}`. pg_cron says: {ask(stack, RUNS, postgres.SUPERUSER)}.")
        time.sleep(1)
    # The run writes its own end after its work is there to be seen.
    while not ask(stack, RUNS, postgres.SUPERUSER) and time.monotonic() - begun < PATIENCE:
        time.sleep(0.2)
    expect("how the runs ended", ask(stack, RUNS, postgres.SUPERUSER), f"succeeded as {OWNER}")
    detail(f"pg_cron let the hold go after {time.monotonic() - begun:.0f} s")


def take_off(stack: Stack) -> None:
    """With the statement that the script itself names."""
    marker = "-- Remove with: "
    removal = next(row.removeprefix(marker) for row in SCRIPT.read_text().splitlines() if row.startswith(marker))
    ask(stack, removal, OWNER)
    expect("the schedule, taken off", ask(stack, JOBS, postgres.SUPERUSER), "")


def refuses(stack: Stack, why: str) -> None:
    try:
        shell(stack, block("-f sql/optional/pg_cron.sql"), OWNER)
    except Failed as failed:
        if why in failed.output:
            return
        raise
    raise Problem(f"the script ran where it must say: {why}.")


def ask(stack: Stack, sql: str, role: str) -> str:
    return postgres.psql(stack, role, sql, "asking the database")


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
