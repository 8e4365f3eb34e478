"""Two gateways beside each other on one database: they share the work, and where one is killed the other goes on.

    python3 -m tests.gateways             (on the programs of a prepared test stack)
"""

import re
import sys
import time
import urllib.request
import uuid
from collections import Counter

from stack.say import Problem, detail, line, step
from tests.delivery import chaos
from tests.delivery.stand import Stand, stand
from tests.delivery.writers import Writer
from tests.expecting import expect
from tests.waiting import wait_until

from .clients import Asker, Listener, ask_once, token
from .model import ANSWER, BEGINNING, Model

ONE, OTHER = "gateway", "second_gateway"
BATCH = 4
SETTINGS = chaos.SETTINGS | {"due_jobs_every_seconds": "1", "model_name": "a-model", "notification_batch": str(BATCH)}
MODEL_PORT = "auth"  # Auth itself has gone
# Enough for both to have some in hand; each takes a second or two to embed.
ARTICLES = 12


def main() -> None:
    with stand("gateways", 14, **SETTINGS) as here:
        model = Model(here.stack.port(MODEL_PORT))
        model.start()
        here.settings["PORTAL_MODEL_BASE_URL"] = f"http://127.0.0.1:{here.stack.port(MODEL_PORT)}/v1"
        here.sql(f"delete from public.kb_articles where id not in (select id from public.kb_articles order by slug limit {ARTICLES});")
        for name in (ONE, OTHER):
            here.start_gateway(name)
        for prove in (articles, outbox, due_jobs, live_updates):
            step(f"Two gateways, and one is killed: {prove.__name__.replace('_', ' ')}")
            prove(here)
            here.start_gateway(ONE)
        step("Two gateways, and one is killed: the assistant")
        assistant(here, model)


def articles(stand: Stand) -> None:
    """Every passage gets its vector, and none has two."""
    wait_until(lambda: all(figure(stand, name, "portal_kb_jobs_total") for name in (ONE, OTHER)), "both gateways to embed an article")
    stand.kill_gateway(ONE)

    def all_done() -> bool:
        # What the killed one had in hand is free after two minutes; that wait is cut short, nothing else is.
        stand.sql("update public.kb_embedding_jobs set lease_until = now() where lease_until > now() + interval '100 seconds';")
        return stand.value("count(*) from public.kb_embedding_jobs") == "0"

    wait_until(all_done, "vectors for all passages", patience=120)
    passages = "count(*) from public.kb_article_chunks where model <> 'text'"
    expect("passages without a vector", stand.value(f"{passages} and embedding is null"), "0")
    if int(stand.value(passages)) < ARTICLES:
        raise Problem("there were hardly any passages, so nothing is proved.")


def outbox(stand: Stand) -> None:
    """Whatever was committed arrives; a copy has the key of the first, and the killed gateway explains it."""
    stand.mail.accepted.clear()
    writers = [Writer(stand, person) for person in chaos.PEOPLE]
    for writer in writers:
        writer.start()
    both = lambda: all(figure(stand, name, "portal_notifications_total") for name in (ONE, OTHER))  # noqa: E731
    wait_until(both, "both gateways to deliver something")
    wait_until(lambda: len(stand.mail.accepted) >= 40, "the first mails")
    # The mail server falls silent, so that both have something in hand.
    begun = time.monotonic()
    stand.mail.mode = "hang"
    in_hand = "count(*) from public.portal_notifications where status = 'sending'"
    wait_until(lambda: int(stand.value(in_hand)) > BATCH, "mails in both gateways' hands")
    stand.kill_gateway(ONE)
    stand.mail.mode = "accept"
    ended = time.monotonic()
    wait_until(lambda: stand.mail.accepted[-1].at > ended, "the next mail")
    recovered = next(mail.at for mail in list(stand.mail.accepted) if mail.at > ended)
    for writer in writers:
        writer.stop()
    chaos.drain(stand)
    mails = list(stand.mail.accepted)
    delivered = Counter(mail.key for mail in mails)
    committed = chaos.check_all_arrived(stand, delivered, writers)
    chaos.check_nothing_else(stand, delivered)
    chaos.check_copies(mails, [chaos.Fault("gateway killed", begun, ended, recovered)])
    line(f"Figures: {len(committed)} writes, an e-mail for each through two gateways; one was killed: {len(mails) - len(delivered)} copies.")


def due_jobs(stand: Stand) -> None:
    """A hold that ran out is let go, with both gateways and with one."""
    expect("a hold that ran out, with two gateways", let_go(stand), "canceled")
    stand.kill_gateway(ONE)
    expect("a hold that ran out, with one", let_go(stand), "canceled")


def let_go(stand: Stand) -> str:
    job = stand.sql("""
      insert into public.work_orders
        (org_id, customer_id, location_id, service_type, status, window_start, window_end, hold_expires_at)
      select busy.id('company'), busy.id('ann/customer'), busy.id('ann/home'), 'tune_up', 'tentative', w, w + interval '2 hours',
        now() - interval '1 hour'
      from date_trunc('day', now() + interval '5 years') w
      returning id;
    """)
    status = f"status from public.work_orders where id = '{job}'"
    wait_until(lambda: stand.value(status) != "tentative", "the end of a hold")
    return stand.value(status)


def live_updates(stand: Stand) -> None:
    """A stream that breaks goes on at the other gateway with what was missed."""
    bearer = token(stand, "ann")
    first = Listener(stand, ONE, bearer)
    heard = first.hear({office_writes(stand, f"before {number}") for number in range(3)})
    stand.kill_gateway(ONE)
    missed = {office_writes(stand, f"meanwhile {number}") for number in range(3)}
    second = Listener(stand, OTHER, bearer, first.last_id)
    later = missed | {office_writes(stand, f"after {number}") for number in range(2)}
    again = second.hear(later)
    expect("news that nobody wrote", set(again) - later - set(heard), set())
    repeated = [one for one, count in Counter(again).items() if count > 1]
    expect("news told twice on one stream", repeated, [])


def office_writes(stand: Stand, words: str) -> str:
    """Returns the message's id."""
    return stand.sql(f"""
      begin;
      call busy.become('olga');
      select id from portal.send_message(busy.id('ann/thread'), '{words}');
      commit;
    """)


def assistant(stand: Stand, model: Model) -> None:
    """A question that is asked again at the other gateway has one answer."""
    bearer = token(stand, "bob")
    conversation = stand.sql("begin; call busy.become('bob'); select id from portal.start_ai_conversation(); commit;")
    question = {"text": "How do I turn the water off?", "client_message_id": str(uuid.uuid4())}
    asker = Asker(stand, ONE, bearer, conversation, question)
    asker.start()
    wait_until(lambda: BEGINNING in asker.heard, "the beginning of an answer")
    stand.kill_gateway(ONE)
    asker.join()
    status, body = ask_once(stand, OTHER, bearer, conversation, question)
    expect("asking again while the turn counts as under way", (status, "turn_in_progress" in str(body)), (409, True))
    # The killed gateway's turn is given up after some minutes; that wait is cut short, nothing else is.
    stand.sql("update public.portal_ai_turns set lease_until = now();")
    answers = [ask_once(stand, OTHER, bearer, conversation, question) for _ in range(2)]
    expect("the same answer twice", answers[0], answers[1])
    check_answer(stand, conversation, model, answers[0], asked=2)

    stand.start_gateway(ONE)
    question["client_message_id"] = str(uuid.uuid4())
    lost = ask_once(stand, ONE, bearer, conversation, question)
    stand.kill_gateway(ONE)
    expect("the answer, from a gateway that has not given it", ask_once(stand, OTHER, bearer, conversation, question), lost)
    check_answer(stand, conversation, model, lost, asked=3)
    detail("A repeated question was answered once.")


def check_answer(stand: Stand, conversation: str, model: Model, answer: tuple[int, dict[str, object]], asked: int) -> None:
    status, body = answer
    message = body.get("message")
    expect("the answer", (status, isinstance(message, dict) and message["content"]), (200, ANSWER))
    expect("how often the model was asked", model.asked, asked)
    stored = stand.sql(f"""
      select role, count(*) from public.portal_ai_messages
      where conversation_id = '{conversation}' and role <> 'system' group by role order by role::text;
    """)
    expect("what is stored", stored, f"assistant|{asked - 1}\nuser|{asked - 1}")


def figure(stand: Stand, gateway: str, name: str) -> float:
    """What a gateway has counted, over all labels."""
    url = f"http://127.0.0.1:{stand.stack.port(gateway)}/portal/v1/metrics"
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
        text = answer.read().decode()
    return sum(float(count) for count in re.findall(rf"^{name}{{[^}}]*}} ([0-9.e+]+)$", text, re.MULTILINE))


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(f"error: {problem}")
