"""Every view and every STABLE function of the API, asked of the primary and of the standby through PostgREST."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from stack import services
from stack.layout import Stack
from stack.say import Problem, detail

from .pair import Pair

# Of the demo data.
HOME = "ac3e0000-0000-4000-8000-000000000301"
PEOPLE = {
    "customer": "ac3e0000-0000-4000-8000-000000000101",
    "manager": "ac3e0000-0000-4000-8000-000000000102",
    "csr": "ac3e0000-0000-4000-8000-000000000103",
    "technician": "ac3e0000-0000-4000-8000-000000000104",
}
CALLERS = (*PEOPLE, "anon")
# How each function is asked. A new one without an entry fails the test; {visit} is a future visit to HOME.
CALLS = {
    "appointment_calendar": {"appointment_id": "{visit}"},
    "appointment_policy": {"appointment_id": "{visit}"},
    "appointment_status": {"appointment_id": "{visit}"},
    "available_windows": {"location_id": HOME, "service_type": "hvac_repair"},
    "company": {"org_slug": "acme-comfort"},
    "dashboard": {},
    "my_sessions": {},
    "search_kb": {"query": "furnace filter", "match_count": "5"},
    "settings": {},
}
# What is told by the clock may change between two questions: they are asked again, so often.
TRIES = 5


@dataclass(frozen=True)
class Answer:
    status: int
    body: str

    @property
    def rows(self) -> int:
        """How much there is to compare."""
        if self.status != 200 or not self.body:
            return 0
        try:
            found = json.loads(self.body)
        except json.JSONDecodeError:
            return 1  # a calendar file
        return len(found) if isinstance(found, list) else 1


def prove(pair: Pair) -> None:
    # Nobody has signed in here yet.
    pair.on_primary(f"insert into auth.sessions (id, user_id, created_at, updated_at) values (gen_random_uuid(), '{PEOPLE['customer']}', now(), now());")
    pair.catch_up()
    paths = [*views(pair), *functions(pair)]
    empty = []
    for path in paths:
        answers = [same(pair, path, caller) for caller in CALLERS]
        if not any(answer.rows for answer in answers):
            empty.append(f"{path}: {answers[0].status} {answers[0].body[:200]}")
    if empty:
        raise Problem("nobody was told anything, so nothing was compared:\n" + "\n".join(empty))
    detail(f"The same from both: {len(paths)} views and STABLE functions, as {', '.join(CALLERS)}.")


def views(pair: Pair) -> list[str]:
    names = pair.on_primary("""
      select relname from pg_class where relnamespace = 'portal'::regnamespace and relkind in ('v', 'm') order by relname;
    """).splitlines()
    if len(names) < 20:
        raise Problem(f"the catalog has only these views: {names}.")
    return names


def functions(pair: Pair) -> list[str]:
    """Paths of all that PostgREST calls by GET."""
    names = pair.on_primary("""
      select distinct proname from pg_proc
      where pronamespace = 'portal'::regnamespace and prokind = 'f' and provolatile <> 'v'
        and prorettype <> 'trigger'::regtype and has_function_privilege('authenticated', oid, 'execute')
      order by proname;
    """).splitlines()
    unknown = sorted(set(names) - CALLS.keys())
    if unknown or len(names) < 5:
        raise Problem(f"tests/standby/reads.py does not say how to call {unknown}; the catalog has {names}.")
    visit = pair.on_primary(f"""
      select id from public.work_orders
      where location_id = '{HOME}' and status = 'scheduled' and window_start > now() order by window_start limit 1;
    """)
    return ["rpc/" + name + query(CALLS[name], visit) for name in names]


def query(arguments: dict[str, str], visit: str) -> str:
    filled = {name: text.format(visit=visit) for name, text in arguments.items()}
    return "?" + urllib.parse.urlencode(filled) if filled else ""


def same(pair: Pair, path: str, caller: str) -> Answer:
    for _ in range(TRIES):
        on_primary, on_standby = ask(pair.primary, path, caller), ask(pair.standby, path, caller)
        if on_primary == on_standby:
            return on_standby
    raise Problem(f"as {caller}, {path} is answered\n  by the primary: {on_primary}\n  by the standby: {on_standby}")


def ask(stack: Stack, path: str, caller: str, post: dict[str, object] | None = None) -> Answer:
    url = f"http://127.0.0.1:{stack.port('postgrest')}/{path}"
    headers = {"Accept-Profile": "portal", "Content-Profile": "portal", "Content-Type": "application/json"}
    if caller in PEOPLE:
        headers["Authorization"] = "Bearer " + token(stack, PEOPLE[caller])
    data = None if post is None else json.dumps(post).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, headers=headers, data=data), timeout=30) as answer:
            body = answer.read().decode()
            return Answer(answer.status, body if path.startswith("rpc/") else in_order(body))
    except urllib.error.HTTPError as refusal:
        return Answer(refusal.code, refusal.read().decode())


def token(stack: Stack, user_id: str) -> str:
    now = int(time.time())
    claims: dict[str, object] = {"aud": "authenticated", "role": "authenticated", "sub": user_id, "iat": now, "exp": now + 3600}
    return services.token(stack.secrets["SUPABASE_JWT_SECRET"], claims)


def in_order(rows: str) -> str:
    """A view has no order of its own, and two servers may read its tables in two ways."""
    return json.dumps(sorted(json.dumps(row, sort_keys=True) for row in json.loads(rows)))
