"""Starting, watching and stopping services. Only processes that were started here are ever stopped."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .commands import as_user, tail
from .layout import PORT_VARIABLE, Stack, server_user
from .say import Problem
from .services import Service

READY_WITHIN = 60.0
STOP_WITHIN = 15.0


@dataclass(frozen=True)
class Record:
    """A process as the system knows it, kept in a pid file. A pid alone may belong to somebody else by now."""

    pid: int
    birth: str
    stop_signal: int = signal.SIGTERM

    @staticmethod
    def of(pid: int, stop_signal: int = signal.SIGTERM) -> "Record | None":
        birth = birth_of(pid)
        return Record(pid, birth, stop_signal) if birth else None

    @staticmethod
    def read(file: Path) -> "Record | None":
        try:
            pid, birth, stop_signal = file.read_text().split()
            return Record(int(pid), birth, int(stop_signal))
        except (OSError, ValueError):
            return None

    def write(self, file: Path) -> None:
        file.write_text(f"{self.pid} {self.birth} {int(self.stop_signal)}\n")

    def alive(self) -> bool:
        return birth_of(self.pid) == self.birth

    def started(self) -> int:
        return int(self.birth.partition("@")[0])


def birth_of(pid: int) -> str | None:
    """When a process began, in a form that no other process ever shares; None when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    return None if fields[0] == "Z" else f"{fields[19]}@{boot}"


class Supervisor:
    """Runs the services of one stack."""

    def __init__(self, stack: Stack):
        self._stack = stack
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, service: Service) -> None:
        # Each service leads its own session: Ctrl-C reaches the supervisor alone, which stops them in order.
        with open(log_file(self._stack, service.name), "wb") as log:
            child = subprocess.Popen(
                [str(part) for part in service.command],
                cwd=service.cwd or self._stack.state,
                env=_environment(self._stack) | service.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **as_user(server_user()),
            )
        self._children[service.name] = child
        record = Record.of(child.pid, service.stop_signal)
        if record:
            record.write(pid_file(self._stack, service.name))

    def wait_ready(self, *services: Service) -> None:
        for service in services:
            deadline = time.monotonic() + READY_WITHIN
            while not service.ready():
                if self._children[service.name].poll() is not None:
                    raise Problem(self._explain(service.name, "ended as soon as it was started"))
                if time.monotonic() > deadline:
                    raise Problem(self._explain(service.name, f"was not ready after {READY_WITHIN:.0f} s"))
                time.sleep(0.05)

    def dead(self) -> str | None:
        """A sentence about a service that ended by itself, if one did."""
        for name, child in self._children.items():
            if child.poll() is not None:
                return self._explain(name, f"ended by itself (status {child.returncode})")
        return None

    def _explain(self, name: str, event: str) -> str:
        log = log_file(self._stack, name)
        last = tail(log.read_text(errors="replace"), 12) or "    (nothing)"
        return f"the service `{name}` {event}. Its last words:\n{last}\nThe whole log is {log}."

    def stop(self) -> list[str]:
        """Stops everything; returns the names of the services that were running."""
        stopped = stop_recorded(self._stack)
        for child in self._children.values():
            child.poll()  # collects the exit status
        self._children.clear()
        return stopped


def stop_recorded(stack: Stack) -> list[str]:
    """Stops what the pid files name, last started first. Returns the names of those that were running."""
    records = {file: Record.read(file) for file in stack.path("run").glob("*.pid")}
    alive = {file: record for file, record in records.items() if record and record.alive()}
    for file in sorted(alive, key=lambda file: alive[file].started(), reverse=True):
        _stop(alive[file], file.stem)
    for file in records:
        file.unlink(missing_ok=True)
    return [file.stem for file in alive]


def _stop(record: Record, name: str) -> None:
    for how in (record.stop_signal, signal.SIGQUIT, signal.SIGKILL):
        try:
            os.kill(record.pid, how)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + STOP_WITHIN
        while time.monotonic() < deadline:
            if not record.alive():
                return
            time.sleep(0.02)
    raise Problem(f"the service `{name}` (process {record.pid}) does not end.")


def running(stack: Stack, name: str) -> bool:
    record = Record.read(pid_file(stack, name))
    return record is not None and record.alive()


def pid_file(stack: Stack, name: str) -> Path:
    return stack.path("run", f"{name}.pid")


def log_file(stack: Stack, name: str) -> Path:
    return stack.path("log", f"{name}.log")


def _environment(stack: Stack) -> dict[str, str]:
    """Services see nothing of the caller's environment: no surprise, and no secret of theirs in a log."""
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(stack.state), "LANG": "C.UTF-8", "TZ": "UTC"}


def require_free_ports(stack: Stack, services: Iterable[Service]) -> None:
    """Said before anything starts, instead of half-way."""
    for service in services:
        for port in service.ports:
            _require_free(stack.port(port), service.name)


def _require_free(port: int, service: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Problem(
                f"port {port}, needed for `{service}`, is taken by another program. Find it with "
                f"`ss -ltnp 'sport = :{port}'`, or use other ports: `{PORT_VARIABLE}=56320 make …`."
            ) from None
