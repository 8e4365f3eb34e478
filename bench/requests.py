"""One request as PostgREST 12 sends it: five statements in one transaction, prepared once per connection."""

import hashlib
import json
import uuid
from dataclasses import dataclass

# What a log-in's token and a browser's request carry; the sizes matter, because they are copied and parsed.
CLAIMS = {
    "aal": "aal1", "amr": [{"method": "password", "timestamp": 1760000000}],
    "app_metadata": {"provider": "email", "providers": ["email"]}, "aud": "authenticated",
    "exp": 1795367077, "iat": 1795363477, "is_anonymous": False, "iss": "http://127.0.0.1:54321/auth/v1",
    "phone": "", "role": "authenticated", "session_id": "aaaaaaaa-0000-4000-8000-000000000007",
    "user_metadata": {"full_name": "Somebody Long"},
}  # fmt: skip
HEADERS = {
    "accept": "*/*", "accept-encoding": "gzip, deflate, br, zstd", "accept-language": "en-US,en;q=0.9",
    "accept-profile": "portal", "apikey": "sb_publishable_" + "x" * 48, "authorization": "Bearer " + "x" * 700,
    "host": "127.0.0.1:54321", "origin": "https://portal.example", "referer": "https://portal.example/",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    "x-client-info": "supabase-js-web/2.109.0",
}  # fmt: skip

_BEGIN = """
begin isolation level read committed {access};
select set_config('search_path', '"portal", "public", "extensions"', true), set_config('role', :role, true),
  set_config('request.jwt.claims', :claims, true), set_config('request.method', '{method}', true),
  set_config('request.path', '/rows', true), set_config('request.headers', :headers, true),
  set_config('request.cookies', '{{}}', true);
"""
BEGIN = _BEGIN.format(access="read only", method="GET")
BEGIN_TO_WRITE = _BEGIN.format(access="read write", method="POST")
ENTER = "select portal_internal.enter();\n"
COMMIT = "commit;\n"

AS_JSON = """
with {before} pgrst_source as ({rows} order by {order} {page})
select null::bigint as total_result_set, pg_catalog.count(_postgrest_t) as page_total,
  coalesce(json_agg(_postgrest_t), '[]') as body,
  nullif(current_setting('response.headers', true), '') as response_headers,
  nullif(current_setting('response.status', true), '') as response_status, '' as response_inserted
from (select * from pgrst_source) _postgrest_t;
"""


PAGE = "limit :limit offset :offset"


def as_json(rows: str, order: str, before: str = "", page: str = PAGE) -> str:
    """The rows as PostgREST asks for them, a page of them or all."""
    return AS_JSON.format(rows=rows, order=order, before=before, page=page)


@dataclass(frozen=True)
class Caller:
    """One of the customers of load.sql, by number."""

    number: int

    def variables(self, role: str) -> dict[str, str]:
        """What the scripts' :names stand for."""
        return settings(role, bench_id(5, self.number)) | {
            "limit": "50", "offset": "0", "org_id": bench_id(1, 1 + (self.number - 1) % 2),
            "customer_id": bench_id(4, self.number),
        }  # fmt: skip


def settings(role: str, user_id: str) -> dict[str, str]:
    """What PostgREST tells the database about a request of this log-in."""
    claims = CLAIMS | {"sub": user_id, "email": f"{user_id}@bench.example"}
    return {"role": role, "claims": _compact(claims), "headers": _compact(HEADERS), "user_id": user_id}


def bench_id(kind: int, number: int) -> str:
    """As pg_temp.id in load.sql: scattered like real ids, which an index on them must cope with."""
    return str(uuid.UUID(hashlib.md5(f"bench/{kind}/{number}".encode()).hexdigest()))


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
