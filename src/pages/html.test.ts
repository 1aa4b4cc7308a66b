import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { appAddress, html, withName, withStrong } from './html.ts'

describe('html', () => {
  test('escapes every text, for content and for quoted attributes (BR-07)', () => {
    assert.equal(
      html`<p title="${`"'`}">${'<b>&amp;'}</p>`.toString(),
      '<p title="&quot;&#39;">&lt;b&gt;&amp;amp;</p>',
    )
  })

  test('takes its own markup as it is', () => {
    assert.equal(html`<p>${html`<b>${'<'}</b>`}</p>`.toString(), '<p><b>&lt;</b></p>')
  })

  test('escapes what only looks like its markup', () => {
    assert.equal(html`${html`<b></b>`.toString()}`.toString(), '&lt;b&gt;&lt;/b&gt;')
  })

  test('joins lists and writes nothing for undefined and false', () => {
    assert.equal(html`${['<', html`<b></b>`, [1, 0]]}${undefined}${false}`.toString(), '&lt;<b></b>10')
  })

  for (const address of [
    'https://example.com/a?b=c&d=e',
    'http://localhost:3000/',
    '/path',
    '?page=2',
    '#field',
    '//example.com/x',
  ]) {
    test(`keeps the address ${address} in href, src and action`, () => {
      const shown = address.replaceAll('&', '&amp;')
      assert.equal(html`<a href="${address}">x</a>`.toString(), `<a href="${shown}">x</a>`)
      assert.equal(html`<img src="${address}" />`.toString(), `<img src="${shown}" />`)
      assert.equal(html`<form action="${address}"></form>`.toString(), `<form action="${shown}"></form>`)
    })
  }

  for (const address of [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'http://',
  ]) {
    test(`leaves out the attribute with the address ${JSON.stringify(address)} (BR-07)`, () => {
      assert.equal(html`<a class="x" href="${address}" id="y">x</a>`.toString(), '<a class="x" id="y">x</a>')
    })
  }
})

describe('the address of an application', () => {
  test('may have a scheme of its own, and none that a browser acts on by itself (BR-07)', () => {
    const link = (uri: string) => html`<a href="${appAddress(uri)}">x</a>`.toString()
    assert.equal(
      link('com.example.app:/cb?code=1&state="'),
      '<a href="com.example.app:/cb?code=1&amp;state=&quot;">x</a>',
    )
    for (const uri of ['javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', 'intent://x'])
      assert.equal(link(uri), '<a>x</a>')
  })
})

describe('a name in a sentence', () => {
  const sentence = (name: string) => `sent to ${name}, now < later`

  test('C6: keeps its own direction of writing, and all of it is escaped', () => {
    assert.equal(withName(sentence, '<שלום>').toString(), 'sent to <bdi>&lt;שלום&gt;</bdi>, now &lt; later')
    assert.equal(
      withStrong(sentence, 'a@b').toString(),
      'sent to <strong><bdi>a@b</bdi></strong>, now &lt; later',
    )
  })

  test('may be a word of the sentence, or empty', () => {
    assert.equal(withName(sentence, 'to').toString(), 'sent to <bdi>to</bdi>, now &lt; later')
    assert.equal(withName(sentence, '').toString(), 'sent to <bdi></bdi>, now &lt; later')
  })
})
