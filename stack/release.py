"""Releases: what has been released never changes, and every released version can be updated to the present one.

A release is a folder released/<version>. Its files.sha256, which `sha256sum --check` reads, names all that other people's
databases rest on: the extension's script, the update scripts that lead to it, the migrations that came with it, and
install.sql as it was.
"""

import hashlib
import os
import re
import shutil
from pathlib import Path

from . import build
from .commands import run
from .layout import CHECKOUT
from .say import Problem, line

MIGRATIONS = "sql/supabase/migrations"
SCRIPTS = "pg_portal/sql"
UPDATE = re.compile(r"pg_portal--(\d+\.\d+\.\d+)--(\d+\.\d+\.\d+)\.sql")
HEADER = """-- From {old} to {new}: run by `alter extension pg_portal update`. `make upgrade-draft` prints what is missing here.
\\echo Use "alter extension pg_portal update" to run this file. \\quit
"""


def version(root: Path = CHECKOUT) -> str:
    """The version that is being worked on."""
    found = re.search(r'^version = "(.+)"', (root / "Cargo.toml").read_text(), re.MULTILINE)
    if not found:
        raise Problem("Cargo.toml has no version.")
    return found[1]


def released(root: Path = CHECKOUT) -> dict[str, dict[str, str]]:
    """The released versions, oldest first, each with its files and their SHA-256."""
    manifests = sorted(root.glob("released/*/files.sha256"), key=lambda file: _order(file.parent.name))
    return {file.parent.name: _read(file) for file in manifests}


def _read(manifest: Path) -> dict[str, str]:
    rows = (row.split("  ", 1) for row in manifest.read_text().splitlines())
    return {name: digest for digest, name in rows}


def migrations(up_to: str, root: Path = CHECKOUT) -> list[Path]:
    """The migrations of a released version and of those before it, in order."""
    names = {
        name for number, files in released(root).items() if _order(number) <= _order(up_to)
        for name in files if name.startswith(MIGRATIONS)
    }  # fmt: skip
    return [root / name for name in sorted(names)]


def problems(root: Path = CHECKOUT) -> list[str]:
    """What is wrong with the released files: one sentence each, with what to do."""
    manifests = released(root)
    if not manifests:
        return ["released/ holds no version at all, so nothing keeps released files from changing."]
    found = [problem for number, files in manifests.items() for problem in _changed(root, number, files)]
    return found + _late_migrations(root, manifests) + _without_a_way(root, manifests)


def _changed(root: Path, number: str, files: dict[str, str]) -> list[str]:
    found = []
    for name, digest in files.items():
        file = root / name
        if not file.exists():
            found.append(f"{name} was released with {number} and is missing. Bring it back; databases in use rest on it.")
        elif _digest(file) != digest:
            found.append(
                f"{name} was released with {number} and has changed. Take the change back, and make it in a new migration "
                "or in the update script of the next version."
            )
    script = f"{SCRIPTS}/pg_portal--{number}.sql"
    if script not in files:
        found.append(f"released/{number}/files.sha256 does not name {script}, so {number} can not be installed for a test.")
    return found


def _late_migrations(root: Path, manifests: dict[str, dict[str, str]]) -> list[str]:
    """Migrations are pushed in the order of their names; one before the last that was released would be refused."""
    known = {name for files in manifests.values() for name in files if name.startswith(MIGRATIONS)}
    present = {str(file.relative_to(root)) for file in root.glob(f"{MIGRATIONS}/*.sql")}
    return [
        f"{name} is new, but its number is not above {Path(max(known)).name}, which is released. Give it a later one."
        for name in sorted(present - known)
        if known and name < max(known)
    ]


def _without_a_way(root: Path, manifests: dict[str, dict[str, str]]) -> list[str]:
    now = version(root)
    if now in manifests:
        return [f"version {now} is released. Raise the version in Cargo.toml: `make release` does both."]
    steps = {found.groups() for file in root.glob(f"{SCRIPTS}/*.sql") if (found := UPDATE.fullmatch(file.name))}
    reachable = {now}
    while more := {old for old, new in steps if new in reachable} - reachable:
        reachable |= more
    return [
        f"no update script leads from {number} to {now}. Write {SCRIPTS}/pg_portal--{number}--{now}.sql."
        for number in manifests
        if number not in reachable
    ]


def check() -> str:
    found = problems()
    if found:
        raise Problem("\n".join(found))
    return "".join(f"{number}: {len(files)} files as they were released\n" for number, files in released().items())


def make() -> int:
    """Releases the present version, and begins the one that NEXT names."""
    now, following = version(), os.environ.get("NEXT", "")
    if not re.fullmatch(r"\d+\.\d+\.\d+", following) or _order(following) <= _order(now):
        raise Problem(f"NEXT must name the version after {now}: make release NEXT=…")
    found = problems()
    if found:
        raise Problem("this can not be released:\n" + "\n".join(found))
    shutil.copy(next(build.extension().rglob(f"pg_portal--{now}.sql")), CHECKOUT / SCRIPTS)
    folder = CHECKOUT / "released" / now
    folder.mkdir(parents=True)
    shutil.copy(CHECKOUT / "sql/install.sql", folder)
    rows = (f"{_digest(file)}  {file.relative_to(CHECKOUT)}\n" for file in sorted(_new_files(folder)))
    (folder / "files.sha256").write_text("".join(rows))
    _begin(now, following)
    line(f"Released {now} in released/{now}; the version is {following} from now on. Commit this, and tag the commit before it v{now}.")
    return 0


def _new_files(folder: Path) -> list[Path]:
    known = {name for files in released().values() for name in files}
    files = [*CHECKOUT.glob(f"{SCRIPTS}/pg_portal--*.sql"), *CHECKOUT.glob(f"{MIGRATIONS}/*.sql"), folder / "install.sql"]
    return [file for file in files if str(file.relative_to(CHECKOUT)) not in known]


def _begin(old: str, new: str) -> None:
    manifest = CHECKOUT / "Cargo.toml"
    manifest.write_text(manifest.read_text().replace(f'version = "{old}"', f'version = "{new}"', 1))
    run(["cargo", "update", "--workspace", "--offline"], "writing the version into Cargo.lock", cwd=CHECKOUT)
    (CHECKOUT / SCRIPTS / f"pg_portal--{old}--{new}.sql").write_text(HEADER.format(old=old, new=new))


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
