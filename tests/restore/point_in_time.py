"""Takes a database back to a moment, with the settings that docs/operations.md gives: a booking before it is there, one after is not.

    python3 -m tests.restore.point_in_time           (on the programs of a prepared test stack)
"""

import shutil
import sys
from pathlib import Path

from stack import postgres, supervise
from stack.commands import run
from stack.layout import Stack, give_to_servers, server_user
from stack.say import Problem, detail, step
from tests.cluster import beside_test_stack, restart_with
from tests.expecting import expect
from tests.operations import block, settings, shell
from tests.waiting import wait_until

PATIENCE = 60
COMPANY = "call busy.open(3, array['08:00', '12:00']::time[], 3); call busy.customers(array['ann', 'bob']);"
BOOK = "begin; call busy.has_booked('{person}', 'tune_up', '{slot}'); commit;"
DIARY = "select string_agg(person || ' ' || job, ', ' order by person) from busy.diary"


def main() -> None:
    with beside_test_stack("point-in-time", 10) as (stack, supervisor):
        backup = stack.path("run/backup")  # goes with the database
        for folder in (backup, backup / "wal"):
            folder.mkdir()
            give_to_servers(folder)
        step("A base backup, a booking, the moment, and another booking")
        restart_with(stack, supervisor, here(block("archive_command = "), backup))
        ask(stack, COMPANY)
        shell(stack, here(block("pg_basebackup --pgdata=/backup"), backup), postgres.SUPERUSER, user=server_user())
        ask(stack, BOOK.format(person="ann", slot="slot 1"))
        moment = ask(stack, "select clock_timestamp()")
        ask(stack, BOOK.format(person="bob", slot="slot 2"))
        expect("what was booked", ask(stack, DIARY), "ann scheduled, bob scheduled")
        archive_all(stack)
        step("Back to that moment, from the backup and the archived log alone")
        go_back(stack, supervisor, backup, moment)
        expect("what was booked", ask(stack, DIARY), "ann scheduled")
        ask(stack, BOOK.format(person="bob", slot="slot 2"))
        detail("The booking before the moment is there, the one after it is not, and the time can be booked again")


def here(text: str, backup: Path) -> str:
    return text.replace("/backup", str(backup))


def archive_all(stack: Stack) -> None:
    last = ask(stack, "select pg_walfile_name(pg_switch_wal())", postgres.SUPERUSER)
    archived = f"select last_archived_wal >= '{last}' from pg_stat_archiver"
    wait_until(lambda: ask(stack, archived, postgres.SUPERUSER) == "t", "the archiving of the log", PATIENCE)


def go_back(stack: Stack, supervisor: supervise.Supervisor, backup: Path, moment: str) -> None:
    supervisor.stop()
    shutil.rmtree(stack.data)
    run(["cp", "-a", backup / "base", stack.data], "copying the base backup")
    signal = stack.data / "recovery.signal"
    signal.touch()
    give_to_servers(signal)
    restart_with(stack, supervisor, settings(here(block("restore_command = "), backup), recovery_target_time=moment))
    over = "select not pg_is_in_recovery()"
    wait_until(lambda: ask(stack, over, postgres.SUPERUSER) == "t", "the end of the recovery", PATIENCE)


def ask(stack: Stack, sql: str, role: str = "postgres") -> str:
    return postgres.psql(stack, role, sql, "asking the database")


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
