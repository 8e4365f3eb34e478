"""An HTTP server on the loopback interface that notes what was posted to it and answers as it is told."""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Post:
    at: float  # time.monotonic()
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: str


class WebSink:
    """`answers[path]` are the statuses of the next posts to a path, 200 when there are none."""

    def __init__(self, port: int):
        self.answers: defaultdict[str, list[int]] = defaultdict(list)
        self.posts: list[Post] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def to(self, path: str) -> list[Post]:
        return [post for post in list(self.posts) if post.path == path]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                sink.posts.append(Post(time.monotonic(), self.path, headers, body))
                waiting = sink.answers[self.path]
                self.send_response(waiting.pop(0) if waiting else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        return Handler
