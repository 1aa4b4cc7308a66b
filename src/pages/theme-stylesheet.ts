// The stylesheet of a branding: the colours and radii that a page shows in place of Mintage's own. It is a function of its address, so any
// replica serves any of them, no page holds a style of its own (security-headers.ts), and a browser keeps it without an end.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  brandingFields,
  hexOf,
  mixed,
  palettes,
  parseColour,
  readable,
  textOn,
  worstContrast,
  white,
  black,
  edgeContrast,
  textContrast,
  type Branding,
  type Colour,
  type Palette,
} from '../branding/index.ts'

const themedFields = [
  'themeCode',
  'backgroundColor',
  'buttonColor',
  'buttonTextColor',
  'linkColor',
  'backgroundColorDark',
  'buttonColorDark',
  'buttonTextColorDark',
  'linkColorDark',
  'buttonBorderRadius',
  'cardBorderRadius',
  'inputBorderRadius',
] as const

type Theme = Pick<Branding, (typeof themedFields)[number]>

export const themePath = '/assets/theme.css'

/** Undefined when nothing of it differs from Mintage's own look. */
export function themeHref(theme: Theme): string | undefined {
  const query = new URLSearchParams()
  for (const field of themedFields) if (theme[field] !== undefined) query.set(field, String(theme[field]))
  if (query.size === 0) return undefined
  query.set('cache', hashOf(themeStylesheet(theme)))
  return `${themePath}?${query.toString()}`
}

/** To be served at `themePath`; what does not fit counts as not given. `isCurrent`: it is what the address was made for. */
export function themeOf(query: URLSearchParams): { readonly css: string; readonly isCurrent: boolean } {
  const given = themedFields.flatMap((field) => {
    const text = query.get(field)
    if (text === null) return []
    const parsed = brandingFields[field].safeParse(field.endsWith('Radius') ? Number(text) : text)
    return parsed.success ? [[field, parsed.data]] : []
  })
  const css = themeStylesheet(Object.fromEntries(given))
  return { css, isCurrent: query.get('cache') === hashOf(css) }
}

function hashOf(css: string): string {
  return createHash('sha256').update(css).digest('hex').slice(0, 16)
}

const [lightPalette = '', darkPalette = ''] = [
  ...readFileSync(new URL('styles/palette.css', import.meta.url), 'utf8').matchAll(/:root \{([^}]*)\}/g),
].map(([, declarations = '']) => declarations.trim())

function themeStylesheet(theme: Theme): string {
  const light = declarations(theme, 'light')
  const dark = declarations(theme, 'dark')
  if (theme.themeCode === 'light') return root(`${lightPalette} color-scheme: light; ${light}`)
  if (theme.themeCode === 'dark') return root(`${lightPalette} ${darkPalette} color-scheme: dark; ${dark}`)
  return `@media not (prefers-color-scheme: dark) {\n${root(light)}\n}\n@media (prefers-color-scheme: dark) {\n${root(dark)}\n}`
}

function root(declared: string): string {
  return `:root { ${declared} }`
}

function declarations(theme: Theme, mode: 'light' | 'dark'): string {
  const { buttonBorderRadius: button, cardBorderRadius: card, inputBorderRadius: input } = theme
  const radius = (name: string, pixels: number | undefined) =>
    pixels === undefined ? [] : [[`--kinde-designer-${name}-border-radius`, `${String(pixels)}px`] as const]
  const all = [
    ...Object.entries(themeColours(theme, mode)).map(([name, colour]) => [name, hexOf(colour)] as const),
    ...radius('button', button),
    ...radius('card', card),
    ...radius('input', input),
  ]
  return all.map(([name, value]) => `${name}: ${value};`).join(' ')
}

/** Custom properties of one mode. Every text keeps its contrast on what it is set on, whatever was combined. */
function themeColours(theme: Theme, mode: 'light' | 'dark'): Record<string, Colour> {
  const palette = palettes[mode]
  const of = (field: 'backgroundColor' | 'linkColor' | 'buttonColor' | 'buttonTextColor') => {
    // A dark page takes from the light one what it is not given: its link lighter, its button as it is; its background stays dark.
    const own = mode === 'dark' ? theme[`${field}Dark` as const] : theme[field]
    const text = own ?? (field === 'backgroundColor' ? undefined : theme[field])
    return text === undefined ? undefined : parseColour(text)
  }
  const background = of('backgroundColor')
  const link = of('linkColor')
  const button = of('buttonColor')
  const buttonText = of('buttonTextColor')
  const grounds = background === undefined ? [palette.sheet, palette.ground] : [background]
  const ink = background === undefined ? palette.ink : legible(palette.ink, grounds)
  return {
    ...(background && backgroundColours(background, ink, palette)),
    ...((link ?? background) && linkColours(link ?? palette.accent, grounds, ink)),
    ...((button ?? buttonText ?? link) && buttonColours(button ?? palette.accent, buttonText)),
    ...((button ?? link) && coinColours(button ?? link ?? palette.accent)),
  }
}

function backgroundColours(background: Colour, ink: Colour, palette: Palette): Record<string, Colour> {
  return {
    '--kinde-designer-base-background-color': background,
    '--ground': background,
    '--sheet': background,
    '--raised': mixed(background, ink, 0.04),
    '--rule': mixed(background, ink, 0.14),
    '--ink': ink,
    '--ink-soft': legible(palette.inkSoft, [background]),
    '--edge': readable(palette.edge, [background], edgeContrast) ?? ink,
    '--removed': legible(palette.removed, [background]),
  }
}

function linkColours(wanted: Colour, grounds: readonly Colour[], ink: Colour): Record<string, Colour> {
  const link = legible(wanted, grounds)
  const [ground = white] = grounds
  return {
    '--kinde-designer-base-link-color': link,
    '--accent': link,
    '--accent-strong': mixed(link, ink, 0.3),
    '--accent-wash': mixed(ground, link, 0.1),
  }
}

function buttonColours(button: Colour, wanted: Colour | undefined): Record<string, Colour> {
  const text = textOn(button, wanted)
  const away = worstContrast(white, [text]) > worstContrast(black, [text]) ? white : black
  return {
    '--kinde-designer-button-primary-background-color': button,
    '--kinde-designer-button-primary-color': text,
    '--button-hover': mixed(button, away, 0.2),
  }
}

/** The engraving, and the coin of a page without a logo. */
function coinColours(brand: Colour): Record<string, Colour> {
  return {
    '--engraving': brand,
    '--coin-light': mixed(brand, white, 0.2),
    '--coin-dark': mixed(brand, black, 0.35),
    '--coin-plain': brand,
    '--coin-ink': textOn(brand),
  }
}

function legible(colour: Colour, grounds: readonly Colour[]): Colour {
  return readable(colour, grounds, textContrast) ?? textOn(grounds[0] ?? white)
}
