import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { makeProject } from '../../test/harness/temp-project.ts'
import { bundleFileName, bundleWrapperLines } from '../runtime/index.ts'
import { bundleWorkflow, type Bundle } from './bundle.ts'
import { locate, mapStack, sourceText } from './source-position.ts'

const source = [
  `import { denyAccess } from '@kinde/infrastructure'`,
  `import { fail } from './fail.ts'`,
  `interface Unused { a: string }`,
  `export default async function handle(event: { tier: string }) {`,
  `  if (event.tier === 'gold') fail()`,
  `  denyAccess('marker in the library')`,
  `}`,
].join('\n')

async function sampleBundle(t: TestContext): Promise<Bundle> {
  const dir = await makeProject(t, {
    'tokensWorkflow.ts': source,
    'fail.ts': `type A = string\nexport function fail(): A {\n  throw new TypeError('marker in fail')\n}\n`,
  })
  return bundleWorkflow(join(dir, 'tokensWorkflow.ts'), { project: { dir } })
}

/** The frame that the engine would show for the place of `text` in the bundle. */
function frame(bundle: Bundle, name: string, text: string): string {
  const lines = bundle.code.split('\n')
  const line = lines.findIndex((candidate) => candidate.includes(text))
  assert.notEqual(line, -1, `"${text}" is in the bundle`)
  const column = (lines[line]?.indexOf(text) ?? 0) + 1
  return `    at ${name} (${bundleFileName}:${String(line + 1 + bundleWrapperLines)}:${String(column)})`
}

describe('mapStack', () => {
  test("maps the engine's frames to file, line and column of the TypeScript", async (t) => {
    const bundle = await sampleBundle(t)
    const stack = [
      frame(bundle, 'fail', 'TypeError("marker in fail")'),
      '    at map (native)',
      frame(bundle, 'handle', 'fail();'),
      '    at run (mintage:prelude:10:5)',
    ].join('\n')
    assert.equal(
      mapStack(stack, bundle),
      '    at fail (fail.ts:3:13)\n    at handle (tokensWorkflow.ts:5:30)',
    )
    assert.deepEqual(locate(stack, bundle), { file: 'fail.ts', line: 3, column: 13 })
  })

  test('maps a frame without a name', async (t) => {
    const bundle = await sampleBundle(t)
    const bare = frame(bundle, 'x', 'fail();').replace(/x \((.*)\)/, '$1')
    assert.equal(mapStack(bare, bundle), '    at tokensWorkflow.ts:5:30')
  })

  const without: [string, string][] = [
    ['an empty stack', ''],
    ['native frames', '    at map (native)'],
    ['frames of the prelude', '    at run (mintage:prelude:3:5)'],
    ['paths of the machine', '    at x (/etc/passwd:1:1)\n    at file:///etc/passwd:1:1'],
    ['a place before the bundle', `    at x (${bundleFileName}:1:1)`],
    ['a place after the bundle', `    at x (${bundleFileName}:999999999:1)`],
    [
      'a place that is not a number',
      `    at x (${bundleFileName}:1e3:0x1)\n    at x (${bundleFileName}:-1:1)`,
    ],
    ['a column of 0', `    at x (${bundleFileName}:20:0)`],
    ['a number that is too long', `    at x (${bundleFileName}:${'9'.repeat(40)}:1)`],
    [
      'another script of almost the same name',
      '    at x (workflowxjs:20:1)\n    at x (evil/workflow.js:20:1:workflow.js)',
    ],
  ]
  for (const [title, stack] of without) {
    test(`gives nothing for ${title}`, async (t) => {
      const bundle = await sampleBundle(t)
      assert.equal(mapStack(stack, bundle), '')
      assert.equal(locate(stack, bundle), undefined)
    })
  }

  test('reads no more than 50 lines and 16 KiB of a stack', async (t) => {
    const bundle = await sampleBundle(t)
    const line = frame(bundle, 'f', 'fail();')
    assert.equal(mapStack(`${line}\n`.repeat(100_000), bundle).split('\n').length, 50)
    assert.equal(mapStack(`${'x'.repeat(16 * 1024)}\n${line}`, bundle), '')
  })

  test('cuts a giant name and takes control characters out of it', async (t) => {
    const bundle = await sampleBundle(t)
    const mapped = mapStack(frame(bundle, '\u001B[2J\u202Eevil', 'fail();'), bundle)
    assert.equal(mapped, '    at  [2J evil (tokensWorkflow.ts:5:30)')
    assert.ok(mapStack(frame(bundle, 'n'.repeat(250), 'fail();'), bundle).length < 160)
  })

  test('stays linear for a line that is made to backtrack', async (t) => {
    const bundle = await sampleBundle(t)
    assert.equal(mapStack(`    at ${' ('.repeat(8_000)}`, bundle), '')
  })
})

describe('locate', () => {
  test("prefers the author's own file over a package that threw", async (t) => {
    const bundle = await sampleBundle(t)
    const stack = [
      frame(bundle, 'denyAccess', 'kinde.auth.denyAccess'),
      frame(bundle, 'handle', '("marker in the library")'),
    ]
    assert.equal(locate(stack.join('\n'), bundle)?.file, 'tokensWorkflow.ts')
    assert.match(locate(stack[0] ?? '', bundle)?.file ?? '', /^@kinde\/infrastructure\//)
  })
})

describe('sourceText', () => {
  test('gives the text of an input, and nothing for another name', async (t) => {
    const bundle = await sampleBundle(t)
    assert.equal(sourceText(bundle, 'tokensWorkflow.ts'), source)
    assert.equal(sourceText(bundle, '/etc/passwd'), undefined)
  })
})
