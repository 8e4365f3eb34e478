"""Unit tests: `python3 -m unittest tests.lifecycle.unit_tests`."""

import hashlib
import tempfile
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack import release
from stack.layout import CHECKOUT
from tests import catalog
from tests.lifecycle import draft

SCRIPT = "pg_portal/sql/pg_portal--0.1.0.sql"
UPDATE = "pg_portal/sql/pg_portal--0.1.0--0.2.0.sql"
MIGRATION = "sql/supabase/migrations/20261122000100_a.sql"


@contextmanager
def checkout() -> Iterator[Path]:
    """A checkout in which 0.1.0 is released and 0.2.0 is being worked on."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in (SCRIPT, UPDATE, MIGRATION):
            write(root, name, f"-- {name}")
        write(root, "Cargo.toml", 'rust-version = "1.95"\nversion = "0.2.0"\n')
        rows = (f"{hashlib.sha256((root / name).read_bytes()).hexdigest()}  {name}\n" for name in (SCRIPT, MIGRATION))
        write(root, "released/0.1.0/files.sha256", "".join(rows))
        yield root


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


class Released(unittest.TestCase):
    def only_problem(self, root: Path) -> str:
        found = release.problems(root)
        self.assertEqual(len(found), 1, found)
        return found[0]

    def test_what_is_as_it_was_released_passes(self) -> None:
        with checkout() as root:
            self.assertEqual(release.problems(root), [])

    def test_a_changed_file_is_named_with_what_to_do(self) -> None:
        for name in (SCRIPT, MIGRATION):
            with checkout() as root:
                write(root, name, "-- changed")
                self.assertRegex(self.only_problem(root), f"{name} was released with 0.1.0 and has changed.*new migration")

    def test_a_missing_file_is_named(self) -> None:
        for name in (SCRIPT, MIGRATION):
            with checkout() as root:
                (root / name).unlink()
                self.assertRegex(self.only_problem(root), f"{name} was released with 0.1.0 and is missing")

    def test_a_manifest_must_name_the_versions_script(self) -> None:
        with checkout() as root:
            manifest = root / "released/0.1.0/files.sha256"
            write(root, "released/0.1.0/files.sha256", manifest.read_text().splitlines(keepends=True)[1])
            self.assertIn(f"does not name {SCRIPT}", self.only_problem(root))

    def test_without_any_manifest_nothing_is_kept(self) -> None:
        with checkout() as root:
            (root / "released/0.1.0/files.sha256").unlink()
            self.assertIn("no version at all", self.only_problem(root))

    def test_a_new_migration_comes_after_the_released_ones(self) -> None:
        with checkout() as root:
            write(root, MIGRATION.replace("000100_a", "000200_b"), "")
            self.assertEqual(release.problems(root), [])
            write(root, MIGRATION.replace("000100_a", "000050_b"), "")
            self.assertIn("not above 20261122000100_a.sql", self.only_problem(root))

    def test_every_released_version_can_be_updated(self) -> None:
        with checkout() as root:
            write(root, "Cargo.toml", 'version = "0.3.0"')
            self.assertIn("no update script leads from 0.1.0 to 0.3.0", self.only_problem(root))
            write(root, UPDATE.replace("0.1.0--0.2.0", "0.2.0--0.3.0"), "")
            self.assertEqual(release.problems(root), [])

    def test_a_released_version_is_not_worked_on(self) -> None:
        with checkout() as root:
            write(root, "Cargo.toml", 'version = "0.1.0"')
            self.assertIn("version 0.1.0 is released", self.only_problem(root))

    def test_versions_are_numbers(self) -> None:
        self.assertGreater(release._order("0.10.0"), release._order("0.9.1"))


class Pages(unittest.TestCase):
    def test_nobody_is_told_to_drop_the_extension_with_all_that_depends_on_it(self) -> None:
        pages = [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md"), *CHECKOUT.glob("sql/**/*.sql"), *CHECKOUT.glob("pg_portal/sql/*.sql")]
        self.assertGreater(len(pages), 20)
        for page in pages:
            self.assertNotRegex(page.read_text(), r"(?i)drop\s+extension[^;`]*\bcascade", page)


class Differences(unittest.TestCase):
    def test_equal_catalogs_differ_in_nothing(self) -> None:
        self.assertEqual(catalog.differences({("type", "t"): {"a": 1}}, {("type", "t"): {"a": 1}}, ("one", "two")), [])

    def test_every_difference_names_object_and_fact(self) -> None:
        one = {("function", "f()"): {"owner": "a", "body": "x\ny"}, ("type", "t"): {}}
        two = {("function", "f()"): {"owner": "b", "body": "x\nz"}, ("policy", "p on t"): {}}
        said = "\n".join(catalog.differences(one, two, ("new", "updated")))
        for wanted in ("type t: only in new", "policy p on t: only in updated", 'f(): owner\n    new: "a"\n    updated: "b"', "-y\n    +z"):
            self.assertIn(wanted, said)


FUNCTION = {
    "arguments": "since date DEFAULT NULL::date", "result": "void", "language": "c", "volatility": "v", "strict": False, "leakproof": False,
    "definer": True, "parallel": "u", "settings": ["search_path=pg_catalog, pg_temp"], "body": "seal_wrapper", "owner": "portal_owner",
    "rights": "portal_owner:EXECUTE, service_role:EXECUTE", "comment": "Seals what's open.",
}  # fmt: skip


class Drafts(unittest.TestCase):
    def draft(self, kind: str, name: str, present: dict | None, wanted: dict | None) -> str:
        return "\n".join(draft._statements((kind, name), present, wanted)).strip()

    def test_a_new_function_comes_with_owner_rights_and_comment(self) -> None:
        self.assertEqual(
            self.draft("function", "portal_admin.seal(date)", None, FUNCTION),
            "create or replace function portal_admin.seal(since date DEFAULT NULL::date) returns void\n"
            "language c volatile security definer set search_path = pg_catalog, pg_temp\n"
            "as 'MODULE_PATHNAME', 'seal_wrapper';\n"
            "alter function portal_admin.seal(date) owner to portal_owner;\n"
            "revoke execute on function portal_admin.seal(date) from public;\n"
            "grant execute on function portal_admin.seal(date) to service_role;\n"
            "comment on function portal_admin.seal(date) is\n  'Seals what''s open.';",
        )

    def test_of_a_known_function_only_what_changed(self) -> None:
        changed = FUNCTION | {"rights": "portal_owner:EXECUTE, portal_gateway:EXECUTE"}
        self.assertEqual(
            self.draft("function", "f()", FUNCTION, changed),
            "revoke execute on function f() from service_role;\ngrant execute on function f() to portal_gateway;",
        )
        self.assertEqual(self.draft("function", "f()", FUNCTION, FUNCTION), "")

    def test_labels_are_added_in_their_places(self) -> None:
        present = {"labels": ["b", "d"], "owner": "o"}
        self.assertEqual(
            self.draft("type", "t", present, present | {"labels": ["a", "b", "c", "d"]}),
            "alter type t add value if not exists 'a' before 'b';\nalter type t add value if not exists 'c' after 'b';",
        )

    def test_what_vanished_is_left_to_a_person(self) -> None:
        self.assertTrue(self.draft("function", "f()", FUNCTION, None).endswith("\n-- drop function f();"))


if __name__ == "__main__":
    unittest.main()
