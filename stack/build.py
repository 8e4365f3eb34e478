"""Builds the extension and the gateway."""

import hashlib
import os
import shutil
from pathlib import Path

from . import debian13, headers, layout, packages
from .commands import run
from .layout import CHECKOUT, Stack, tools
from .say import step

# What the packaged extension depends on.
EXTENSION_SOURCES = ("Cargo.toml", "Cargo.lock", "pg_portal")


def pgrx_environment() -> dict[str, str]:
    """pgrx wants a home with the path of pg_config; it gets one of its own, and ~/.pgrx stays untouched."""
    return _pgrx_home(tools() / layout.of_major("pgrx"), {layout.postgres_major(): debian13.pg_config()})


def _pgrx_home(home: Path, pg_configs: dict[str, Path]) -> dict[str, str]:
    home.mkdir(parents=True, exist_ok=True)
    rows = (f'pg{major} = "{path}"\n' for major, path in pg_configs.items())
    (home / "config.toml").write_text("[configs]\n" + "".join(rows))
    return os.environ | {"PGRX_HOME": str(home)}


def compile_for_other_versions() -> str:
    """For those that nothing runs on here. Returns what cargo printed."""
    pg_configs = headers.pg_configs()
    env = _pgrx_home(tools() / "headers/pgrx", pg_configs)
    output = ""
    for major in pg_configs:
        command = ["cargo", "check", "--package=pg_portal", "--no-default-features", f"--features=pg{major}"]
        output += run(command, f"compiling for Postgres {major}", cwd=CHECKOUT, env=env)
    return output


def extension() -> Path:
    """Packages the extension unless its sources are as before; returns the folder that holds its usr/ tree."""
    folder = tools() / layout.of_major("extension")
    stamp = folder / "sources.sha256"
    wanted = _digest_sources()
    if stamp.exists() and stamp.read_text() == wanted:
        return extension_tree()
    step("Building the extension pg_portal (2 to 3 minutes the first time)")
    shutil.rmtree(folder, ignore_errors=True)
    command = [*packages.cargo_pgrx(), "package", "--package=pg_portal", f"--pg-config={debian13.pg_config()}"]
    run(
        [*command, f"--out-dir={folder / 'tree'}"],
        "building the extension",
        cwd=CHECKOUT / "pg_portal",
        env=pgrx_environment(),
        log=tools() / "extension.log",
    )
    _add_released(folder / "tree")
    stamp.write_text(wanted)
    return extension_tree()


def extension_tree() -> Path:
    """Where the packaged extension lies: below the path that its Postgres is installed in."""
    return tools() / layout.of_major("extension") / "tree" / layout.postgres_root().relative_to("/")


def extension_features() -> list[str]:
    """For cargo, which builds pg_portal for Debian's Postgres unless it is told otherwise."""
    return [] if layout.major_is_packaged() else ["--no-default-features", f"--features=pg_portal/pg{layout.postgres_major()}"]


def _add_released(tree: Path) -> None:
    """pgrx packs the script of the present version and those that update to it; earlier ones can be installed too."""
    target = next(tree.rglob("pg_portal.control")).parent
    for script in (CHECKOUT / "pg_portal/sql").glob("pg_portal--*.sql"):
        if not (target / script.name).exists():
            shutil.copy(script, target)


def _digest_sources() -> str:
    digest = hashlib.sha256(f"{packages.CARGO_PGRX} {debian13.pg_config()}".encode())
    for name in EXTENSION_SOURCES:
        path = CHECKOUT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(str(file.relative_to(CHECKOUT)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def gateway(stack: Stack) -> None:
    """Builds the gateway (cargo knows whether there is anything to do) and gives the stack its copy."""
    if not built_gateway().exists():
        step("Building the gateway (a few minutes the first time)")
    command = ["cargo", "build", "--release", "--package=portal-gateway"]
    run(command, "building the gateway", cwd=CHECKOUT, log=tools() / "gateway.log")
    target = stack.path("bin/portal-gateway")
    target.unlink(missing_ok=True)  # the old file may be running
    shutil.copy(built_gateway(), target)


def built_gateway() -> Path:
    return Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target")) / "release/portal-gateway"
