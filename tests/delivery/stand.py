"""What the checks of delivery run on: a database of its own, the gateway beside it, and servers that take what it sends."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from stack import postgres, services, supervise
from stack.layout import Stack, test_stack
from stack.say import Problem
from tests.cluster import beside_test_stack
from tests.waiting import wait_until

from .mail import MailSink
from .web import WebSink

COMPANY = Path(__file__).with_name("company.sql")
SMS_ACCOUNT = "AC00000000000000000000000000000000"
SMS_TOKEN = "a-token-of-this-test-alone"


@dataclass
class Stand:
    stack: Stack
    supervisor: supervise.Supervisor
    mail: MailSink
    web: WebSink
    settings: dict[str, str]

    def sql(self, text: str) -> str:
        """Runs SQL as a superuser; returns psql's unaligned output."""
        return postgres.psql(self.stack, postgres.SUPERUSER, text, "a statement of the test")

    def value(self, expression: str) -> str:
        return self.sql(f"select {expression};")

    def start_gateway(self, name: str = "gateway") -> None:
        service = services.gateway(self.stack, name)
        program = test_stack().path("bin/portal-gateway")
        service = replace(service, command=[program], env=service.env | self.settings)
        self.supervisor.start(service)
        self.supervisor.wait_ready(service)

    def kill_gateway(self, name: str = "gateway") -> None:
        self.end(name, signal.SIGKILL)

    def restart_postgres(self) -> None:
        """Immediate: no checkpoint, no goodbye to clients; the next start recovers from the log."""
        self.end("postgres", signal.SIGQUIT)
        self.start_postgres({})

    def start_postgres(self, environment: dict[str, str]) -> None:
        service = services.all_services(self.stack)["postgres"]
        service = replace(service, env=service.env | environment)
        self.supervisor.start(service)
        self.supervisor.wait_ready(service)

    def end(self, name: str, how: signal.Signals) -> None:
        record = supervise.Record.read(supervise.pid_file(self.stack, name))
        if record is None or not record.alive():
            raise Problem(f"the service `{name}` was gone before it was ended.")
        os.kill(record.pid, how)
        wait_until(lambda: not record.alive(), f"the end of {name}")


@contextmanager
def stand(name: str, number: int, **settings: str) -> Iterator[Stand]:
    """A stand with the tests' company and no notification in the queue. The gateway is not started yet.

    `number` keeps its ports apart from those of other stacks of this checkout. `settings` are the gateway's own, as
    its configuration names them.
    """
    if not test_stack().path("bin/portal-gateway").exists():
        raise Problem("the test stack's gateway is not there. Run `make test ONLY=prepare KEEP=1` first.")
    with beside_test_stack(name, number) as (stack, supervisor):
        mail, web = MailSink(stack.port("smtp")), WebSink(stack.port("mail"))
        mail.start()
        web.start()
        here = Stand(stack, supervisor, mail, web, _environment(stack, settings))
        postgres.psql_file(stack, "postgres", COMPANY)
        # Before it recovers, Postgres has every file written out: asked for one by one, that takes seconds.
        here.sql("alter system set recovery_init_sync_method = 'syncfs';")
        # The demo's own news are none of the tests' business.
        here.sql("delete from public.portal_notifications;")
        yield here


def _environment(stack: Stack, settings: dict[str, str]) -> dict[str, str]:
    of_every_stand = {
        "smtp_url": f"smtp://127.0.0.1:{stack.port('smtp')}",
        "mail_from": "portal@portal.example",
        "public_url": stack.url,
        "portal_url": "https://portal.example",
        "sms_base_url": f"http://127.0.0.1:{stack.port('mail')}",
        "sms_account_sid": SMS_ACCOUNT,
        "sms_auth_token": SMS_TOKEN,
        "webhook_allow_http": "true",
        "webhook_allow_networks": "127.0.0.0/8",
        # The tests decide when something is done.
        "due_jobs_every_seconds": "0",
        "log_format": "text",
    }
    return {f"PORTAL_{name.upper()}": value for name, value in (of_every_stand | settings).items()}
