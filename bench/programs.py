"""The stack's own programs while something is measured: PostgREST, the gateway."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack import services
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


def resident(pid: int) -> float:
    """KiB in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return float(status.partition("VmRSS:")[2].split()[0])
