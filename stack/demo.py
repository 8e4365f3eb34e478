"""The main job, played through the real supabase-js client, and what to look at afterwards."""

import os
import subprocess

from . import packages
from .layout import CHECKOUT, Stack
from .say import Problem, line, step

LOG_INS = (
    ("customer@acme-comfort.example", "a customer of Acme Comfort"),
    ("manager@acme-comfort.example", "a property manager with 12 locations"),
    ("csr@acme-comfort.example", "office staff of Acme Comfort"),
    ("technician@acme-comfort.example", "a technician of Acme Comfort"),
    ("customer@bolt-pipe.example", "a customer of Bolt Pipe, the other company"),
)


def play(stack: Stack) -> None:
    step("The main job, through supabase-js:")
    # npm's modules are looked up from the file's own place, so the script is run next to them.
    modules = packages.tools() / "npm/node_modules"
    env = os.environ | stack.environment() | {"PORTAL_NODE_MODULES": str(modules)}
    played = subprocess.run([str(packages.node()), str(CHECKOUT / "stack/demo.mjs")], env=env, check=False)
    if played.returncode != 0:
        raise Problem(f"the demo did not work. The servers' logs are in {stack.path('log')}.")


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
