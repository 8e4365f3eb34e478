"""Erases a customer full of marks, and searches a dump for them.

    python3 -m tests.erasure        (on the programs of a prepared test stack)

Before that, the customer's export is imported into an empty database and compared, table by table, with what the catalog
says is theirs; so neither the export nor the erasure can forget what the other knows.
"""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

from stack import postgres
from stack.commands import Failed
from stack.layout import Stack
from stack.say import Problem, detail, step
from tests.cluster import beside_test_stack

WORLD = Path(__file__).with_name("world.sql")
MARK = re.compile(r"mk-[a-z0-9_-]+|\+1555010\d+|203\.0\.113\.77")
MARKED = r"mk-|\+1555010|203\.0\.113\.77"

# Values that only the customer's own rows show; in others' they are null.
CONDITIONAL = {
    "portal_message_reads.user_id", "portal_messages.sender_user_id", "portal_notifications.recipient", "portal_notifications.user_id",
    "portal_live_events.user_id", "work_order_events.actor_user_id", "portal_audit_events.ip_address",
    "portal_audit_events.user_agent", "portal_audit_events.actor_user_id",
}  # fmt: skip


class World:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.ids = json.loads(self.ask("select to_jsonb(i) from marks.ids i"))
        self.customer = self.ids["customer_id"]

    def ask(self, sql: str, database: str = "postgres") -> str:
        return postgres.psql(self.stack, postgres.SUPERUSER, f"\\connect {database}\n{sql}", "asking the database")

    def export(self, customer: str) -> dict:
        return json.loads(self.ask(f"select portal_admin.export_customer('{customer}')"))

    def erase(self, options: str) -> list[dict]:
        rows = self.ask(f"select coalesce(jsonb_agg(e), '[]') from portal_admin.erase_customer('{self.customer}'{options}) e")
        return json.loads(rows)

    def dump(self, *options: str) -> str:
        command = [self.stack.postgres_bin / "pg_dump", "--restrict-key=test", *options]
        env = postgres.psql_environment(self.stack, postgres.SUPERUSER)
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout

    def verify(self, anchor: str) -> None:
        found = self.ask(f"select v.ok, v.first_bad, v.reason from portal_admin.verify_audit('{self.ids['org_id']}', '{anchor}') v")
        expect(found == "t||", f"the audit log does not verify: {found}")


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Problem(otherwise)


def main() -> None:
    with beside_test_stack("erasure", 5) as (stack, _):
        postgres.psql_file(stack, postgres.SUPERUSER, WORLD)
        world = World(stack)
        everything_is_marked(world)
        the_export_is_complete(world)
        erasing_leaves_no_mark(world)


def everything_is_marked(world: World) -> None:
    """A column without a mark would prove nothing."""
    step("Looking for a mark in every personal column")
    columns = json.loads(world.ask("""
        select jsonb_agg(jsonb_build_array(p.table_name, p.column_name)) from portal_admin.personal_data() p
        join information_schema.columns c on c.table_schema = 'public' and (c.table_name, c.column_name) = (p.table_name, p.column_name)
        where p.class = 'personal' and c.data_type in ('text', 'jsonb', 'inet') and p.column_name <> 'preferred_language'"""))
    tests = " union all ".join(
        f"select '{table}.{column}' where not exists (select from public.{table} where {column}::text ~ '{MARKED}')"
        for table, column in columns
    )
    missing = world.ask(tests)
    expect(len(columns) > 60 and not missing, f"these have no mark, so world.sql must give them one:\n{missing}")
    detail(f"{len(columns)} columns, {len(set(MARK.findall(world.dump('--data-only'))))} different marks.")


def the_export_is_complete(world: World) -> None:
    step("Importing the export into an empty database")
    document = world.export(world.customer)
    world.ask("create database imported")
    schema = world.dump("--schema-only", "--exclude-schema=busy", "--exclude-schema=marks")
    postgres.psql(world.stack, postgres.SUPERUSER, f"\\connect imported\n{schema}", "making the empty database")
    world.ask("\n".join(["set session_replication_role = replica;", *(load(*table) for table in document["tables"].items())]), "imported")
    held = json.loads(world.ask("""
        select jsonb_agg(distinct table_name) from portal_admin.personal_data() where on_erasure <> 'not about customers'"""))
    expect(set(held) == set(document["tables"]), "the export has other tables than the list of personal data")
    empty = [table for table in held if not document["tables"][table]]
    expect(not empty, f"nothing was exported of {', '.join(empty)}, so world.sql must make rows")
    compared = sum(same_rows(world, document, table) for table in theirs(world))
    detail(f"{sum(map(len, document['tables'].values()))} rows of {len(held)} tables; {compared} compared with their source.")
    stranger = world.ask("select string_agg(id::text, ' ') from public.customers where id::text <> '" + world.customer + "'").split()
    found = [word for word in (*stranger, "Ben's own words") if word in json.dumps(without_log(document)) and word not in granted(world)]
    expect(not found, f"the export has what is another customer's: {found}")


def granted(world: World) -> str:
    """The customer that ann manages is named by her grant and by what she wrote there."""
    return world.ask("select busy.id('ben/customer')")


def without_log(document: dict) -> dict:
    return {table: rows for table, rows in document["tables"].items() if table != "portal_audit_events"}


def load(table: str, rows: list[dict]) -> str:
    """Columns that were withheld stay null."""
    text = json.dumps(rows)
    expect("$rows$" not in text, "the export cannot be quoted")
    return f"""
        do $do$ declare name text; begin
          for name in select a.attname from pg_attribute a where a.attrelid = 'public.{table}'::regclass and a.attnum > 0 and a.attnotnull
              and a.attnum <> all (array(select unnest(i.indkey) from pg_index i where i.indrelid = a.attrelid and i.indisprimary)) loop
            execute format('alter table public.{table} alter %I drop not null', name);
          end loop;
        end $do$;
        insert into public.{table} select * from jsonb_populate_recordset(null::public.{table}, $rows${text}$rows$);"""


def theirs(world: World) -> dict[str, str]:
    """Which rows are the customer's as the catalog has it, without the list of personal data."""
    return json.loads(world.ask(f"""
        select jsonb_object_agg(c.relname, case a.attname when 'customer_id' then '{world.customer}' else '{world.ids['account_id']}' end)
        from (select distinct on (attrelid) attrelid, attname from pg_attribute
              where attname in ('customer_id', 'portal_account_id') and not attisdropped order by attrelid, attname) a
        join pg_class c on c.oid = a.attrelid where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"""))


def same_rows(world: World, document: dict, table: str) -> int:
    columns = world.ask(f"select string_agg(attname, ' ') from pg_attribute where attrelid = 'public.{table}'::regclass and attnum > 0").split()
    owner = "customer_id" if "customer_id" in columns else "portal_account_id"
    value = world.customer if owner == "customer_id" else world.ids["account_id"]
    rows = f"select coalesce(jsonb_agg(to_jsonb(t)), '[]') from public.{table} t where t.{owner} = '{value}'"
    source, copies = (json.loads(world.ask(rows, database)) for database in ("postgres", "imported"))
    shown = set(columns) - set(document["withheld"][table])
    for row in source:
        if row.get("event_type") == "customer_exported":
            continue
        alike = [copy for copy in copies if all(same(table, column, row, copy) for column in shown & row.keys())]
        expect(bool(alike), f"a row of {table} is not what was imported:\n{row}")
    return len(source)


def same(table: str, column: str, row: dict, copy: dict) -> bool:
    return row[column] == copy[column] or (f"{table}.{column}" in CONDITIONAL and copy[column] is None)


def erasing_leaves_no_mark(world: World) -> None:
    step("Erasing")
    anchor = world.ask(f"select anchor from portal_admin.seal_audit() where org_id = '{world.ids['org_id']}'")
    world.verify(anchor)
    refused(world)
    rehearsed(world)
    bystander = without_log(world.export(world.ask("select busy.id('cal/customer')")))
    money = world.ask("select string_agg(concat_ws(' ', number, status, total_cents), ',') from public.invoices")

    done = world.erase(", dry_run => false, force => true")
    left = [row for row in done if "left to" in row["what"]]
    expect(len(done) > 25 and [row["table_name"] for row in left] == ["storage.objects"], f"unexpected answer: {done}")
    remaining = set(MARK.findall(world.dump()))
    expect(remaining == {"mk-storage-file"}, f"the dump still has: {sorted(remaining)}")
    # What the Storage API does once the file is gone.
    world.ask("delete from storage.objects")
    again = [row for row in world.erase(", dry_run => false") if row["table_name"] != "portal_live_events"]
    expect(not again, f"a second time something is found: {again}")
    remaining = set(MARK.findall(world.dump()))
    expect(not remaining, f"the dump still has: {sorted(remaining)}")
    detail(f"{sum(row['rows'] for row in done)} rows in {len(done)} steps; no mark is left in the dump.")

    world.verify(anchor)
    expect(world.ask("select count(*) from public.portal_audit_events where event_type = 'customer_erased' and seq is not null") == "1",
           "the erasure is not one sealed event")
    after = without_log(world.export(world.ask("select busy.id('cal/customer')")))
    expect(after == bystander, "another customer's data changed")
    expect(money == world.ask("select string_agg(concat_ws(' ', number, status, total_cents), ',') from public.invoices"), "the books changed")
    facts = world.ask("""
        select concat_ws(' ', (select count(*) from auth.users where id = busy.id('ann')), (select count(*) from auth.users where id = busy.id('lou')),
          (select count(*) from public.portal_accounts where user_id = busy.id('lou')),
          (select subject from public.portal_threads where customer_id = busy.id('ben/customer')),
          (select body from public.portal_messages where customer_id = busy.id('ben/customer')),
          (select status from public.work_orders where customer_id = busy.id('ann/customer')),
          (select full_name from public.customers where id = busy.id('ann/customer')))""")
    expect(facts == "0 1 1 Ben's own words (erased) canceled (erased)", f"not as it should be: {facts}")


def refused(world: World) -> None:
    try:
        world.erase(", dry_run => false")
    except Failed as failed:
        expect("1 open appointment(s) and 0 unpaid invoice(s)" in failed.output, f"refused for another reason: {failed.output}")
        return
    raise Problem("a customer with an open appointment was erased without force.")


def rehearsed(world: World) -> None:
    before = digest(world)
    expect(len(world.erase(", force => true")) > 25, "a rehearsal says nothing")
    expect(digest(world) == before, "a rehearsal changed something")


def digest(world: World) -> str:
    return hashlib.sha256(world.dump("--data-only").encode()).hexdigest()


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
