// What is true of the text of every page, in every language: no script and no inline style, everything labelled, ids once,
// forms protected, and nothing that a view model holds becomes markup.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { languages, scriptPath } from '../../src/pages/index.ts'
import { hostedFixtures } from './fixtures.ts'

const markup = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`
const scriptAddress = 'javascript:alert(1)'

function tags(html: string, name: string): string[] {
  return [...html.matchAll(new RegExp(`<${name}\\b[^>]*>`, 'g'))].map(([tag]) => tag)
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
}

function ids(html: string): string[] {
  return [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = '']) => id)
}

/** What would let a page run or load something, or lend itself to it; the one script that pages have is our own file. */
function dangerous(html: string): string[] {
  const others = html.replace(`<script src="${scriptPath}" defer></script>`, '')
  return [
    ...others.matchAll(
      /<(?:script|style|iframe|object|embed|base|img src=x)\b|\s(?:on\w+|style)="|\s(?:href|src|action|formaction)="javascript:/gi,
    ),
  ].map(([found]) => found)
}

for (const language of languages) {
  describe(`pages in ${language}`, () => {
    for (const [name, fixture] of Object.entries(hostedFixtures(language))) {
      const { html } = fixture

      test(`${name} is a document with a language, a title and one h1 that it begins with`, () => {
        assert.match(html, new RegExp(`^<!doctype html>\\s*<html lang="${language}">`))
        const [h1, ...others] = [...html.matchAll(/<h1>(.*?)<\/h1>/gs)].map(([, text = '']) =>
          text.replaceAll(/<[^>]*>/g, ''),
        )
        assert.deepEqual(others, [])
        assert.match(html, /<title>[^<]+<\/title>/)
        if (!name.startsWith('playground-landing')) {
          assert.ok(/<title>([^<]*)/.exec(html)?.[1]?.includes(h1 ?? 'none'), 'the title holds the h1')
        }
      })

      test(`${name} has no script but our own file, no inline style and no event handler (BR-06)`, () => {
        assert.deepEqual(dangerous(html), [])
      })

      test(`${name} has a label for each input and each id once`, () => {
        const visible = tags(html, 'input').filter(
          (tag) => attribute(tag, 'type') !== 'hidden' && !/\shidden\b/.test(tag),
        )
        const labels = new Set(tags(html, 'label').map((tag) => attribute(tag, 'for')))
        assert.deepEqual(
          visible.filter((tag) => !labels.has(attribute(tag, 'id'))),
          [],
        )
        assert.deepEqual(
          visible.filter((tag) => attribute(tag, 'autocomplete') === undefined),
          [],
        )
        const all = ids(html)
        assert.deepEqual(all, [...new Set(all)])
      })

      test(`${name} refers only to ids that it has`, () => {
        const known = new Set(ids(html))
        const named = [
          ...html.matchAll(/\s(?:aria-describedby|aria-labelledby|aria-controls|for)="([^"]*)"/g),
        ]
        const missing = named.flatMap(([, list = '']) => list.split(' ')).filter((id) => !known.has(id))
        const links = [...html.matchAll(/\shref="#([^"]+)"/g)].map(([, id = '']) => id)
        assert.deepEqual([...missing, ...links.filter((id) => !known.has(id))], [])
      })

      test(`${name} protects each form and focuses one field at most (BR-04)`, () => {
        const forms = html.split('<form').slice(1)
        assert.deepEqual(
          forms.filter((form) => !/method="post"/.test(form) || !/name="csrf"\s+value="[^"]+"/.test(form)),
          [],
        )
        assert.ok((html.match(/\sautofocus/g) ?? []).length <= 1)
      })

      test(`${name} shows hostile texts as text (BR-07)`, () => {
        assert.deepEqual(dangerous(fixture.withEveryText(markup)), [])
        assert.deepEqual(dangerous(fixture.withEveryText(scriptAddress)), [])
      })
    }
  })
}
