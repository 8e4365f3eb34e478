"""The fields that docs/observability.md promises are in the log of a running gateway, and what it rules out is not."""

import json
import re
import time
import unittest
import urllib.request
import uuid

from stack.layout import CHECKOUT, test_stack

PAGE = CHECKOUT / "docs/observability.md"


class Logs(unittest.TestCase):
    def test_a_request_leaves_the_one_line_that_the_page_describes(self) -> None:
        request_id, secret = uuid.uuid4().hex, uuid.uuid4().hex
        url = f"http://127.0.0.1:{test_stack().port('gateway')}/portal/v1/openapi.json?token={secret}"
        headers = {"x-request-id": request_id, "cookie": secret}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            self.assertEqual(answer.headers["x-request-id"], request_id)
        line = self.line_with(request_id)
        self.assertNotIn(secret, line)
        fields = flat(json.loads(line))
        self.assertEqual(fields["message"], "answered")
        self.assertEqual(fields["span.route"], "/portal/v1/openapi.json")
        told = PAGE.read_text().split("| Field | What it is |")[1].split("\n\n")[0]
        documented = {name for row in told.splitlines()[2:] for name in re.findall(r"`([\w.]+)`", row.split("|")[1])}
        # The span's own name is always the same word.
        self.assertEqual(set(fields) - documented, {"span.name"})

    def line_with(self, text: str) -> str:
        log = test_stack().path("log/gateway.log")
        for _ in range(200):
            found = [line for line in log.read_text().splitlines() if text in line]
            if found:
                self.assertEqual(len(found), 1)
                return found[0]
            time.sleep(0.05)
        self.fail(f"{log} never told of the request")


def flat(line: dict) -> dict:  # type: ignore[type-arg]
    span = line.pop("span", {})
    return line | {f"span.{name}": value for name, value in span.items()}
