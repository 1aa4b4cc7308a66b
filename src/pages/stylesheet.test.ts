import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { stylesheet, stylesheetHash, stylesheetPath } from './stylesheet.ts'

const palette = readFileSync(new URL('./styles/palette.css', import.meta.url), 'utf8')
const [lightRules = '', darkRules = ''] = palette.split('@media (prefers-color-scheme: dark)')

function colours(rules: string): ReadonlyMap<string, string> {
  return new Map(
    [...rules.matchAll(/--([\w-]+): (#[\da-f]{6});/g)].map(([, name = '', hex = '']) => [name, hex]),
  )
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Each ground with what is written on it. */
const texts = {
  ground: ['ink', 'ink-soft', 'accent', 'accent-strong'],
  sheet: [
    ...['ink', 'ink-soft', 'accent', 'accent-strong', 'removed', 'added', 'changed'],
    ...['json-name', 'json-string', 'json-number', 'json-literal'],
  ],
  raised: ['ink', 'ink-soft', 'json-name', 'json-string', 'json-number', 'json-literal'],
  accent: ['on-accent'],
  'accent-strong': ['on-accent'],
  'accent-wash': ['ink', 'ink-soft'],
  'added-wash': ['added', 'ink', 'ink-soft', 'json-string', 'json-number', 'json-literal'],
  'changed-wash': ['changed', 'ink', 'ink-soft', 'json-string', 'json-number', 'json-literal'],
  'removed-wash': ['removed', 'ink', 'ink-soft', 'json-string', 'json-number', 'json-literal'],
  'refused-wash': ['refused', 'ink', 'ink-soft', 'json-string', 'json-number', 'json-literal'],
}
/** What has to be seen but not read: edges of fields, the ring of focus. */
const edges = { sheet: ['edge', 'accent', 'removed'], ground: ['edge', 'accent'] }

describe('the colours', () => {
  for (const [scheme, rules] of [
    ['light', lightRules],
    ['dark', darkRules],
  ] as const) {
    test(`reach the contrast of WCAG 2.2 AA: ${scheme}`, () => {
      const table = colours(rules)
      const ratio = (one: string, other: string) => contrast(table.get(one) ?? '', table.get(other) ?? '')
      const weak = (pairs: Readonly<Record<string, readonly string[]>>, least: number) =>
        Object.entries(pairs).flatMap(([ground, inks]) =>
          inks
            .filter((ink) => !(ratio(ground, ink) >= least))
            .map((ink) => `${ink} on ${ground}: ${ratio(ground, ink).toFixed(2)}`),
        )
      assert.deepEqual(weak(texts, 4.5), [])
      assert.deepEqual(weak(edges, 3), [])
    })
  }
})

describe('the stylesheet', () => {
  test('has an address that changes with its content', () => {
    assert.match(stylesheetHash, /^[\da-f]{16}$/)
    assert.ok(stylesheetPath.includes(stylesheetHash))
  })

  test('needs nothing from elsewhere', () => {
    const addresses = [...stylesheet.matchAll(/url\("?([^")]{0,20})/g)].map(([, address = '']) => address)
    assert.ok(addresses.length > 0)
    assert.deepEqual(
      addresses.filter((address) => !address.startsWith('data:')),
      [],
    )
    assert.doesNotMatch(stylesheet, /@import/)
  })
})
