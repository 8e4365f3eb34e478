"""The stack's own programs while something is measured: PostgREST, the gateway."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack import services, supervise
from stack.commands import run
from stack.layout import Stack
from stack.say import Problem


@contextmanager
def running(stack: Stack, name: str, **env: str) -> Iterator[int]:
    """Starts one of the stack's services, with `env` besides its own settings, and yields its process id when it is ready."""
    service = services.all_services(stack)[name]
    command = [str(part) for part in service.command]
    with open(stack.path("log", f"{name}.log"), "wb") as log:
        child = subprocess.Popen(command, env=service.env | env, cwd=service.cwd, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while not service.ready():
            if child.poll() is not None or time.monotonic() > deadline:
                raise Problem(f"`{name}` does not start; see {log.name}")
            time.sleep(0.01)
        yield child.pid
    finally:
        child.terminate()
        child.wait()


def npm(stack: Stack, source: Path, folder: str, what: str) -> Path:
    """A copy of a folder of Node programs with the packages that its lock file names, away from the checkout."""
    copy = stack.path(folder)
    copy.mkdir(exist_ok=True)
    for file in source.iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], f"installing {what}", cwd=copy)
    return copy


def resident(pid: int) -> float:
    """KiB in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return float(status.partition("VmRSS:")[2].split()[0])


def recorded(stack: Stack, name: str) -> int:
    """The process id of a service that runs anyway."""
    record = supervise.Record.read(supervise.pid_file(stack, name))
    if not record or not record.alive():
        raise Problem(f"`{name}` does not run")
    return record.pid


def cpu(pid: int) -> float:
    """Seconds of processor time that a program and its children have had."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(file.parent.name) == pid:
            ticks += sum(map(int, fields[11:15]))  # its own, and of children that have ended
        elif int(fields[1]) == pid:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def busy() -> float:
    """Seconds of processor time that the whole machine has had."""
    user, nice, system, _, _, irq, soft = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")
