-- Knowledge base of acme-comfort. Three slugs replace the shared article of the same name.
-- Fixed ids, made from names: loading this file again changes nothing.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

insert into public.kb_articles (id, org_id, slug, title, category, tags, body_markdown, is_published)
select pg_temp.demo_id('kb/acme-comfort/' || slug),
       'ac3e0000-0000-4000-8000-000000000001', slug, title, category, tags, body_markdown, true
from (values
('cancellation-policy', 'Acme Comfort: cancellations, missed visits and fees', 'booking_policies', array['cancellation', 'fee', 'policy', 'missed visit'], $md$
This is Acme Comfort's own policy. It replaces the general article. What your appointment's page shows is always the binding text.

## Our fees
| When you cancel | Fee |
|---|---|
| 24 hours or more before your window begins | none |
| Less than 24 hours, at least 2 hours | $45 |
| Less than 2 hours, or nobody at home | by phone only; $89 service call |

Installations are different: parts are ordered for you, so please cancel at least three business days ahead.

## Moving a visit
You can move a visit yourself until **4 hours** before your window begins, up to **3 times**, always without a fee.

## No fee at all
- We arrived after your window, or moved the visit.
- The request was not confirmed yet.
- You are a Comfort Plan member and it is the first late cancellation of the year.
- Severe weather, a hospital, a death in the family. Tell us; we do not ask for proof.

## How to cancel
Open **Appointments**, choose the visit, then **Cancel**. The fee is shown before you confirm. After the cut-off, call **+1 312 555 0110**.

## Missed visits
The technician waits 15 minutes, rings twice and calls the number on your profile. Please keep it current.

## Safety first
If the equipment is dangerous, such as a gas smell, a CO alarm or a hot panel, do not cancel for lack of time. Leave it off, leave the house if there is gas or smoke, call 911, and then our
emergency line.
$md$),
('acme-emergency-service', 'Acme Comfort: emergency service, day and night', 'emergencies', array['emergency', 'on-call', 'after hours', 'phone'], $md$
**Danger to life first: leave the house and call 911** for a gas smell, a carbon monoxide alarm, smoke or flames. We come afterwards.

## Our emergency line
**+1 312 555 0111**, every day, all hours. A dispatcher answers, not a machine.

## What counts
| Call the emergency line | Can wait for the next window |
|---|---|
| No heat below 40 °F outside | No heat in mild weather |
| No cooling above 95 °F with infants, older or ill people | Weak cooling |
| Sparks, burning smell, hot or buzzing panel | A dead outlet without smell |
| Half of the house without power, lights too bright | A flickering lamp |
| Water from the unit near wiring or through a ceiling | A damp spot under the unit |

## How fast
We aim to be with you within **two hours** inside our service area and four hours in a storm. You see the technician's way in the portal.

## What it costs
- The emergency call is **$149** evenings, weekends and holidays; **$89** on weekdays from 8 to 6.
- Comfort Plan members pay the weekday price at any time.
- It is credited against a repair of $400 or more done on the same visit.

## While you wait
1. Switch the equipment off at the thermostat and at the breaker, if the panel is dry and cool.
2. Clear the way to the unit and open the gate.
3. Send photographs by message on the appointment.
4. Keep everybody out of wet or smoky rooms.

We make it safe first and repair it the same night where parts allow.
$md$),
('seasonal-tune-up', 'Acme Comfort: what our tune-up includes', 'hvac', array['tune-up', 'maintenance', 'comfort plan', 'price'], $md$
Our tune-up costs **$89 per system** and takes 60 to 90 minutes. Two a year are included in the Comfort Plan. You can book it online and have a confirmed time at once.

## 24 points, in short
**Cooling and heat pumps**
- Capacitor, contactor and motor currents measured; connections tightened
- Outdoor coil cleaned, indoor coil and blower inspected
- Refrigerant pressures and temperatures compared with the maker's values
- Condensate drain flushed, float switch tested

**Heating**
- Heat exchanger inspected by camera where it can be reached
- Gas pressure, combustion and carbon monoxide measured
- Flame sensor cleaned, igniter and all safety switches tested
- Temperature rise and thermostat checked

## When to book in Chicago
Cooling from March to May, heating from September to early November. In the first cold week everybody calls: book before it.

## What you get
Your readings, photographs and a plain verdict, *good*, *watch* or *repair*, appear under **History** on the same day. Repairs come as a quote; nothing is done without your
approval.

## Not included
Parts, refrigerant, filters wider than two inches, and repairs. Members get 15 % off these.

## Prepare
Clear three feet around furnace and outdoor unit, keep pets in a room, leave the old filter in place.

## When to call instead
If it already fails, smells, trips a breaker or leaks, book a **repair**, not a tune-up: we plan more time and carry other parts. For gas or a CO alarm, leave and call 911.
$md$),
('acme-comfort-plan', 'The Comfort Plan: our maintenance membership', 'billing', array['membership', 'comfort plan', 'discount', 'priority'], $md$
The Comfort Plan keeps one heating and one cooling system in order for **$189 a year** or $16.50 a month. Each further system is $99 a year.

## What is included
- Two tune-ups a year: cooling in spring, heating in fall
- **Priority**: members are served before others on very hot and very cold days
- 15 % off repairs and parts, 5 % off new equipment
- Emergency calls at the weekday price
- One late cancellation a year without a fee

## See what is left
Open **Memberships** in the portal: plan, renewal date and the tune-ups that remain. Unused ones stay available for 60 days after the renewal.

## How it renews
1. We send a reminder 30 days before the renewal.
2. It renews for another year unless you say no.
3. You can end it at any time by message. If you have had fewer visits than you paid for, we refund the difference.

## Moving house
Take the plan with you inside our service area, or hand it to the buyer: it is a good line in a listing. Write to us with the date and the new address.

## What it is not
It is not insurance. Repairs and replacements are not free, and maintenance does not make old equipment new. It does keep the maker's warranty valid.

## When to call us
If a discount is missing from an invoice, if a tune-up is due and no window is offered, or before you replace a system: ask for the member's price first. For anything dangerous, use our emergency
line on +1 312 555 0111.
$md$),
('acme-service-area-and-hours', 'Acme Comfort: service area, hours and contacts', 'booking_policies', array['service area', 'hours', 'phone', 'chicago', 'holidays'], $md$
## Where we work
Chicago and the inner suburbs, about 25 miles around our yard. When you add an address that is too far away, the office will tell you and name a colleague who is closer.

## When
| | Office | Regular visits |
|---|---|---|
| Monday to Friday | 7:30 to 18:00 | five windows from 8 to 18 |
| Saturday | 8:00 to 13:00 | two windows from 8 to 12 |
| Sunday, holidays | emergency line only | none |

All times are Central Time, the clock at the property.

## How to reach us
- **Portal messages**: best for anything with photographs. Answered within four working hours.
- **Phone** +1 312 555 0110 during office hours.
- **Emergencies** +1 312 555 0111, day and night.
- **E-mail** help@acme-comfort.example.

## What we do
Heating, cooling, heat pumps, ventilation, thermostats; electrical repairs, inspections, panels, EV chargers and generators. **We do not do plumbing**; we can recommend somebody.

## Lead times
1. Repairs: usually within one business day, book at least four hours ahead.
2. Tune-ups: within a week in the quiet months, two to three weeks in the first cold days.
3. Installations: one to two weeks after you accept the quote, sooner if you have no heat.

## Licenses
Our technicians hold the state and city licenses that their work needs, and show them on request.

## When to call instead of booking
No heat in freezing weather, a burning smell, half the house without power. For gas, smoke or a CO alarm: out of the house and 911 first.
$md$),
('acme-ev-charger', 'Installing a charger for your electric car', 'electrical', array['ev charger', 'installation', 'panel', 'permit', '240 volt'], $md$
A Level 2 charger adds 20 to 40 miles of range in an hour. It is a large, continuous load, so it has to be planned.

## How it goes
1. Book **Electrical inspection** online and mention the charger.
2. We calculate the load of the house, look at the panel and the way to the parking place, and advise on 30, 40, 48 or 60 amperes. Most households need no more than 40.
3. You get a quote with the permit included.
4. Installation takes half a day; a new panel takes a day longer.
5. The city's inspector looks at it. We are there.

## Send us these photographs
- The panel with its door open, and its label. **Do not remove the cover behind the door.**
- The place where the charger should hang, and the way between.
- The charger's label, if you have bought one.

## What affects the price
Distance from the panel, trenching to a garage, space in the panel, and whether the service is large enough. Load management often avoids a new service: the charger slows down while the
dryer and the oven run.

## Before it is there
Charge from an ordinary outlet only if it is alone on its circuit and in good condition. **If plug or outlet becomes hot, stop.** No extension cords.

## When to call us
When a charger trips its breaker, smells, hums loudly or its plug has turned brown: switch its breaker off, unplug the car when everything is cool, and book an electrical repair. Smoke means 911.
$md$)
) as article (slug, title, category, tags, body_markdown)
on conflict do nothing;
