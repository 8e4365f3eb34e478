// Values that no client should send, by type, and a random choice among them that a seed repeats.

/** A small generator with a seed (mulberry32): a failing run can be played again. */
export function random(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return { below, one: <T>(list: readonly T[]): T => list[below(list.length)]!, chance: (p: number) => next() < p }
}
export type Random = ReturnType<typeof random>

const raw = (value: unknown) => JSON.stringify(value)
const nested = (levels: number, open: string, close: string) => open.repeat(levels) + '1' + close.repeat(levels)
const NOBODY = '00000000-0000-0000-0000-000000000000'

const TEXT = [
  '', ' ', '\t\n', '\u0001\u0007\u001f', 'a\u0000b', '\ud800', '🔧'.repeat(50), '\u202eevil', 'ﷺ'.repeat(100), '%s%n', '\\',
  "'; drop table public.orgs; --", '$1', '${x}', '{"a":1}', 'null', 'NaN', '-1', '9'.repeat(400), 'x'.repeat(10_000),
].map(raw)
const HUGE = raw('x'.repeat(1_000_000))
const UUIDS = ['', 'not-a-uuid', NOBODY, 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF', '{' + NOBODY + '}', NOBODY + '0'].map(raw)
const JSONS = [
  ...['null', 'true', '0', '-0', '1e308', '1e-400', '"x"', '[]', '{}', '[null]', '[[]]', '{"":""}', '{"path":null}'],
  ...['[{"path":5}]', '{"address_line1":null,"city":{},"postal_code":[]}', '[{"path":"' + 'a/'.repeat(400) + '"}]'],
  nested(120, '[', ']'), nested(200, '[', ']'), nested(10_000, '[', ']'), nested(10_000, '{"a":', '}'),
  raw(Array.from({ length: 5_000 }, (_, i) => ({ path: String(i) }))), '{"a":"\\u0000"}', '{"a":1' + '0'.repeat(5_000) + '}',
]
const DATES = [
  'infinity', '-infinity', '5000000-01-01', '5874897-12-31', '4713-01-01 BC', '0001-01-01', '9999-12-31', '10000-01-01',
  '2026-02-30', 'yesterday', 'epoch', 'now', '', '20261231', '-2026-01-01',
].map(raw)
const TIMES = ['24:00', '24:00:01', '25:00', '-1:00', '23:59:60', '00:00', '12:00:00.123456789', 'noon', 'now', 'allballs', ''].map(raw)
const INSTANTS = [
  ...DATES, ...['294276-12-31T23:59:59Z', '294277-01-01T00:00:00Z', '4714-11-24 00:00:00 BC', '2026-03-29T02:30:00+99'].map(raw),
]
const LISTS = ['[]', '[null]', '[[]]', '["x"]', '{}', '"{}"', '"{x}"', '[1]', raw(Array(10_000).fill(NOBODY)), raw([NOBODY, null])]

const NUMBERS = ['0', '-1', '2147483648', '-9223372036854775809', '1.5', '1e400', '"x"', '""', '"NaN"']
const BY_TYPE: Record<string, string[]> = {
  text: TEXT, uuid: UUIDS, jsonb: JSONS, json: JSONS, date: DATES, 'time without time zone': TIMES,
  'timestamp with time zone': INSTANTS, boolean: ['true', 'false', '"maybe"', '"t"', '2', '""'],
  integer: NUMBERS, bigint: NUMBERS, smallint: NUMBERS, numeric: NUMBERS, real: NUMBERS,
}
const ANY = ['null', '"x"', '5', 'true', '[]', '{}', '""']

/** A JSON text for an argument or column of the type: mostly nonsense of that type, at times of another. */
export function nonsense(type: string, choose: Random): string {
  if (choose.chance(0.1)) return choose.one(ANY)
  if (type === 'text' && choose.chance(0.03)) return HUGE
  if (type.endsWith('[]')) return choose.one(LISTS)
  return choose.one(BY_TYPE[type] ?? [...TEXT, ...ANY])
}

/** All of it for a type. */
export const nonsenseOf = (type: string): string[] => [...(type.endsWith('[]') ? LISTS : (BY_TYPE[type] ?? TEXT)), ...ANY]
