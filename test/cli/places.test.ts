// Where an error is, in the author's own file: of a package that throws (D8).
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
