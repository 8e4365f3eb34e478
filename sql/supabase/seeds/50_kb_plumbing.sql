-- Shared knowledge base: plumbing.
-- Fixed ids, made from names: loading this file again changes nothing.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

insert into public.kb_articles (id, org_id, slug, title, category, tags, body_markdown, is_published)
select pg_temp.demo_id('kb/shared/' || slug),
       null, slug, title, 'plumbing', tags, body_markdown, true
from (values
('find-main-water-shut-off', 'Find and test your main water shut-off', array['shut-off', 'main valve', 'water', 'preparation'], $md$
Everybody in the house should be able to stop the water in a minute, in the dark. Find the valve today, on a calm day.

## Where to look
- **Basement or crawl space:** on the wall facing the street, within a few feet of where the pipe comes in.
- **No basement:** near the water heater, under the kitchen sink, in the garage, or in an outside wall.
- **At the street:** in a box with a lid marked *water*. The valve on your side of the meter is yours; the other one belongs to
  the utility, which will close it for you in an emergency.
- **Apartments:** often in a closet, behind a panel, or above the water heater. Ask the manager about the building's valve.

## How to close it
| Handle | Open | Closed |
|---|---|---|
| Lever (ball valve) | along the pipe | across the pipe, a quarter turn |
| Round wheel (gate valve) | counter-clockwise | clockwise, several turns, until snug |

## Test it twice a year
1. Close the valve, then open a tap on the lowest floor. The water should stop within a minute.
2. Open the valve slowly, then let the tap run until air and rust have gone.
3. Hang a tag on it, and show it to everybody in the house, including the babysitter.

Fixtures have small valves too: under sinks, behind toilets, at the washing machine. Use these for a local leak.

## When to call us
If the valve is stuck, drips at its stem or does not stop the water, **do not force it**: old gate valves break, and then nothing
stops the flow. Book a repair; replacing it with a ball valve takes about two hours.
$md$),
('prevent-frozen-pipes', 'Frozen pipes: preventing and thawing them', array['frozen pipes', 'winter', 'thaw', 'insulation'], $md$
Water expands when it freezes and splits pipes; the flood comes when it thaws. The risk begins at about 20 °F (−7 °C)
outside, earlier for pipes in a draft.

## Before a cold night
1. Disconnect garden hoses and drain the outdoor taps.
2. Keep the heating at 55 °F (13 °C) or higher, also when you are away.
3. Open the cabinet doors under sinks on outside walls. Move cleaners out of children's reach first.
4. Let the tap farthest from the water main run in a thin, steady stream, hot and cold.
5. Keep the garage door closed if pipes run there.

## If a tap gives no water
1. **Close the main valve**, so that a split does not flood the house when it thaws.
2. Open the tap. As ice melts, running water helps.
3. Warm the pipe **from the tap toward the frozen part** with a hair dryer, a heating pad or towels soaked in hot water.
4. Open the main valve a little, and look and listen for leaks before you open it fully.

**Never use a torch, a heat gun or an open flame**, and never leave a heater alone. Do not use electric tools while you stand
in water. Electric heat must stay dry.

## When to call us
- You cannot find or reach the frozen part, or it is in a wall.
- The pipe is bulging or split: keep the main closed and ask for an emergency visit.
- It still does not run after an hour of warming.

## Afterwards
Pipes that froze once freeze again. We can insulate them, seal the draft, add heat cable or move the line. Away for long? Close the
main and drain the taps.
$md$),
('running-toilet', 'Fix a toilet that keeps running', array['toilet', 'running', 'flapper', 'fill valve', 'water bill'], $md$
A running toilet can waste 200 gallons a day, and it is the most common reason for a surprising water bill. Usually a part
for a few dollars cures it.

## Find the cause
Take the lid off the tank and look.
- **Water runs into the overflow tube** in the middle: the fill valve is set too high, or is worn.
- **The level drops without flushing**: the flapper, the rubber flap at the bottom, leaks. To be sure, put ten drops of food
  coloring in the tank and wait 15 minutes without flushing. Color in the bowl means a leaking flapper.
- **The chain** is tangled, too short, or caught under the flapper.

## Fix it
1. Close the small valve behind the toilet, clockwise, and flush to empty the tank.
2. **Chain:** leave about half an inch of slack.
3. **Flapper:** unhook it from its two pegs, take it to the shop to find the same size (2 or 3 inches), and clip in the new one. Wipe the seat it
   closes on.
4. **Level:** turn the screw or pinch the clip on the fill valve until the water stands about one inch below the top of the tube.
5. Open the valve and let it fill. Watch two flushes.

Avoid bleach tablets in the tank: they eat the rubber.

## When to call us
- Water on the floor, or a toilet that rocks: the seal under it may be leaking, and it rots the floor.
- The valve behind the toilet does not close. Use the main shut-off and call.
- A crack in the tank or bowl.
- The bowl fills and drains slowly, or other drains gurgle: that is a blockage, not the tank.
$md$),
('clogged-drain', 'Slow or clogged drains', array['drain', 'clog', 'plunger', 'sewer', 'backup'], $md$
First find out whether **one** drain is slow or **several**. One is a local clog that you can often clear. Several at once, above all the lowest
ones, mean that the main line is blocked: stop using water and call us.

## Clear a local clog
1. **Sink or tub:** lift out the stopper and pull out hair and soap with a plastic drain strip.
2. **Plunger:** use a flat cup for sinks and one with a flange for toilets. Block the overflow hole with a wet rag, cover the cup with water, and give
   15 to 20 firm strokes.
3. **Trap:** put a bucket under the U-shaped pipe of a sink, loosen both nuts by hand, clean it and put it back.
4. **Hand auger:** turn it gently; do not force it.
5. Rinse with hot tap water. Boiling water can soften plastic pipes and crack a toilet.

## Leave the chemicals out
Caustic drain cleaners rarely clear the whole clog, damage old pipes, and burn whoever opens the drain next. If you have used one, **tell us before the
technician starts**, and never plunge or mix a second product into it.

## What does not belong in drains
Grease, coffee grounds, rice, "flushable" wipes, paper towels, cotton, dental floss, cat litter. Let fat harden in a can and throw it away.

## When to call us
- Sewage or dirty water comes up in a tub, shower or floor drain: an emergency. Keep people away from it.
- Several drains are slow, or the toilet gurgles when the washing machine empties.
- The same drain clogs again within weeks: a camera inspection shows roots, a sag or a break.
$md$),
('no-hot-water', 'No hot water, or not enough', array['water heater', 'hot water', 'pilot', 'anode', 'troubleshooting'], $md$
Is it every tap or just one? If only one is cold, its cartridge or mixing valve is at fault, not the heater.

## Before you touch a gas heater
If you smell gas, leave the house and call 911 or the gas utility. If you see soot or scorch marks, switch the heater off and call us.

## Gas, with a tank
1. Look through the small window: is the pilot or the indicator light on?
2. Follow the lighting instructions **on the label of the heater**. Try it at most twice, waiting ten minutes in between.
3. A pilot that does not stay lit needs a new thermocouple or cleaning: book a repair.

## Electric, with a tank
1. Check the double breaker. Switch it fully off, then on. Once.
2. **With the breaker off**, remove the upper cover and press the red reset button. If it trips again, call: an element or a thermostat has failed.

## Tankless
Read the code on the display, clean the inlet screen, and check the gas or power supply. Hard water means yearly descaling.

## Runs out too soon
- Tank set too low: 120 °F (49 °C) is right for most homes. Hotter scalds in seconds, a danger for children and older people.
- Sediment: popping noises while heating. Flushing it yearly helps.
- A new shower head, a bigger family, or a broken dip tube.

## When to call us
- Water under the tank. Close its cold valve, switch off gas or power, and book: a leaking tank cannot be repaired.
- The relief valve on the side or top drips or spits steam. **Never plug it**; it prevents an explosion.
- Rusty hot water, or a tank that is more than ten years old: let us check the anode, and plan before it fails.
$md$),
('low-water-pressure', 'Low water pressure', array['water pressure', 'aerator', 'pressure regulator', 'leak'], $md$
Where it is low tells you why.

## One tap only
1. Unscrew the **aerator** at its end and rinse the grit out. Soak it in white vinegar for an hour.
2. Do the same with a shower head; tie a bag of vinegar around it overnight.
3. See that the small valves under the sink are fully open.

## Only the hot water
Look at the valve on the cold inlet of the water heater; it must be fully open. Sediment or old galvanized pipes are likely otherwise.

## The whole house
1. Ask a neighbor. If theirs is low too, call the water utility: there may be work on the main.
2. Check that the **main valve** and the valve at the meter are fully open.
3. A softener or whole-house filter: use its bypass. If the pressure is back, service the unit.
4. **Look for a leak:** close every tap and appliance, and watch the meter's small dial for 15 minutes. If it moves, water is going somewhere.
5. A gauge on an outdoor tap costs little. Between 45 and 80 psi is normal. Above 80 damages appliances and often breaks the code.

Many houses have a bell-shaped **pressure regulator** after the main valve. It lasts 7 to 12 years, and when it fails, the pressure is too low, too high or
jumps about.

## When to call us
- The meter moves with everything closed, or you find a wet or warm spot on the floor or in the yard.
- The pressure fell suddenly in the whole house, and the neighbors' did not.
- It is above 80 psi, or pipes bang when a tap closes.
- Brown water that does not clear after ten minutes of running the cold tap.
$md$),
('test-sump-pump', 'Test your sump pump before the rain does', array['sump pump', 'basement', 'flooding', 'maintenance'], $md$
A sump pump may stand still for months and must then work at once. Test it every three months, and before a storm or the spring thaw.

## Test in five minutes
1. Look into the pit: take out stones, toys and mud. The float must move freely.
2. Pour in a **five-gallon bucket of water**, slowly. The float rises and the pump starts.
3. The water should be gone in less than a minute, and the pump should then stop by itself.
4. Go outside: water should leave the pipe at least ten feet from the house and flow away from it.
5. Listen when it stops. Water that falls back into the pit means that the check valve has failed.

## If it does not start
- Is the outlet alive? It is often a GFCI outlet: press *reset*.
- Many pumps have two plugs: the float's, with the pump's plugged into its back. Unplug them and put the pump's own plug into the wall for a moment. If it
  runs, the float switch is at fault.
- **Unplug the pump before you reach into the pit**, and never stand in water while you touch a cord.

## Power failures
Storms bring water and take power. A battery backup runs a pump for several hours; its battery lasts three to five years. A water alarm for a few dollars
warns you.

## When to call us
- The pump hums without pumping, runs without stopping, or trips the breaker.
- It is more than seven to ten years old: replace it on a dry day.
- Water rises faster than the pump works: ask for an emergency visit, and carry valuables upstairs. If water nears outlets or the panel, leave the basement.
$md$)
) as article (slug, title, tags, body_markdown)
on conflict do nothing;
