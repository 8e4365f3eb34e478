"""Signed-in visitors for `crowd`: which reads each page of the portal sends, and whether an answer is the visitor's own.

The reads are those of web/src/lib/api, written as supabase-js sends them. Before a page's own come those of the frame around
every page: where the stream of events stands, `settings` and `dashboard`. So each page is one that is loaded anew; a click
within the portal costs less, for the frame stays.
Only reads: nobody books, writes or asks the assistant, for which other benchmarks are there.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

from stack import services
from stack.layout import Stack

from .requests import CLAIMS, HEADERS, bench_id

LIST = "offset=0&limit=20"


@dataclass(frozen=True)
class Read:
    """What a page asks for. The words in braces are the visitor's own ids."""

    name: str
    path: str
    rows: int  # how many load.sql and portal.sql hold of it for each customer
    mine: str  # the column that tells whose a row is, where one does; dots lead into a document
    value: str  # the visitor's own there
    arguments: dict[str, str] | None = None  # of a function, which is called by POST and answers the row itself
    accept: str = "*/*"


# What the frame around every page asks.
FRAME = [
    Read("position", "rpc/live_position", 1, "", "", {}),
    Read("settings", "rpc/settings", 1, "account.customer_id", "{customer}", {}),
    Read("dashboard", "rpc/dashboard", 1, "next_appointment.id", "{visit}", {}),
]
TO_COME = "appointments?select=*&status=in.(tentative,scheduled,en_route,on_site)&order=window_start.asc,id.asc&" + LIST
PAST = "appointments?select=*&status=in.(completed,canceled,no_show)&order=window_start.desc,id.asc&" + LIST
REQUESTS = (
    "booking_requests?select=*,locations(label,timezone),services(name)&status=in.(submitted,under_review,approved)"
    "&appointment_id=is.null&order=created_at.desc,id.asc&" + LIST
)
BILLS = "invoices?select=*,appointments(location_id)&status=in.(open,overdue)&balance_cents=gt.0&order=due_at.asc,id.asc&" + LIST
PEOPLE = "accounts?select=*&org_id=eq.{org}&status=neq.closed&order=full_name.asc,id.asc&" + LIST
TIMELINE = "appointment_events?select=*&appointment_id=eq.{visit}&order=occurred_at.asc,id.asc&offset=0&limit=500"
TALKS = (
    "ai_conversations?select=*,ai_messages(content,role,created_at)&ai_messages.role=eq.user&ai_messages.order=created_at.asc"
    "&ai_messages.limit=1&order=started_at.desc,id.asc&" + LIST
)
OWN = ("customer_id", "{customer}")
# The pages in the order of the portal's navigation, each with its own reads.
PAGES: dict[str, list[Read]] = {
    "home": [],
    "appointments": [Read("appointments", TO_COME, 8, *OWN), Read("requests", REQUESTS, 2, *OWN)],
    "past appointments": [Read("past appointments", PAST, 20, *OWN)],
    "an appointment": [
        Read("an appointment", "appointments?select=*&id=eq.{visit}&limit=1", 1, *OWN),
        Read("its timeline", TIMELINE, 3, *OWN),
        Read("its policy", "rpc/appointment_policy", 1, "", "", {"appointment_id": "{visit}"}, accept="application/vnd.pgrst.object+json"),
        Read("its thread", "threads?select=*&appointment_id=eq.{visit}&order=last_message_at.desc&limit=1", 0, *OWN),
    ],
    "messages": [Read("threads", "threads?select=*&order=last_message_at.desc,id.asc&" + LIST, 5, *OWN)],
    "a thread": [
        Read("a thread", "threads?select=*&id=eq.{thread}&limit=1", 1, *OWN),
        Read("its messages", "messages?select=*&thread_id=eq.{thread}&order=sent_at.desc&limit=20", 8, *OWN),
    ],
    "history": [Read("history", "service_history?select=*&order=completed_at.desc,id.asc&" + LIST, 20, *OWN)],
    "bills": [Read("bills", BILLS, 2, *OWN)],
    "people": [Read("people", PEOPLE, 1, *OWN)],
    "talks": [Read("talks", TALKS, 4, *OWN)],
}
NAMES = [read.name for reads in [FRAME, *PAGES.values()] for read in reads]


@dataclass
class Question:
    """A read as one visitor sends it."""

    read: Read
    request: bytes
    value: str
    answer: bytes = b""  # what came when nobody else was there, and was found to be right


class Visitor:
    """One of the customers of load.sql and portal.sql, signed in."""

    def __init__(self, stack: Stack, number: int):
        self.ids = {
            "org": bench_id(1, 1 + (number - 1) % 2), "customer": bench_id(4, number), "visit": bench_id(8, number * 1000 + 201),
            "thread": bench_id(10, number * 10 + 1),
        }  # fmt: skip
        claims = CLAIMS | {"sub": bench_id(5, number), "exp": int(time.time()) + 7200}
        signed_in = {
            "authorization": f"Bearer {services.token(stack.secrets['SUPABASE_JWT_SECRET'], claims)}",
            "apikey": stack.secrets["SUPABASE_PUBLISHABLE_KEY"], "host": f"127.0.0.1:{stack.port('web')}",
        }  # fmt: skip
        # Sent as it is, so that the client has nothing to unpack.
        usual = {name: value for name, value in HEADERS.items() if name != "accept-profile"}
        self._headers = usual | signed_in | {"accept-encoding": "identity"}
        frame = [self._question(read) for read in FRAME]
        own = [[self._question(read) for read in reads] for reads in PAGES.values()]
        self.pages = [frame + questions for questions in own]
        self.questions = [question for questions in [frame, *own] for question in questions]
        self.events = self._request("GET /portal/v1/events", {"accept": "text/event-stream"})

    def _question(self, read: Read) -> Question:
        path = f"/rest/v1/{read.path.format(**self.ids)}"
        if read.arguments is None:
            request = self._request(f"GET {path}", {"accept-profile": "portal"})
        else:
            body = json.dumps({name: value.format(**self.ids) for name, value in read.arguments.items()})
            what_it_is = {"content-profile": "portal", "content-type": "application/json", "content-length": str(len(body))}
            request = self._request(f"POST {path}", what_it_is | {"accept": read.accept}, body)
        return Question(read, request, read.value.format(**self.ids))

    def _request(self, what: str, headers: dict[str, str], body: str = "") -> bytes:
        lines = [f"{what} HTTP/1.1", *(f"{name}: {value}" for name, value in (self._headers | headers).items())]
        return "\r\n".join([*lines, "", body]).encode()


def wrong(question: Question, status: int, body: bytes) -> str:
    """What is wrong with an answer; nothing where it is whole and the visitor's own."""
    name = question.read.name
    if status != 200:
        return f"`{name}` was refused: {status} {body.decode(errors='replace')}"
    answer = json.loads(body)
    rows = [answer] if question.read.arguments is not None else answer
    if len(rows) != question.read.rows:
        return f"`{name}` has {len(rows)} rows instead of {question.read.rows}"
    if not question.read.mine:
        return ""
    foreign = [owner for owner in (_at(row, question.read.mine) for row in rows) if owner != question.value]
    return f"`{name}` shows what is not the visitor's: {foreign[0]} instead of {question.value}" if foreign else ""


def _at(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = row.get(name) if isinstance(row, dict) else None
    return row
