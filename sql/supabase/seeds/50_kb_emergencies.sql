-- Shared knowledge base: emergencies. Safety first, then damage, then the visit.
-- Fixed ids, made from names: loading this file again changes nothing.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

insert into public.kb_articles (id, org_id, slug, title, category, tags, body_markdown, is_published)
select pg_temp.demo_id('kb/shared/' || slug),
       null, slug, title, 'emergencies', tags, body_markdown, true
from (values
('gas-smell', 'I smell gas: what to do right now', array['gas', 'leak', 'rotten eggs', 'safety', 'emergency'], $md$
Natural gas and propane are given a smell like rotten eggs or sulfur so that people notice leaks. Treat any such smell
indoors as a leak until somebody with an instrument has told you otherwise.

## Do this now
1. **Leave the building** with everybody in it, pets too if they come at once. Leave doors open behind you.
2. **Touch nothing electrical**: no light switches, no plugs, no garage door opener, no doorbell. Do not light anything.
3. **From a safe distance outside**, call **911** or your gas utility's emergency number. They come day and night, free
   of charge.
4. Stay out until the utility or the fire department says that the building is safe.

Do not use a phone inside, do not look for the leak, and do not start a car in an attached garage. Close the gas valve
at the meter only if you know how and can reach it without going back in. Once a gas meter has been closed, **never
reopen it yourself**: the utility has to relight and check every appliance.

## When to call us
Call us **after** the utility has made the place safe. If it has locked or red-tagged an appliance, we can repair or
replace the furnace, water heater or gas line, have it tested for tightness, and prepare it for the utility's inspection.
Photograph the red tag and send it to us in a message, so that the technician brings the right parts.

## Faint smells
A short whiff at the moment a burner lights can be normal. A smell that stays, or that you notice away from the
appliance, is not. Some people lose the sense of smell with age or illness: a gas detector near the appliances is cheap help.
$md$),
('carbon-monoxide-alarm', 'My carbon monoxide alarm is sounding', array['carbon monoxide', 'co alarm', 'furnace', 'safety', 'emergency'], $md$
Carbon monoxide (CO) has no smell and no color. It comes from anything that burns fuel: furnaces, boilers, water
heaters, fireplaces, grills, generators, cars. The alarm is the only warning that most people get.

## Do this now
1. **Get everybody out** into fresh air, pets included. Do not stop to open windows.
2. **Call 911 from outside.** Say that a carbon monoxide alarm is sounding and whether anybody feels ill.
3. Count heads. Do not go back in for anything.
4. Return only when the fire department has measured the air and says so.

Headache, dizziness, nausea, confusion and sleepiness are signs of poisoning. Several people, or a pet, feeling ill
at once indoors is a strong sign. Anyone with symptoms needs medical care, even if they feel better outside.

## Alarm or low battery?
- **Four quick beeps, a pause, four beeps**: carbon monoxide. Leave.
- **One chirp every 30 to 60 seconds**: low battery, or the alarm has reached the end of its life (five to ten years;
  the date is printed on the back). Replace the battery or the alarm. If you are not sure which one you hear, leave.

## When to call us
After the fire department has cleared the house and switched off the suspected appliance, book an emergency visit. We test
the heat exchanger, the flue and the combustion air. **Do not switch the appliance on again before that.**

## Prevention
Put a CO alarm on every floor and near bedrooms, test it monthly, have fuel-burning equipment serviced every year, and
never run a generator, grill or car in a garage, even with the door open.
$md$),
('burning-smell-or-sparks', 'Burning smell, sparks or a hot outlet', array['electrical', 'burning smell', 'sparks', 'outlet', 'panel', 'emergency'], $md$
A smell of hot plastic or fish, a buzzing outlet, scorch marks or sparks mean that electricity is making heat where it
should not. Wiring faults can smolder inside a wall long before you see a flame.

## Do this now
1. **Flames or smoke: leave and call 911.** Close doors behind you. Never put water on an electrical fire.
2. **No flames, and you can reach the panel safely on dry ground:** switch off the breaker of that circuit. If you do not
   know which one, switch off the main breaker.
3. Unplug what is on the circuit, if plug and outlet are cool. Do not touch anything that is hot, wet or blackened.
4. Put the back of your hand **near** the wall around the outlet. If the wall is hot, leave and call 911.
5. Leave the breaker off and tell everybody in the house why.

If the panel itself is hot, buzzing or wet, or there is water near it, **do not touch it**. Leave the room and call 911.

## When to call us
Always. Ask for an emergency electrical visit, even if the smell went away when the breaker was switched off. Tell us
which rooms lost power and what was running. An electrician will check the connections, the wire and the breaker, and
will not switch the circuit on again until it is safe.

## Smells with a harmless cause
Dust burns off electric baseboards and furnaces on the first cold day. It should be gone within an hour. If it lasts
longer, smells of plastic, or comes with a haze, switch the heating off and call.

## Never
Do not fit a larger breaker or fuse, and do not keep resetting a breaker that trips.
$md$),
('burst-pipe-or-flooding', 'Burst pipe or flooding: the first ten minutes', array['burst pipe', 'flooding', 'water leak', 'shut-off', 'emergency'], $md$
A burst half-inch pipe can release several gallons a minute. What you do in the first ten minutes decides how much
is damaged.

## Do this now
1. **Stay out of water that may touch electricity.** If outlets, cords, appliances or the panel are wet, do not step
   in. If you can reach the panel on dry ground, switch off the circuits of the wet rooms. Otherwise leave and call us
   and the power company.
2. **Close the main water valve.** It is where the water line enters the house, often near the meter, in the basement, in a
   crawl space or in a box by the street. Turn a round handle clockwise; turn a lever a quarter turn, across the pipe.
3. **Open the lowest cold tap** and one upstairs to drain the pipes.
4. **Switch off the water heater**: gas to "pilot" or "vacation", electric at the breaker.
5. Catch what still drips. If a ceiling bulges, stay away from under it: wet ceilings fall without warning.
6. Take photographs for your insurer before you clean up.

## Sewage
Water that comes up from a floor drain or toilet is contaminated. Keep children and pets away, stop using all drains, do
not run the washing machine, and wash your hands well.

## When to call us
Call at once if the main valve does not close, if water keeps coming, or if sewage is involved. If the valve holds and the
leak is found, an emergency visit still gets your water back soonest. Send photographs in a message while you wait.

## Afterwards
Start drying within 24 to 48 hours: mold begins early. Ask your insurer before you throw away damaged things.
$md$),
('no-heat-in-freezing-weather', 'No heat in freezing weather', array['no heat', 'furnace', 'boiler', 'winter', 'emergency'], $md$
A cold house is uncomfortable; a freezing one can hurt people and burst pipes. Check the simple things for ten
minutes, then call.

## Quick checks
1. **Thermostat**: set to *heat*, fan on *auto*, at least five degrees above the room temperature. Replace its batteries.
2. **Power**: look for a switch that resembles a light switch on or near the furnace, and for a tripped breaker. Reset a
   breaker once only.
3. **Filter**: a furnace with a clogged filter overheats and shuts itself off. Replace it, or run briefly without one
   until tomorrow.
4. **Doors and pipes**: the furnace door must be closed firmly, and the white plastic intake and exhaust pipes outside free
   of snow and ice.
5. **Fuel**: check the oil or propane gauge and that the gas valve's handle lies along the pipe.

Smell gas, or hear a CO alarm? Stop, leave the house, call 911.

## Keep people and pipes safe
- Move everybody into one room and close its door. Infants, older people and people who are ill should go somewhere warm.
- Use a space heater only on the floor, three feet from anything that burns, plugged straight into the wall, switched
  off while you sleep. **Never heat with an oven, a grill or a generator indoors.**
- Let taps on outside walls drip and open the cabinet doors under sinks. If the house falls below 40 °F (4 °C) for long,
  close the main water valve and drain the taps.

## When to call us
Book an emergency visit if it is freezing outside and the checks did not help, or at any temperature if somebody in the
house is vulnerable: tell us, because it moves you up the list. Frozen pipes come next; have both looked at.
$md$)
) as article (slug, title, tags, body_markdown)
on conflict do nothing;
