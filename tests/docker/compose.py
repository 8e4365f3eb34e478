"""`docker compose config`, which needs no engine: by the plugin that is there, else by Debian 13's, which runs as it is."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from stack.debian13 import debian_13
from stack.layout import tools
from stack.say import step


def command() -> list[str]:
    """What begins a command line of Compose 2."""
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0:
        return ["docker", "compose"]
    own = tools() / "docker-compose"
    if not own.exists():
        step("Fetching docker-compose from Debian 13 (half a minute)")
        fetch(own)
    return [str(own)]


def fetch(target: Path) -> None:
    """Unpacks Debian's package without installing it."""
    with debian_13() as debian:
        tree = debian.work / "tree"
        debian.packages(["docker-compose"], tree, alone=True)
        shutil.copy(tree / "usr/libexec/docker/cli-plugins/docker-compose", target)


def config(files: list[Path], settings: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Renders the files with exactly these settings; none of the environment's or of an .env beside them."""
    empty = folder / "empty.env"
    empty.touch()
    named = [word for file in files for word in ("-f", str(file))]
    return subprocess.run(
        [*command(), *named, "--env-file", str(empty), "config", "--format", "json"],
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | settings, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def rendered(files: list[Path], settings: dict[str, str], folder: Path) -> dict:  # type: ignore[type-arg]
    done = config(files, settings, folder)
    if done.returncode:
        raise AssertionError(f"Compose refuses:\n{done.stderr}")
    return json.loads(done.stdout)  # type: ignore[no-any-return]
