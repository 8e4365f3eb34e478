"""The files of docker/ hold together, as far as that can be told without a Docker engine."""

import json
import re
import subprocess
import tempfile
import tomllib
import unittest
from pathlib import Path

from stack import packages
from stack.layout import CHECKOUT, test_stack

from . import compose

DOCKER = CHECKOUT / "docker"
POSTGRES, GATEWAY = DOCKER / "postgres/Dockerfile", DOCKER / "gateway/Dockerfile"
SUPABASE = {
    "PG_PORTAL": str(CHECKOUT), "PG_MAJOR": "17", "PORTAL_GATEWAY_PASSWORD": "g" * 48, "POSTGRES_PASSWORD": "p" * 48,
    "POSTGRES_HOST": "db", "POSTGRES_PORT": "5432", "POSTGRES_DB": "postgres", "JWT_SECRET": "j" * 48, "KONG_HTTP_PORT": "8000",
    "PGRST_DB_SCHEMAS": "public,portal,storage,graphql_public", "ANON_KEY": "a", "SERVICE_ROLE_KEY": "s",
    "SUPABASE_PUBLIC_URL": "https://api.example.com", "SITE_URL": "https://portal.example.com", "SMTP_ADMIN_EMAIL": "a@example.com",
}  # fmt: skip


class Folder(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)


class Secrets(Folder):
    def test_a_new_env_file_has_fresh_secrets_that_only_its_owner_reads(self) -> None:
        first, second = (new_env(self.folder / name) for name in ("a", "b"))
        names = {"POSTGRES_PASSWORD", "AUTHENTICATOR_PASSWORD", "PORTAL_GATEWAY_PASSWORD", "JWT_SECRET"}
        values = [env[name] for env in (first, second) for name in sorted(names)]
        self.assertEqual(len(set(values)), 2 * len(names))
        for value in values:
            self.assertRegex(value, r"^[a-z0-9]{48}$")
        self.assertEqual((self.folder / "a").stat().st_mode & 0o777, 0o600)

    def test_an_env_file_that_exists_is_left_alone(self) -> None:
        file = self.folder / "env"
        file.write_text("JWT_SECRET=in-use\n")
        done = subprocess.run([DOCKER / "new-env.sh", file], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, file.read_text()), (1, "JWT_SECRET=in-use\n"))
        self.assertIn("exists", done.stderr)

    def test_nothing_starts_on_a_default_password(self) -> None:
        refused = compose.config([DOCKER / "compose.yml"], {}, self.folder)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("run docker/new-env.sh first", refused.stderr)
        text = "".join(file.read_text() for file in DOCKER.rglob("*") if file.is_file() and file.name != ".env")
        self.assertEqual(re.findall(r"(?:PASSWORD|SECRET)(?::|=) *[\w-]+$", text, re.MULTILINE), [])


class Alone(Folder):
    def setUp(self) -> None:
        super().setUp()
        self.env = new_env(self.folder / ".env")
        self.services = compose.rendered([DOCKER / "compose.yml"], self.env, self.folder)["services"]

    def test_what_stays_up_is_watched_and_waited_for(self) -> None:
        for name, service in self.services.items():
            if service.get("restart") != "no":
                # The gateway's is in its image.
                self.assertTrue(name == "gateway" or service["healthcheck"]["test"], name)
        self.assertEqual(self.services["gateway"]["depends_on"]["migrate"]["condition"], "service_completed_successfully")
        self.assertRegex(GATEWAY.read_text(), r'HEALTHCHECK .*\["/usr/local/bin/portal-gateway", "--healthcheck"\]')

    def test_only_the_one_address_is_reachable_and_only_from_this_machine(self) -> None:
        published = {name: service["ports"] for name, service in self.services.items() if service.get("ports")}
        self.assertEqual(list(published), ["web"])
        self.assertEqual(published["web"][0]["host_ip"], "127.0.0.1")

    def test_images_are_pinned(self) -> None:
        self.assertEqual(unpinned([self.services[name] for name in self.services]), [])

    def test_the_gateway_accepts_its_settings(self) -> None:
        check_gateway(self, self.services["gateway"]["environment"])
        mail = {"PORTAL_SMTP_URL": "smtps://u:p@mail.example.com", "PORTAL_PUBLIC_URL": "https://a.example", "PORTAL_PORTAL_URL": "https://b.example"}
        services = compose.rendered([DOCKER / "compose.yml"], self.env | mail, self.folder)["services"]
        check_gateway(self, services["gateway"]["environment"])


class WithSupabase(Folder):
    FILES = [Path(__file__).with_name("supabase.yml"), DOCKER / "compose.supabase.yml"]

    def test_both_files_together_are_a_stack(self) -> None:
        for major in ("15", "17"):
            services = compose.rendered(self.FILES, SUPABASE | {"PG_MAJOR": major}, self.folder)["services"]
            db, migrate, gateway = (services[name] for name in ("db", "portal-migrate", "portal-gateway"))
            self.assertEqual(db["build"]["target"], "supabase")
            self.assertEqual(db["build"]["args"], {"PG_MAJOR": major})
            self.assertEqual(db["image"], migrate["image"])
            self.assertEqual(db["environment"]["POSTGRES_PASSWORD"], SUPABASE["POSTGRES_PASSWORD"], "Supabase's own is kept")
            self.assertEqual(set(migrate["depends_on"]), {"db", "auth", "storage"})
            self.assertIn("portal", services["rest"]["environment"]["PGRST_DB_SCHEMAS"].split(","))
            self.assertIn("extensions", services["rest"]["environment"]["PGRST_DB_EXTRA_SEARCH_PATH"])
            check_gateway(self, gateway["environment"])

    def test_what_is_missing_is_asked_for(self) -> None:
        for name in ("PG_PORTAL", "PG_MAJOR", "PORTAL_GATEWAY_PASSWORD"):
            settings = {key: value for key, value in SUPABASE.items() if key != name}
            refused = compose.config(self.FILES, settings, self.folder)
            self.assertNotEqual(refused.returncode, 0, name)
            self.assertIn(f"set {name}", refused.stderr)

    def test_kongs_route_goes_to_the_gateway_and_hides_the_metrics(self) -> None:
        # Compose reads YAML and knows extensions: the snippet, where it is appended in Supabase's file.
        whole = "services: {}\nx-kong:\n  services:\n  - name: dashboard\n" + (DOCKER / "kong.portal.yml").read_text()
        file = self.folder / "kong.yml"
        file.write_text(whole)
        found = compose.rendered([file], {}, self.folder)["x-kong"]["services"]
        routes = {route["paths"][0]: (service, route) for service in found[1:] for route in service["routes"]}
        gateway, route = routes["/portal/v1/"]
        self.assertEqual((gateway["url"], route["strip_path"], route["response_buffering"]), ("http://portal-gateway:8080", False, False))
        self.assertEqual(routes["/portal/v1/metrics"][0]["plugins"][0]["name"], "request-termination")


class Images(unittest.TestCase):
    def test_what_builds_them_is_what_builds_here(self) -> None:
        rust = tomllib.loads((CHECKOUT / "Cargo.toml").read_text())["workspace"]["package"]["rust-version"]
        self.assertRegex(POSTGRES.read_text(), rf"ARG RUST={re.escape(rust)}\.\d+\n")
        self.assertRegex(GATEWAY.read_text(), rf"FROM rust:{re.escape(rust)}\.\d+-bookworm")
        self.assertIn(f"cargo install cargo-pgrx --version {packages.CARGO_PGRX} --locked", POSTGRES.read_text())

    def test_every_base_has_a_tag(self) -> None:
        for file in (POSTGRES, GATEWAY):
            stages = set(re.findall(r" AS (\S+)$", file.read_text(), re.MULTILINE))
            for base in re.findall(r"^FROM (\S+)", file.read_text(), re.MULTILINE):
                known = base in stages or base in ("${RUNTIME}", "supabase-${PG_MAJOR}")
                self.assertTrue(known or re.search(r":[^:]*(\d|\{)", base), base)
                self.assertNotIn("latest", base)

    def test_the_gateway_is_not_root(self) -> None:
        self.assertRegex(GATEWAY.read_text().split("FROM ${RUNTIME}")[1], r"\nUSER [1-9]\d+:[1-9]\d+\n")

    def test_what_is_copied_is_there_and_gets_past_dockerignore(self) -> None:
        let_in = [row.removeprefix("!") for row in (CHECKOUT / ".dockerignore").read_text().splitlines() if row.startswith("!")]
        for file in (POSTGRES, GATEWAY):
            for words in re.findall(r"^COPY (?!--from)(?:--\S+ )?(.+) \S+$", file.read_text(), re.MULTILINE):
                for name in words.split():
                    self.assertTrue((CHECKOUT / name).exists(), name)
                    self.assertTrue(name == "." or any(name == row or name.startswith(row + "/") for row in let_in), name)
        self.assertEqual([row for row in let_in if not (CHECKOUT / row).exists()], [])


def new_env(file: Path) -> dict[str, str]:
    subprocess.run([DOCKER / "new-env.sh", file], check=True, capture_output=True)
    rows = [row for row in file.read_text().splitlines() if row and not row.startswith("#")]
    return dict(row.split("=", 1) for row in rows)


def unpinned(services: list[dict]) -> list[str]:  # type: ignore[type-arg]
    """Images from elsewhere that have no version; ours are built here."""
    images = [service["image"] for service in services if not service["image"].startswith("pg-portal/")]
    return [image for image in images if not re.search(r"(:v?\d+\.\d+.*|@sha256:.*)$", image)]


def check_gateway(test: unittest.TestCase, environment: dict[str, str]) -> None:
    program = test_stack().path("bin/portal-gateway")
    done = subprocess.run([program, "--check-config"], env=environment, capture_output=True, text=True, check=False)
    test.assertEqual(done.returncode, 0, f"{done.stderr}\n{json.dumps(environment, indent=1)}")
