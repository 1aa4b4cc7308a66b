// Where an error is, in the author's own file: of a package that throws, of a stack on the console (D8).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFolder, signInEvent, workflow } from './mintage.ts'

const run = ['run', 'tokensWorkflow.ts', '--event', 'event.json'] as const

test('D8: names the package that throws while it is loaded, its file, and what the author can do', async () => {
  await using folder = await openFolder({
    'event.json': signInEvent,
    'package.json': '{}',
    'node_modules/browser-width/index.js': `'use strict'\nconst a = 1\nmodule.exports = window.innerWidth + a\n`,
    'tokensWorkflow.ts': `import width from 'browser-width'\n${workflow('  token.width = width')}`,
  })
  const { code, stderr } = await folder.mintage(...run)
  assert.equal(
    stderr,
    `error[top_level_threw]: tokensWorkflow.ts threw while it was loaded: ReferenceError: window is not defined, in the package "browser-width" (node_modules/browser-width/index.js:3:18)
  --> tokensWorkflow.ts:1:19
   1 | import width from 'browser-width'
     |                   ^
  help: It expects window, which a workflow does not have. Use a package or a version that runs without Node and without a browser, or do this work behind a call (kinde.fetch).
`,
  )
  assert.equal(code, 5)
})

const consoleWorkflow = `import { priceOf } from './price.ts'
${workflow(`  console.log(new Error('made here').stack)
  try {
    priceOf({} as never)
  } catch (error) {
    console.error(error)
    console.log(JSON.stringify({ stack: (error as Error).stack }))
  }
  class Refusal extends Error {
    constructor(message: string) {
      super(message)
      this.name = 'Refusal'
      Error.captureStackTrace(this, Refusal)
    }
  }
  console.log(new Refusal('not today').stack)`)}`

const consoleFiles = {
  'event.json': signInEvent,
  'price.ts': `interface Plan { customer: { price: number } }

export function priceOf(plan: Plan): number {
  return plan.customer.price
}
`,
  'tokensWorkflow.ts': consoleWorkflow,
}

const consoleLines = [
  'Error: made here\n    at tokensWorkflow_default (tokensWorkflow.ts:10:19)',
  "TypeError: cannot read property 'price' of undefined\n    at priceOf (price.ts:4:10)\n    at tokensWorkflow_default (tokensWorkflow.ts:12:5)",
  String.raw`{"stack":"TypeError: cannot read property 'price' of undefined\n    at priceOf (price.ts:4:10)\n    at tokensWorkflow_default (tokensWorkflow.ts:12:5)"}`,
  'Refusal: not today\n    at tokensWorkflow_default (tokensWorkflow.ts:24:19)',
]

test('D8: a stack has the name and the message, and the places of the author’s files', async () => {
  await using folder = await openFolder(consoleFiles)
  const json = await folder.mintage(...run, '--json')
  assert.equal(json.code, 0, json.stderr)
  const { log } = JSON.parse(json.stdout) as { log: { text: string }[] }
  assert.deepEqual(
    log.map(({ text }) => text),
    consoleLines,
  )
  const { stdout } = await folder.mintage(...run)
  assert.match(stdout, /error {2}TypeError: cannot read .*\n +at priceOf \(price\.ts:4:10\)/)
  assert.doesNotMatch(stdout, /workflow\.js|mintage:|native/)
})

test('D8: a recorded run with stacks on the console replays identically', async () => {
  await using folder = await openFolder(consoleFiles)
  await folder.mintage(...run, '--record', 'recording.json')
  const { stdout, code } = await folder.mintage('run', '--replay', 'recording.json')
  assert.match(stdout, /replay: identical/)
  assert.equal(code, 0)
})

interface Loop {
  readonly title: string
  readonly files: Readonly<Record<string, string>>
  readonly at: string
  readonly message?: string
}

const loops: readonly Loop[] = [
  {
    title: 'after other loops and calls',
    files: {
      'tokensWorkflow.ts': workflow(`  const label = String(token.sub).length
  let sum = 0
  for (let n = 0; n < 10; n++) sum += n

  while (sum >= 0) {
    sum |= label
  }`),
    },
    at: 'tokensWorkflow.ts:13',
  },
  {
    title: 'without braces, behind a label and a condition',
    files: {
      'tokensWorkflow.ts': workflow(`  let n = event.context.user.id.length
  if (n)
    forever: for (;;)
      if (n) continue forever
      else n = n | 0`),
    },
    at: 'tokensWorkflow.ts:11',
  },
  {
    title: 'in a helper of the author’s',
    files: {
      'spin.ts': `export function spin(n: number): number {
  const one = 1

  do {
    n = n & one
  } while (n < 2)
  return n
}
`,
      'tokensWorkflow.ts': `import { spin } from './spin.ts'\n${workflow('  token.n = spin(1)')}`,
    },
    at: 'spin.ts:4',
  },
  {
    title: 'in a package, at the author’s call',
    files: {
      'package.json': '{}',
      'node_modules/spinner/index.js': `module.exports = function spin(n) {\n  const one = 1\n  while (true) {\n    n = n & one\n  }\n}\n`,
      'tokensWorkflow.ts': `import spin from 'spinner'\n${workflow('  token.n = spin(1)')}`,
    },
    at: 'tokensWorkflow.ts:10',
    message: ' It was in the package "spinner" (node_modules/spinner/index.js:3:3).',
  },
]

for (const { title, files, at, message = '' } of loops) {
  test(`D8: reports an endless loop where it stands: ${title}`, async () => {
    await using folder = await openFolder({ 'event.json': signInEvent, ...files })
    const options = ['--limit', 'runningTimeMs=200', '--limit', 'wallClockMs=60000']
    const { code, stderr } = await folder.mintage(...run, ...options)
    const [first = '', second = ''] = stderr.trim().split('\n')
    assert.equal(
      first,
      `error[running_time_exceeded]: The workflow computed for longer than 200 ms, waiting excluded.${message}`,
    )
    assert.equal(second.replace(/:\d+$/, ''), `  --> ${at}`)
    assert.equal(code, 4)
  })
}

const calls: readonly (readonly [line: string, message: string])[] = [
  ['event.context.user.getEmail()', 'event.context.user.getEmail is not a function'],
  ['const plan = token.plan; plan(1, event)', 'plan is not a function'],
  ['event.load(event.context, event.request)', 'event.load is not a function'],
  ['new event.context.Client(1)', 'event.context.Client is not a function'],
  ['void [1].map((n) => event.scale(n))', 'event.scale is not a function'],
  ['void [1].map(token.scale)', 'not a function'],
]

test('D8: names what was called when it is not a function', async (t) => {
  await using folder = await openFolder({ 'event.json': signInEvent })
  for (const [line, message] of calls) {
    await t.test(line, async () => {
      await folder.write('tokensWorkflow.ts', workflow(`  ${line}`))
      const { stderr, code } = await folder.mintage(...run)
      const [first = '', second = ''] = stderr.trim().split('\n')
      assert.equal(first, `error[workflow_threw]: TypeError: ${message}`)
      assert.match(second, /--> tokensWorkflow\.ts:9:\d+$/)
      assert.equal(code, 4)
    })
  }
})
