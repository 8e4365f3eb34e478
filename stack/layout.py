"""Where things are: one description of a stack, used by `make run` and by `make test`."""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
from contextlib import contextmanager
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .say import Problem, step

CHECKOUT = Path(__file__).resolve().parent.parent
SQL = CHECKOUT / "sql"

# The version of Postgres that everything runs on: what Debian 12 has a package of, or what is built from source.
MAJOR_VARIABLE = "PG"
PACKAGED_MAJOR = "15"
MAJORS = (PACKAGED_MAJOR, "17")

# Everything that set-up makes lies under here; removing it undoes set-up.
HOME = CHECKOUT / ".portal"

PORT_VARIABLE = "PORTAL_PORT_BASE"
DEFAULT_PORT_BASE = 54320
# Offsets from the base port. The first five are for people, the rest is between the parts.
PORTS = {
    "web": 1, "postgres": 2, "portal": 3, "mail": 4, "smtp": 5,
    "auth": 11, "postgrest": 12, "postgrest_admin": 13, "gateway": 14, "pooler": 15,
    "second_gateway": 16,
}  # fmt: skip
SECRETS = {
    "SUPABASE_JWT_SECRET": "",
    "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_",
    "SUPABASE_SECRET_KEY": "sb_secret_",
    "PASSWORD_SUPABASE_ADMIN": "",
    "PASSWORD_POSTGRES": "",
    "PASSWORD_AUTHENTICATOR": "",
    "PASSWORD_PORTAL_GATEWAY": "",
}


def postgres_major() -> str:
    major = os.environ.get(MAJOR_VARIABLE) or PACKAGED_MAJOR
    if major not in MAJORS:
        raise Problem(f"{MAJOR_VARIABLE}={major} is no version of Postgres that set-up knows. There are: {', '.join(MAJORS)}.")
    return major


def major_is_packaged() -> bool:
    return postgres_major() == PACKAGED_MAJOR


def of_major(name: str, major: str | None = None) -> str:
    """A folder of which every version of Postgres has its own."""
    major = major or postgres_major()
    return name if major == PACKAGED_MAJOR else f"pg{major}/{name}"


def postgres_root() -> Path:
    """The folder whose usr/ tree Postgres is installed in."""
    return Path("/") if major_is_packaged() else tools() / of_major("postgres")


@dataclass(frozen=True)
class Stack:
    name: str
    folder: str
    port_base: int
    major: str = field(default_factory=postgres_major)

    @property
    def state(self) -> Path:
        return HOME.resolve() / of_major(self.folder, self.major)

    def port(self, service: str) -> int:
        # Where people look for a Next.js application, beside a Supabase where they look for that.
        if service == "portal" and self.port_base == DEFAULT_PORT_BASE:
            return 3000
        return self.port_base + PORTS[service]

    def path(self, *parts: str) -> Path:
        return self.state.joinpath(*parts)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port('web')}"

    @property
    def portal_url(self) -> str:
        return f"http://127.0.0.1:{self.port('portal')}"

    @property
    def data(self) -> Path:
        return self.path("data")

    @property
    def postgres_tree(self) -> Path:
        return self.path("postgres")

    @property
    def postgres_bin(self) -> Path:
        return self.postgres_tree / "usr/lib/postgresql" / self.major / "bin"

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Made once per state directory, so that tokens and bookmarks survive a restart."""
        return _load_or_make_secrets(self.path("secrets"))

    def database_url(self, role: str, *, tls_off: bool = False) -> str:
        password = self.secrets["PASSWORD_" + role.upper()]
        url = f"postgresql://{role}:{password}@127.0.0.1:{self.port('postgres')}/postgres"
        return url + ("?sslmode=disable" if tls_off else "")

    def service_url(self, role: str) -> str:
        """How the services reach the database."""
        return self.database_url(role)

    def environment(self) -> dict[str, str]:
        """What clients and tests need to know; the lines of the env file."""
        return {
            "SUPABASE_URL": self.url,
            "SUPABASE_PUBLISHABLE_KEY": self.secrets["SUPABASE_PUBLISHABLE_KEY"],
            "SUPABASE_SECRET_KEY": self.secrets["SUPABASE_SECRET_KEY"],
            "SUPABASE_JWT_SECRET": self.secrets["SUPABASE_JWT_SECRET"],
            "DATABASE_URL": self.database_url("postgres"),
            "ADMIN_DATABASE_URL": self.database_url("supabase_admin"),
            "PORTAL_TEST_DATABASE_URL": self.service_url("portal_gateway"),
            "GATEWAY_URL": f"{self.url}/portal/v1",
            "PORTAL_URL": self.portal_url,
            "MAIL_URL": f"http://127.0.0.1:{self.port('mail')}",
            "PG_BIN": str(self.postgres_bin),
            "PORTAL_GATEWAY_BIN": str(self.path("bin/portal-gateway")),
            "PORTAL_TEST_MODEL_DIR": str(embedding_model()),
        }

    def write_environment(self) -> None:
        rows = "".join(f"{key}={value}\n" for key, value in self.environment().items())
        write_private(self.path("env"), rows)

    def make_directories(self) -> None:
        """The stack's own folders; the servers' user owns those it writes to."""
        make_home()
        for name in ("", "log", "run", "conf", "bin", "mail", "nginx", "auth"):
            self.path(name).mkdir(mode=0o755, parents=True, exist_ok=True)
            give_to_servers(self.path(name))


def demo_stack() -> Stack:
    return Stack("run", ".", port_base())


def test_stack() -> Stack:
    return Stack("test", "test", throwaway_ports(0))


def bench_stack() -> Stack:
    return Stack("bench", "bench", throwaway_ports(1))


def throwaway_ports(number: int) -> int:
    """Bases below 32768: above, the kernel hands ports to clients and may have given away one of ours.

    The demo's ports lie above all the same, because they are Supabase's, which people know by heart.
    """
    return port_base() - 30000 + 100 * number


def tools() -> Path:
    """Programs shared by run and test: they are installed and built once."""
    return HOME.resolve() / "tools"


def embedding_model() -> Path:
    """The folder of the model that makes embeddings; its name is the model's."""
    return tools() / "models/all-minilm-l6-v2"


def port_base() -> int:
    text = os.environ.get(PORT_VARIABLE, str(DEFAULT_PORT_BASE))
    if not text.isdigit() or not 32000 <= int(text) <= 62000:
        raise Problem(f"{PORT_VARIABLE}={text} is not a port number between 32000 and 62000.")
    return int(text)


def server_user() -> str:
    """Who the servers run as: never root. Debian's postgresql package makes the user `postgres`."""
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def give_to_servers(path: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam(server_user())
        os.chown(path, account.pw_uid, account.pw_gid)


def write_private(path: Path, text: str) -> None:
    """A file that only the servers (and root) can read."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
    give_to_servers(path)


def make_home() -> None:
    """Makes .portal, in a place that the servers' user can reach.

    As root the servers run as another user, and that one cannot enter a checkout under /root or in a private
    temporary folder; then .portal is a link to a folder under /var/lib.
    """
    if not HOME.exists():
        if HOME.is_symlink():
            HOME.unlink()  # its target was removed
        if os.geteuid() == 0 and not _others_can_enter(CHECKOUT):
            elsewhere = Path("/var/lib/pg_portal") / hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
            elsewhere.mkdir(parents=True, exist_ok=True)
            HOME.symlink_to(elsewhere)
            step(f"The servers' user cannot enter {CHECKOUT}; state is kept in {elsewhere}")
        else:
            HOME.mkdir()
    tools().mkdir(exist_ok=True)


def remove_home() -> None:
    target = HOME.resolve()
    if HOME.is_symlink():
        HOME.unlink()
    shutil.rmtree(target, ignore_errors=True)


def _others_can_enter(folder: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


@contextmanager
def lock(path: Path, waiting: str | None = None) -> Iterator[bool]:
    """Holds a lock file. Yields False when somebody else holds it and no `waiting` text was given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is None:
                yield False
                return
            step(waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield True


def _load_or_make_secrets(path: Path) -> dict[str, str]:
    kept = dict(row.split("=", 1) for row in path.read_text().splitlines()) if path.exists() else {}
    values = {name: kept.get(name) or prefix + secrets.token_hex(24) for name, prefix in SECRETS.items()}
    if values != kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, "".join(f"{name}={value}\n" for name, value in values.items()))
    return values
