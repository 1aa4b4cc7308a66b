// D5 through the CLI: a package in the style of lodash, which looks for the global object, and one that uses what a workflow lacks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFolder, smallEvent, workflow } from './mintage.ts'

/** How lodash and its likes find the global object (lodash/_root.js). */
const rootPackage = `
var freeGlobal = typeof global == 'object' && global && global.Object === Object && global
var freeSelf = typeof self == 'object' && self && self.Object === Object && self
var root = freeGlobal || freeSelf || Function('return this')()
module.exports = function get(object, key) { return root.Object(object)[key] }`

test('D5: runs a workflow whose package looks for the global object, and fetches with a time-out', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'node_modules/root-finder/package.json': '{"name":"root-finder","version":"1.0.0","main":"get.js"}',
    'node_modules/root-finder/get.js': rootPackage,
    'tokensWorkflow.ts': `import get from 'root-finder'\n${workflow(`  token.tier = get({ tier: 'gold' }, 'tier')
  token.aborted = AbortSignal.abort().aborted
  token.json = await new Response(JSON.stringify({ a: 1 })).json()`)}`,
  })
  const { code, stdout } = await folder.mintage('run', 'tokensWorkflow.ts', '--event', 'event.json', '--json')
  assert.equal(code, 0, stdout)
  const { accessToken } = JSON.parse(stdout)
  assert.deepEqual(
    [accessToken.after.tier, accessToken.after.aborted, accessToken.after.json],
    ['gold', true, { a: 1 }],
  )
})

test('D5: names the replacement of what a workflow does not have', async () => {
  await using folder = await openFolder({
    'event.json': smallEvent,
    'tokensWorkflow.ts': workflow(`  token.id = new URLPattern({ pathname: '/:id' })`),
  })
  const { code, stderr, stdout } = await folder.mintage('run', 'tokensWorkflow.ts', '--event', 'event.json')
  assert.equal(code, 4)
  assert.match(stdout + stderr, /A workflow has no URLPattern\. Import the package urlpattern-polyfill/)
})
