"""A gateway or a PostgREST beside the stack's own, with other settings."""

import base64
import json
import os
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stack import services
from stack.layout import Stack, test_stack
from tests.waiting import wait_until

# How long a server may take to come up, in seconds.
PATIENCE = 60.0


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
            wait_until(lambda: child.poll() is not None or answers(ready), command[0], PATIENCE)
            if child.poll() is not None:
                raise AssertionError(f"{command[0]} ended; {log} says why")
            yield
        finally:
            child.terminate()
            child.wait()


def answers(url: str) -> bool:
    try:
        return ask(url)[0] == 200
    except OSError:
        return False


def ask(url: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Status and body, whatever the status. No proxy: these addresses are on this machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, headers=dict(headers or {})), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
