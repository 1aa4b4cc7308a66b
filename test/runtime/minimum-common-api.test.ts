// The minimum common web API (ECMA-429), asked of a real run item by item and compared with the table that authors read. A refused
// item is absent to everything by which packages look for it, and using it names the replacement.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { minimumCommonApi, minimumCommonApiTable } from '../../src/runtime/minimum-common-api.ts'
import { streamGlobals } from '../../src/runtime/guest/surface.ts'
import { hintForGuestError } from '../../src/triggers/guest-error-hint.ts'
import { claimsOf, openTestSandbox, testBindings, workflow } from '../harness/sandbox.ts'

const runs = await openTestSandbox({ after })
const page = await readFile(new URL('../../docs/reference/guest-surface.md', import.meta.url), 'utf8')
const refused = minimumCommonApi.filter(({ instead }) => instead !== undefined)
const trigger = 'user:tokens_generation'

/** What is there, and for the rest the message that reading the name as written throws. */
let found: Readonly<Record<string, string | true>>

before(async () => {
  const reads = minimumCommonApi.map(({ name }) => `[${JSON.stringify(name)}, () => ${name}]`)
  const result = await runs.run(`
    const found = {}
    for (const [name, read] of [${reads.join(',')}]) try { found[name] = read() === undefined ? 'undefined' : true } catch (error) { found[name] = error.message }
    kinde.accessToken.setCustomClaim('found', found)`)
  found = Object.fromEntries(
    Object.entries(claimsOf(result)['found'] ?? {}).map(([name, value]) => [
      name,
      value === true ? true : String(value),
    ]),
  )
})

describe('D5: the minimum common web API', () => {
  test('has every item that the table says is there, and no other', () => {
    for (const { name, instead } of minimumCommonApi)
      assert.equal(found[name] === true, instead === undefined, name)
  })

  test('is the table of docs/reference/guest-surface.md', () => {
    assert.ok(page.includes(`\n\n${minimumCommonApiTable()}\n\n`), 'run npm run docs')
  })

  test('has every item of the standard once', () => {
    const names = minimumCommonApi.map(({ name }) => name)
    assert.equal(new Set(names).size, names.length)
    assert.equal(names.length, 78)
  })

  test('hides what it refuses from typeof, `in` and reading a member, by which packages look', async () => {
    const names = [...new Set(refused.map(({ name }) => name.split('.')[0]))]
    const { seen } = claimsOf(
      await runs.run(
        `kinde.accessToken.setCustomClaim('seen', [${names.map((name) => `typeof ${name}, '${name}' in globalThis, String(self.${name})`).join()}])`,
      ),
    )
    assert.deepEqual(
      seen,
      names.flatMap(() => ['undefined', false, 'undefined']),
    )
  })

  test('says what to use instead when a refused item is used, however it is reached', async () => {
    for (const { name, instead = '' } of refused) {
      const message = String(found[name])
      assert.match(
        hintForGuestError(
          { name: 'ReferenceError', message, stack: '' },
          { line: name, linesBefore: [] },
          trigger,
        ) ?? '',
        new RegExp(`^A workflow has no ${name.split('.')[0]}\\. `),
      )
      assert.ok(
        hintForGuestError(
          { name: 'ReferenceError', message, stack: '' },
          { line: name, linesBefore: [] },
          trigger,
        )?.endsWith(instead),
      )
    }
    for (const line of ['new self.URLPattern("/")', 'globalThis.WebAssembly.compile(bytes)']) {
      const { outcome } = await runs.run(`const bytes = 1; ${line}`)
      assert.ok(outcome.kind === 'threw')
      assert.match(
        hintForGuestError(outcome.error, { line, linesBefore: [] }, trigger) ?? '',
        /^A workflow has no /,
        outcome.error.message,
      )
    }
  })
})

describe('D5: streams', () => {
  const ask = `kinde.accessToken.setCustomClaim('there', ['Readable', 'Writable'].map((kind) => typeof globalThis[kind + ['S', 'tream'].join('')]))`

  test('are there for a bundle that names one, a body or a Blob’s stream, and cost the others nothing', async () => {
    const without = await runs.deploy(workflow(ask))
    assert.deepEqual(claimsOf(await runs.invoke(without))['there'], ['undefined', 'undefined'])
    for (const mention of [
      'typeof ReadableStream',
      'new Response("").body',
      'new Blob([]).stream()',
      'typeof TextDecoderStream',
    ]) {
      const named = await runs.deploy(workflow(`${mention}; ${ask}`), testBindings)
      assert.deepEqual(claimsOf(await runs.invoke(named))['there'], ['function', 'function'], mention)
      assert.ok(named.imageBytes > without.imageBytes)
    }
  })

  test('carry bodies in and out, whole and in parts', async () => {
    const { x } = claimsOf(
      await runs.run(`
        const streamOf = (...chunks) => new ReadableStream({ start(c) { for (const chunk of chunks) c.enqueue(chunk); c.close() } })
        const bytes = new Uint8Array([0xe2, 0x82])
        const parts = []; for await (const chunk of new Response('abc').body) parts.push(...chunk)
        const used = new Response('x'); const reader = used.body.getReader(); await reader.read()
        const response = new Response(streamOf(new Uint8Array([65]))); const copy = response.clone()
        kinde.accessToken.setCustomClaim('x', [
          await new Response(streamOf(bytes, new Uint8Array([0xac])).pipeThrough(new TextDecoderStream()).pipeThrough(new TextEncoderStream())).text(),
          parts, used.bodyUsed, await used.text().catch((e) => e.name), await response.text(), await copy.text(),
          await new Response(streamOf('no bytes')).text().catch((e) => e.name),
          (() => { try { new Request('https://a.example', { method: 'POST', body: streamOf() }) } catch (e) { return e.name } })(),
          await new Request('https://a.example', { method: 'POST', duplex: 'half', body: new Blob(['blob']).stream() }).text(),
          new Response(null).body, (await ReadableStream.from(['from']).getReader().read()).value,
        ])`),
    )
    assert.deepEqual(x, [
      '€',
      [97, 98, 99],
      true,
      'TypeError',
      'A',
      'A',
      'TypeError',
      'TypeError',
      'blob',
      null,
      'from',
    ])
  })

  test('all have the names of the list', async () => {
    const { x } = claimsOf(
      await runs.run(
        `kinde.accessToken.setCustomClaim('x', ${JSON.stringify(streamGlobals)}.map((name) => globalThis[name].name))`,
      ),
    )
    assert.deepEqual(x, streamGlobals)
  })
})

test('D5: TextDecoder decodes latin1 and UTF-16, and names what it cannot', async () => {
  const { x } = claimsOf(
    await runs.run(`
      const of = (label, ...bytes) => { try { return new TextDecoder(label).decode(new Uint8Array(bytes)) } catch (e) { return e.name + ' ' + e.message } }
      kinde.accessToken.setCustomClaim('x', [of('latin1', 0xe9, 0x80, 0x9f), of(' ASCII ', 65), new TextDecoder('l1').encoding, of('utf-16le', 65, 0), of('utf-16be', 0, 65), of('utf8', 0xff), of('shift_jis')])`),
  )
  assert.ok(Array.isArray(x))
  assert.deepEqual(x.slice(0, 6), ['é€Ÿ', 'A', 'windows-1252', 'A', 'A', '\ufffd'])
  assert.match(
    JSON.stringify(x[6]),
    /^"RangeError TextDecoder: the encoding \\"shift_jis\\" is not supported; there are utf-8, utf-16le, utf-16be and windows-1252/,
  )
})
