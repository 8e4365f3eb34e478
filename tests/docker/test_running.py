"""What the containers run, run here: the migrations' script, nginx' configuration, the gateway's health check."""

import json
import os
import shutil
import subprocess
import unittest
from collections.abc import Iterator
from contextlib import contextmanager

from stack import postgres, services
from stack.commands import as_user
from stack.layout import CHECKOUT, give_to_servers, server_user, test_stack
from tests.docs.servers import PATIENCE, answers, ask, free_port
from tests.waiting import wait_until

SCHEMAS = "('public', 'portal', 'portal_internal', 'portal_admin')"
# Everything that a migration or the extension makes, with owners and rights.
CATALOG = f"""
select 'relation', c.oid::regclass, relkind, relowner::regrole, relacl, relrowsecurity, obj_description(c.oid, 'pg_class')
from pg_class c join pg_namespace n on n.oid = relnamespace where nspname in {SCHEMAS};
select 'column', attrelid::regclass, attname, atttypid::regtype, attnotnull, attacl from pg_attribute
join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace where nspname in {SCHEMAS} and attnum > 0;
select 'function', p.oid::regprocedure, proowner::regrole, proacl, prosecdef from pg_proc p
join pg_namespace n on n.oid = pronamespace where nspname in {SCHEMAS};
select 'constraint', conrelid::regclass, conname, pg_get_constraintdef(c.oid) from pg_constraint c
join pg_namespace n on n.oid = connamespace where nspname in {SCHEMAS};
select 'policy', schemaname, tablename, policyname, roles, cmd, qual, with_check from pg_policies where schemaname in {SCHEMAS};
select 'trigger', tgrelid::regclass, pg_get_triggerdef(t.oid) from pg_trigger t
join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = relnamespace where nspname in {SCHEMAS} and not tgisinternal;
select 'migration', version from supabase_migrations.schema_migrations;
"""


class Migrations(unittest.TestCase):
    NAME = "migrated"

    def setUp(self) -> None:
        self.stack = test_stack()
        self.drop()
        self.sql("create database migrated owner postgres template template0;", "postgres")
        self.addCleanup(self.drop)

    def drop(self) -> None:
        self.sql(f"drop database if exists {self.NAME} with (force);", "postgres")

    def test_an_empty_database_becomes_what_the_cli_makes_and_twice_changes_nothing(self) -> None:
        said = self.migrate(PORTAL_PLAIN_AUTH="1")
        self.assertIn("Applying", said)
        first = self.sql(CATALOG, self.NAME)
        made, wanted = (set(self.sql(CATALOG, name).splitlines()) for name in (self.NAME, "postgres"))
        self.assertEqual(made ^ wanted, set())
        self.assertGreater(len(made), 1000)
        again = self.migrate(PORTAL_PLAIN_AUTH="1")
        self.assertNotIn("Applying", again)
        self.assertEqual(self.sql(CATALOG, self.NAME), first)

    def test_without_auth_it_says_what_to_do(self) -> None:
        with self.assertRaises(subprocess.CalledProcessError) as refused:
            self.migrate()
        self.assertIn("PORTAL_PLAIN_AUTH=1", refused.exception.output)

    def test_a_password_is_set_and_does_not_reach_the_log(self) -> None:
        password = self.stack.secrets["PASSWORD_PORTAL_GATEWAY"]  # the one that it has
        kept = "select rolpassword from pg_authid where rolname = 'portal_gateway';"
        before = self.sql(kept, "postgres")
        self.migrate(PORTAL_PLAIN_AUTH="1", PORTAL_GATEWAY_PASSWORD=password)
        self.assertNotEqual(self.sql(kept, "postgres"), before, "it was not set")
        self.assertNotIn(password, self.stack.path("log/postgres.log").read_text())

    def migrate(self, **settings: str) -> str:
        env = postgres.psql_environment(self.stack, postgres.SUPERUSER) | {
            "PGDATABASE": self.NAME, "PORTAL_SQL": str(CHECKOUT / "sql"), "PATH": f"{self.stack.postgres_bin}:{os.environ['PATH']}",
        }  # fmt: skip
        script = CHECKOUT / "docker/postgres/migrate.sh"
        done = subprocess.run([script], env=env | settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
        return done.stdout

    def sql(self, text: str, database_name: str) -> str:
        env = postgres.psql_environment(self.stack, postgres.SUPERUSER) | {"PGDATABASE": database_name}
        command = [self.stack.postgres_bin / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1"]
        return subprocess.run(command, env=env, input=text, capture_output=True, text=True, check=True).stdout


class OneAddress(unittest.TestCase):
    def test_nginx_hands_each_path_to_its_server_and_hides_the_metrics(self) -> None:
        with nginx() as url:
            paths = json.loads(ask(f"{url}/")[1])["paths"]
            self.assertEqual(paths, ["/rest/v1/", "/portal/v1/"])
            status, body = ask(f"{url}/rest/v1/kb_articles?select=slug&limit=1", {"Accept-Profile": "portal"})
            self.assertEqual((status, len(json.loads(body))), (200, 1))
            status, body = ask(f"{url}/portal/v1/readyz")
            self.assertEqual((status, json.loads(body)["status"]), (200, "ready"))
            self.assertEqual(ask(f"{url}/portal/v1/metrics")[0], 404)
            self.assertEqual(ask(f"{url}/elsewhere")[0], 404)


class HealthCheck(unittest.TestCase):
    def test_the_gateway_finds_the_running_one_ready(self) -> None:
        gateway = services.all_services(test_stack())["gateway"]
        done = subprocess.run([*gateway.command, "--healthcheck"], env=gateway.env, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


@contextmanager
def nginx() -> Iterator[str]:
    """docker/web/nginx.conf on a free port, with the stack's servers under their addresses here."""
    stack = test_stack()
    port = free_port()
    folder = stack.path("run/one-address")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    give_to_servers(folder)
    text = (CHECKOUT / "docker/web/nginx.conf").read_text()
    for there, here in (
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
        ("http://rest:3000", f"http://127.0.0.1:{stack.port('postgrest')}"),
        ("http://gateway:8080", f"http://127.0.0.1:{stack.port('gateway')}"),
    ):
        assert there in text, there
        text = text.replace(there, here)
    temporary = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = folder / "nginx.conf"
    configuration.write_text(f"daemon off; pid {folder}/pid; events {{}}\nhttp {{ access_log off; {temporary}\n{text} }}")
    command = ["/usr/sbin/nginx", "-p", str(folder), "-c", str(configuration), "-e", "stderr"]
    with subprocess.Popen(command, **as_user(server_user())) as server:  # type: ignore[call-overload]
        try:
            wait_until(lambda: server.poll() is not None or answers(f"http://127.0.0.1:{port}/"), "nginx", PATIENCE)
            if server.poll() is not None:
                raise AssertionError("nginx did not start; its error stands above")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()
            shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()
