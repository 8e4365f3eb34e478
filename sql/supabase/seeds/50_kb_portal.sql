-- Shared knowledge base: using the portal.
-- Fixed ids, made from names: loading this file again changes nothing.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

insert into public.kb_articles (id, org_id, slug, title, category, tags, body_markdown, is_published)
select pg_temp.demo_id('kb/shared/' || slug),
       null, slug, title, 'portal_usage', tags, body_markdown, true
from (values
('create-and-link-your-account', 'Create your portal account and link it to your history', array['sign up', 'account', 'invite', 'verification'], $md$
With an account you book visits, follow the technician, read past work and pay invoices without calling.

## Sign up
1. Choose **Sign up** and enter your e-mail address and a password, or open the **invitation** that we sent you.
2. Confirm your e-mail address by the link in our message. Look into the spam folder if it is not there after five minutes.
3. Sign in and enter your name and phone number.

## How we find your past visits
We link your account to an existing customer only by something that **proves** it is you:
- an invitation from our office or from your property manager,
- the e-mail address that we have on file, once you have confirmed it,
- the phone number that we have on file, once it has been confirmed by a code,
- a job reference from an e-mail or invoice, such as `J-7KQ2M9XA`, **together with** a confirmed address or number that matches.

If nothing matches, you get a new, empty account and can book at once. Nobody sees another person's history by typing a name.

## Is your history missing?
You may have used another e-mail address, or a partner made the booking. Send us a message from the portal with the address of the house and
we will send an invitation to the address on file.

## Several companies, one log-in
The same e-mail address can have accounts with more than one service company. Choose the company at the top of the page after signing in.

## When to call us
Call if an invitation has expired (ask for a new one; the old link stops working), or if you see a visit or address that is not yours. The second one
we want to know at once.
$md$),
('book-a-visit-online', 'Book a visit online', array['booking', 'schedule', 'photos', 'request'], $md$
**Is it an emergency?** Gas, carbon monoxide, sparks, a burning smell or flooding: read the emergency articles first and call. Do not wait for a
booking.

## Steps
1. Open **Book** and choose the service. If you are not sure, pick the repair that comes closest; the technician will sort it out.
2. Choose the **location**, or add a new address.
3. Describe what happens: since when, how often, any code on a display, what you have tried. Two sentences help more than one word.
4. Add **photographs or a short video**: the label with the model number, the leak, the panel, the thermostat.
5. Pick a **time window**, or a date with "flexible" if any time near it is fine.
6. Check and send.

## What happens then
| Status | It means |
|---|---|
| Submitted | we have it; a time is held for you where possible |
| Under review | the office is looking at it |
| Approved | we agree and are settling technician or time |
| Scheduled | it is an appointment, under **Appointments** |
| Rejected | we cannot do it; the reason is in your messages |
| Canceled | you withdrew it |

Some services are booked **at once**; others are **requests** that the office confirms, usually within one business day. The booking page tells which.

## If something goes wrong
If somebody takes the window first, you are shown up to three others; nothing is booked twice. If the connection breaks after you pressed *send*, try again: the
same request is not stored a second time.

## When to call us
Call for same-day service when no window is shown, for work on several properties at once, and for anything that feels unsafe.
$md$),
('reschedule-or-cancel-online', 'Reschedule or cancel an appointment', array['reschedule', 'cancel', 'appointment', 'fee'], $md$
Plans change. Tell us early and somebody else gets the window.

## Move an appointment
1. Open **Appointments** and choose the visit.
2. Choose **Reschedule**. The page says until when you can, and how many moves are left.
3. Pick another window and confirm. You keep your old time until the new one is certain: if the move fails, nothing has changed.

Your calendar entry updates itself if you added it from the portal.

## Cancel an appointment
1. Open the visit and choose **Cancel**.
2. Read the fee, if any. It is shown **before** you confirm, and depends on how close the visit is.
3. Confirm, with a reason if you like. It helps us to improve.

A request that has not been scheduled yet can be withdrawn at any time without a fee, under **Appointments → Requests**.

## Why is the button gone?
- The visit is too close. The page gives the latest time and a phone number.
- The technician is already on the way.
- You have moved it as often as the policy allows.
- Your access to this property is for viewing only; ask your property manager.

## When a fee does not apply
If we are late beyond your window or move the visit ourselves, you owe no cancellation fee. See also the article about our cancellation policy.

## When to call us
Call when the visit is today and you cannot cancel online, or in an illness or emergency. Speak to us before you let the technician come to a locked door: a missed
visit costs more than a late call.
$md$),
('follow-your-technician', 'Follow your appointment on the day', array['status', 'eta', 'technician', 'tracking'], $md$
On the day of the visit the portal shows where things stand, and it updates by itself.

## What the status means
1. **Scheduled**: your window is reserved, and a technician is usually named.
2. **En route**: the technician has left for you. You see an estimated time of arrival and, if you allow it, get a text message.
3. **On site**: work has begun.
4. **Completed**: the summary, photographs and documents follow under **History**, the invoice under **Billing**.
5. **No show**: nobody opened. Send us a message if that was a mistake.

## About windows and arrival
A window such as 10 to 12 is when the technician **arrives**, not when the work ends. Earlier visits can take longer than planned. If we expect to be late, we tell you and
change the estimate.

## Check who is at your door
The portal shows the technician's name and picture. They carry a company badge. If you are in doubt, keep the door closed and call the office: no one will mind.

## While you wait
- Somebody aged 18 or older should be at home for the whole visit.
- Clear the way to the equipment and secure pets.
- Write last-minute information, such as a gate code, as a **message** on the appointment; the technician sees it..

## When to call us
- The window has passed and the status still says *scheduled*.
- The estimated arrival jumps beyond your window and you cannot wait.
- The problem has become dangerous: gas, smoke, flooding. Leave, call 911, then call us.
$md$),
('messages-and-photos', 'Message the office or your technician', array['messages', 'photos', 'attachments', 'chat'], $md$
Messages keep everything about a visit in one place, for you and for everybody who works on it.

## Write to us
1. Open **Messages → New**, or *Message us* on an appointment. From an appointment, the technician can read it as well.
2. Give it a subject that says what it is about: "Water heater leaking again" rather than "Question".
3. Write, attach photographs or PDF files, and send.

## What the states mean
| State | Who is next |
|---|---|
| Open | somebody from the office will pick it up |
| Waiting for us | we owe you an answer |
| Waiting for you | we asked you something |
| Closed | settled; writing again opens it |

We answer on business days, normally within four working hours. Evenings and weekends are for emergencies by phone.

## Photographs that help
- The **model label** of the equipment, sharp enough to read.
- One picture from three steps away and one from close up.
- For leaks: the wet spot **and** what is above it.
- A short video with sound for noises.

## Privacy
Only people with access to that property and our staff can read a thread. Never send card numbers, passwords or identity documents; we will not ask for them.

## If a message fails
The portal keeps your text and tries again. The same message is not delivered twice, even if you press *send* more than once.

## When to call us
Do not message about anything urgent. If someone is in danger, call 911; for leaks, sparks or no heat, call the office's emergency number.
$md$),
('documents-and-service-history', 'Find invoices, reports, warranties and manuals', array['history', 'documents', 'warranty', 'download', 'manuals'], $md$
Everything that we did for you stays in the portal, sorted by visit and by property.

## Past visits
1. Open **History**. Use the location filter if you have more than one property.
2. Choose a visit to see the summary, the technician, the parts used, notes meant for you, photographs and documents.

## Documents
Under **Documents** you find everything by type:
- **Work orders and reports**, with the readings that were taken,
- **Quotes and invoices** as PDF files for your records or insurer,
- **Warranties** for parts and labor, with the date on which they end,
- **Manuals** for the equipment we installed.

Links open for a short time only and then expire. That is deliberate: it keeps old links in e-mails from showing your papers to others. Open the
document again from the portal instead of sharing the link; to give it to somebody, download it.

## Equipment
**Equipment** lists what we know of: type, maker, model and serial number, and when it was installed. If something is missing, send a photograph of its label.

## Who sees what
You see the properties that you own or were given access to. Billing documents need billing access: a tenant with access to one unit sees its visits, not the owner's
invoices. Opening sensitive documents is recorded, for your protection.

## When to call us
A visit from before we used this portal may be missing; ask and we will add what we have. A document that shows someone else's name or address should be reported at
once.
$md$),
('notification-preferences', 'Choose which e-mails and texts you get', array['notifications', 'email', 'sms', 'quiet hours', 'unsubscribe'], $md$
You decide what reaches you, by which way, and when.

## Settings
Open **Settings → Notifications**.

| Setting | What it covers |
|---|---|
| Booking updates by e-mail or text | confirmations, changes, cancellations, reminders a day and two hours before |
| Technician on the way | the text when the technician sets off |
| Offers by e-mail or text | seasonal specials; **off** unless you switch them on |
| Quiet hours | a time in which we send nothing that can wait |

Quiet hours follow your own time zone, which you can set there. A reminder that falls into quiet hours is sent when they end. **Two things ignore them**: that the
technician is on the way, and messages about safety.

## Stop the offers
Use the link at the bottom of any offer, or the settings. It works at once and does not touch confirmations and reminders.

## I get nothing
1. Check the e-mail address and phone number under **Settings → Profile**.
2. Look into spam, and add our address to your contacts.
3. Are booking updates switched on for that channel?
4. Did you once reply STOP to a text? Send START to the same number.
5. Did you ask the office never to contact you? That choice overrides everything; tell us to lift it.

## When to call us
Call if messages reach the wrong person, for example after you changed your number. Do not rely on messages for emergencies: in danger call 911, then our
emergency line.
$md$),
('property-managers', 'For property managers: several locations, tenants and contacts', array['property manager', 'tenants', 'locations', 'permissions', 'invite'], $md$
One log-in can look after many properties, and you decide what others may do with each.

## See everything in one place
Appointments, history, messages and invoices show all the properties that you manage. Use the location filter to narrow them down. Every booking asks which location
it is for.

## Give others access
1. Open **Settings → Contacts → Invite**.
2. Enter name, e-mail address and role: *customer*, *property manager* or *billing contact*.
3. Choose **all locations or single ones**. A tenant should get their own unit only.
4. Send. The invitation works once and expires; sending it again makes the old link useless.

What they may do is made up of five permissions: **view**, **book**, **cancel**, **billing** and **manage**. A person with one unit sees its visits, never the
other units or the owner's invoices.

## Take access away
Open the contact and choose **Revoke**. It takes effect at once, even while the person is signed in. Past bookings and messages stay on record.

## Working across owners
If you manage a property that belongs to another customer of ours, its owner or our office can grant you that one location. It then appears among yours.

## Good habits
- Label locations as you speak of them: "Building B, unit 12".
- Put gate codes and key-box information into a message on the appointment rather than into its title.
- Check contacts twice a year, and when staff leave.

## When to call us
For more than ten locations at once (we import a list), for one invoice across properties, for a change of owner, and at once if somebody has access who should
not have it.
$md$),
('login-and-security', 'Trouble signing in, passwords and security', array['login', 'password', 'mfa', 'sessions', 'suspended'], $md$
## I cannot sign in
1. Check the address: the account belongs to the e-mail you signed up with, not necessarily the one on your invoices.
2. Choose **Forgot password**. The link works once and for a limited time; use the newest message.
3. Try a private window. If that helps, clear the site's data in your browser.
4. Too many attempts lock sign-in for some minutes. Wait, then reset the password.

"E-mail not confirmed" means that the first message has not been opened yet; ask for it again on the sign-in page.

## Keep it safe
- Use a password that you use nowhere else; a password manager helps.
- Under **Settings → Security** switch on the **second factor**, where offered: a code from an authenticator app. From then on every log-in asks for it. If that phone is lost, call us.
- See which **sessions** are signed in, and end those you do not know.

After a change of password, end all other sessions.

## My access is suspended
A suspended account cannot see or book anything, on any device, at once. Only the office can lift it. Call us and have your name and a job reference ready.

## Is that message really from us?
We never ask for your password, a code or card numbers by phone, text or e-mail. Our links lead to the portal's own address. If in doubt, type the address
yourself.

## When to call us
- You no longer have the e-mail address or phone of the account: we check who you are and send an invitation to a new one.
- You see bookings, messages or sessions that are not yours. Change the password first, then call at once.
$md$),
('what-the-assistant-can-do', 'What the assistant can and cannot do', array['assistant', 'ai', 'chat', 'escalate', 'privacy'], $md$
The assistant answers questions from our help articles, at any hour. It is software, not a technician.

## It can
- explain things from our articles, and **shows which ones** it used, so that you can read on,
- help you describe a problem before you book,
- tell you what is generally safe to check yourself,
- hand you over to a person.

## It cannot
- book, move or cancel visits, change your account or take payments,
- diagnose your equipment or promise a price or an arrival time,
- see other people's data. It can do no more than you can.

## In danger, do not chat
Gas smell, carbon monoxide alarm, smoke, sparks, flooding: **leave, call 911**, then call our emergency number. The assistant will say the same.

## Talk to a person
1. Choose **Talk to a person** in the chat at any time.
2. The conversation becomes a message thread with a summary, so that you need not repeat yourself.
3. The office answers there during business hours. The assistant stays quiet once a person has taken over.

## Privacy
Conversations are kept with your account so that our staff can help. Do not enter card numbers, passwords or other people's details. A chat before signing in belongs
to that browser only; sign in to keep it.

## Was it wrong?
Use the thumbs under an answer and say what was off. A person reads these and corrects the articles.

## When to call us
Whenever an answer does not fit what you see in front of you. Trust your nose, ears and eyes more than any text.
$md$)
) as article (slug, title, tags, body_markdown)
on conflict do nothing;
