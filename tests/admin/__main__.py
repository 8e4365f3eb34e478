"""The section "A DBA's day" of docs/operations.md, run as it stands by somebody who logs in with portal_admin alone.

    python3 -m tests.admin

Everything happens in one transaction, which is rolled back.
"""

import re
import secrets
import sys

from stack import postgres
from stack.commands import run
from stack.layout import CHECKOUT, test_stack
from stack.say import Problem

GUIDE = CHECKOUT / "docs/operations.md"
LOGIN = "test_alice"


def main() -> None:
    stack, password = test_stack(), secrets.token_hex(16)
    superuser(f"create role {LOGIN} login password '{password}' in role portal_admin")
    try:
        command = [stack.postgres_bin / "psql", "-X", "-v", "ON_ERROR_STOP=1"]
        env = postgres.psql_environment(stack, postgres.SUPERUSER) | {"PGUSER": LOGIN, "PGPASSWORD": password}
        script = "\n".join(["begin;", *section("A DBA's day"), "rollback;"])
        output = run(command, "a DBA's day", env=env, stdin=script)
    finally:
        superuser(f"drop role {LOGIN}")
    prove(output)


def section(title: str) -> list[str]:
    """The SQL of a section, in order."""
    text = GUIDE.read_text().split(f"\n## {title}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```sql\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    if len(blocks) < 5:
        raise Problem(f"{GUIDE.name} has next to no SQL under `{title}`.")
    return blocks


def prove(output: str) -> None:
    """That it ran is not enough: these are the answers that the section speaks of."""
    told = [
        "Add rows to service_types",  # what the new company lacks
        r"check_name \| detail *\n-+\+-+\n\(0 rows\)",  # and lacks no more
        r"ada@quill.example \| .* \| t\n",  # invited, and the message waits
        "suspended \\| t ",
        "an account that is suspended reaches nothing",
        "active +\\| t ",
        "They do not see the row",
    ]
    print(output)
    missing = [pattern for pattern in told if not re.search(pattern, output)]
    if missing:
        raise Problem(f"the answers lack: {'; '.join(missing)}")


def superuser(statement: str) -> None:
    postgres.psql(test_stack(), postgres.SUPERUSER, statement, "setting up the log-in")


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
