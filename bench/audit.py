"""Benchmark `audit`: what the log costs those who write, how fast it is sealed, and how its old months go."""

from stack import postgres
from stack.layout import Stack

from .arms import ROUNDS, Arm, Series
from .requests import BEGIN_TO_WRITE, COMMIT, settings

# Writers -------------------------------------------------------------------------------------------------------

CLIENTS = 4
# The same database, in which the triggers that write the log are off.
UNAUDITED = "bench_unaudited"
AUDITED = "postgres"
TRIGGERS_OFF = """
alter table public.customer_locations disable trigger audit;
alter table public.crm_interactions disable trigger audit;
"""
# Any customer of load.sql; odd ones belong to the first company.
CUSTOMER = """
\\set n random(1, 1000)
\\set org 1 + (:n - 1) % 2
\\set location 10 * :n + random(1, 3)
\\set house random(1, 1000000)
"""
UPDATE = """update public.customer_locations l set label = 'House ' || :house
where l.org_id = md5('bench/1/' || :org)::uuid and l.id = md5('bench/6/' || :location)::uuid;
"""
INSERT = """insert into public.crm_interactions (org_id, customer_id, kind, direction, summary, created_by_user_id)
values (md5('bench/1/' || :org)::uuid, md5('bench/4/' || :n)::uuid, 'phone_call', 'inbound', 'Asked when somebody can come.', null);
"""
WRITES = {"an update": UPDATE, "an insert": INSERT}


class Service:
    """With the secret key, as an office's own system writes."""

    def variables(self, role: str) -> dict[str, str]:
        return settings(role, "00000000-0000-4000-8000-000000000000")


def writers(write: str) -> list[Arm]:
    script = CUSTOMER + BEGIN_TO_WRITE + write + COMMIT
    return [Arm(name, "service_role", script, Service(), database=database, clients=CLIENTS, seconds=3)
            for name, database in (("audited", AUDITED), ("unaudited", UNAUDITED))]  # fmt: skip


# Sealing -------------------------------------------------------------------------------------------------------

EVENTS = 20_000
# As the trigger writes them, all in one statement.
PLAIN_INSERT = f"""
insert into public.portal_audit_events (org_id, event_type, actor_type, entity, entity_id, ip_address, user_agent, event_payload)
select md5('bench/1/1')::uuid, 'location_updated', 'portal_user', 'location', md5('bench/6/' || n)::uuid, '203.0.113.7',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
  jsonb_build_object('before', jsonb_build_object('label', 'House ' || n), 'after', jsonb_build_object('label', 'House ' || n + 1))
from generate_series(1, {EVENTS}) n;
"""
SEAL = "select count(*) from portal_admin.seal_audit();"
VERIFY = "select ok from portal_admin.verify_audit(md5('bench/1/1')::uuid);"


def sealing(stack: Stack) -> Series:
    """Microseconds for an event: written, sealed, and verified among all that are there by then."""
    steps = {"insert": PLAIN_INSERT, "seal": SEAL, "verify": VERIFY}
    series = Series({name: [] for name in steps}, {name: 0 for name in steps})
    _timed(stack, SEAL)
    already = int(_ask(stack, "select count(*) from public.portal_audit_events where org_id = md5('bench/1/1')::uuid"))
    for number in range(ROUNDS):
        counts = {"insert": EVENTS, "seal": EVENTS, "verify": already + EVENTS * (number + 1)}
        for name, sql in steps.items():
            series.medians[name].append(1e6 * _timed(stack, sql)[0] / counts[name])
            series.transactions[name] += 1
    return series


# Retention -----------------------------------------------------------------------------------------------------

OLD = 300_000
# A month of long ago, full of sealed events. Nobody verifies them here, so their hashes are any.
FILL = f"""
select set_config('session_replication_role', 'replica', false);
select portal_internal.make_audit_month(date '{{month}}');
insert into public.portal_audit_events
  (org_id, event_type, actor_type, entity, entity_id, event_payload, occurred_at, seq, salt, commitment, hash)
select md5('bench/1/2')::uuid, 'location_updated', 'portal_user', 'location', md5(n::text)::uuid,
  jsonb_build_object('after', jsonb_build_object('label', 'House ' || n)), '{{month}}'::timestamptz + make_interval(secs => n), {{first}} + n,
  decode(md5(n::text), 'hex'), sha256(n::text::bytea), sha256(n::text::bytea)
from generate_series(1, {OLD}) n;
insert into public.portal_audit_seals (org_id, month, first_seq, last_seq, row_count, from_at, to_at, events_hash, hash)
select md5('bench/1/2')::uuid, '{{month}}', {{first}} + 1 + 1000 * n, {{first}} + 1000 * (n + 1), 1000, '{{month}}', '{{month}}', sha256('x'), sha256('x')
from generate_series(0, {OLD} / 1000 - 1) n;
analyze public.portal_audit_events;
checkpoint;
"""
PURGE = "select count(*) from portal_admin.purge(interval '1 year', dry_run => false);"
# Rows go one by one only where the triggers are off.
DELETE = "delete from public.portal_audit_events where occurred_at >= '{month}' and occurred_at < '{month}'::timestamptz + interval '1 month';"


def retention(stack: Stack) -> Series:
    """Microseconds for a month of events: dropped (and how long of that the log was locked); deleted, and vacuumed then."""
    names = ["drop", "locked", "delete", "delete, vacuum"]
    series = Series({name: [] for name in names}, {name: ROUNDS for name in names})
    for number in range(ROUNDS):
        months = [f"{2001 + number:04}-{1 + place:02}-01" for place in range(2)]
        for place, month in enumerate(months):
            _ask(stack, FILL.format(month=month, first=10_000_000_000 + (2 * number + place) * 10 * OLD))
            table = f"portal_audit.events_{month[:4]}_{month[5:7]}"
            if place == 0:
                locked, dropped = _timed(stack, "begin", PURGE, "commit")[1:]
                series.medians["locked"].append(1e6 * locked)
                series.medians["drop"].append(1e6 * dropped)
            else:
                _, deleted, vacuumed = _timed(stack, TRIGGERS_OFF_HERE, DELETE.format(month=month), f"vacuum {table}")
                series.medians["delete"].append(1e6 * deleted)
                series.medians["delete, vacuum"].append(1e6 * vacuumed)
            # What was deleted leaves an empty month, which is in nobody's way now.
            _ask(stack, f"drop table if exists {table}; delete from public.portal_audit_seals where month = '{month}';", triggers_off=True)
    return series


TRIGGERS_OFF_HERE = "set session_replication_role = replica;"


def _ask(stack: Stack, sql: str, triggers_off: bool = False) -> str:
    before = TRIGGERS_OFF_HERE + "\n" if triggers_off else ""
    return postgres.psql(stack, postgres.SUPERUSER, before + sql, "preparing the audit log")


def _timed(stack: Stack, *statements: str) -> list[float]:
    """Seconds from the beginning to the end of each statement."""
    script = "select clock_timestamp() as begun \\gset\n"
    for statement in statements:
        script += f"{statement.strip().removesuffix(';')} \\g /dev/null\n"
        script += "select 'took ' || extract(epoch from clock_timestamp() - :'begun'::timestamptz);\n"
    rows = postgres.psql(stack, postgres.SUPERUSER, script, "measuring the audit log").splitlines()
    return [float(row.removeprefix("took ")) for row in rows if row.startswith("took ")]
