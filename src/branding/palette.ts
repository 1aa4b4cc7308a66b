// The colours of Mintage's own look that branding is measured against and may replace. The rest is in pages/styles/palette.css, and
// pages/theme-stylesheet.test.ts holds the two equal.
import { parseColour, type Colour } from './colour.ts'

export interface Palette {
  readonly ground: Colour
  readonly sheet: Colour
  readonly ink: Colour
  readonly inkSoft: Colour
  readonly edge: Colour
  readonly accent: Colour
  readonly removed: Colour
}

export const palettes: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    ground: colour('#edf2ef'),
    sheet: colour('#ffffff'),
    ink: colour('#10201a'),
    inkSoft: colour('#4b5d55'),
    edge: colour('#7c8f86'),
    accent: colour('#0b6a4d'),
    removed: colour('#a3261d'),
  },
  dark: {
    ground: colour('#0a120f'),
    sheet: colour('#111b17'),
    ink: colour('#e8f1ec'),
    inkSoft: colour('#a4b6ad'),
    edge: colour('#687d73'),
    accent: colour('#62d2a8'),
    removed: colour('#ff9f94'),
  },
}

function colour(text: string): Colour {
  const parsed = parseColour(text)
  if (parsed === undefined) throw new Error(`${text} is not a colour`)
  return parsed
}
