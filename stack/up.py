"""Brings a whole stack up: packages, builds, database, services. Used by run and by test alike."""

import shutil
from pathlib import Path

from . import build, database, debian13, demo, packages, portal, postgres, services
from .layout import Stack, lock, make_home, tools
from .say import step
from .supervise import Supervisor, require_free_ports, stop_recorded


def prepare(stack: Stack, *, with_portal: bool = True) -> Path:
    """Installs and builds what is missing; returns the folder with the packaged extension."""
    packages.check_platform()
    make_home()
    if stop_recorded(stack):
        step("Stopped what an interrupted run had left behind")
    with lock(tools() / "lock", waiting="Waiting for another set-up in this checkout to finish"):
        packages.debian_packages()
        stack.make_directories()
        # Downloads first: a missing network shows at once, and not after the long builds.
        packages.npm_parts()
        packages.embedding_model()
        programs = debian13.postgres()
        extension = build.extension()
        build.gateway(stack)
        if with_portal:
            portal.build()
        postgres.program_tree(stack, programs, extension)
    return extension


def start(stack: Stack, supervisor: Supervisor, extension: Path) -> None:
    """Starts everything and returns when all of it is ready."""
    every = services.all_services(stack)
    require_free_ports(stack, every.values())
    database.drop_outdated(stack, extension)
    services.write_configuration(stack)
    stack.write_environment()
    step("Starting Postgres and Auth, applying migrations" + ("" if stack.data.exists() else " to a new database"))
    supervisor.start(every["mail"])
    database.bring_up(stack, supervisor, every, extension)
    step("Starting PostgREST, the gateway, nginx and the portal")
    rest = [every[name] for name in ("postgrest", "gateway", "nginx", "portal")]
    for service in rest:
        supervisor.start(service)
    supervisor.wait_ready(every["mail"], *rest)
    demo.file_documents(stack)


def delete_data(stack: Stack) -> None:
    """Removes the stack's database and files; the programs and the logs stay."""
    for name in ("data", "auth", "mail", "conf", "run", "nginx", "bin", "postgres", "cli", "env", "secrets", "made-from.json"):
        path = stack.path(name)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
