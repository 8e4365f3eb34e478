-- Shared knowledge base: electrical.
-- Fixed ids, made from names: loading this file again changes nothing.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

insert into public.kb_articles (id, org_id, slug, title, category, tags, body_markdown, is_published)
select pg_temp.demo_id('kb/shared/' || slug),
       null, slug, title, 'electrical', tags, body_markdown, true
from (values
('tripped-breaker', 'A breaker tripped: how to reset it safely', array['breaker', 'panel', 'overload', 'short circuit'], $md$
A breaker trips because it protects you from an overload, a short circuit or a fault to ground. Resetting it is fine. Resetting it again
and again is not.

## Before you open the panel
Dry hands, dry floor, a flashlight. If the panel is hot, buzzing, wet or smells burnt, **do not touch it**: leave and call us, or 911 if there is smoke.

## Reset it
1. Switch off or unplug what was running on the circuit.
2. Find the breaker that stands between *on* and *off*, or shows a red mark.
3. Push it firmly **all the way to off**, then to **on**.
4. Plug the things back in one by one.

## What happens next tells you why
- **It holds with everything off, and trips when you add the third heater:** overload. Spread the load over other circuits. Space heaters, hair dryers,
  microwaves and kettles each take most of a circuit.
- **It trips when one appliance starts:** that appliance is faulty. Leave it unplugged.
- **It trips at once with everything unplugged:** a fault in the wiring. Leave it off.
- **It has a *test* button:** it is a GFCI or AFCI breaker, which also reacts to leaking or arcing current. Take it just as seriously.

## When to call us
- It trips a second time and you do not know why.
- The breaker feels loose or hot, or does not stay on.
- Lights dim when large appliances start, or you rely on power strips: you may need another circuit.
- It feeds medical equipment or your only heat: tell us when you book.

## Never
Never replace a breaker or fuse with a larger one. The wire behind it then becomes the fuse, inside your wall.
$md$),
('gfci-outlets', 'Outlets with test and reset buttons (GFCI)', array['gfci', 'outlet', 'bathroom', 'kitchen', 'reset'], $md$
A GFCI outlet cuts the power within a fraction of a second when current leaks, for example through a person. You find them in kitchens, bathrooms,
garages, laundry rooms, basements and outdoors.

## My outlet is dead
1. Look for a GFCI that has tripped. **One of them often protects several ordinary outlets**, even in another room: try the bathrooms, the garage,
   the basement and outside.
2. Unplug everything on those outlets.
3. Press **reset** firmly until it clicks. If it does not click, check the breaker.
4. Plug things in one by one. What trips it again is faulty or wet.

Outdoor outlets trip after rain. Let them dry, and make sure the cover closes around the cord.

## Test every month
1. Plug in a lamp and switch it on.
2. Press **test**: the lamp must go out.
3. Press **reset**: it must light again.

If the lamp stays on after *test*, the outlet no longer protects you. Stop using it and book a repair. A light on a newer GFCI that turns red or
blinks means that it has reached the end of its life.

## Freezers and medical devices
A tripped GFCI can thaw a freezer without anybody noticing. Ask us about a dedicated circuit with an alarm, rather than removing the protection.

## When to call us
- It does not reset with everything unplugged, or trips every few days.
- The outlet is loose, cracked, warm or discolored. Switch its breaker off.
- Your bathrooms, kitchen or outdoor outlets have no such protection: we can add it, in older houses without a ground wire too.
$md$),
('flickering-lights', 'Flickering or dimming lights', array['lights', 'flicker', 'dimmer', 'neutral', 'led'], $md$
How far the flicker reaches is the best clue.

## One lamp
1. Switch it off, let it cool and tighten the bulb.
2. Try another bulb.
3. LED on an old dimmer? Many dimmers need LED-compatible models. Try the bulb on a circuit without a dimmer.
4. Wiggle the switch: if the lamp flickers or the switch crackles, the switch is worn. Leave it off and book a repair.

## Several lights on one circuit
A loose connection is likely. It makes heat. Switch the circuit off at the panel if it also buzzes, smells or trips, and book a repair soon.

## Lights dim when something starts
A short dip when an air conditioner or a refrigerator starts is common. If it became worse, or a hair dryer does it too, the circuit is overloaded or a
connection is weak.

## The whole house
**Some lights get brighter while others get dimmer: this is urgent.** The neutral connection may be failing. It destroys electronics and can start a
fire.
1. Switch off and unplug electronics, or switch off the main breaker.
2. Call the power company: the fault is often at its line or the meter.
3. Call us for an emergency visit if the company finds its side in order.

Flickering only in a storm, in the whole street, is the power company's.

## When to call us
- More than one light flickers, and the cause is not a bulb or a dimmer.
- Buzzing, crackling, warmth or a burning smell: switch the breaker off. With smoke, leave and call 911.
- Your house has aluminum wiring (common from 1965 to 1973): have the connections inspected.

Note the time of day and what was running when it flickered; it saves the electrician an hour.
$md$),
('smoke-and-co-alarms', 'Smoke and carbon monoxide alarms: placement, testing, chirps', array['smoke alarm', 'co alarm', 'chirping', 'battery', 'safety'], $md$
Working alarms give you minutes, and minutes are what you need.

## Where they belong
- **Smoke:** in every bedroom, outside each sleeping area, and on every floor, the basement included. On the ceiling, or high on the wall, ten feet from the stove.
- **Carbon monoxide:** on every floor and near the bedrooms, if anything in the house burns fuel or there is an attached garage. Follow the maker's height.

## Care
1. Press **test** every month.
2. Replace batteries once a year, unless the battery is sealed for ten years.
3. Vacuum the slots twice a year.
4. Replace smoke alarms **ten years** after the date on their back, CO alarms after five to ten.

## What the sound means
| Sound | Meaning | Do |
|---|---|---|
| Three long beeps, pause | smoke | get out, call 911 |
| Four quick beeps, pause | carbon monoxide | get out, call 911 |
| One chirp every 30 to 60 seconds | battery low, or end of life | replace the battery or the alarm |

Still chirping with a new battery? Hold the test button for 15 seconds with the battery out. Then look at the date: it may be worn out. Interconnected
alarms all sound together; the one whose light blinks fastest is where it began.

## Cooking sets it off
Move the alarm, use the *hush* button, or choose a photoelectric one. Do not take the battery out "for a moment".

## When to call us
Book an electrical visit to replace hard-wired alarms, connect them with each other, or add them to rooms without wiring. Alarms that sound with
no smoke after cleaning should be replaced. If you smell burning in a wall, leave first.
$md$),
('generator-safety', 'Using a portable generator safely', array['generator', 'power outage', 'transfer switch', 'carbon monoxide'], $md$
After storms, generators hurt more people than the storms do. Two rules prevent almost all of it.

## Rule one: outside, far away
Run it **outdoors only, at least 20 feet from the house**, with the exhaust pointing away from doors, windows and vents. Never in a garage, a basement, a shed
or on a porch, even with the doors open. Have a battery-powered carbon monoxide alarm inside.

## Rule two: never into an outlet
Never connect it to a wall outlet. The current flows back into the street and can kill a line worker, or set your house on fire when the
power returns. Use either
- **extension cords** for outdoor use, 12 or 14 gauge, from the generator straight to the appliance; or
- a **transfer switch or interlock** that an electrician has installed, with a permit.

## Starting and stopping
1. Set it on level, dry ground under an open-sided cover made for it. Dry hands.
2. Start it with nothing connected, let it run for two minutes, then add the largest load first.
3. Stay below its rated watts. Refrigerator: about 700, starting 2,000. Furnace blower: 600 to 800. Sump pump: 800, starting 2,000.
4. Before refueling, switch it off and **let it cool for 15 minutes**. Keep the fuel outside.
5. Once a month, run it for ten minutes.

## Sensitive equipment
Furnaces and electronics need clean power. Ask for an inverter model, and for the correct neutral bonding.

## When to call us
We install inlets, interlocks, transfer switches and standby generators, and work out what yours can carry. Headache or dizziness while one is running?
Get into fresh air and call 911.
$md$)
) as article (slug, title, tags, body_markdown)
on conflict do nothing;
