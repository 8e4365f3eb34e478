"""Unit tests of the set-up code: `python3 -m unittest stack.unit_tests`."""

import base64
import hashlib
import hmac
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from . import checks, database, layout, schema_checks, services, supervise, up
from .say import Problem


class Processes(unittest.TestCase):
    def test_a_pid_that_belongs_to_another_process_is_left_alone(self) -> None:
        with tempfile.TemporaryDirectory() as folder, _home(folder):
            stack = layout.demo_stack()
            stack.path("run").mkdir(parents=True)
            with subprocess.Popen(["sleep", "60"]) as child:
                supervise.Record(child.pid, "1@another-boot").write(supervise.pid_file(stack, "mail"))
                self.assertEqual(supervise.stop_recorded(stack), [])
                self.assertIsNone(child.poll())
                child.kill()

    def test_recorded_processes_stop_and_their_files_vanish(self) -> None:
        with tempfile.TemporaryDirectory() as folder, _home(folder):
            stack = layout.demo_stack()
            stack.path("run").mkdir(parents=True)
            # A shell that has put us into the background may have left SIGINT ignored.
            heeds = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
            child = subprocess.Popen(["sleep", "60"], preexec_fn=heeds)
            record = supervise.Record.of(child.pid, signal.SIGINT)
            assert record is not None
            record.write(supervise.pid_file(stack, "mail"))
            self.assertEqual(supervise.stop_recorded(stack), ["mail"])
            self.assertEqual(child.wait(), -signal.SIGINT)
            self.assertFalse(supervise.pid_file(stack, "mail").exists())

    def test_a_taken_port_is_named_with_its_service(self) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            base = other.getsockname()[1] - layout.PORTS["smtp"]
            service = services.Service("mail", ["true"], lambda: True, ports=["smtp"])
            with self.assertRaisesRegex(Problem, f"port {base + layout.PORTS['smtp']}.*`mail`"):
                supervise.require_free_ports(layout.Stack("x", "x", base), [service])


class SettingUp(unittest.TestCase):
    def test_the_portal_is_built_unless_nobody_will_look_at_it(self) -> None:
        for with_portal in (True, False):
            parts = ("packages", "debian13", "build", "portal", "postgres")
            with tempfile.TemporaryDirectory() as folder, _home(folder), mock.patch.multiple(up, **dict.fromkeys(parts, mock.DEFAULT)) as made:
                up.prepare(layout.bench_stack(), with_portal=with_portal)
                self.assertEqual(made["portal"].build.called, with_portal)
                self.assertTrue(made["build"].extension.called)


class Configuration(unittest.TestCase):
    def test_every_word_of_every_template_is_filled_in(self) -> None:
        with tempfile.TemporaryDirectory() as folder, _home(folder):
            stack = layout.demo_stack()
            stack.make_directories()
            services.write_configuration(stack)
            for file in ("conf/nginx.conf", "conf/postgrest.conf", "auth/supabase/config.toml"):
                self.assertEqual(re.findall(r"@[a-z_]+@", stack.path(file).read_text()), [], file)
                self.assertEqual(stack.path(file).stat().st_mode & 0o777, 0o600, file)

    def test_everything_listens_on_this_machine_only(self) -> None:
        text = "".join(file.read_text() for file in (layout.CHECKOUT / "stack/conf").iterdir())
        for address in re.findall(r"^\s*(?:listen|server-host|listen_addresses|listen_addr)(?:\s*=\s*|\s+)\S+", text, re.MULTILINE):
            self.assertIn("127.0.0.1", address)
        self.assertNotIn("0.0.0.0", text)

    def test_the_service_token_is_signed_with_the_secret(self) -> None:
        head, claims, signature = services.service_token("secret").split(".")
        expected = hmac.new(b"secret", f"{head}.{claims}".encode(), hashlib.sha256).digest()
        self.assertEqual(_decode(signature), expected)
        self.assertEqual(json.loads(_decode(claims))["role"], "service_role")

    def test_secrets_survive_and_differ(self) -> None:
        with tempfile.TemporaryDirectory() as folder, _home(folder):
            first = layout.demo_stack().secrets
            self.assertEqual(layout.demo_stack().secrets, first)
            self.assertEqual(len(set(first.values())), len(first))

    def test_run_and_test_share_no_port(self) -> None:
        ports = [stack.port(name) for stack in (layout.demo_stack(), layout.test_stack()) for name in layout.PORTS]
        self.assertEqual(len(set(ports)), len(ports))

    def test_every_version_of_postgres_has_folders_of_its_own(self) -> None:
        with tempfile.TemporaryDirectory() as folder, _home(folder):
            folders = set[Path]()
            for major in layout.MAJORS:
                with mock.patch.dict(os.environ, {layout.MAJOR_VARIABLE: major}):
                    stack = layout.test_stack()
                    folders |= {stack.data, stack.postgres_bin, layout.tools() / layout.of_major("extension")}
            self.assertEqual(len(folders), 3 * len(layout.MAJORS))

    def test_an_unknown_version_of_postgres_is_refused(self) -> None:
        for text in ("14", "seventeen", "17.2"):
            with mock.patch.dict(os.environ, {layout.MAJOR_VARIABLE: text}), self.assertRaisesRegex(Problem, "15, 17"):
                layout.postgres_major()

    def test_a_senseless_port_base_is_refused(self) -> None:
        for text in ("", "http", "80", "70000"):
            with mock.patch.dict(os.environ, {layout.PORT_VARIABLE: text}), self.assertRaises(Problem):
                layout.port_base()


class Databases(unittest.TestCase):
    BEFORE = {"sql/roles.sql": "a", "sql/supabase/migrations/2_b.sql": "b"}

    def test_a_new_migration_at_the_end_is_simply_pushed(self) -> None:
        self.assertEqual(database.changes(self.BEFORE, self.BEFORE | {"sql/supabase/migrations/3_c.sql": "c"}), [])

    def test_what_cannot_be_pushed_is_named(self) -> None:
        changed = self.BEFORE | {"sql/roles.sql": "x"}
        self.assertEqual(database.changes(self.BEFORE, changed), ["sql/roles.sql"])
        earlier = self.BEFORE | {"sql/supabase/migrations/1_a.sql": "c"}
        self.assertEqual(database.changes(self.BEFORE, earlier), ["sql/supabase/migrations/1_a.sql"])
        self.assertEqual(database.changes(self.BEFORE, {"sql/roles.sql": "a"}), ["sql/supabase/migrations/2_b.sql"])


class Advice(unittest.TestCase):
    FOUND = [{"name": "no_key", "cacheKey": "no_key_public_t", "level": "INFO", "detail": "Table t has no key"}]

    def test_new_advice_fails(self) -> None:
        self.assertEqual(schema_checks.judge(self.FOUND, []), ["INFO no_key_public_t: Table t has no key"])

    def test_accepted_advice_passes_with_reason_and_test(self) -> None:
        for name in ("no_key", "no_key_public_t"):
            entry = {"advice": name, "reason": "because", "test": "stack/unit_tests.py"}
            self.assertEqual(schema_checks.judge(self.FOUND, [entry]), [])
            self.assertEqual(len(schema_checks.judge(self.FOUND, [entry | {"reason": ""}])), 1)
            self.assertEqual(len(schema_checks.judge(self.FOUND, [entry | {"test": "no/such/file"}])), 1)
            self.assertEqual(len(schema_checks.judge([], [entry])), 1)


class Checks(unittest.TestCase):
    def test_needs_come_along_and_come_first(self) -> None:
        self.assertEqual([check.name for check in checks.choose("api")], ["prepare", "start", "api"])
        names = [check.name for check in checks.CHECKS]
        for place, check in enumerate(checks.CHECKS):
            self.assertTrue(set(check.needs) <= set(names[:place]), check.name)

    def test_what_is_extra_runs_when_it_is_named(self) -> None:
        self.assertNotIn("versions", [check.name for check in checks.choose("")])
        self.assertEqual([check.name for check in checks.choose("versions")], ["prepare", "versions"])

    def test_an_unknown_name_is_refused(self) -> None:
        with self.assertRaisesRegex(Problem, "nonsense"):
            checks.choose("api,nonsense")


def _home(folder: str):  # type: ignore[no-untyped-def]
    """State in a scratch folder instead of the checkout, owned by whoever runs the tests."""
    return mock.patch.multiple(layout, HOME=Path(folder) / "portal", give_to_servers=mock.DEFAULT)


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    unittest.main()
