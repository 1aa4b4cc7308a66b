// Colours as branding takes them: three or six hexadecimal digits. Contrast is WCAG 2.2's (success criterion 1.4.3).

/** Red, green and blue, 0–255. */
export interface Colour {
  readonly red: number
  readonly green: number
  readonly blue: number
}

export const colourPattern = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i

/** What text needs on its ground (WCAG 2.2 AA), and what the edge of a field needs (1.4.11). */
export const textContrast = 4.5
export const edgeContrast = 3

/** Undefined when the text is not a colour of `colourPattern`. */
export function parseColour(text: string): Colour | undefined {
  if (!colourPattern.test(text)) return undefined
  const digits = text.length === 4 ? text.slice(1).replaceAll(/./g, '$&$&') : text.slice(1)
  const value = Number.parseInt(digits, 16)
  return { red: value >> 16, green: (value >> 8) & 255, blue: value & 255 }
}

/** `#0b6a4d`. */
export function hexOf({ red, green, blue }: Colour): string {
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** As CSS writes it, in whole numbers: `hsl(220, 100%, 50%)`. */
export function hslOf({ red, green, blue }: Colour): string {
  const [r, g, b] = [red / 255, green / 255, blue / 255]
  const most = Math.max(r, g, b)
  const range = most - Math.min(r, g, b)
  const lightness = most - range / 2
  const saturation = range === 0 ? 0 : range / (1 - Math.abs(2 * lightness - 1))
  const percent = (part: number) => `${String(Math.round(part * 100))}%`
  const hue = Math.round(60 * sixthOfHue(r, g, b, range)) % 360
  return `hsl(${String(hue)}, ${percent(saturation)}, ${percent(lightness)})`
}

/** 0–6. */
function sixthOfHue(r: number, g: number, b: number, range: number): number {
  if (range === 0) return 0
  if (r >= g && r >= b) return ((g - b) / range + 6) % 6
  return g >= b ? (b - r) / range + 2 : (r - g) / range + 4
}

/** 1–21. */
export function contrast(one: Colour, other: Colour): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

/** Of the grounds the one on which the colour is hardest to see. */
export function worstContrast(colour: Colour, grounds: readonly Colour[]): number {
  return Math.min(...grounds.map((ground) => contrast(colour, ground)))
}

/** WCAG 2.2, "relative luminance". */
function luminance({ red, green, blue }: Colour): number {
  const linear = (part: number) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

export const white: Colour = { red: 255, green: 255, blue: 255 }
export const black: Colour = { red: 0, green: 0, blue: 0 }

/** `share` of `other`, 0–1. */
export function mixed(colour: Colour, other: Colour, share: number): Colour {
  const part = (from: number, to: number) => Math.round(from + (to - from) * share)
  return {
    red: part(colour.red, other.red),
    green: part(colour.green, other.green),
    blue: part(colour.blue, other.blue),
  }
}

/**
 * The colour itself when it reaches the contrast on every ground; else the nearest darker or lighter one that does, in steps of a
 * hundredth towards black and white. Undefined when no such colour exists: the grounds are light and dark at once.
 */
export function readable(colour: Colour, grounds: readonly Colour[], ratio: number): Colour | undefined {
  const tries = Array.from({ length: 101 }, (_, step) => step / 100).flatMap((share) => [
    mixed(colour, black, share),
    mixed(colour, white, share),
  ])
  return tries.find((candidate) => worstContrast(candidate, grounds) >= ratio)
}

/** What is wanted where it can be read; else white or black, one of which reaches 4.5 on any colour. */
export function textOn(ground: Colour, wanted?: Colour): Colour {
  if (wanted && contrast(wanted, ground) >= textContrast) return wanted
  return contrast(white, ground) >= textContrast ? white : black
}
