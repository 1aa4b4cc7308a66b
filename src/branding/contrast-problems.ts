// What people could not read: the pairs of colours that a branding puts on each other, measured (WCAG 2.2 AA, 1.4.3). A pair that fails is
// refused when it is set, with the nearest colour that would do.
import type { Branding, BrandingField } from './branding.ts'
import { hexOf, parseColour, readable, textContrast, worstContrast, type Colour } from './colour.ts'
import { palettes } from './palette.ts'
import { resolvedBranding } from './resolved.ts'

export interface ContrastProblem {
  /** The field to change. */
  readonly field: BrandingField
  /** Of the pair, to two digits. */
  readonly ratio: number
  /** What it is read on or what is read on it, in words: `on the background #fff`. */
  readonly against: string
  /** The nearest colour that would do: `#0b6a4d`. */
  readonly suggestion: string
}

const modes = [
  { palette: palettes.light, suffix: '' },
  { palette: palettes.dark, suffix: 'Dark' },
] as const

/**
 * `beneath`: the branding that stands in for fields that are not set; Mintage's own colours do after it. Each colour is measured against what
 * it is set on. The other way round nothing is refused: a page corrects an inherited colour that cannot be read on a new ground
 * (pages/theme-stylesheet.ts), because an organization that sets that ground cannot change the environment's colours.
 */
export function contrastProblems(branding: Branding, beneath: Branding = {}): ContrastProblem[] {
  const shown = resolvedBranding([branding, beneath])
  return modes.flatMap(({ palette, suffix }) => {
    const names = {
      background: `backgroundColor${suffix}`,
      link: `linkColor${suffix}`,
      button: `buttonColor${suffix}`,
      buttonText: `buttonTextColor${suffix}`,
    } as const
    const background = colourOf(shown[names.background])
    // A dark page has the button of the light one unless it is given its own.
    const button = colourOf(shown[names.button]) ?? colourOf(shown.buttonColor)
    const link = colourOf(branding[names.link])
    const buttonText = colourOf(branding[names.buttonText])
    const grounds = background === undefined ? [palette.sheet, palette.ground] : [background]
    const onGround = background === undefined ? 'on Mintage’s own background' : `on ${hexOf(background)}`
    return [
      ...problem(
        names.background,
        colourOf(branding[names.background]),
        [palette.ink],
        `under the text ${hexOf(palette.ink)}`,
      ),
      ...problem(names.link, link, grounds, onGround),
      ...(button === undefined
        ? problem(names.buttonText, buttonText, [palette.accent], 'on Mintage’s own button')
        : problem(names.buttonText, buttonText, [button], `on the button ${hexOf(button)}`)),
    ]
  })
}

/** `The contrast on #ffffff is 3.03:1, and text needs 4.5:1. The nearest colour that reaches it is #767676.` */
export function contrastText({ ratio, against, suggestion }: ContrastProblem): string {
  return `The contrast ${against} is ${String(ratio)}:1, and text needs ${String(textContrast)}:1. The nearest colour that reaches it is ${suggestion}.`
}

function problem(
  field: BrandingField,
  colour: Colour | undefined,
  others: readonly Colour[],
  against: string,
): ContrastProblem[] {
  if (colour === undefined) return []
  const ratio = worstContrast(colour, others)
  const suggestion = ratio >= textContrast ? undefined : readable(colour, others, textContrast)
  if (suggestion === undefined) return []
  // Rounded down, so that 4.499 is not reported as 4.5.
  return [{ field, ratio: Math.floor(ratio * 100) / 100, against, suggestion: hexOf(suggestion) }]
}

function colourOf(text: string | undefined): Colour | undefined {
  return text === undefined ? undefined : parseColour(text)
}
