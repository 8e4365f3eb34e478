"""What Debian 12 has no package of, taken from Debian 13: pgvector's source for Postgres 15, and Postgres 17 as a whole.

Postgres 17 runs as Debian built it, with the C library and all other libraries that it was built with, in a folder of its
own: nothing of it is installed on this machine, and no other program meets it.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import layout
from .commands import run
from .layout import tools
from .say import Problem, step

PGVECTOR = "0.8.0"
LIBRARIES = "usr/lib/x86_64-linux-gnu"
LOADER = f"{LIBRARIES}/ld-linux-x86-64.so.2"


def postgres() -> list[Path]:
    """The folders whose usr/ trees make up Postgres with its extensions, but for pg_portal."""
    if layout.major_is_packaged():
        return [Path("/"), _pgvector()]
    return [_whole_postgres(layout.postgres_major())]


def pg_config() -> Path:
    return layout.postgres_root() / f"usr/lib/postgresql/{layout.postgres_major()}/bin/pg_config"


def version() -> str:
    return subprocess.run([pg_config(), "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _pgvector() -> Path:
    built = tools() / f"pgvector-{PGVECTOR}"
    if built.exists():
        return built
    step("Building pgvector from Debian's source package (20 seconds)")
    with debian_13() as debian:
        # OPTFLAGS= keeps out -march=native, which would tie the result to this processor.
        make = ["make", "-s", "OPTFLAGS=", f"PG_CONFIG={pg_config()}"]
        folder = debian.source("pgvector", PGVECTOR)
        run(make, "building pgvector", cwd=folder, log=tools() / "pgvector.log")
        run([*make, "install", f"DESTDIR={debian.work / 'tree'}"], "packing pgvector", cwd=folder)
        (debian.work / "tree").rename(built)
    return built


def _whole_postgres(major: str) -> Path:
    built = layout.postgres_root()
    if built.exists():
        return built
    step(f"Fetching Postgres {major} from Debian 13 (100 MB)")
    built.parent.mkdir(parents=True, exist_ok=True)
    with debian_13() as debian:
        tree = debian.work / "tree"
        debian.packages([f"postgresql-{major}{part}" for part in ("", "-pgvector", "-pgtap", "-plpgsql-check", "-cron")], tree)
        # Headers and test programs; the compilers that it depends on are those of this machine.
        debian.packages([f"postgresql-server-dev-{major}"], tree, alone=True)
        home = tree / f"usr/lib/postgresql/{major}"
        programs = [*(home / "bin").iterdir(), home / "lib/pgxs/src/test/isolation/isolationtester"]
        for program in programs:
            _with_own_libraries(program, built)
        tree.rename(built)
    return built


def _with_own_libraries(program: Path, root: Path) -> None:
    """Makes a program start with the C library below `root`, and everything that it loads with those beside it."""
    if program.read_bytes()[:4] == b"\x7fELF":
        command = ["patchelf", "--set-interpreter", root / LOADER, "--force-rpath", "--set-rpath", root / LIBRARIES]
        run([*command, program], f"preparing {program.name}")


class _Debian13:
    """Its packages, as apt finds them, without touching this machine's own lists and packages."""

    def __init__(self, work: Path):
        self.work = work
        mirror, keyring = _debian_mirror(), "/usr/share/keyrings/debian-archive-keyring.gpg"
        places = [(mirror, "trixie"), (f"{mirror}-security", "trixie-security")]
        rows = [f"{kind} [signed-by={keyring}] {url} {suite} main\n" for url, suite in places for kind in ("deb", "deb-src")]
        (work / "sources.list").write_text("".join(rows))
        (work / "nothing-installed").touch()
        for part in ("lists/partial", "cache/archives/partial"):
            (work / part).mkdir(parents=True)
        options = {
            "Dir::Etc::sourcelist": work / "sources.list", "Dir::Etc::sourceparts": "-", "Dir::State::lists": work / "lists",
            "Dir::State::status": work / "nothing-installed", "Dir::Cache": work / "cache",
            "APT::Sandbox::User": _user_name(), "Acquire::Languages": "none", "Debug::NoLocking": "true",
        }  # fmt: skip
        self._apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]
        run([*self._apt, "update", "--error-on=any"], "reading Debian 13's lists of packages", cwd=work)

    def source(self, package: str, version: str) -> Path:
        """Unpacks a source package; returns its folder."""
        run([*self._apt, "source", "--only-source", package], f"downloading the source of {package}", cwd=self.work)
        unpacked = [path for path in self.work.glob(f"{package}-{version}*") if path.is_dir()]
        if not unpacked:
            raise Problem(f"Debian's mirror no longer has {package} {version}; set-up needs a new pin in stack/debian13.py.")
        return unpacked[0]

    def packages(self, names: list[str], tree: Path, *, alone: bool = False) -> None:
        """Unpacks packages, with all that they depend on unless they come alone."""
        archives = self.work / ("alone" if alone else "cache/archives")
        archives.mkdir(exist_ok=True)
        how = ["download"] if alone else ["install", "--download-only", "--no-install-recommends", "--yes"]
        run([*self._apt, *how, *names], f"downloading {names[0]}", cwd=archives, log=tools() / layout.of_major("debian13.log"))
        for archive in sorted(archives.glob("*.deb")):
            run(["dpkg-deb", "--extract", archive, tree], f"unpacking {archive.name}")


@contextmanager
def debian_13() -> Iterator[_Debian13]:
    """Beside the tools, for the result is renamed into its place, complete or not at all."""
    folder = Path(tempfile.mkdtemp(dir=tools()))
    try:
        yield _Debian13(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _debian_mirror() -> str:
    """The mirror that this machine already uses."""
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.sources"))]
    for file in files:
        if file.exists():
            found = re.search(r"^(?:URIs:|deb(?: \[.*?\])?)\s+(\S+/debian)/?(?:\s|$)", file.read_text(), re.MULTILINE)
            if found:
                return found[1]
    raise Problem(
        "no Debian mirror was found in /etc/apt/sources.list or sources.list.d. pgvector's source comes from there; "
        "add the line that Debian's installer writes, and run `apt-get update`."
    )


def _user_name() -> str:
    return "root" if os.geteuid() == 0 else os.environ.get("USER", "nobody")
