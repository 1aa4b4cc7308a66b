import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { hexOf, palettes, parseColour, worstContrast, type Branding } from '../branding/index.ts'
import { themeHref, themeOf } from './theme-stylesheet.ts'

const stylesheet = readFileSync(new URL('styles/palette.css', import.meta.url), 'utf8')

/** The custom properties of the light and of the dark page. */
function declaredIn(css: string): Record<string, string>[] {
  return [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, block = '']) =>
    Object.fromEntries(
      [...block.matchAll(/(--[\w-]+): (#\w+);/g)].map(([, name = '', value]) => [name, value ?? '']),
    ),
  )
}

function themed(theme: Branding): Record<string, string>[] {
  const href = themeHref(theme)
  assert.ok(href)
  const { css, isCurrent } = themeOf(new URL(href, 'https://id.example.com').searchParams)
  assert.ok(isCurrent)
  return declaredIn(css)
}

describe('the stylesheet of a branding', () => {
  test('is measured against the colours that the pages have', () => {
    const [light, dark] = declaredIn(stylesheet)
    for (const [mode, declared] of [
      ['light', light],
      ['dark', dark],
    ] as const)
      for (const [name, colour] of Object.entries(palettes[mode])) {
        const property = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
        assert.equal(declared?.[property], hexOf(colour), `${mode} ${property}`)
      }
  })

  test('is left out when nothing is set', () => {
    const links: Branding = { businessName: 'Acme', termsUrl: 'https://acme.example' }
    assert.equal(themeHref({}), undefined)
    assert.equal(themeHref(links), undefined)
  })

  test('keeps every text readable, whatever is combined', () => {
    const hues = ['#000', '#fff', '#777', '#ffd400', '#0056f1', '#7c2d92', '#ff0000']
    for (const background of [undefined, ...hues])
      for (const foreground of hues) {
        const page = { ...(background && { backgroundColor: background }), linkColor: foreground }
        const button = { buttonColor: background ?? '#123456', buttonTextColor: foreground }
        const [light, dark] = themed({ ...page, ...button })
        for (const [mode, declared = {}] of [
          ['light', light],
          ['dark', dark],
        ] as const) {
          const of = (name: string) => parseColour(declared[name] ?? '') ?? palettes[mode].ink
          const ground = declared['--ground'] === undefined ? palettes[mode].sheet : of('--ground')
          const texts = ['--accent', ...(declared['--ground'] ? ['--ink', '--ink-soft', '--removed'] : [])]
          for (const text of texts)
            assert.ok(worstContrast(of(text), [ground]) >= 4.5, `${mode} ${text} ${JSON.stringify(page)}`)
          const label = of('--kinde-designer-button-primary-color')
          assert.ok(worstContrast(label, [of('--kinde-designer-button-primary-background-color')]) >= 4.5)
        }
      }
  })
})
