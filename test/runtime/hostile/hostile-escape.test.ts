// What hostile code can reach from where it stands: a walk over everything that hangs on the global object, and over what
// bindings hand out (SBX-40, SBX-41).
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { boundGlobals, guestGlobals, kindeGlobal } from '../../../src/runtime/guest/surface.ts'
import { hostFunctions } from '../../../src/runtime/worker/host-functions/index.ts'
import { HostileHost } from './hostile-host.ts'

let host: HostileHost

before(async () => {
  host = await HostileHost.open()
})

after(async () => {
  await host.assertUnharmed()
  await host.close()
})

/** Runs a function body and gives back what it returned, as JSON in the log. */
async function ask(body: string): Promise<unknown> {
  const code = `exports.default = async function (event) { const answer = await (async () => { ${body} })()
    const text = JSON.stringify(answer)
    for (let at = 0; at < text.length; at += 4000) console.log(text.slice(at, at + 4000)) }`
  const { outcome, log } = await host.run(await host.prepare(code))
  assert.equal(outcome.kind, 'completed', JSON.stringify(outcome))
  return JSON.parse(log.map(({ text }) => text).join(''))
}

const walk = `
  const names = new Set()
  const seen = new Set()
  const queue = [globalThis, event, module, require, exports, kinde.accessToken.getCustomClaims(), Symbol.iterator,
    async () => {}, function* () {}, async function* () {}, [][Symbol.iterator](), new Map().entries(), /x/[Symbol.matchAll]('x'),
    new Error('x'), new Proxy({}, {}), kinde.fetch('http://127.0.0.1/').catch((error) => queue.push(error))]
  await null
  while (queue.length > 0) {
    const node = queue.shift()
    if (node === null || (typeof node !== 'object' && typeof node !== 'function') || seen.has(node)) continue
    seen.add(node)
    for (const key of Reflect.ownKeys(node)) {
      names.add(String(key))
      const { value, get, set } = Reflect.getOwnPropertyDescriptor(node, key)
      if (typeof value === 'function') names.add(value.name)
      queue.push(value, get, set)
    }
    queue.push(Reflect.getPrototypeOf(node))
  }`

test('a walk over everything that can be reached finds no name of the host (SBX-40)', async () => {
  const found = await ask(`${walk}
    return { nodes: seen.size, names: [...names].filter((name) => /^[a-z_]/i.test(name)) }`)
  assert.ok(isWalk(found))
  assert.ok(found.nodes > 500, `${found.nodes} objects were seen`)
  const hostNames = [
    'process',
    'Buffer',
    'require_',
    'parentPort',
    'postMessage',
    'workerData',
    'SharedArrayBuffer',
    'Atomics',
    'WebAssembly',
    'WeakRef',
    'FinalizationRegistry',
    'gc',
    'std',
    'os',
    'ShadowRealm',
    'GuestError',
    'claimsPrototypes',
    'install',
    'mount',
    'load',
    'deliverAnswer',
    'fireTimer',
  ]
  for (const name of hostNames) assert.ok(!found.names.includes(name), `${name} can be reached`)
})

test('no function of the wall can be reached (SBX-40)', async () => {
  const wall = Object.keys(hostFunctions)
  // A host function prints as native code and has the name that the worker gave it; the engine's own have others.
  const found = await ask(`${walk}
    const wall = ${JSON.stringify(wall)}
    const native = (one) => typeof one === 'function' && /\\[native code\\]/.test(Function.prototype.toString.call(one))
    const known = [console, kinde.auth, kinde.env, kinde.localization, Reflect, Promise, Function.prototype, Math].flatMap((owner) => Object.getOwnPropertyNames(owner).map((name) => Reflect.getOwnPropertyDescriptor(owner, name).value))
    return [...seen].filter((one) => native(one) && wall.includes(one.name) && !known.includes(one)).map((one) => one.name)`)
  assert.deepEqual(found, [])
})

test('the global object holds the documented names alone (SBX-41)', async () => {
  const expected = [...guestGlobals, ...Object.values(boundGlobals).flat(), kindeGlobal].toSorted()
  const mountedAlways = expected.filter((name) => name !== 'util')
  const found = await ask(`return Reflect.ownKeys(globalThis).map(String).sort()`)
  assert.ok(Array.isArray(found))
  assert.deepEqual(
    found.filter((name) => name !== 'util'),
    mountedAlways,
  )
})

test('every binding has exactly its documented properties, symbols and inherited ones included (SBX-41)', async () => {
  const found = await ask(`
    const shape = (binding) => {
      const own = Reflect.ownKeys(binding).map(String).sort()
      const parent = Reflect.getPrototypeOf(binding)
      const inherits = parent === Object.prototype ? 'Object' : parent === Function.prototype ? 'Function' : String(parent)
      return typeof binding + ' ' + inherits + ': ' + own.join(' ')
    }
    return Object.fromEntries(Object.keys(kinde).map((name) => [name, shape(kinde[name])]))`)
  assert.deepEqual(found, {
    accessToken: 'object Object: getCustomClaims setCustomClaim',
    auth: 'object Object: denyAccess',
    cache: 'object Object: jwtToken',
    env: 'object Object: get getEnvironmentVariable',
    fetch: 'function Function: length name prototype',
    idToken: 'object Object: getCustomClaims setCustomClaim',
    localization: 'object Object: get',
    secureFetch: 'function Function: length name prototype',
  })
})

test('nothing of an earlier run is left, whatever it ended in (SBX-55)', async () => {
  const leave = `globalThis.left = Object.prototype.left = Symbol.for('left').description; Array.prototype.left = 1
    Math.left = kinde.left = console.left = 1; Object.freeze(Map.prototype); setInterval(() => {}, 1); state.left = 1`
  const endings = [
    '',
    'for (;;);',
    'throw new Error("x")',
    'kinde.auth.denyAccess("no")',
    'await new Promise(() => {})',
  ]
  const deployments = await Promise.all(
    endings.map((ending) =>
      host.prepare(`const state = {}; exports.default = async function () {
        const found = [globalThis.left, {}.left, [].left, Math.left, kinde.left, console.left, state.left].filter((one) => one !== undefined)
        if (found.length > 0 || Object.isFrozen(Map.prototype)) throw new RangeError('left over')
        ${leave}
        ${ending}
      }`),
    ),
  )
  for (let round = 0; round < 3; round++) {
    for (const deployment of deployments) {
      const { outcome } = await host.run(deployment, {}, { runningTimeMs: 50, wallClockMs: 100 })
      assert.doesNotMatch(JSON.stringify(outcome), /left over/)
    }
  }
})

test('randomness differs from run to run (SBX-62)', async () => {
  const body = `return [Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(8))].join()]`
  const [first, second] = [await ask(body), await ask(body)]
  assert.ok(Array.isArray(first) && Array.isArray(second))
  for (const [index, value] of first.entries()) assert.notEqual(value, second[index])
})

function isWalk(value: unknown): value is { readonly nodes: number; readonly names: readonly string[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'nodes' in value &&
    'names' in value &&
    Array.isArray(value.names)
  )
}
