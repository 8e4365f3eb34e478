"""Benchmark `outbox`: what taking notifications in batches saves, and what sending them costs those who write."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from stack import services
from stack.layout import Stack
from stack.say import Problem

from . import mail, programs
from .arms import Arm
from .requests import BEGIN_TO_WRITE, CLAIMS, COMMIT, as_json, bench_id, settings

# Batches -------------------------------------------------------------------------------------------------------

BATCH = 100
# More than can be sent in a turn; a worker that finds nothing divides by zero.
ENOUGH = 15_000
# As the gateway does it: two transactions, each with a time limit of its own.
CLAIM_AND_SETTLE = """
begin;
select set_config('statement_timeout', '20000', true);
select jsonb_agg(jsonb_build_object('org_id', c.org_id, 'id', c.id, 'attempt', c.attempt, 'outcome', 'sent')) as results,
  1 / count(*) as is_empty
from portal_internal.claim_notifications('email', {batch}, 30) c \\gset
commit;
begin;
select set_config('statement_timeout', '20000', true);
select portal_internal.settle_notifications(:results::text::jsonb);
commit;
"""


class Gateway:
    """Logs in as itself and acts for nobody."""

    def variables(self, role: str) -> dict[str, str]:
        return {}


def batches() -> list[Arm]:
    def arm(name: str, batch: int) -> Arm:
        script, before = CLAIM_AND_SETTLE.format(batch=batch), mail.FILL.format(count=ENOUGH)
        return Arm(name, "portal_gateway", script, Gateway(), login="portal_gateway", before=before, serves=batch)

    return [arm(f"{BATCH} at once", BATCH), arm("one by one", 1)]


# Writers -------------------------------------------------------------------------------------------------------

WRITERS, LISTENERS = 8, 20
# Long enough for sending to keep step with writing.
TURN = 3
MESSAGE = """select m.* from portal.send_message(md5('bench/10/' || :thread)::uuid,
  'We have the part and shall be with you tomorrow.') m"""
STATUS = """select a.* from public.work_orders w, portal.set_appointment_status(w.id,
  case w.status when 'scheduled' then 'en_route' when 'en_route' then 'on_site' else 'scheduled' end) a
  where w.org_id = :org_id::uuid and w.id = md5('bench/8/' || :job)::uuid"""
# Every writer has customers of its own, all of the first company, so that none waits for another's row.
WRITE = f"""
\\set n 1 + 2 * (:client_id + {WRITERS} * random(0, 61))
\\set thread 10 * :n + random(1, 5)
\\set job 1000 * :n + 200 + random(1, 2)
\\set is_message random(0, 1)
{BEGIN_TO_WRITE}
\\if :is_message
{as_json(MESSAGE, "id", page="")}
\\else
{as_json(STATUS, "id", page="")}
\\endif
{COMMIT}"""


class Office:
    """The member of the first company's office in portal.sql."""

    def variables(self, role: str) -> dict[str, str]:
        return settings(role, bench_id(9, 1)) | {"org_id": bench_id(1, 1)}


def writers() -> list[Arm]:
    """The same writes while no gateway runs, while one asks but has no mail server, and while one sends everything."""

    def arm(name: str, **more: object) -> Arm:
        before = "truncate public.portal_notifications, public.portal_live_events;"
        return Arm(name, "authenticated", WRITE, Office(), clients=WRITERS, seconds=TURN, before=before, **more)

    return [
        arm("without a gateway"),
        arm("with one that only asks", during=lambda stack: _gateway(stack, PORTAL_SMTP_URL="")),
        arm("with one that sends", during=_gateway),
    ]


@contextmanager
def _gateway(stack: Stack, **env: str) -> Iterator[None]:
    """Customers listen too, so that the gateway asks for news; what they hear stays in their sockets."""
    with ExitStack() as running:
        running.enter_context(mail.sink(stack, 0))
        running.enter_context(programs.running(stack, "gateway", **env))
        for number in range(1, 2 * LISTENERS, 2):
            running.enter_context(_stream(stack, number))
        yield


def _stream(stack: Stack, number: int) -> socket.socket:
    claims = CLAIMS | {"sub": bench_id(5, number), "exp": int(time.time()) + 3600}
    token = services.token(stack.secrets["SUPABASE_JWT_SECRET"], claims)
    stream = socket.create_connection(("127.0.0.1", stack.port("gateway")))
    stream.sendall(f"GET /portal/v1/events HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    heard = b""
    while b": listening" not in heard:
        more = stream.recv(4096)
        if not more:
            raise Problem(f"the gateway closed a stream; see {stack.path('log', 'gateway.log')}")
        heard += more
    return stream
