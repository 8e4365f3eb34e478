"""docs/operations.md says how keys are changed without anybody noticing. Here it is done, with gateways and a PostgREST of its own."""

import base64
import json
import os
import secrets
import socket
import subprocess
import time
import unittest
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stack import postgres, services
from stack.layout import Stack, test_stack

SECOND = "portal_gateway_2"  # the name that the page gives it


class Secrets(unittest.TestCase):
    def test_gateway_and_postgrest_accept_tokens_of_both_secrets_while_they_are_changed(self) -> None:
        stack, new = test_stack(), secrets.token_hex(24)
        old = stack.secrets["SUPABASE_JWT_SECRET"]
        tokens = [token(stack, secret) for secret in (old, new)]
        foreign = token(stack, secrets.token_hex(24))
        changing = {"PORTAL_JWT_SECRET": new, "PORTAL_JWT_PREVIOUS_SECRET": old}
        with gateway(stack, changing) as url:
            self.assertEqual([ask(f"{url}/portal/v1/whoami", bearer)[0] for bearer in tokens], [200, 200])
            self.assertEqual(ask(f"{url}/portal/v1/whoami", foreign)[0], 401)
        with postgrest(stack, [old, new]) as url:
            self.assertEqual([ask(f"{url}/accounts?select=id", bearer)[0] for bearer in tokens], [200, 200])
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
            # As a caller, and as the worker of the outbox and of what falls due.
            mine = token(self.stack, self.stack.secrets["SUPABASE_JWT_SECRET"])
            status, answer = ask(f"{at}/portal/v1/whoami", mine)
            self.assertEqual((status, json.loads(answer)["role"]), (200, "authenticated"), answer)
            worked = 'portal_due_jobs_runs_total{outcome="done"} '
            wait_until(lambda: counted(at, worked) + counted(at, worked.replace("done", "skipped")) > 0)
            self.assertEqual(counted(at, worked.replace("done", "failed")), 0)

    def sql(self, text: str) -> str:
        return postgres.psql(self.stack, postgres.SUPERUSER, text, "changing log-ins")


def token(stack: Stack, secret: str) -> str:
    """An access token of the demo's customer."""
    user = postgres.psql(
        stack, postgres.SUPERUSER, "select id from auth.users where email = 'customer@acme-comfort.example'", "finding a user"
    )
    claims = {"sub": user, "role": "authenticated", "aud": "authenticated", "exp": int(time.time()) + 600}
    return services.token(secret, claims)


def counted(url: str, series: str) -> float:
    rows = ask(f"{url}/portal/v1/metrics")[1].splitlines()
    return sum(float(row.removeprefix(series)) for row in rows if row.startswith(series))


@contextmanager
def gateway(stack: Stack, settings: Mapping[str, str]) -> Iterator[str]:
    """The stack's gateway once more, on a port of its own and with other settings; it sends nothing."""
    port = free_port()
    env = services.all_services(stack)["gateway"].env | {
        "PORTAL_LISTEN": f"127.0.0.1:{port}", "PORTAL_NOTIFICATION_POLL_MILLISECONDS": "0", "PORTAL_KNOWLEDGE_POLL_MILLISECONDS": "0",
    }  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    with running([str(stack.path("bin/portal-gateway"))], env | dict(settings), f"{url}/portal/v1/readyz"):
        yield url


@contextmanager
def postgrest(stack: Stack, jwt_secrets: list[str]) -> Iterator[str]:
    """The stack's PostgREST once more, which is told a set of secrets."""
    port, admin = free_port(), free_port()
    keys = [{"kty": "oct", "alg": "HS256", "k": base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")} for key in jwt_secrets]
    env = {
        "PGRST_DB_URI": stack.database_url("authenticator"), "PGRST_DB_SCHEMAS": "portal", "PGRST_DB_ANON_ROLE": "anon",
        "PGRST_DB_EXTRA_SEARCH_PATH": "public, extensions", "PGRST_JWT_SECRET": json.dumps({"keys": keys}),
        "PGRST_SERVER_HOST": "127.0.0.1", "PGRST_SERVER_PORT": str(port), "PGRST_ADMIN_SERVER_PORT": str(admin),
    }  # fmt: skip
    program = str(services.all_services(stack)["postgrest"].command[0])
    with running([program], env, f"http://127.0.0.1:{admin}/ready"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running(command: list[str], env: dict[str, str], ready: str) -> Iterator[None]:
    log = Path(test_stack().path("log/keys.log"))
    with log.open("ab") as out, subprocess.Popen(command, env={"PATH": os.environ["PATH"]} | env, stdout=out, stderr=out) as child:
        try:
            wait_until(lambda: child.poll() is not None or answers(ready))
            if child.poll() is not None:
                raise AssertionError(f"{command[0]} ended; {log} says why")
            yield
        finally:
            child.terminate()
            child.wait()


def wait_until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not there():
        if time.monotonic() > deadline:
            raise AssertionError("waited for a minute in vain")
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        return ask(url)[0] == 200
    except OSError:
        return False


def ask(url: str, bearer: str | None = None) -> tuple[int, str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
