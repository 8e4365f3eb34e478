"""The main job, played through the real supabase-js client, and what to look at afterwards."""

import os
import subprocess

from . import packages
from .commands import run
from .layout import CHECKOUT, Stack
from .say import Problem, line, step

LOG_INS = (
    ("customer@acme-comfort.example", "a customer of Acme Comfort"),
    ("manager@acme-comfort.example", "a property manager with 13 locations"),
    ("csr@acme-comfort.example", "office staff of Acme Comfort"),
    ("technician@acme-comfort.example", "a technician of Acme Comfort"),
    ("customer@bolt-pipe.example", "a customer of Bolt Pipe, the other company"),
)


def play(stack: Stack) -> None:
    step("The main job, through supabase-js:")
    if subprocess.run(_script("demo.mjs"), env=_environment(stack), check=False).returncode != 0:
        raise Problem(f"the demo did not work. The servers' logs are in {stack.path('log')}.")


def file_documents(stack: Stack) -> None:
    """Puts the files of the demo's documents into Storage, where they are not there yet."""
    run(_script("documents.mjs"), "filing the demo's documents", env=_environment(stack))


def _script(name: str) -> list[str]:
    return [str(packages.node()), str(CHECKOUT / "stack" / name)]


def _environment(stack: Stack) -> dict[str, str]:
    # npm's modules are looked up from the file's own place, so the scripts are told where they are.
    modules = packages.tools() / "npm/node_modules"
    return os.environ | stack.environment() | {"PORTAL_NODE_MODULES": str(modules)}


def show_addresses(stack: Stack) -> None:
    values = stack.environment()
    line(f"""
  Customer portal      {values['PORTAL_URL']} (`{values['PORTAL_URL']}/login?org=bolt-pipe` is the other company's)
  API (Supabase URL)   {values['SUPABASE_URL']}
  Publishable key      {values['SUPABASE_PUBLISHABLE_KEY']}
  Gateway              {values['GATEWAY_URL']}
  Mail that was sent   {values['MAIL_URL']}
  Postgres             127.0.0.1:{stack.port('postgres')}, `make psql`
  All of it            {stack.path('env')} (`set -a; . .portal/env`)

  Log-ins, all with the password portal-demo:""")
    for address, who in LOG_INS:
        line(f"    {address:<34} {who}")
    line("\n  Ctrl-C here, or `make stop` elsewhere, stops it.\n")
