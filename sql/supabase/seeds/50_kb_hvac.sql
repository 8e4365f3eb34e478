-- Shared knowledge base: heating, cooling and air.
-- Fixed ids, made from names: loading this file again changes nothing.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

insert into public.kb_articles (id, org_id, slug, title, category, tags, body_markdown, is_published)
select pg_temp.demo_id('kb/shared/' || slug),
       null, slug, title, 'hvac', tags, body_markdown, true
from (values
('change-air-filter', 'How to change your air filter', array['air filter', 'maintenance', 'furnace', 'merv'], $md$
A clean filter is the cheapest maintenance there is. A clogged one makes the system run longer, can freeze an air
conditioner and can make a furnace shut itself off.

## How often
| Filter | Look at it | Replace it |
|---|---|---|
| 1 inch | every month | every 1 to 3 months |
| 4 to 5 inches | every 3 months | every 6 to 12 months |

Pets, smokers, building work and a fan that runs all day make it due sooner. Hold it against a light: if you cannot see
light through it, it is done.

## Steps
1. Switch the system **off** at the thermostat, so that the fan does not pull dust past the open slot.
2. Find the filter: in a slot beside the furnace or air handler, or behind a return grille in a wall or ceiling.
3. Read the size on its frame, for example 16 × 25 × 1.
4. Slide the new one in with the **arrow pointing toward the furnace**, in the direction of the air.
5. Close the cover, switch the system on, and write the date on the frame.

## Which one to buy
MERV 8 suits most homes; MERV 11 to 13 catches finer dust and smoke but resists the air more. Ask us before you go above
MERV 13, or if rooms get less air after a change. Washable filters must be completely dry before they go back.

## When to call us
Call if the filter is wet, if it is sucked out of its frame, if it turns black within a few weeks, or if you cannot find
it. Black dust can mean poor combustion: with a gas furnace, check your carbon monoxide alarm first.
$md$),
('ac-not-cooling', 'My air conditioner runs but does not cool', array['air conditioner', 'not cooling', 'warm air', 'troubleshooting'], $md$
On a very hot day most systems hold the house about 20 °F (11 °C) below the outside temperature. If yours runs but the
air from the vents is not clearly cool, work through this list.

## Check in this order
1. **Thermostat**: *cool*, fan on *auto* (on *on*, the fan also blows between cycles, and that air feels warm), and set
   below the room temperature. Fresh batteries.
2. **Filter**: replace it if you cannot see light through it.
3. **Vents**: open all of them, inside and in rooms you do not use. Closed vents do not save energy.
4. **Outdoor unit**: is its fan turning? Clear leaves and grass two feet around it. Rinse the fins gently with a garden
   hose, **after** switching it off at the disconnect box on the wall.
5. **Breakers**: there are usually two, indoor and outdoor. Switch a tripped one fully off, then on. Once.
6. **Ice** on the copper pipes or the indoor coil: switch cooling off and the fan on, and let it thaw.
7. **Drain pan**: many systems stop when the condensate drain is blocked and the pan is full.

Wait five minutes after each change before you start cooling again; the compressor needs the pause.

## When to call us
- Ice comes back, or the outdoor unit hums but its fan stands still.
- The breaker trips a second time.
- You hear hissing or bubbling, or see oil on the pipes: refrigerant may be leaking. Only certified technicians may handle it.
- Anyone in the house is very young, old or ill and it is above 90 °F (32 °C) inside: ask for an emergency visit.

## Safety
Do not open the electrical cover of the outdoor unit. Its capacitor stays charged after the power is off.
$md$),
('frozen-ac-coil', 'Ice on the air conditioner: what it means and what to do', array['air conditioner', 'ice', 'frozen coil', 'refrigerant'], $md$
Ice on the indoor coil or on the larger, insulated copper pipe means that the coil is colder than freezing. Two
causes explain almost every case: **too little air** over the coil, or **too little refrigerant** in it.

## Thaw it first
1. Set the thermostat to **off**, then set the fan to **on**. Warm room air melts the ice.
2. Put towels and a pan under the indoor unit. There is more water than you expect.
3. Wait until all the ice is gone: two hours for a little, up to 24 for a block. Do not chip at it and do not use a hair
   dryer or a torch; the fins and the tubing are soft.

Running the system frozen can send liquid refrigerant into the compressor, the most expensive part to replace.

## Then look for blocked air
- Replace the filter.
- Open every supply vent and move furniture away from the return grilles.
- Check that the blower runs: you should feel air at all the vents.
- Cooling when it is below about 60 °F (16 °C) outside can freeze a coil too. Open windows instead.

Start cooling again and look at the pipe after an hour.

## When to call us
Call if the ice returns with a clean filter. Low refrigerant always means a leak: it is a closed circuit and is not used
up. We find the leak, repair it and charge the system by weight. Topping up without a repair costs you twice.

Tell us when you switched it off: a coil that is still frozen on arrival cannot be tested, and the technician has to come back.
$md$),
('furnace-not-heating', 'The furnace does not start or blows cold air', array['furnace', 'no heat', 'cold air', 'pilot', 'troubleshooting'], $md$
Most calls for "no heat" come down to power, air or the thermostat. These checks are safe for everybody.

## Before anything else
Smell gas? Hear a carbon monoxide alarm? **Leave the house and call 911 from outside.** Do not try to light anything.

## Nothing happens
1. Thermostat on *heat*, set five degrees above the room. New batteries.
2. The furnace switch (it looks like a light switch) is on; its breaker is on.
3. The blower door is closed completely. A safety switch behind it stops the furnace when it is loose.
4. The gas valve's handle lies along the pipe.

## It starts, then stops within minutes
- Replace the filter. Too little air makes the limit switch cut off the flame.
- Clear snow, leaves and nests from the intake and exhaust pipes outside.
- High-efficiency furnaces drain water: see that the drain hose is not kinked, frozen or full.

## It blows, but cold
- Fan set to *on* instead of *auto* blows unheated air between cycles.
- Read the control board's light through the window in the door. Count the blinks and tell us: it is the fault code.

## Resetting
Switch the furnace off, wait five minutes, and switch it on again. Once. A furnace that locks out again has a reason.

## When to call us
If it locks out twice, bangs on starting, the flame is yellow instead of blue, or you find soot or water around it. A
yellow flame or soot can mean carbon monoxide: switch it off and book an emergency visit. If it has an old standing
pilot, light it only by the instructions on its label, and never if you smell gas.
$md$),
('heat-pump-in-winter', 'Heat pumps in winter: what is normal and what is not', array['heat pump', 'defrost', 'auxiliary heat', 'winter'], $md$
A heat pump moves heat from the outside air into the house. It feels different from a furnace: the air is warm rather
than hot, and it runs for long stretches. Both are normal.

## Normal
- **Steam or a whoosh outside**: in cold damp weather the unit defrosts itself every 30 to 90 minutes. It stops its fan,
  melts the frost and steams for up to ten minutes. Inside, the air may be cooler for that time.
- **A thin coat of white frost** on the outdoor coil between defrosts.
- **AUX on the thermostat** when it is very cold or after a large change of the set temperature: the backup heat helps.

## Save energy
- Set a temperature and leave it. Setbacks of more than two or three degrees bring on the expensive auxiliary heat.
- Keep the filter clean and the vents open.
- Do not use *emergency heat* unless the heat pump is broken: it switches the heat pump off and heats electrically.

## Not normal
- The unit is a solid block of ice, or ice reaches the fan blades.
- AUX is on all day in mild weather.
- The air from the vents is cold for more than 15 minutes.
- Grinding noises, or the breaker trips.

## What you can do
Clear snow to two feet around the unit and keep dripping gutters away from it. To melt ice, pour **lukewarm** water over
it with the unit switched off. Never chip at it. Then set *emergency heat* to stay warm and book a repair.

## When to call us
Any of the things under "Not normal", or an electric bill far above last year's for the same weather. Book it as an emergency if
it is freezing and the backup heat does not work either.
$md$),
('thermostat-blank', 'Blank or unresponsive thermostat', array['thermostat', 'blank screen', 'batteries', 'troubleshooting'], $md$
A dead screen usually means that the thermostat has lost its power, not that it is broken.

## Check in this order
1. **Batteries.** Pull the cover off, put in fresh alkaline ones (not rechargeable), mind the polarity, and wait a minute.
2. **Furnace power.** Many thermostats are fed by the furnace or air handler. Check its switch and its breaker.
3. **Furnace door.** If the blower door is not quite closed, the safety switch cuts the power to the thermostat.
4. **Full drain pan.** In cooling season a float switch in the condensate drain stops the system and may blank the screen.
   If water stands in the pan under the indoor unit, leave the system off and call us.
5. **Brightness or sleep mode.** Touch the screen; some wake only after a second.

## It has power, but does not obey
- Is it locked? Look for a padlock symbol.
- Is a schedule or *away* mode active? Choose *hold* for a fixed temperature.
- Compressors wait five minutes before they start again. A blinking "cool on" or "wait" is normal.
- If a smart thermostat lost Wi-Fi, it still controls the system from its own buttons.

## Wrong temperature
Sun, lamps, a television or a draft through the hole behind it all mislead a thermostat. Compare it with a thermometer beside it
after 15 minutes. A difference of one or two degrees is common.

## When to call us
Call if the screen stays dark after these checks, if it goes blank every time the heating or cooling starts, or if you are replacing it yourself and
find wires that the new one's diagram does not show. **Switch the breaker off before you take one off the wall**, and photograph the wires
first. Thick wires with wire nuts are line voltage, 120 or 240 volts: leave these to an electrician.
$md$),
('condensate-drain-clogged', 'Water around the indoor unit: the condensate drain', array['condensate', 'drain', 'water leak', 'air conditioner', 'algae'], $md$
An air conditioner takes gallons of water out of humid air every day. The water leaves through a small plastic pipe,
the condensate drain. Algae block it, the pan fills, and it overflows or a float switch stops the system.

## What you can do
1. Switch the cooling **off** at the thermostat and the breaker of the indoor unit off.
2. Soak up the water. Protect the ceiling below if the unit is in the attic.
3. Find where the drain ends outside, often a white pipe near the outdoor unit.
4. Hold a **wet/dry vacuum** to that end, seal it with a rag, and run it for two to three minutes.
5. At the indoor unit, remove the cap of the T-shaped fitting and pour in a cup of plain **white vinegar**. Wait 30 minutes, then
   flush with a quart of water. It should come out at the other end at once.
6. Switch everything on again and look after an hour.

Never mix vinegar with bleach: it gives off poisonous chlorine gas. Use one or the other, always alone.

## Prevention
Pour in vinegar every one to three months in the cooling season, change the filter on time, and have the drain cleaned at the
yearly tune-up. If the unit is above a finished room, ask us for a float switch: it stops the unit before the pan overflows.

## When to call us
- The water comes back, or the pan is rusted or cracked.
- Water drips from a ceiling or near wiring. Switch the breaker off and keep away.
- There is ice on the pipes: that is another fault, and it needs thawing first.
- Furnace water in winter: a high-efficiency furnace has the same drain; if it is blocked, you may lose heat.
$md$),
('seasonal-tune-up', 'What happens at a seasonal tune-up', array['tune-up', 'maintenance', 'warranty', 'checklist'], $md$
One visit a year for each system keeps it efficient, catches worn parts before they fail in the worst week, and
is a condition of most manufacturers' warranties. Cooling is best done in spring, heating in fall. Allow 60 to 90 minutes.

## Cooling and heat pumps
- Test the capacitor, the contactor and the motor currents; tighten the electrical connections.
- Measure temperatures and pressures and compare them with the maker's values.
- Clean the outdoor coil; inspect the indoor coil and blower.
- Flush the condensate drain and test the float switch.

## Heating
- Inspect the heat exchanger, burners and flue.
- Measure gas pressure and combustion, and **carbon monoxide** in the flue and the room.
- Clean the flame sensor; test the igniter and all safety switches.
- Check the filter, the thermostat and the temperature rise.

## What you get
The technician's summary, readings and photographs appear in the portal under **History** when the visit is completed. Anything that needs
attention comes as a written quote. Nothing is repaired without your approval.

## Before the visit
1. Clear three feet around the indoor unit and the way to it.
2. Keep pets in another room, and unlock gates to the outdoor unit.
3. Leave the old filter in: it tells us something.

## When not to wait for it
Gas smells, burning smells, breakers that trip and water where it should not be are repairs, not tune-ups. Book a repair, or an
emergency visit, and say what you noticed.

## Members
If you have a maintenance membership, your tune-ups are included. The portal shows how many remain, and when they are due.
$md$)
) as article (slug, title, tags, body_markdown)
on conflict do nothing;
