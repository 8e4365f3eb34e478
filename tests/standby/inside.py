"""What no client calls by itself, asked in SQL: the helpers below the API, and what a DBA looks at."""

import difflib
import json

from stack.say import Problem, detail

from .pair import Pair
from .reads import PEOPLE, TRIES

# They tell of the server itself, or of this very moment.
OWN_TO_EACH = {"portal_internal.live_events"}
# Which the catalog cannot ask by itself, for it takes a company.
VERIFY = "portal_admin.verify_audit((select id from public.orgs where slug = 'acme-comfort'))"


def prove(pair: Pair) -> None:
    helpers, questions = listed(pair, HELPERS), listed(pair, QUESTIONS)
    if len(helpers) < 10 or len(questions) < 3:
        raise Problem(f"the catalog has only {helpers} and {questions}.")
    for person in PEOPLE.values():
        claims = json.dumps({"role": "authenticated", "sub": person})
        each = "".join(f"select '{helper}', {helper}();\n" for helper in helpers)
        same(pair, f"{BEGIN} select set_config('request.jwt.claims', '{claims}', true);\n{each} commit;")
    for question in [*questions, VERIFY]:
        same(pair, f"{BEGIN} select to_jsonb(q) - 'age' from {question} q order by 1; commit;")
    detail(f"The same from both: {len(helpers)} helpers below the API, {len(questions) + 1} views and functions for DBAs.")


# As PostgREST reads; on the primary this also refuses what only a standby would have refused.
BEGIN = "begin read only;"
CALLABLE = "p.prokind = 'f' and p.provolatile <> 'v' and p.pronargs = p.pronargdefaults and p.prorettype <> 'trigger'::regtype"
HELPERS = f"""
  select format('%I.%I', 'portal_internal', p.proname) from pg_proc p
  where p.pronamespace = 'portal_internal'::regnamespace and {CALLABLE} order by 1;
"""
QUESTIONS = f"""
  select format('portal_admin.%I()', p.proname) from pg_proc p
  where p.pronamespace = 'portal_admin'::regnamespace and {CALLABLE}
  union all
  select format('portal_admin.%I', relname) from pg_class where relnamespace = 'portal_admin'::regnamespace and relkind = 'v'
  order by 1;
"""


def listed(pair: Pair, sql: str) -> list[str]:
    return [name for name in pair.on_primary(sql).splitlines() if name not in OWN_TO_EACH]


def same(pair: Pair, sql: str) -> None:
    for _ in range(TRIES):
        on_primary, on_standby = pair.on_primary(sql), pair.on_standby(sql)
        if on_primary == on_standby:
            return
    difference = difflib.unified_diff(on_primary.splitlines(), on_standby.splitlines(), "primary", "standby", lineterm="", n=0)
    raise Problem("\n".join([f"{sql}\nis answered in two ways:", *list(difference)[:20]]))
