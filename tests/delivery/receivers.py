"""Webhooks and text messages, as those who receive them see them."""

import base64
import json
import os
from pathlib import Path
from urllib.parse import parse_qs

from stack import packages
from stack.commands import run
from stack.say import Problem, line
from tests.expecting import expect
from tests.waiting import wait_until

from .stand import SMS_ACCOUNT, SMS_TOKEN, Stand
from .web import Post

VERIFY = Path(__file__).with_name("verify.mjs")
SMS_PATH = f"/2010-04-01/Accounts/{SMS_ACCOUNT}/Messages.json"
SECRET = "whsec_" + base64.b64encode(b"a secret of this test and no other").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"the secret of another receiver....").decode()
# The first retry comes after 5 s, give or take a fifth; the gateway looks twice a second.
FIRST_RETRY = (4.0, 8.0)


def prove(stand: Stand) -> None:
    here = f"http://127.0.0.1:{stand.stack.port('mail')}"
    stand.sql(f"""
      insert into public.org_channels (org_id, channel, label, address, secret)
      values
        (busy.id('company'), 'webhook', 'The planning system', '{here}/hook', '{SECRET}'),
        (busy.id('company'), 'slack', 'The office', '{here}/slack', null);
      update public.orgs set sms_from = '+13125550100' where id = busy.id('company');
    """)
    stand.start_gateway()
    webhooks(stand)
    texts(stand)
    stand.kill_gateway()
    stand.sql("update public.org_channels set is_active = false; update public.orgs set sms_from = null;")
    line("Webhooks and text messages are as their receivers want them.")


def webhooks(stand: Stand) -> None:
    """The receiver stumbles over the first post; what comes again is the same news under the same id."""
    stand.web.answers["/hook"] = [503]
    message = customer_writes(stand, "ann", "Where are you?")
    wait_until(lambda: len(stand.web.to("/hook")) == 2, "the second post of the webhook")
    first, second = stand.web.to("/hook")
    check_retry(first, second)
    ids = [post.headers["webhook-id"] for post in (first, second)]
    expect("the webhook's ids", ids, [notification(stand, message)] * 2)
    body = json.loads(first.body)
    expect("the two bodies", first.body, second.body)
    expect("the webhook's type", body["type"], "message_from_customer")
    check_signatures([first, second])
    wait_until(lambda: stand.web.to("/slack"), "the post to Slack")
    text = json.loads(stand.web.to("/slack")[0].body)["text"]
    if "Where are you?" not in text:
        raise Problem(f"Slack was not told what was written: {text}")
    wait_until(lambda: statuses(stand, message) == {"sent"}, "the webhooks to be settled")


def customer_writes(stand: Stand, person: str, words: str) -> str:
    """Returns the message's id."""
    return stand.sql(f"""
      begin;
      call busy.become('{person}');
      select id from portal.send_message(busy.id('{person}/thread'), '{words}');
      commit;
    """)


def check_signatures(posts: list[Post]) -> None:
    """The library accepts what was posted, and nothing that was changed, signed by another or kept for later."""
    post = posts[0]
    old = str(int(post.headers["webhook-timestamp"]) - 3600)
    forged = {
        "another body": judged(post, body=post.body.replace("message_from_customer", "message_from_somebody")),
        "another id": judged(post, **{"webhook-id": "msg_other"}),
        "another secret": judged(post) | {"secret": OTHER_SECRET},
        "an old time": judged(post, **{"webhook-timestamp": old}),
    }
    verdicts = verify([*map(judged, posts), *forged.values()])
    good, bad = verdicts[: len(posts)], verdicts[len(posts) :]
    expect("what the library says of the webhooks", good, [None] * len(posts))
    accepted = [name for name, refusal in zip(forged, bad, strict=True) if refusal is None]
    expect("the forgeries that the library accepts", accepted, [])


def judged(post: Post, body: str | None = None, **headers: str) -> dict[str, object]:
    return {"secret": SECRET, "headers": dict(post.headers) | headers, "body": post.body if body is None else body}


def verify(posts: list[dict[str, object]]) -> list[str | None]:
    env = os.environ | {"PORTAL_NODE_MODULES": str(packages.tools() / "npm/node_modules")}
    output = run([packages.node(), VERIFY], "verifying signatures", env=env, stdin=json.dumps(posts))
    verdicts: list[str | None] = json.loads(output)
    return verdicts


def texts(stand: Stand) -> None:
    """A text message has Twilio's shape; an answer that says never ends it, one that says not now does not."""
    stand.web.answers[SMS_PATH] = [503]
    visit = stand.value("busy.visit('ann', now() + interval '3 days', now() + interval '3 days 2 hours', 'Tune-up')")
    wait_until(lambda: len(stand.web.to(SMS_PATH)) == 2, "the second try of the text message")
    first, second = stand.web.to(SMS_PATH)
    check_retry(first, second)
    expect("the two texts", first.body, second.body)
    fields = {name: values[0] for name, values in parse_qs(first.body).items()}
    phone = stand.value("phone from public.profiles where user_id = busy.id('ann')")
    expect("who texts whom", (fields["From"], fields["To"]), ("+13125550100", phone))
    if "Busy Company" not in fields["Body"]:
        raise Problem(f"the text does not say from whom it is: {fields['Body']}")
    credentials = base64.b64encode(f"{SMS_ACCOUNT}:{SMS_TOKEN}".encode()).decode()
    expect("the credentials", first.headers["authorization"], f"Basic {credentials}")
    wait_until(lambda: statuses(stand, visit, "sms") == {"sent"}, "the text message to be settled")

    stand.web.answers[SMS_PATH] = [400]
    visit = stand.value("busy.visit('bob', now() + interval '3 days', now() + interval '3 days 2 hours', 'Tune-up')")
    wait_until(lambda: statuses(stand, visit, "sms") == {"dead"}, "the end of a text message that was refused")
    expect("the tries of a refused text message", len(stand.web.to(SMS_PATH)), 3)


def check_retry(first: Post, second: Post) -> None:
    waited = second.at - first.at
    if not FIRST_RETRY[0] <= waited <= FIRST_RETRY[1]:
        raise Problem(f"the first retry came after {waited:.1f} s, and not after {FIRST_RETRY}.")


def notification(stand: Stand, message: str) -> str:
    of_message = f"channel = 'webhook' and payload ->> 'message_id' = '{message}'"
    return stand.value(f"id from public.portal_notifications where {of_message}")


def statuses(stand: Stand, about: str, channel: str | None = None) -> set[str]:
    """Of the notifications that are due and tell of a message or a visit."""
    rows = stand.sql(f"""
      select n.status from public.portal_notifications n
      where '{about}' in (n.payload ->> 'message_id', n.work_order_id::text) and n.not_before <= now() + interval '1 minute'
        and ('{channel or ""}' in ('', n.channel::text));
    """)
    return set(rows.splitlines())

