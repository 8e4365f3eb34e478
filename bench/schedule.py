"""The scheduling benchmarks: listing free windows, booking one, and what every layer of booking costs.

Every arm that books has a company of its own (all alike, see schedule.sql), so that no arm fills up another's calendar.
"""

from dataclasses import dataclass
from pathlib import Path

from stack import postgres
from stack.layout import Stack
from stack.say import Problem

from . import arms
from .arms import Arm
from .requests import BEGIN, BEGIN_TO_WRITE, COMMIT, as_json, bench_id, settings

LOAD = Path(__file__).parent / "schedule.sql"
YARDSTICKS = Path(__file__).parent / "yardsticks"
COMPANIES = 10
# Their numbers begin where no customer of load.sql has one.
BEFORE_FIRST = 1_000_000


@dataclass(frozen=True)
class Booker:
    """The one customer of a company of schedule.sql."""

    company: int  # 1 to COMPANIES

    def variables(self, role: str) -> dict[str, str]:
        n = BEFORE_FIRST + self.company
        return settings(role, bench_id(5, n)) | {
            "org_id": bench_id(1, n), "account_id": bench_id(7, n), "customer_id": bench_id(4, n),
            "location_id": bench_id(6, n), "slots": f"bench.slots_{n}", "technicians": str(n * 10000),
        }  # fmt: skip


def load(stack: Stack) -> None:
    companies = f"\\set first_company {BEFORE_FIRST + 1}\n\\set last_company {BEFORE_FIRST + COMPANIES}\n"
    postgres.psql(stack, postgres.SUPERUSER, companies + LOAD.read_text(), "loading the scheduling companies")
    postgres.psql(stack, "postgres", (YARDSTICKS / "booking_twin.sql").read_text(), "making the twin of booking")


# Listing -------------------------------------------------------------------------------------------------------

FROM, TO = "(current_date + 1)", "(current_date + 14)"
WINDOWS = f"select w.* from portal.available_windows(:location_id::uuid, 'visit', {FROM}, {TO}) w"


def listing() -> list[Arm]:
    actor = Booker(1)
    inputs = (YARDSTICKS / "schedule_inputs.sql").read_text()
    inputs = inputs.replace(":from::date", FROM).replace(":to::date", TO).rstrip()
    return [
        Arm("available_windows", "authenticated", BEGIN + as_json(WINDOWS, "window_start", page="") + COMMIT, actor),
        Arm("same inputs", "postgres", f"{BEGIN}{inputs};\n{COMMIT}", actor),
    ]


def check_inputs(stack: Stack) -> None:
    """The yardstick must fetch what the benchmark promises, and the answer must not be empty."""
    windows, inputs = (arms.run_once(stack, arm, arm.actor) for arm in listing())
    technicians, shifts, _, jobs = (int(count) for count in inputs.splitlines()[-1].split("|")[:4])
    listed = windows.count('"window_start"')
    if (technicians, shifts) != (50, 350) or not 5000 <= jobs <= 5400 or listed < 100:
        raise Problem(f"the scheduling companies are not as they should be:\n{inputs}\n{windows[:300]}")


# Booking -------------------------------------------------------------------------------------------------------

NEXT_SLOT = "bench.slot(nextval(:slots::text::regclass), 15, 86)"
RPC = f"""select b.* from portal.create_booking_request(service_type => 'visit', location_id => :location_id::uuid,
  problem_description => 'It makes a noise and does not cool.', window_start => {NEXT_SLOT}) b"""
TWIN = f"""select b.*
  from bench.book(:location_id::uuid, 'visit', 'It makes a noise and does not cool.', {NEXT_SLOT}) b"""
# Whether the disk has it would hide everything else: the same for all arms, and none of the product's doing.
HURRY = "set local synchronous_commit = off;\n"


def call(name: str, rows: str, company: int, **more: object) -> Arm:
    """A booking as PostgREST sends it."""
    script = BEGIN_TO_WRITE + HURRY + as_json(rows, "id", page="") + COMMIT
    return Arm(name, "authenticated", script, Booker(company), **more)


def booking() -> list[Arm]:
    return [call("rpc", RPC, 2), call("twin", TWIN, 3)]


def check_booking(stack: Stack) -> None:
    """The two must leave the same: job, request, technician, and as many rows of timeline and audit log."""
    for arm in booking():
        arms.run_once(stack, arm, arm.actor)
    left = f"""
      select w.status, w.window_start, w.window_end, w.blocked, b.status, b.preferred_service_date,
        b.preferred_time_window_start, b.preferred_time_window_end, t.display_name,
        (select count(*) from work_order_events e where e.org_id = w.org_id),
        (select count(*) from portal_audit_events a where a.org_id = w.org_id)
      from work_orders w
      join portal_booking_requests b on b.org_id = w.org_id and b.related_work_order_id = w.id
      join technicians t on t.org_id = w.org_id and t.id = w.technician_id
      where w.org_id = '%s'"""
    companies = [arm.actor.variables(arm.role)["org_id"] for arm in booking()]
    rpc, twin = (postgres.psql(stack, "postgres", left % company, "comparing the twins") for company in companies)
    if rpc != twin or not rpc:
        raise Problem(f"booking and its twin leave different rows:\n{rpc[:600]}\n{twin[:600]}")


# Layers --------------------------------------------------------------------------------------------------------

CLIENTS = 4
TABLES = ("public.work_orders", "public.portal_booking_requests")
# Beyond the days that the engine is asked for: window and technician follow from the number alone.
BOTH_ROWS = """
with slot as (
  select bench.slot(n, 150, 344) as at, (1 + n / 4128 % 50)::int as technician
  from nextval(:slots::text::regclass) n
), job as (
  insert into {schema}.work_orders (org_id, customer_id, location_id, service_type, technician_id, status,
    window_start, window_end, blocked)
  select :org_id::uuid, :customer_id::uuid, :location_id::uuid, 'visit',
    md5(format('bench/3/%s', :technicians::text::bigint + technician))::uuid, 'scheduled',
    at, at + interval '1 hour', tstzrange(at, at + interval '1 hour')
  from slot
  returning id, window_start
)
insert into {schema}.portal_booking_requests (org_id, portal_account_id, customer_id, location_id,
  preferred_service_date, preferred_time_window_start, preferred_time_window_end, service_type, problem_description,
  status, related_work_order_id)
select :org_id::uuid, :account_id::uuid, :customer_id::uuid, :location_id::uuid, window_start::date, '08:00', '09:00',
  'visit', 'It makes a noise and does not cool.', 'scheduled', id
from job
returning id;
"""
AS_CUSTOMER = f"""
insert into public.portal_booking_requests (org_id, location_id, service_type, problem_description,
  preferred_service_date, preferred_time_window_start)
select :org_id::uuid, :location_id::uuid, 'visit', 'It makes a noise and does not cool.',
  (at at time zone 'America/Chicago')::date, (at at time zone 'America/Chicago')::time
from {NEXT_SLOT} at
returning id;
"""
PLAIN = """
create schema bench_plain;
create table bench_plain.work_orders (like public.work_orders including all);
create table bench_plain.portal_booking_requests (like public.portal_booking_requests including all);
insert into bench_plain.work_orders select * from public.work_orders;
insert into bench_plain.portal_booking_requests select * from public.portal_booking_requests;
select format('alter table bench_plain.%I add %s', c.conrelid::regclass::name,
  replace(pg_get_constraintdef(c.oid), 'REFERENCES work_orders', 'REFERENCES bench_plain.work_orders'))
from pg_constraint c
where c.contype = 'f' and c.conrelid in ('work_orders'::regclass, 'portal_booking_requests'::regclass) \\gexec
analyze bench_plain.work_orders;
analyze bench_plain.portal_booking_requests;
"""


def only(*triggers: str) -> str:
    """Turns the row triggers of both tables off, but for these. Foreign keys and other constraints stay."""
    off = [f"alter table {table} disable trigger user;" for table in TABLES]
    on = [f"alter table {table} enable trigger {trigger};" for table in TABLES for trigger in triggers]
    return "\n".join(off + on)


ALL_ON = "\n".join(f"alter table {table} enable trigger user;" for table in TABLES)


def layers() -> list[Arm]:
    """From two bare inserts to a booking through the API, one layer more each time."""

    def inserts(name: str, company: int, before: str, schema: str = "public") -> Arm:
        script = BEGIN_TO_WRITE + HURRY + BOTH_ROWS.format(schema=schema) + COMMIT
        return Arm(name, "postgres", script, Booker(company), clients=CLIENTS, before=before)

    as_customer = BEGIN_TO_WRITE + HURRY + AS_CUSTOMER + COMMIT
    return [
        inserts("two inserts", 4, ALL_ON, schema="bench_plain"),
        inserts("same tables, no triggers", 5, only()),
        inserts("+ guards", 6, only("a_guard")),
        inserts("+ timeline", 7, only("a_guard", "z_changes")),
        inserts("+ audit", 8, ALL_ON),
        Arm("+ engine, row level security", "authenticated", as_customer, Booker(9), clients=CLIENTS, before=ALL_ON),
        call("+ rpc", RPC, 10, clients=CLIENTS, before=ALL_ON),
    ]
