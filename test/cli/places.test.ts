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
