-- Knowledge base of bolt-pipe. Two slugs replace the shared article of the same name.
-- Fixed ids, made from names: loading this file again changes nothing.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

insert into public.kb_articles (id, org_id, slug, title, category, tags, body_markdown, is_published)
select pg_temp.demo_id('kb/bolt-pipe/' || slug),
       'b0170000-0000-4000-8000-000000000001', slug, title, category, tags, body_markdown, true
from (values
('cancellation-policy', 'Bolt Pipe: cancellations, missed visits and fees', 'booking_policies', array['cancellation', 'fee', 'policy', 'missed visit'], $md$
This is Bolt Pipe's own policy. It replaces the general article. What your appointment's page shows is always the binding text.

## Our fees
| When you cancel | Fee |
|---|---|
| 12 hours or more before your window begins | none |
| Less than 12 hours, at least 1 hour | $35 |
| Less than 1 hour, or nobody at home | by phone only; $79 service call |

## Moving a visit
You can move it yourself until **2 hours** before your window begins, up to **2 times**, without a fee.

## No fee at all
- We were late, or moved the visit.
- The request was not confirmed yet.
- The leak turned out to be the utility's or the building's.
- Illness and accidents. A short message is enough.

## How to cancel
1. Open **Appointments** and choose the visit.
2. Choose **Cancel**. The fee is shown first.
3. Confirm. Reminders stop at once.

After the cut-off, call **+1 718 555 0130**.

## Work with a permit
Water heaters and gas lines often have a permit with an inspection date. If you cancel after it was issued, we charge what the city charges, never more.

## Has it stopped leaking by itself?
Leaks rarely heal. If you cancel because it stopped, close the fixture's valve, look again after a day, and photograph the spot with something that shows its size.

## Safety first
Do not cancel a visit for gas work, sewage or water near electricity. Leave the valve or the breaker off, and leave the house and call 911 if you smell gas.
$md$),
('bolt-emergency-plumbing', 'Bolt Pipe: emergency plumbing, day and night', 'emergencies', array['emergency', 'on-call', 'burst pipe', 'sewage', 'phone'], $md$
**Smell of gas: leave and call 911 from outside.** Water touching outlets or the panel: stay out of the room.

## Our emergency line
**+1 718 555 0131**, every hour of every day.

## What counts
| Call now | Can wait for a window |
|---|---|
| Burst pipe, or water you cannot stop | A drip that a bucket catches |
| Sewage coming up | One slow drain |
| No water in the whole house | Weak flow at one tap |
| Water heater leaking or steaming | Not quite enough hot water |
| The only toilet is blocked | One of two toilets is blocked |

## Do this while we drive
1. **Close the main valve**, then open the lowest tap.
2. Switch off the water heater: gas to *pilot*, electric at the breaker.
3. Sewage: stop all water use, keep people and pets away.
4. Take photographs for your insurer, then move what can be moved.
5. Clear the way and leave a light on outside.

## How fast
We aim for **90 minutes** in the city and two hours outside it. In a deep freeze calls are taken in order of danger: water running, sewage, people at risk.

## What it costs
- Emergency call **$139** evenings, weekends and holidays, **$79** on weekdays from 8 to 6.
- It covers the first half hour: stopping the water and finding the cause.
- Everything beyond comes with a price that you approve first.

If you stop the water yourself and the house can do without until morning, say so: you get the first regular window and save the difference.
$md$),
('no-hot-water', 'Bolt Pipe: no hot water, repair or replace?', 'plumbing', array['water heater', 'hot water', 'replacement', 'tankless'], $md$
We repair what is worth it and tell you when it is not.

## Check first
1. One tap or all? One tap means a cartridge, not the heater.
2. **Gas:** is the pilot lit? Follow the label, at most twice. With a gas smell do nothing: leave and call 911.
3. **Electric:** reset the double breaker, once.
4. **Tankless:** read the code on the display and send it with your booking.
5. Set it to 120 °F (49 °C). Above that, water scalds.

## Repair or replace
| Age of a tank | We usually advise |
|---|---|
| Up to 6 years | repair: thermocouple, element, thermostat, valve |
| 7 to 10 years | depends on the price and on the anode |
| Over 10 years, or leaking from the tank | replace |

A tank that leaks cannot be repaired. Close its cold valve, switch off gas or power, and ask for an emergency visit if water keeps running.

## What a replacement involves
1. A visit or your photographs: heater, label, flue, the space around it.
2. A quote with two or three options, permit included.
3. Installation in three to four hours, a day for tankless. An expansion tank and a pan where the code asks for them.
4. The city's inspection.
5. Your old tank goes to recycling.

Installed tanks carry six years from the maker and two years on our labor. You find both under **Warranties**.

## Never
Never plug or cap the relief valve, even if it drips. Dripping means that something is wrong with pressure or heat: call us.
$md$),
('bolt-drain-cleaning', 'Bolt Pipe: drain cleaning and camera inspection', 'plumbing', array['drain', 'camera', 'roots', 'hydro jetting', 'price'], $md$
You can book drain cleaning online and have a confirmed time at once. It costs **$149** for one drain that we can reach through a fixture or cleanout.

## Which service
| What you see | Book |
|---|---|
| One slow sink, tub or toilet | Drain cleaning |
| The same drain again within three months | Drain cleaning, ask for the camera |
| Several drains, gurgling, water in the tub | Plumbing repair, and stop using water |
| Sewage coming up | our emergency line, +1 718 555 0131 |

## What we do
1. Protect the floor and test the flow.
2. Clear the line by cable, or by hydro jetting for grease and roots.
3. Flush for several minutes and look at the flow again.
4. With the camera: record the pipe and put the video into your documents.

## Please tell us
- **Did you use a chemical cleaner?** It burns skin and eyes. We wear protection and bring another tool.
- Where is the cleanout, a capped pipe in the basement or yard?
- Have trees been planted or work been done along the line?

## Warranty
If the same drain clogs within **30 days**, we come back at no charge. Wipes, toys and roots in broken pipes are excepted; we show you what we took out.

## Roots
Cutting gives you months, not years. The camera tells whether a liner, a spot repair or a new line makes sense. You get a written quote, and time to think.

## When to call
If clean water also comes through a ceiling or near wiring, close the main valve, keep out and call.
$md$),
('bolt-service-area-and-hours', 'Bolt Pipe: service area, hours and contacts', 'booking_policies', array['service area', 'hours', 'phone', 'new york'], $md$
## Where we work
Brooklyn, Queens, Lower Manhattan and the towns along the river. Tell us about tolls and parking when you book; it helps the route, you do not pay for it.

## When
| | Office | Regular visits |
|---|---|---|
| Monday to Friday | 7:00 to 18:00 | five windows from 8 to 18 |
| Saturday | 8:00 to 12:00 | two windows from 8 to 12 |
| Sunday, holidays | emergency line only | none |

All times are Eastern Time, the clock at the property.

## How to reach us
- **Portal messages**, best with photographs: answered within four working hours.
- **Phone** +1 718 555 0130 during office hours.
- **Emergencies** +1 718 555 0131, at all hours.
- **E-mail** help@bolt-pipe.example.

## What we do
Leaks, drains, toilets and taps, water heaters, sump pumps, gas lines, backflow tests, bathroom and kitchen rough-ins. **We do not do heating, air conditioning or electrical work**, except for connecting what we
install.

## Apartments, co-ops and condos
1. Ask the building for its certificate of insurance form and send it as a message; we return it within a day.
2. Ask when the riser may be shut off. Many buildings allow it from 9 to 4 on weekdays only.
3. Give us the superintendent's name.

## Lead times
Repairs usually within a day, booked at least four hours ahead. Water heaters within two days. Larger work one to three weeks after you accept the quote.

## When not to book
Running water, sewage or gas: use the emergency line. For gas leave the house and call 911 first.
$md$),
('bolt-backflow-and-permits', 'Permits, backflow tests and inspections', 'plumbing', array['permit', 'backflow', 'inspection', 'gas line'], $md$
Some plumbing work must be filed with the city. We do the paperwork; you need to know what to expect.

## Work that usually needs a permit
- New or replaced water heaters, and every gas line
- Moving or adding fixtures, bathrooms, kitchens
- Sewer and water mains
- Backflow preventers

Replacing a tap, a toilet or a trap in its place normally does not.

## How it goes
1. Your quote lists the permit as a line of its own, at what the city charges.
2. We file it when you accept. Simple ones take some days, others weeks.
3. We do the work and leave it open to view where the inspector must see it. **Please do not close walls before the inspection.**
4. An inspection window appears among your appointments. Somebody has to be at home.
5. The approval is stored among your documents. Keep it for a sale or an insurance claim.

## Backflow tests
A backflow preventer keeps dirty water out of the street's pipes. Where you have one, for sprinklers, boilers or a business, it must be tested **every year** by a certified tester. We remind you, test it in about 30
minutes and send the report to the utility. The water is off meanwhile.

## Gas after a shut-off
When the utility has closed the gas, an authority must see the pressure test before it opens again. That can take days. We lend out electric hot plates where we can. **Never open the gas yourself.**

## When to call us
If you get a notice or a violation from the city or the utility: send us a photograph of it at once, as deadlines are short.
$md$)
) as article (slug, title, category, tags, body_markdown)
on conflict do nothing;
