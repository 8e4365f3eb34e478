"""Mail for the benchmark `outbox`: a server that takes it, and a job queue in the same database that sends the same."""

import json
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack import packages, postgres
from stack.commands import run
from stack.layout import Stack
from stack.say import Problem

from . import programs
from .arms import ROUNDS, Series

PROGRAMS = Path(__file__).parent / "mail"
MAILS = 1_000
# Seconds that they may take at the most.
PATIENCE = 60
# As many under way at once as the gateway has by default.
CONCURRENCY = 16
GATEWAY, JOB_QUEUE, JOB_QUEUE_IN_BATCHES = "gateway", "graphile-worker", "graphile-worker, in batches"

# One visit to come for each of the customers in turn.
VISITS = """
from generate_series(1, {count}) n
join public.work_orders w on w.org_id = md5('bench/1/' || 1 + (n - 1) % 2)::uuid
  and w.id = md5('bench/8/' || (1 + (n - 1) % 1000) * 1000 + 201)::uuid
join public.portal_accounts a on a.org_id = w.org_id and a.customer_id = w.customer_id
join public.profiles p on p.org_id = a.org_id and p.user_id = a.user_id
"""
# As it is queued when a visit is agreed.
FILL = f"""
truncate public.portal_notifications, public.portal_live_events;
insert into public.portal_notifications (org_id, event, category, channel, recipient, portal_account_id, user_id, customer_id,
  work_order_id, payload, dedupe_key, not_before, expires_at)
select w.org_id, 'appointment_scheduled', 'booking_updates', 'email', p.email, a.id, a.user_id, w.customer_id,
  w.id, jsonb_build_object('window_start', w.window_start, 'window_end', w.window_end), 'bench/' || n,
  now() - interval '1 hour' + n * interval '1 millisecond', now() + interval '1 day'
{VISITS};
vacuum (analyze) public.portal_notifications;
"""
FILL_JOBS = f"""
select count(graphile_worker.add_job('mail', json_build_object('to', p.email, 'name', p.full_name, 'id', w.id,
  'company', o.name, 'window_start', w.window_start, 'address', l.address_line1)))
{VISITS}
join public.orgs o on o.id = w.org_id
join public.customer_locations l on l.org_id = w.org_id and l.id = w.location_id;
vacuum (analyze) graphile_worker._private_jobs;
"""
NOT_SENT = "select count(*) from public.portal_notifications where status <> 'sent' or attempts <> 1"
NOT_DONE = "select count(*) from graphile_worker._private_jobs"


def install(stack: Stack) -> None:
    """The job queue, and the words that the gateway would send, for the job to send."""
    programs.npm(stack, PROGRAMS, "mail-programs", "the job queue")
    run([stack.path("bin/portal-gateway"), "--preview-mail", stack.path("words")], "writing the mails' words")
    run(_job_queue(stack, "--install"), "making the job queue's tables", env=_job_environment(stack))


@contextmanager
def sink(stack: Stack, mails: int) -> Iterator[subprocess.Popen[str]]:
    """The mail server; when so many mails have come it writes a line about them."""
    command = [str(packages.node()), str(PROGRAMS / "sink.mjs"), str(stack.port("smtp")), str(mails)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            if _line(server) != "listening":
                raise Problem("the mail sink does not start")
            yield server
        finally:
            server.terminate()


def measure(stack: Stack) -> tuple[Series, dict[str, float]]:
    """Microseconds for each mail of a backlog, and bytes of a mail, by sender."""
    series, sizes = Series(), {}
    senders = [GATEWAY, JOB_QUEUE, JOB_QUEUE_IN_BATCHES]
    for number in range(ROUNDS):
        shift = number % len(senders)
        for sender in senders[shift:] + senders[:shift]:
            received = _turn(stack, sender)
            series.medians.setdefault(sender, []).append(received["seconds"] * 1e6 / (MAILS - 1))
            series.transactions[sender] = series.transactions.get(sender, 0) + MAILS
            sizes[sender] = received["bytes"] / MAILS
    return series, sizes


def _turn(stack: Stack, sender: str) -> dict[str, float]:
    """From the first mail to the last: how long a program takes to start is not what is measured."""
    fill, left = (FILL, NOT_SENT) if sender == GATEWAY else (FILL_JOBS, NOT_DONE)
    postgres.psql(stack, postgres.SUPERUSER, fill.format(count=MAILS), f"filling the queue of {sender}")
    with sink(stack, MAILS) as server, _sender(stack, sender):
        received = json.loads(_line(server, PATIENCE) or "{}")
        if received.get("mails") != MAILS:
            raise Problem(f"{sender} did not send {MAILS} mails once each ({received}); see the logs in {stack.path('log')}")
        deadline = time.monotonic() + 10
        while postgres.psql(stack, postgres.SUPERUSER, left, "counting what is left") != "0":
            if time.monotonic() > deadline:
                raise Problem(f"{sender} has sent mails that are still in its queue")
            time.sleep(0.05)
    return received


@contextmanager
def _sender(stack: Stack, sender: str) -> Iterator[None]:
    if sender == GATEWAY:
        with programs.running(stack, "gateway"):
            yield
        return
    options = ["--batches"] if sender == JOB_QUEUE_IN_BATCHES else []
    with open(stack.path("log", "job-queue.log"), "wb") as log:
        child = subprocess.Popen(_job_queue(stack, *options), env=_job_environment(stack), stdout=log, stderr=log)
        try:
            yield
        finally:
            child.terminate()
            child.wait()


def _job_queue(stack: Stack, *options: str) -> list[str]:
    return [str(packages.node()), str(stack.path("mail-programs", "worker.mjs")), *options]


def _job_environment(stack: Stack) -> dict[str, str]:
    return {
        "DATABASE_URL": stack.database_url(postgres.SUPERUSER),
        "SMTP_PORT": str(stack.port("smtp")),
        "CONCURRENCY": str(CONCURRENCY),
        "WORDS": str(stack.path("words", "appointment_scheduled")),
    }


def _line(server: subprocess.Popen[str], within: float = 10) -> str:
    """What the server says next; nothing when it says nothing for so many seconds."""
    assert server.stdout is not None
    ready, _, _ = select.select([server.stdout], [], [], within)
    return server.stdout.readline().strip() if ready else ""
