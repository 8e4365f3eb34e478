-- Shared knowledge base: billing and booking policies. What is particular to one company is in that company's own articles.
-- Fixed ids, made from names: loading this file again changes nothing.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

insert into public.kb_articles (id, org_id, slug, title, category, tags, body_markdown, is_published)
select pg_temp.demo_id('kb/shared/' || slug),
       null, slug, title, category, tags, body_markdown, true
from (values
('understand-your-invoice', 'Understand your invoice', 'billing', array['invoice', 'charges', 'labor', 'parts'], $md$
Every invoice belongs to a visit. Open it under **Billing**, and the visit from there, to see what was done.

## What is on it
| Line | Meaning |
|---|---|
| Diagnostic or service call | travel and the time to find the fault; often credited if you go ahead with the repair |
| Labor | time, or a fixed price from our price list |
| Parts and materials | what was used, with quantity |
| Permit and inspection | what the city charges, where work needs it |
| Membership discount | what your plan saved |
| Tax | by the rules of your state and city |
| Paid, balance | what has arrived, and what is open |

## Status
- **Draft**: not final; you need not do anything.
- **Open**: please pay by the due date.
- **Overdue**: the due date has passed.
- **Paid**: thank you. The receipt is among your documents.
- **Void**: canceled and replaced; do not pay it.

## Quote and invoice differ?
We do not exceed an approved quote without asking. If the technician found more, there should be a second quote that you approved, on the same visit.

## Something looks wrong
1. Compare it with the quote and with the summary of the visit.
2. Write to us from the invoice's page and name the line.
3. While we look into it, the rest stays payable, and we stop reminders for the line in dispute.

## When to call us
If you are charged for a visit that you did not have, or an invoice shows another address. We never send new bank details by e-mail: call us, on the number in the
portal, before you pay into any "changed" account.
$md$),
('ways-to-pay', 'Paying, receipts and payment plans', 'billing', array['payment', 'card', 'receipt', 'payment plan', 'refund'], $md$
## Ways to pay
- **Card or bank transfer through the portal**: open the invoice and choose *Pay*. Card data goes straight to the payment provider; neither our office nor our technicians see or
  store the number.
- **Check**: write the invoice number on it.
- **To the technician**: card by the hand-held terminal. Technicians do not take cash.

A payment shows as *pending* until the bank confirms it: a moment for cards, up to five business days for bank transfers. Do not pay twice.

## Receipts
A receipt appears among your documents when the payment has succeeded. For insurers and tax, download it together with the invoice.

## If a payment fails
1. Check the card's date and limit, and try again once.
2. Use another card or a bank transfer.
3. Nothing is charged for a failed attempt. A reservation on your card disappears within some days.

## Payment plans
Large jobs, such as a new system, can often be paid in parts. Ask **before** the work is booked; the terms come in writing with the quote. If you cannot pay on
time, write to us before the due date: we would rather agree on dates than send reminders.

## Refunds
A refund goes back by the way in which you paid, usually within five to ten business days. It appears on the invoice as *refunded*.

## When to call us
When you see a charge that you do not recognize, when a refund has not arrived after ten business days, or when anybody asks you for card data by phone, text or e-mail: that is
not us.
$md$),
('quotes-and-approval', 'Quotes: how they work and how to approve one', 'billing', array['quote', 'estimate', 'approve', 'expired'], $md$
A quote is a fixed price for described work. An *estimate over the phone* is only a guess and commits nobody.

## From problem to quote
1. A technician looks at it. For installations this visit is often free; for faults a diagnostic fee applies, which is credited if you accept the repair.
2. The quote appears under **Billing → Quotes**, often with two or three options, and you get a message.
3. Read what is included, what is not, and the warranty of each option.
4. Ask questions in a message. It is the best time for them.

## Status
| Status | Meaning |
|---|---|
| Sent | waiting for your decision |
| Accepted | you agreed; we order parts and arrange the visit |
| Declined | you said no; nothing follows |
| Expired | the date has passed; ask us to renew it, prices may have changed |

## Approve
Choose the option and **Accept**. Only people with billing access to the property can. We do not start work without an approval; for a repair on the spot the technician shows
the price first and takes your approval there.

## Changes during the work
If we find something unforeseen, such as rotten wood behind a wall, we stop, show you, and send a supplement. You may refuse it; we then leave the place safe and tell you what
is still open.

## When to call us
If safety does not allow waiting (a cracked heat exchanger, a leaking gas line, a hot panel), do not wait for a quote. Leave the equipment off, and ask for an emergency visit that makes it
safe first.
$md$),
('arrival-windows', 'Time windows and arrival: how we plan the day', 'booking_policies', array['window', 'arrival', 'late', 'schedule'], $md$
## What a window is
You choose a window, for example 8 to 10. The technician **arrives** within it. How long the work takes depends on what is found: a tune-up about an hour, a repair one to two, an
installation the whole day.

## Why not an exact time?
A repair at the house before yours can take twenty minutes or three hours. The first window of the day is the most punctual one; choose it if you must leave for work.

## Why a window is not offered
- It must be some hours ahead, so that parts and routes can be planned.
- All technicians with the right skill are taken, or off.
- It is a holiday, or lies further ahead than the service can be booked.
- Part of each day is kept free for emergencies.

Times are shown in the time zone of **the property**, not of your phone. When clocks change, your visit stays at the same time on the clock.

## If we are late
You see a new estimate in the portal, and get a message if you allow messages. If we miss your window, you may move or cancel without any fee.

## If you are late
Message or call before the window begins. The technician waits about 15 minutes, tries to reach you and then has to go on; the visit counts as missed.

## When to call us
- Nobody has come and the window is over.
- You have a hard limit, such as a school run: tell us beforehand.
- It cannot wait: ask about emergency service instead of a window. With gas, smoke or sparks, leave first and call 911.
$md$),
('prepare-for-your-visit', 'Prepare for your visit', 'booking_policies', array['preparation', 'access', 'pets', 'parking', 'minors'], $md$
Ten minutes of preparation can save an hour of labor.

## The day before
1. Clear **three feet** around the equipment and the way to it: panel, furnace, water heater, outdoor unit, under the sink.
2. Note what you have seen: when it began, sounds, error codes. Photographs help.
3. Tell us about gate codes, parking, stairs, low attic hatches and asbestos or lead reports, by a message on the appointment.
4. In apartments, ask the manager whether water or power may be switched off, and when.

## On the day
- Somebody **18 or older** who may decide must be there for the whole visit. Technicians do not enter when only minors are at home.
- Keep pets in a closed room, friendly ones too.
- Unlock gates, basements and utility rooms.
- Keep a path free of snow and ice.
- If somebody in the house is ill with something contagious, move the visit; in an emergency tell us, so that the technician can protect themselves.

## During the visit
The technician explains what was found, shows the price, and asks for your approval before any paid work. Water, power or heat may be off for a while.

## Leave it as it is
Do not take things apart before we come, and do not fix a leak with compounds: it costs more time. **Make it safe, not neat**: water off, breaker off, bucket under it.

## When to call us
Call if you cannot give access, if somebody in the house depends on medical equipment that needs power, or if things have become worse. Danger of gas, fire or flooding: leave and call
911.
$md$),
('cancellation-policy', 'Cancellations, missed visits and fees', 'booking_policies', array['cancellation', 'fee', 'missed visit', 'policy'], $md$
Each company sets its own notice and fees. The ones that apply to **your** appointment are shown on its page before you confirm anything, and these count.

## In general
| When you cancel | Usually |
|---|---|
| More than a day ahead | free |
| Less than that | a fee may apply |
| The technician is on the way, or nobody is there | no online cancellation; a service call may be charged |

## Free in any case
- We moved the visit, or arrived after the window.
- Your request was not confirmed yet.
- The utility, the fire department or the weather made the visit impossible.

## How to cancel
1. Open **Appointments**, choose the visit, then **Cancel**.
2. The fee, or "no fee", is shown.
3. Confirm. You get a confirmation, and reminders stop.

Need it later rather than never? **Reschedule**: it is free until its own cut-off, shown on the same page, for a limited number of moves.

## Why there are fees
A technician who drives to a closed door could have restored somebody's heat. We would rather never charge the fee.

## If you disagree
Write to us from the appointment, within 30 days. Illness, accidents and our own mistakes are good reasons, and a person decides.

## When to call us
After the online cut-off, by phone only: the number is on the appointment's page. If the fault has become dangerous, do not cancel for lack of time; leave the equipment off and ask us to
send somebody sooner.
$md$)
) as article (slug, title, category, tags, body_markdown)
on conflict do nothing;
