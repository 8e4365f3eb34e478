"""The commands behind the Makefile."""

import argparse
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

from . import checks, commands, demo, layout, postgres, release, say, schema_checks, services, supervise, up
from .say import Problem, line, step


def run() -> int:
    """Sets up and starts the stack, plays the demo, and stays until Ctrl-C or `make stop`."""
    layout.make_home()
    stack = layout.demo_stack()
    with layout.lock(stack.path("run.lock")) as mine:
        if not mine:
            line("It is up already.")
            demo.show_addresses(stack)
            return 0
        _own_record().write(stack.path("supervisor.pid"))
        supervisor = supervise.Supervisor(stack)
        try:
            extension = up.prepare(stack)
            up.start(stack, supervisor, extension)
            demo.play(stack)
            demo.show_addresses(stack)
            return _stay(supervisor)
        except KeyboardInterrupt:
            return 0
        finally:
            _ignore_signals()
            if supervisor.stop():
                step("Stopped; the data is kept for the next `make run`")
            stack.path("supervisor.pid").unlink(missing_ok=True)


def _stay(supervisor: supervise.Supervisor) -> int:
    while True:
        died = supervisor.dead()
        if died:
            raise Problem(died)
        time.sleep(0.5)


def _own_record() -> supervise.Record:
    record = supervise.Record.of(os.getpid())
    assert record is not None, "this process is alive"
    return record


def _ignore_signals() -> None:
    """Stopping takes a second; a second Ctrl-C must not cut it short."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def stop() -> int:
    """Stops what `make run` started here, and nothing else."""
    stack = layout.demo_stack()
    record = supervise.Record.read(stack.path("supervisor.pid"))
    if record and record.alive():
        os.kill(record.pid, signal.SIGTERM)
        while record.alive():
            time.sleep(0.05)
        line("Stopped.")
        return 0
    # No supervisor: services of one that was killed, or of a test stack that was kept, may still be there.
    stopped = _stop_left_behind() if layout.HOME.exists() else []
    line(f"Stopped {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def _stop_left_behind() -> list[str]:
    stopped = []
    for major in layout.MAJORS:
        stopped += supervise.stop_recorded(replace(layout.demo_stack(), major=major))
        for stack in _throwaway_stacks(major):
            with layout.lock(layout.HOME / f"{stack.name}.lock") as nobody_uses_it:
                if nobody_uses_it:
                    stopped += supervise.stop_recorded(stack)
    return stopped


def _throwaway_stacks(major: str) -> list[layout.Stack]:
    return [replace(stack, major=major) for stack in (layout.test_stack(), layout.bench_stack())]


def status() -> int:
    """Shows what runs and whether it answers."""
    if not layout.HOME.exists():
        line("Nothing is set up here yet. Start with `make run`.")
        return 0
    for stack in (layout.demo_stack(), layout.test_stack()):
        if not stack.path("run").exists():
            continue
        line(f"{stack.name}:")
        for name, service in services.all_services(stack).items():
            up_ = supervise.running(stack, name)
            state = "ready" if up_ and service.ready() else "started, not ready" if up_ else "stopped"
            ports = " ".join(str(stack.port(port)) for port in service.ports)
            line(f"  {name:<10} {state:<18} port {ports}")
    return 0


def _running_demo() -> layout.Stack:
    stack = layout.demo_stack()
    if not layout.HOME.exists() or not supervise.running(stack, "postgres"):
        raise Problem("the stack is not up. Start it with `make run` in another terminal.")
    return stack


def play_demo() -> int:
    """Plays the main job again, on the running stack."""
    demo.play(_running_demo())
    return 0


def types() -> int:
    """Writes the TypeScript types of the running database to the file that clients and tests import."""
    text = schema_checks.types(_running_demo())
    schema_checks.TYPES.parent.mkdir(parents=True, exist_ok=True)
    schema_checks.TYPES.write_text(text)
    line(f"Wrote {schema_checks.TYPES.relative_to(layout.CHECKOUT)}.")
    return 0


def mail_preview() -> int:
    """Writes every notification, with invented facts, as HTML, text and e-mail; needs no running stack."""
    layout.make_home()
    folder = layout.HOME / "mail-preview"
    command = ["cargo", "run", "--quiet", "--package=portal-gateway", "--", "--preview-mail", folder]
    commands.run(command, "writing the notifications", cwd=layout.CHECKOUT)
    line(f"Open {folder / 'index.html'} in a browser.")
    return 0


def psql() -> int:
    """Opens psql on the running stack's database as its owner."""
    stack = _running_demo()
    program = str(stack.postgres_bin / "psql")
    os.execve(program, [program], postgres.psql_environment(stack, "postgres") | {"PGOPTIONS": ""})


def logs() -> int:
    """Follows the logs of the running stack."""
    stack = _running_demo()
    files = sorted(str(file) for file in stack.path("log").glob("*.log"))
    try:
        return subprocess.run(["tail", "-n", "5", "-F", *files], check=False).returncode
    except KeyboardInterrupt:
        return 0


def clean() -> int:
    """Stops the stack and removes all that set-up made in this checkout (not Debian's packages)."""
    stop()
    if layout.HOME.exists():
        for major in layout.MAJORS:
            for stack in _throwaway_stacks(major):
                supervise.stop_recorded(stack)
        layout.remove_home()
    line("Removed .portal; Rust's build results are in target/ (`cargo clean` removes them).")
    return 0


def bench() -> int:
    """Measures the product against its yardsticks, on a throwaway database."""
    from bench import run as benchmarks  # builds on this package

    return benchmarks.run_all()


COMMANDS = {
    "run": run, "stop": stop, "status": status, "demo": play_demo, "types": types, "mail-preview": mail_preview, "psql": psql, "logs": logs, "clean": clean,
    "test": checks.run_all, "bench": bench, "release": release.make,
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m stack", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    if sys.version_info < (3, 11):
        say.problem("Python 3.11 or newer is needed; Debian 12 has it as python3.")
        return 1
    chosen = parser.parse_args().command
    os.umask(0o022)  # the servers' user must be able to read what is installed here
    os.environ["CARGO_TERM_COLOR"] = "never"  # logs are read in files
    os.environ.pop("MAKEFLAGS", None)  # cargo and make, called from here, are not part of the outer make
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        return COMMANDS[chosen]()
    except Problem as expected:
        say.problem(str(expected))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
