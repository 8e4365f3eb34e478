"""`docker compose config`, which needs no engine: by the plugin that is there, else by Debian 13's, which runs as it is."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from stack import packages
from stack.commands import run
from stack.layout import tools
from stack.say import step

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


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
    """Unpacks Debian's package without installing it, and without touching the machine's own package lists."""
    with tempfile.TemporaryDirectory(dir=tools()) as name:
        work = Path(name)
        listing = work / "sources.list"
        listing.write_text(f"deb [signed-by={KEYRING}] {packages._debian_mirror()} trixie main\n")
        for part in ("lists/partial", "cache/archives/partial"):
            (work / part).mkdir(parents=True)
        options = {
            "Dir::Etc::sourcelist": listing, "Dir::Etc::sourceparts": "-", "Dir::State::lists": work / "lists",
            "Dir::Cache": work / "cache", "APT::Sandbox::User": packages._user_name(), "Acquire::Languages": "none",
        }  # fmt: skip
        apt = ["apt-get", "-q", *(f"-o{key}={value}" for key, value in options.items())]
        run([*apt, "update", "--error-on=any"], "reading Debian 13's list of packages", cwd=work)
        run([*apt, "download", "docker-compose"], "downloading docker-compose", cwd=work)
        run(["dpkg", "--extract", next(work.glob("*.deb")), work / "tree"], "unpacking docker-compose", cwd=work)
        shutil.copy(work / "tree/usr/libexec/docker/cli-plugins/docker-compose", target)


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
