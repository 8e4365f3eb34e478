"""Everything between a commit and its e-mail is broken again and again; in the end each has arrived.

At random moments, while people write: the gateway is killed, Postgres is restarted without goodbye, a connection of the
gateway is ended, the mail server refuses, hangs or drops its clients.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from stack.say import Problem, line
from tests.expecting import expect
from tests.waiting import wait_until

from .mail import Mail
from .stand import Stand
from .writers import Writer

# How often each kind of fault comes.
POINTS = int(os.environ.get("POINTS", "50"))
LEASE = 2
BATCH = 20
# One batch is under way while the next is fetched.
IN_HAND = 2 * BATCH
SETTINGS = {"notification_lease_seconds": str(LEASE), "notification_batch": str(BATCH), "smtp_timeout_seconds": "1"}
# Of quiet before a fault, and of a mail server out of order, in seconds.
QUIET = (0.05, 0.4)
OUTAGE = (0.1, 0.5)
PEOPLE = ("ann", "bob", "cid", "dan")


@dataclass(frozen=True)
class Fault:
    kind: str
    begun: float
    ended: float
    recovered: float  # when the next mail was accepted


def prove(stand: Stand) -> None:
    stand.mail.accepted.clear()
    stand.start_gateway()
    writers = [Writer(stand, person) for person in PEOPLE]
    for writer in writers:
        writer.start()
    wait_until(lambda: len(stand.mail.accepted) >= 10, "the first mails")
    kinds = list(FAULTS) * POINTS
    random.shuffle(kinds)
    faults = [one_fault(stand, kind) for kind in kinds]
    for writer in writers:
        writer.stop()
    drain(stand)
    judge(stand, writers, faults)


def one_fault(stand: Stand, kind: str) -> Fault:
    time.sleep(random.uniform(*QUIET))
    begun = time.monotonic()
    ended = FAULTS[kind](stand)
    wait_until(lambda: stand.mail.accepted and stand.mail.accepted[-1].at > ended, f"the next mail after the fault `{kind}`")
    return Fault(kind, begun, ended, next(mail.at for mail in list(stand.mail.accepted) if mail.at > ended))


# Each fault returns when it ended; what is left to do then is the product's.


def gateway_killed(stand: Stand) -> float:
    stand.kill_gateway()
    ended = time.monotonic()
    stand.start_gateway()
    return ended


def postgres_restarted(stand: Stand) -> float:
    stand.restart_postgres()
    return time.monotonic()


def connection_ended(stand: Stand) -> float:
    """Of a busy one, if there is any at that moment."""
    end_one = """
      select pg_terminate_backend(pid) from pg_stat_activity where usename = 'portal_gateway'
      order by state = 'idle', random() limit 1;
    """
    wait_until(lambda: stand.sql(end_one) == "t", "a connection that can be ended")
    return time.monotonic()


def mail_server_out_of_order(stand: Stand) -> float:
    stand.mail.mode = random.choice(["refuse", "hang", "drop"])
    time.sleep(random.uniform(*OUTAGE))
    stand.mail.mode = "accept"
    return time.monotonic()


FAULTS: dict[str, Callable[[Stand], float]] = {
    "gateway killed": gateway_killed,
    "Postgres restarted": postgres_restarted,
    "connection ended": connection_ended,
    "mail server out of order": mail_server_out_of_order,
}


def drain(stand: Stand) -> None:
    """What failed twice would be tried again in five minutes or more; that wait is cut short, nothing else is."""

    def nothing_left() -> bool:
        stand.sql("update public.portal_notifications set not_before = now() where status = 'pending' and attempts > 1;")
        left = "status in ('pending', 'sending') and (attempts > 0 or not_before <= now())"
        return stand.value(f"count(*) from public.portal_notifications where {left}") == "0"

    wait_until(nothing_left, "the end of the queue")


def judge(stand: Stand, writers: list[Writer], faults: list[Fault]) -> None:
    if min(len(writer.acknowledged) for writer in writers) < POINTS:
        raise Problem("the writers hardly wrote, so nothing is proved.")
    mails = list(stand.mail.accepted)
    delivered = Counter(mail.key for mail in mails)
    committed = check_all_arrived(stand, delivered, writers)
    check_nothing_else(stand, delivered)
    worst = check_copies(mails, faults)
    slowest = max(faults, key=lambda fault: fault.recovered - fault.ended)
    gap = slowest.recovered - slowest.ended
    if gap > 2 * LEASE:
        raise Problem(f"after the fault `{slowest.kind}` nothing was delivered for {gap:.1f} s; two leases are {2 * LEASE} s.")
    line(
        f"Figures: {len(faults)} faults, {POINTS} of each kind; {len(together(writers, 'acknowledged'))} acknowledged "
        f"writes and {len(together(writers, 'unanswered') & committed)} whose answer was lost, and an e-mail for each; "
        f"{len(mails) - len(delivered)} copies more, at most {worst} for one fault ({IN_HAND} may be in hand); the longest gap "
        f"after a fault was {gap:.1f} s ({slowest.kind}; two leases are {2 * LEASE} s)."
    )


def together(writers: list[Writer], outcome: str) -> set[str]:
    return {words for writer in writers for words in getattr(writer, outcome)}


def check_all_arrived(stand: Stand, delivered: Counter[str], writers: list[Writer]) -> set[str]:
    """Whatever was acknowledged was committed, and whatever was committed was sent. Returns what was committed."""
    written = set(stand.sql("""
      select body from public.portal_messages where org_id = busy.id('company')
      union all
      select job_summary from public.work_orders where org_id = busy.id('company');
    """).splitlines())  # fmt: skip
    expect("acknowledged writes that are not there", together(writers, "acknowledged") - written, set())
    expect("writes that are there although they were taken back", together(writers, "taken_back") & written, set())
    rows = stand.sql("""
      select coalesce(m.body, w.job_summary), n.status, n.dedupe_key
      from public.portal_notifications n
      left join public.portal_messages m
        on n.event = 'message_received' and m.org_id = n.org_id and m.id = (n.payload ->> 'message_id')::uuid
      left join public.work_orders w on w.org_id = n.org_id and w.id = n.work_order_id
      where n.event in ('message_received', 'appointment_scheduled') and n.channel = 'email';
    """)
    told = {words: (status, key) for words, status, key in (row.split("|") for row in rows.splitlines())}
    committed = written & (together(writers, "acknowledged") | together(writers, "unanswered"))
    expect("committed writes without a notification", committed - told.keys(), set())
    unsent = {words: told[words] for words in committed if told[words][0] != "sent" or told[words][1] not in delivered}
    expect("notifications that did not arrive", unsent, {})
    return committed


def check_nothing_else(stand: Stand, delivered: Counter[str]) -> None:
    """An e-mail whose transaction did not commit has no row."""
    known = set(stand.sql("select dedupe_key from public.portal_notifications;").splitlines())
    if strangers := sorted(delivered.keys() - known):
        raise Problem(f"delivered, but never committed: {strangers[:5]}")


def check_copies(mails: list[Mail], faults: list[Fault]) -> int:
    """Every copy has a fault between it and the one before that explains it, and no fault explains more than was in hand.

    Returns how many copies one fault made at most.
    """
    copies: Counter[Fault] = Counter()
    last: dict[str, Mail] = {}
    for mail in mails:
        before = last.get(mail.key)
        if before:
            expect("the Message-ID of a copy", mail.message["Message-ID"], before.message["Message-ID"])
            copies[cause(before, mail, faults)] += 1
        last[mail.key] = mail
    worst = max(copies.values(), default=0)
    if worst > IN_HAND:
        raise Problem(f"one fault made {worst} copies, and no more than {IN_HAND} can have been in hand.")
    return worst


def cause(first: Mail, copy: Mail, faults: list[Fault]) -> Fault:
    """The fault for which nobody heard that the first mail was sent: it lies between the two, or had not been overcome.

    A mail server that is out of order accepts nothing, so it leads to no copies.
    """
    able = [fault for fault in faults if fault.kind != "mail server out of order" and fault.begun <= copy.at]
    between = [fault for fault in able if fault.ended >= first.at]
    after_effects = [fault for fault in able if fault.ended >= first.at - 2 * LEASE]
    if not after_effects:
        raise Problem(f"{copy.key} came again after {copy.at - first.at:.1f} s, and no fault explains it.")
    return between[0] if between else after_effects[-1]
