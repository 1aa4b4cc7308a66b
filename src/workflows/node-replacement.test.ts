import assert from 'node:assert/strict'
import { createRequire, builtinModules } from 'node:module'
import { describe, test } from 'node:test'
import { workflowHelpers, hintForMissingName } from './missing-name.ts'
import { moduleReplacement, nodeGlobalReplacement } from './node-replacement.ts'

describe('what takes the place of Node', () => {
  // The sandbox has these two.
  const offered = ['url', 'util']
  const modules = builtinModules.filter((name) => !name.startsWith('_') && !offered.includes(name))
  for (const name of modules) {
    test(`is known for "${name}", with and without node:`, () => {
      const known = moduleReplacement(name)
      assert.match(known ?? '', /^[A-Z].+\.$/)
      assert.equal(moduleReplacement(`node:${name.replace(/^node:/, '')}`), known)
    })
  }

  for (const name of ['process', 'Buffer', 'require', '__dirname', '__filename', 'setImmediate', 'fs']) {
    test(`is known for the global ${name}`, () => {
      assert.match(nodeGlobalReplacement(name) ?? '', /^[A-Z].+\.$/)
    })
  }

  for (const name of ['lodash', 'toString', '__proto__', '']) {
    test(`is unknown for ${JSON.stringify(name)}`, () => {
      assert.equal(moduleReplacement(name), undefined)
      assert.equal(nodeGlobalReplacement(name), undefined)
    })
  }
})

describe('the helpers of a workflow', () => {
  test('are exports of @kinde/infrastructure', () => {
    const library = createRequire(import.meta.url)('@kinde/infrastructure') as Record<string, unknown>
    for (const helper of workflowHelpers) assert.notEqual(library[helper], undefined, helper)
  })

  test('come with the line that imports them', () => {
    assert.equal(
      hintForMissingName('createKindeAPI'),
      "Add at the top of the file: import { createKindeAPI } from '@kinde/infrastructure'",
    )
    assert.match(hintForMissingName('idTokenCustomClaim') ?? '', /^Did you mean idTokenCustomClaims\?/)
    assert.equal(hintForMissingName('customer'), undefined)
  })
})
