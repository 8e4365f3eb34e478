"""Builds the customer portal (web/) into a folder that runs by itself."""

import hashlib
import os
import shutil
from pathlib import Path

from . import packages
from .commands import run
from .layout import CHECKOUT, tools
from .say import step

WEB = CHECKOUT / "web"
# What a build depends on.
SOURCES = ("package-lock.json", "next.config.ts", "postcss.config.mjs", "tsconfig.json", "public", "src")


def build() -> Path:
    """Builds it unless its sources are as before; returns the folder, whose server.js is told everything else by its environment."""
    folder = tools() / "portal"
    stamp = folder / "sources.sha256"
    wanted = _digest_sources()
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    install()
    step("Building the customer portal (a minute or two)")
    environment = os.environ | {"NEXT_TELEMETRY_DISABLED": "1", "NODE_ENV": "production"}
    command = [packages.node(), WEB / "node_modules/next/dist/bin/next", "build"]
    run(command, "building the customer portal", cwd=WEB, env=environment, log=tools() / "portal.log")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(WEB / ".next/standalone", folder, symlinks=True)
    shutil.copytree(WEB / ".next/static", folder / ".next/static")
    shutil.copytree(WEB / "public", folder / "public")
    stamp.write_text(wanted)
    return folder


def install() -> None:
    """Installs what the lock file names, where that has not been done."""
    installed, lock_file = WEB / "node_modules/.package-lock.json", WEB / "package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock_file.stat().st_mtime:
        return
    step("Installing the packages of the customer portal (a minute)")
    command = ["npm", "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run(command, "installing the portal's packages", cwd=WEB, log=tools() / "portal-npm.log")


def _digest_sources() -> str:
    digest = hashlib.sha256(packages.node().name.encode())
    for name in SOURCES:
        path = WEB / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(str(file.relative_to(WEB)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()
