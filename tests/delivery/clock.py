"""A night at the company, told by a clock that jumps: what waits for the morning, what goes out at once, what is too late.

    python3 -m tests.delivery.clock       (on the programs of a prepared test stack)

Postgres runs under libfaketime, which adds to the time what a file says. It is the night in which Chicago's clocks go
forward, so that an hour counted instead of read off the wall would show.
"""

import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from stack.layout import give_to_servers
from stack.say import Problem, line
from tests.expecting import expect
from tests.waiting import wait_until

from .stand import Stand, stand

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
ZONE = ZoneInfo("America/Chicago")
# The gateway looks twice a second; what has not gone out by now stays.
A_WHILE = 2.5


@dataclass
class Clock:
    """The time of the database, on the wall in Chicago in March 2027."""

    stand: Stand
    file: Path

    def set(self, day: int, wall: str) -> None:
        hour, minute, second = map(int, wall.split(":"))
        moment = datetime(2027, 3, day, hour, minute, second, tzinfo=ZONE)
        self.file.write_text(f"+{moment.timestamp() - time.time():.0f}\n")
        near = f"abs(extract(epoch from clock_timestamp()) - {moment.timestamp()}) < 10"
        wait_until(lambda: self.stand.value(near) == "t", "the jump")


def main() -> None:
    with stand("clock", 6) as here:
        clock = start_clock(here)
        clock.set(13, "21:00:00")
        here.start_gateway()
        prove(here, clock)
    line("The night went by as it should.")


def start_clock(here: Stand) -> Clock:
    """Postgres again, with the other clock. What it measures, as for time-outs, goes on as ever."""
    file = here.stack.path("run/clock")
    file.write_text("+0\n")
    give_to_servers(file)
    here.supervisor.stop()
    here.start_postgres({
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    })  # fmt: skip
    return Clock(here, file)


def prove(here: Stand, clock: Clock) -> None:
    here.sql("""
      update public.portal_notification_preferences set quiet_hours_start = '22:00', quiet_hours_end = '07:00'
      where org_id = busy.id('company') and portal_account_id <> busy.id('dan/account');
    """)
    visits = {person: visit(here, person, 14, hour) for person, hour in (("ann", 10), ("bob", 10), ("cid", 9), ("dan", 10))}
    for person in visits:
        arrives(here, person, "appointment_scheduled")

    clock.set(13, "23:00:00")
    move(here, visits["ann"], 14, 13)
    move(here, visits["dan"], 14, 14)
    arrives(here, "dan", "appointment_moved")
    expect("when Ann's news wait until", waits_until(here, "ann", "appointment_moved"), "2027-03-14 07:00:00")
    move(here, visits["bob"], 14, 5)
    expect("what becomes of news that would come after the visit", status(here, "bob", "appointment_moved"), "expired")
    here.sql(f"update public.work_orders set status = 'en_route' where id = '{visits['cid']}';")
    arrives(here, "cid", "appointment_en_route")

    clock.set(14, "06:59:40")
    time.sleep(A_WHILE)
    told = [mail.recipient for mail in here.mail.about("appointment_moved")]
    expect("who was told of a move before the end of the night", told, [address("dan")])
    clock.set(14, "07:00:00")
    arrives(here, "ann", "appointment_moved")
    clock.set(14, "08:00:00")
    time.sleep(A_WHILE)
    expect("reminders of the time before the move", here.mail.about("reminder"), [])

    here.kill_gateway()
    clock.set(14, "13:30:00")
    here.start_gateway()
    too_late(here)


def too_late(here: Stand) -> None:
    """Two hours before the visit nobody could send the reminder, and now it has begun."""
    wait_until(lambda: status(here, "ann", "appointment_reminder_2h") == "expired", "the end of the reminder")
    arrives(here, "dan", "appointment_reminder_2h")
    about_ann = [mail.key for mail in here.mail.about("reminder") if mail.recipient == address("ann")]
    expect("Ann's reminders", about_ann, [])


def visit(here: Stand, person: str, day: int, hour: int) -> str:
    """Two hours at the person's home, by the wall clock there."""
    return here.value(f"busy.visit('{person}', {wall(day, hour)}, {wall(day, hour + 2)}, 'Tune-up')")


def move(here: Stand, job: str, day: int, hour: int) -> None:
    window = f"window_start = {wall(day, hour)}, window_end = {wall(day, hour + 2)}"
    here.sql(f"update public.work_orders set {window} where id = '{job}';")


def wall(day: int, hour: int) -> str:
    return f"timestamp '2027-03-{day} {hour:02}:00' at time zone '{ZONE.key}'"


def address(person: str) -> str:
    return f"{person}@customer.example"


def arrives(here: Stand, person: str, event: str) -> None:
    def there() -> bool:
        return any(mail.recipient == address(person) for mail in here.mail.about(event))

    wait_until(there, f"the mail {event} to {person}", 10)


def waits_until(here: Stand, person: str, event: str) -> str:
    return column(here, person, event, f"not_before at time zone '{ZONE.key}'")


def status(here: Stand, person: str, event: str) -> str:
    return column(here, person, event, "status")


def column(here: Stand, person: str, event: str, what: str) -> str:
    return here.value(
        f"{what} from public.portal_notifications"
        f" where portal_account_id = busy.id('{person}/account') and event = '{event}' and channel = 'email'"
        " order by created_at desc limit 1"
    )


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
