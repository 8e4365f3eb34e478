"""People's programs: one that listens to live updates, one that asks the assistant."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.request

from stack import services
from stack.say import Problem
from tests.delivery.stand import Stand
from tests.waiting import PATIENCE


def token(stand: Stand, person: str) -> str:
    now = int(time.time())
    user_id = stand.value(f"busy.id('{person}')")
    claims: dict[str, object] = {"aud": "authenticated", "role": "authenticated", "sub": user_id, "iat": now, "exp": now + 3600}
    return services.token(stand.stack.secrets["SUPABASE_JWT_SECRET"], claims)


class Listener:
    """Reads `GET /portal/v1/events` as a browser's EventSource does, and remembers where it is."""

    def __init__(self, stand: Stand, gateway: str, bearer: str, last_id: str | None = None):
        self.last_id = last_id
        self._connection = http.client.HTTPConnection("127.0.0.1", stand.stack.port(gateway), timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {bearer}"} | ({"Last-Event-ID": last_id} if last_id else {})
        self._connection.request("GET", "/portal/v1/events", headers=headers)
        self._answer = self._connection.getresponse()
        if self._answer.status != 200:
            raise Problem(f"live updates are answered {self._answer.status}: {self._answer.read()!r}")
        while not last_id and self.last_id is None:
            self._block()  # says where the stream begins

    def hear(self, wanted: set[str]) -> list[str]:
        """Ids of the messages told of, until all the wanted ones have come."""
        heard: list[str] = []
        while not wanted <= set(heard):
            block = self._block()
            if block.get("event") == "reset":
                raise Problem("the stream begins anew, and what was missed is not told.")
            if block.get("event") == "message_created":
                heard.append(json.loads(block["data"])["id"])
        return heard

    def _block(self) -> dict[str, str]:
        """One event, or a comment."""
        block: dict[str, str] = {}
        for raw in iter(self._answer.readline, b"\n"):
            if not raw:
                raise Problem("the stream of live updates ended.")
            name, _, value = raw.decode().rstrip("\n").partition(":")
            block[name] = value.removeprefix(" ")
        self.last_id = block.get("id", self.last_id)
        return block


class Asker(threading.Thread):
    """Asks the assistant by a stream and keeps what it hears, until the stream ends or breaks."""

    def __init__(self, stand: Stand, gateway: str, bearer: str, conversation: str, question: dict[str, str]):
        super().__init__(daemon=True)
        self.heard = ""
        self._request = asking(stand, gateway, bearer, conversation, question)

    def run(self) -> None:
        try:
            with opened(self._request) as answer:
                for raw in answer:
                    self.heard += raw.decode()
        except (OSError, http.client.HTTPException):
            self.heard += "\n(broken off)"


def ask_once(stand: Stand, gateway: str, bearer: str, conversation: str, question: dict[str, str]) -> tuple[int, dict[str, object]]:
    """The answer as one document: status and body."""
    request = asking(stand, gateway, bearer, conversation, question)
    request.add_header("Accept", "application/json")
    try:
        with opened(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.loads(refusal.read())


def asking(stand: Stand, gateway: str, bearer: str, conversation: str, question: dict[str, str]) -> urllib.request.Request:
    url = f"http://127.0.0.1:{stand.stack.port(gateway)}/portal/v1/ai/conversations/{conversation}/messages"
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
    return urllib.request.Request(url, data=json.dumps(question).encode(), headers=headers)


def opened(request: urllib.request.Request) -> http.client.HTTPResponse:
    answer = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENCE)
    assert isinstance(answer, http.client.HTTPResponse)
    return answer
