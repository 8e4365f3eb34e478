// A company's colour, kept readable on light and on dark. Pure.

const PLAIN = '#334155'
const [WHITE, INK] = ['#ffffff', '#111827']
/** The surfaces that coloured text stands on; the same as in globals.css. */
const [LIGHT, DARK] = ['#ffffff', '#161a22']
/** What WCAG 2 asks of normal text (AA), with a little to spare for tinted surfaces. */
const READABLE = 4.8

type Rgb = [number, number, number]
const rgb = (hex: string) => [1, 3, 5].map((from) => parseInt(hex.slice(from, from + 2), 16)) as Rgb
const hex = (color: Rgb) => '#' + color.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')

function luminance(color: string): number {
  const [r, g, b] = rgb(color).map((channel) => {
    const value = channel / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

export function mix(one: string, other: string, share: number): string {
  const [a, b] = [rgb(one), rgb(other)]
  return hex(a.map((channel, at) => channel + (b[at]! - channel) * share) as Rgb)
}

/** The colour, moved towards white or black until text in it can be read on that surface. */
export function readable(color: string, surface: string, ratio = READABLE): string {
  const towards = luminance(surface) > 0.2 ? '#000000' : WHITE
  for (let share = 0; share < 1; share += 0.04) {
    const tried = mix(color, towards, share)
    if (contrast(tried, surface) >= ratio) return tried
  }
  return towards
}

const inkOn = (color: string) => (contrast(color, WHITE) >= READABLE || contrast(color, WHITE) >= contrast(color, INK) ? WHITE : INK)

/** The style sheet's variables for a company. Anything but a colour is ignored, so only a colour gets into a style. */
export function brandStyle(company?: string | null): string {
  const color = /^#[0-9a-f]{6}$/i.test(company ?? '') ? company! : PLAIN
  // A button must be told from the dark page around it, and what is written on it be read.
  const [onLight, onDark] = [readable(color, LIGHT, 3), readable(color, DARK, 3.2)]
  const inks = [onLight, onDark].map(inkOn) as [string, string]
  const [button, darkButton] = [readable(onLight, inks[0]), readable(onDark, inks[1])]
  const pairs = {
    brand: [button, darkButton],
    'brand-ink': inks,
    'brand-text': [readable(color, mix(LIGHT, color, 0.1)), readable(color, mix(DARK, color, 0.2))],
    'brand-soft': [mix(LIGHT, color, 0.08), mix(DARK, color, 0.18)],
    'brand-line': [mix(LIGHT, color, 0.25), mix(DARK, color, 0.4)],
  }
  const rules = Object.entries(pairs).map(([name, [light, dark]]) => `--${name}:light-dark(${light},${dark})`)
  return `:root{${rules.join(';')}}`
}
