"""docs/operations.md says how keys are changed without anybody noticing. Here it is done, with gateways and a PostgREST of its own."""

import secrets
import time
import unittest

from stack import postgres, services
from stack.layout import Stack, test_stack
from tests.waiting import wait_until

from .servers import PATIENCE, ask, gateway, postgrest

SECOND = "portal_gateway_2"  # the name that the page gives it


class Secrets(unittest.TestCase):
    def test_gateway_and_postgrest_accept_tokens_of_both_secrets_while_they_are_changed(self) -> None:
        stack, new = test_stack(), secrets.token_hex(24)
        old = stack.secrets["SUPABASE_JWT_SECRET"]
        tokens = [signed(stack, secret) for secret in (old, new)]
        foreign = signed(stack, secrets.token_hex(24))
        changing = {"PORTAL_JWT_SECRET": new, "PORTAL_JWT_PREVIOUS_SECRET": old}
        with gateway(stack, changing) as url:
            self.assertEqual([ask(f"{url}/portal/v1/whoami", token)[0] for token in tokens], [200, 200])
            self.assertEqual(ask(f"{url}/portal/v1/whoami", foreign)[0], 401)
        with postgrest(stack, [old, new]) as url:
            self.assertEqual([ask(f"{url}/accounts?select=id", token)[0] for token in tokens], [200, 200])
            self.assertEqual(ask(f"{url}/accounts?select=id", foreign)[0], 401)


class LogIns(unittest.TestCase):
    def setUp(self) -> None:
        self.stack = test_stack()
        self.sql(f"drop role if exists {SECOND};")

    def test_a_second_log_in_does_all_that_the_gateway_does(self) -> None:
        self.sql(f"create role {SECOND} login password 'new' in role portal_gateway;")
        self.addCleanup(self.sql, f"drop role if exists {SECOND};")
        url = self.stack.database_url("portal_gateway")
        password = self.stack.secrets["PASSWORD_PORTAL_GATEWAY"]
        other = url.replace(f"portal_gateway:{password}", f"{SECOND}:new")
        with gateway(self.stack, {"PORTAL_DATABASE_URL": other, "PORTAL_DUE_JOBS_EVERY_SECONDS": "1"}) as at:
            # As a caller, and as the worker that does what falls due.
            mine = signed(self.stack, self.stack.secrets["SUPABASE_JWT_SECRET"])
            status, answer = ask(f"{at}/portal/v1/whoami", mine)
            self.assertEqual(status, 200, answer)
            self.assertIn('"role":"customer"', answer)
            worked = 'portal_due_jobs_runs_total{outcome="done"} '
            wait_until(lambda: counted(at, worked) + counted(at, worked.replace("done", "skipped")) > 0, "the first due jobs", PATIENCE)
            self.assertEqual(counted(at, worked.replace("done", "failed")), 0)

    def sql(self, text: str) -> str:
        return postgres.psql(self.stack, postgres.SUPERUSER, text, "changing log-ins")


def signed(stack: Stack, secret: str) -> dict[str, str]:
    """The header with an access token of the demo's customer."""
    user = postgres.psql(
        stack, postgres.SUPERUSER, "select id from auth.users where email = 'customer@acme-comfort.example'", "finding a user"
    )
    claims = {"sub": user, "role": "authenticated", "aud": "authenticated", "exp": int(time.time()) + 600}
    return {"Authorization": f"Bearer {services.token(secret, claims)}"}


def counted(url: str, series: str) -> float:
    rows = ask(f"{url}/portal/v1/metrics")[1].splitlines()
    return sum(float(row.removeprefix(series)) for row in rows if row.startswith(series))
