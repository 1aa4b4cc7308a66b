import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { languageFor } from './language.ts'

describe('the language of a page', () => {
  test('is the first one of ui_locales that there is (OIDC Core §3.1.2.1)', () => {
    assert.equal(languageFor('fr-CA de-AT en', 'en'), 'de')
  })

  test('is what lang names', () => assert.equal(languageFor('de', undefined), 'de'))

  test('follows the browser when the application asks for nothing that there is', () => {
    assert.equal(languageFor('fr', 'fr, de;q=0.8, en;q=0.7'), 'de')
  })

  test('follows the weights of Accept-Language, not its order (RFC 9110 §12.5.4)', () => {
    assert.equal(languageFor(undefined, 'de;q=0.3, en-GB;q=0.9'), 'en')
  })

  test('is never one that the browser excludes with q=0', () => {
    assert.equal(languageFor(undefined, 'de;q=0, fr'), 'en')
  })

  test('is one of those on offer, and the first of them for everybody else', () => {
    assert.equal(languageFor('en', 'en', ['de']), 'de')
    assert.equal(languageFor('fr', undefined, ['de', 'en']), 'de')
    assert.equal(languageFor('en', undefined, ['de', 'en']), 'en')
  })

  test('is English without a preference, or with an invalid one', () => {
    assert.equal(languageFor(undefined, undefined), 'en')
    assert.equal(languageFor('', '*;q=abc,,;;'), 'en')
    assert.equal(languageFor('<script>', '__proto__'), 'en')
    assert.equal(languageFor('x '.repeat(100_000), undefined), 'en')
  })
})
