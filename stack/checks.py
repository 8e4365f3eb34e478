"""What `make test` runs: a list of named steps, each timed, on a throwaway stack of its own."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import build, database, demo, packages, portal, postgres, release, schema_checks, supervise, up
from .commands import Failed, run
from .layout import CHECKOUT, HOME, Stack, lock, make_home, test_stack
from .say import Problem, detail, line, step

GATEWAY = "portal-gateway"


@dataclass
class Test:
    """One test run: its stack, and what earlier steps leave for later ones."""

    stack: Stack
    supervisor: supervise.Supervisor
    extension: Path | None = None

    def shell(self, *argv: str | Path, cwd: Path = CHECKOUT, env: dict[str, str] | None = None) -> str:
        """Runs one program with what tests need to know in its environment."""
        everything = build.pgrx_environment() | self.stack.environment() | {"NO_COLOR": "1"} | (env or {})
        return run(argv, f"`{Path(argv[0]).name}`", cwd=cwd, env=everything, show=40)


@dataclass(frozen=True)
class Check:
    name: str
    what: str
    action: Callable[[Test], str | None]  # the output, for the log
    needs: tuple[str, ...] = ()
    extra: bool = False  # runs only where it is named


def prepare(test: Test) -> None:
    test.extension = up.prepare(test.stack)


def setup_code(test: Test) -> str:
    return test.shell(sys.executable, "-m", "unittest", "stack.unit_tests", "bench.unit_tests", "tests.lifecycle.unit_tests", env={"PYTHONDONTWRITEBYTECODE": "1"})


def released(test: Test) -> str:
    return release.check()


def formatting(test: Test) -> str:
    return test.shell("cargo", "fmt", "--all", "--check")


def clippy(test: Test) -> str:
    command = ["cargo", "clippy", "--workspace", "--all-targets", f"--features={GATEWAY}/stack-tests", *build.extension_features()]
    return test.shell(*command, "--", "--deny=warnings")


def rust_extension(test: Test) -> str:
    return test.shell("cargo", "test", "--package=pg_portal", "--lib", *build.extension_features())


def rust_gateway(test: Test) -> str:
    return test.shell("cargo", "test", f"--package={GATEWAY}")


def versions(test: Test) -> str:
    return build.compile_for_other_versions()


def start(test: Test) -> None:
    assert test.extension is not None
    up.start(test.stack, test.supervisor, test.extension)


def push_again(test: Test) -> str:
    """Migrations must be something that can be pushed twice: the second time nothing may happen."""
    state = "select count(*), max(version) from supabase_migrations.schema_migrations"
    before = postgres.psql(test.stack, "postgres", state, "reading the migrations' history")
    output = database.push(test.stack)
    after = postgres.psql(test.stack, "postgres", state, "reading the migrations' history")
    if before != after or "Applying" in output or "Seeding" in output:
        raise Problem(f"the second push changed something (before {before}, after {after}):\n{output}")
    return output


def types(test: Test) -> None:
    schema_checks.check_types(test.stack)


def lint(test: Test) -> str:
    return schema_checks.lint(test.stack)


def advisors(test: Test) -> None:
    schema_checks.check_advisors(test.stack)


def database_tests(test: Test) -> str:
    files = _some("tests/db", "*.sql")
    pgtap = "create extension if not exists pgtap with schema extensions"
    postgres.psql(test.stack, postgres.SUPERUSER, pgtap, "installing pgTAP")
    env = postgres.psql_environment(test.stack, postgres.SUPERUSER)
    env["PGOPTIONS"] = "-c search_path=public,extensions -c client_min_messages=warning"
    return test.shell("pg_prove", "--failures", *files, env=env)


def api_tests(test: Test) -> str:
    _some("tests/api", "*.test.*")
    folder = CHECKOUT / "tests/api"
    lock_file, stamp = folder / "package-lock.json", folder / "node_modules/.package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < lock_file.stat().st_mtime:
        test.shell("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=folder)
    return test.shell(packages.node(), "node_modules/vitest/vitest.mjs", "run", cwd=folder)


def admin(test: Test) -> str:
    return test.shell(sys.executable, "-m", "tests.admin", env={"PYTHONDONTWRITEBYTECODE": "1"})


def web_types(test: Test) -> str:
    portal.install()
    return test.shell(packages.node(), "node_modules/typescript/bin/tsc", "--noEmit", cwd=portal.WEB)


def web(test: Test) -> str:
    _some("web/tests", "*.spec.ts")
    return test.shell(packages.node(), "node_modules/@playwright/test/cli.js", "test", cwd=portal.WEB)


def races(test: Test) -> str:
    modules = packages.tools() / "npm/node_modules"
    command = [packages.node(), "--test-reporter=spec", "tests/races/races.test.mjs"]
    return _figures(test.shell(*command, env={"PORTAL_NODE_MODULES": str(modules)}))


def pooler(test: Test) -> str:
    return _figures(test.shell(sys.executable, "-m", "tests.pooler", env={"PYTHONDONTWRITEBYTECODE": "1"}))


def gateways(test: Test) -> str:
    return _figures(test.shell(sys.executable, "-m", "tests.gateways", env={"PYTHONDONTWRITEBYTECODE": "1"}))


def standby(test: Test) -> str:
    return _figures(test.shell(sys.executable, "-m", "tests.standby", env={"PYTHONDONTWRITEBYTECODE": "1"}))


def isolation(test: Test) -> str:
    return test.shell(sys.executable, "-m", "tests.isolation", env={"PYTHONDONTWRITEBYTECODE": "1"})


def durability(test: Test) -> str:
    return _figures(test.shell(sys.executable, "-m", "tests.durability", env={"PYTHONDONTWRITEBYTECODE": "1"}))


def delivery(test: Test) -> str:
    return _figures(test.shell(sys.executable, "-m", "tests.delivery", env={"PYTHONDONTWRITEBYTECODE": "1"}))


def clock(test: Test) -> str:
    return test.shell(sys.executable, "-m", "tests.delivery.clock", env={"PYTHONDONTWRITEBYTECODE": "1"})


def erasure(test: Test) -> str:
    return test.shell(sys.executable, "-m", "tests.erasure", env={"PYTHONDONTWRITEBYTECODE": "1"})


def _figures(output: str) -> str:
    """What a test measured belongs on the screen; the rest of its output is for the log."""
    for row in output.splitlines():
        if row.startswith("Figures: "):
            detail(row.removeprefix("Figures: "))
    return output


def restore(test: Test) -> str:
    return test.shell(sys.executable, "-m", "tests.restore", env={"PYTHONDONTWRITEBYTECODE": "1"})


def lifecycle(test: Test) -> str:
    return test.shell(sys.executable, "-m", "tests.lifecycle", env={"PYTHONDONTWRITEBYTECODE": "1"})


def cron(test: Test) -> str:
    return test.shell(sys.executable, "-m", "tests.cron", env={"PYTHONDONTWRITEBYTECODE": "1"})


def point_in_time(test: Test) -> str:
    return test.shell(sys.executable, "-m", "tests.restore.point_in_time", env={"PYTHONDONTWRITEBYTECODE": "1"})


def containers(test: Test) -> str:
    modules = ("tests.docker.test_files", "tests.docker.test_running")
    return test.shell(sys.executable, "-m", "unittest", *modules, env={"PYTHONDONTWRITEBYTECODE": "1"})


def documentation(test: Test) -> str:
    modules = [f"tests.docs.test_{name}" for name in ("blocks", "pages", "metrics", "logs", "keys", "commands")]
    return _figures(test.shell(sys.executable, "-m", "unittest", *modules, env={"PYTHONDONTWRITEBYTECODE": "1"}))


def gateway_tests(test: Test) -> str:
    return test.shell("cargo", "test", f"--package={GATEWAY}", "--features=stack-tests", "--test=stack")


def play_demo(test: Test) -> None:
    demo.play(test.stack)


# In order: what is cheap and what does not need the stack comes first.
CHECKS = [
    Check("prepare", "packages and builds", prepare),
    Check("set-up", "unit tests of the set-up code and the benchmarks", setup_code, needs=("prepare",)),
    Check("released", "released scripts and migrations are as they were, and lead to this version", released),
    Check("format", "cargo fmt", formatting),
    Check("clippy", "clippy, warnings are errors", clippy, needs=("prepare",)),
    Check("rust-extension", "unit and property tests of the extension", rust_extension, needs=("prepare",)),
    Check("web-types", "the customer portal's types", web_types, needs=("prepare",)),
    Check("rust-gateway", "unit and property tests of the gateway", rust_gateway),
    Check("versions", "the extension compiles for Postgres 16 and 18", versions, needs=("prepare",), extra=True),
    Check("start", "a new stack comes up", start, needs=("prepare",)),
    Check("push-again", "a second push of the migrations changes nothing", push_again, needs=("start",)),
    Check("demo", "the main job through supabase-js", play_demo, needs=("start",)),
    Check("types", "the committed TypeScript types are those of the database", types, needs=("start",)),
    Check("lint", "supabase db lint", lint, needs=("start",)),
    Check("advisors", "supabase db advisors", advisors, needs=("start",)),
    Check("db", "database tests (tests/db)", database_tests, needs=("start",)),
    Check("admin", "a DBA's day as the manual has it (tests/admin)", admin, needs=("start",)),
    Check("api", "API tests through supabase-js (tests/api)", api_tests, needs=("start",)),
    Check("web", "the customer portal in a browser (web/tests)", web, needs=("start",)),
    Check("gateway", "gateway tests on the running stack", gateway_tests, needs=("start",)),
    Check("docs", "the documentation's commands, run as written (tests/docs)", documentation, needs=("start",)),
    Check("docker", "the containers' files, as far as they run without an engine (tests/docker)", containers, needs=("start",)),
    Check("isolation", "who waits for whom, and what both are told (tests/isolation)", isolation, needs=("prepare",)),
    Check("erasure", "an erased customer is in no dump, and an export is complete (tests/erasure)", erasure, needs=("prepare",)),
    Check("races", "64 customers at once on 20 visits, with and without staff (tests/races)", races, needs=("start",)),
    Check("durability", "Postgres is killed in the middle of bookings (tests/durability)", durability, needs=("prepare",)),
    Check("clock", "what waits for the morning leaves then, what is too late never (tests/delivery)", clock, needs=("prepare",)),
    Check("delivery", "gateway, Postgres and mail server fail while people write (tests/delivery)", delivery, needs=("prepare",)),
    Check("cron", "pg_cron does the due work (tests/cron)", cron, needs=("prepare",)),
    Check("point-in-time", "a database goes back to a moment (tests/restore)", point_in_time, needs=("prepare",)),
    Check("lifecycle", "updated and restored, earlier versions are what is installed anew (tests/lifecycle)", lifecycle, needs=("start",)),
    Check("gateways", "two gateways beside each other, and one is killed (tests/gateways)", gateways, needs=("prepare",)),
    Check("standby", "every read from a hot standby, which then takes over (tests/standby)", standby, needs=("prepare",)),
    Check("pooler", "API tests through pgbouncer in transaction mode (tests/pooler)", pooler, needs=("prepare",)),
    Check("restore", "a dump restores everything, and the suites pass on the copy", restore, needs=("start",)),
]


def _some(folder: str, pattern: str) -> list[Path]:
    """The test files of a folder. No files is an error: a step that runs nothing proves nothing."""
    found = [file for file in sorted((CHECKOUT / folder).rglob(pattern)) if "node_modules" not in file.parts]
    if not found:
        raise Problem(f"there are no test files {pattern} in {folder}.")
    return found


def run_all() -> int:
    """Runs the checks on a stack of its own, beside a running demo (ONLY=a,b: some; KEEP=1: leave it up)."""
    chosen = choose(os.environ.get("ONLY", ""))
    make_home()
    with lock(HOME / "test.lock") as mine:
        if not mine:
            raise Problem("another `make test` is running in this checkout. Wait for it, or stop it.")
        _forget(test_stack())
        stack = test_stack()
        test = Test(stack, supervise.Supervisor(stack))
        try:
            results = _run(chosen, test)
        finally:
            _tear_down(test)
        return _summary(results)


def choose(only: str) -> list[Check]:
    """The named checks and all that they need; every check that is not extra when none is named."""
    by_name = {check.name: check for check in CHECKS}
    wanted = only.replace(",", " ").split() or [check.name for check in CHECKS if not check.extra]
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        raise Problem(f"ONLY names no check: {', '.join(unknown)}. There are: {', '.join(by_name)}.")
    needed = set(wanted)
    for check in reversed(CHECKS):
        if check.name in needed:
            needed.update(check.needs)
    return [check for check in CHECKS if check.name in needed]


@dataclass(frozen=True)
class Result:
    check: Check
    failure: str | None
    seconds: float


def _run(chosen: list[Check], test: Test) -> list[Result]:
    results: list[Result] = []
    for check in chosen:
        failed = {result.check.name for result in results if result.failure}
        blocked = [name for name in check.needs if name in failed]
        step(f"{check.name}: {check.what}")
        begun = time.monotonic()
        failure = f"not run, because `{blocked[0]}` failed" if blocked else _try(check, test)
        results.append(Result(check, failure, time.monotonic() - begun))
        if failure:
            detail(f"FAILED: {failure}")
    return results


def _try(check: Check, test: Test) -> str | None:
    """Runs one check; returns what went wrong, or None. The whole output is kept in the log folder."""
    log = test.stack.path("log", f"check-{check.name}.log")
    try:
        output, failure = check.action(test) or "", None
    except Failed as failed:
        output, failure = failed.output, str(failed)
    except Problem as problem:
        output, failure = str(problem), str(problem)
    if output:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(output)
    if failure and output:
        failure += f"\nThe whole output is in {log}."
    return failure


def _forget(stack: Stack) -> None:
    """Stops and removes what an interrupted or kept test run left."""
    supervise.stop_recorded(stack)
    up.delete_data(stack)


def _tear_down(test: Test) -> None:
    if os.environ.get("KEEP") == "1":
        line(f"\nThe test stack stays up: {test.stack.url}, settings in {test.stack.path('env')}; `make stop` stops it.")
        return
    test.supervisor.stop()
    up.delete_data(test.stack)


def _summary(results: list[Result]) -> int:
    line()
    for result in results:
        mark = "FAILED" if result.failure else "passed"
        line(f"  {mark}  {result.seconds:6.1f} s  {result.check.name:<15} {result.check.what}")
    failed = sum(1 for result in results if result.failure)
    line(f"\n{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0
