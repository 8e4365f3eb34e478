"""A model's server on the loopback interface, of OpenAI's shape: begins the first answer and stalls, gives all later ones."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BEGINNING = "Turn the"
ANSWER = "Turn the lever right."


class Model:
    def __init__(self, port: int):
        self.asked = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                model.asked += 1
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                if model.asked == 1:
                    self._say({"content": BEGINNING}, None)
                    self.connection.recv(1)  # nothing comes: returns when the client is gone
                    return
                self._say({"content": ANSWER}, None)
                self._say({}, "stop")
                self.wfile.write(b"data: [DONE]\n\n")

            def _say(self, delta: dict[str, str], reason: str | None) -> None:
                choice = {"index": 0, "delta": delta, "finish_reason": reason}
                self.wfile.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
                self.wfile.flush()

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        return Handler
