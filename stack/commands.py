"""Running other programs: quietly, with their output in a log that is shown when they fail."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from .say import Heartbeat, Problem

# What apt, npm and cargo print when the network is missing.
NO_NETWORK = re.compile(
    r"Temporary failure resolving|Could not resolve|Could not connect|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED"
    r"|Network is unreachable|Failed to fetch|spurious network error|failed to download|Connection timed out",
)


class Failed(Problem):
    """A program ended with an error; `output` is everything it printed."""

    def __init__(self, text: str, output: str):
        super().__init__(text)
        self.output = output


def tail(text: str, lines: int) -> str:
    return "\n".join("    " + row for row in text.rstrip().splitlines()[-lines:])


def run(
    argv: Sequence[str | Path],
    what: str,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    stdin: str | None = None,
    log: Path | None = None,
    show: int = 15,
) -> str:
    """Runs a program to its end and returns its standard output and error as one text.

    `what` completes the sentences "still …" and "… failed". `user` runs it as another user (root only);
    `log` also keeps the output in a file. Raises Failed with the last `show` lines of the output.
    """
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
    # Written as it comes, so that a long step can be watched in its log.
    with open(log, "wb+") if log else tempfile.TemporaryFile() as sink:
        try:
            with Heartbeat(what):
                done = subprocess.run(
                    [str(arg) for arg in argv],
                    cwd=cwd,
                    env=None if env is None else dict(env),
                    input=(stdin or "").encode(),
                    stdout=sink,
                    stderr=subprocess.STDOUT,
                    **as_user(user),
                )
        except FileNotFoundError as missing:
            raise Problem(f"{what} failed: the program {argv[0]} is missing ({missing.strerror}).") from missing
        sink.seek(0)
        output = sink.read().decode(errors="replace")
    if done.returncode == 0:
        return output
    where = f"\nThe whole output is in {log}." if log else ""
    offline = next((row.strip() for row in output.splitlines() if NO_NETWORK.search(row)), None)
    if offline:
        reason = "the network is not reachable from here. Connect (or set the proxy) and try again."
        raise Failed(f"{what} failed: {reason}\n    {offline}{where}", output)
    reason = f"{Path(str(argv[0])).name} ended with status {done.returncode}."
    raise Failed(f"{what} failed: {reason}\n{tail(output, show)}{where}", output)


def as_user(user: str | None) -> dict[str, object]:
    """Arguments for subprocess that switch to `user`, when that is not who we are already."""
    if user is None or os.geteuid() != 0:
        return {}
    import pwd

    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def as_root(argv: Sequence[str]) -> list[str]:
    """The same command with administrator rights."""
    if os.geteuid() == 0:
        return list(argv)
    if shutil.which("sudo") is None:
        raise Problem(
            f"Administrator rights are needed for `{' '.join(argv[:4])} …`, and sudo is not installed. "
            "Run that command as root, or install sudo."
        )
    return ["sudo", *argv]


def need(program: str, advice: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise Problem(f"The program `{program}` is missing. {advice}")
    return found
