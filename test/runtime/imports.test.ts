// The whole wall (SBX-54, SBX-52): the functions that are imported into the engine's WebAssembly, by name, and what each does
// for an engine that has been taken over by its guest: pointers out of range, lengths of 2^31, freed handles, ids of other
// runs. An addition to these lists is a decision about security.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'

type Import = (...parameters: unknown[]) => unknown

const importsSchema = z.record(z.string(), z.record(z.string(), z.unknown()))
const exportsSchema = z.looseObject({
  memory: z.custom<{ readonly buffer: ArrayBuffer }>(),
  wasm_malloc: z.custom<(bytes: number) => number>(),
})
interface Instance {
  readonly imports: z.infer<typeof importsSchema>
  readonly exports: z.infer<typeof exportsSchema>
}

/** Every engine that is made from here on, seen from WebAssembly's side; its extensions import no host function of their own. */
const instances: Instance[] = []
const extensionModules = new Set<string>()
const instantiate: unknown = Reflect.get(WebAssembly, 'instantiate')
Reflect.set(WebAssembly, 'instantiate', async (module: unknown, given: unknown) => {
  const instance: unknown = await (instantiate as Import)(module, given)
  const imports = importsSchema.parse(given)
  if (imports['env']?.['host_call'] === undefined) {
    for (const [name, members] of Object.entries(imports))
      if (Object.keys(members).length > 0) extensionModules.add(name)
  } else {
    const { exports } = z.object({ exports: z.custom<object>() }).parse(instance)
    instances.push({ imports, exports: exportsSchema.parse({ ...exports }) })
  }
  return instance
})

// Loaded after instantiate was wrapped.
const { openWorkerEngines, secretEnvironment, startRun } = await import('../harness/worker-engine.ts')
const { hostFunctions } = await import('../../src/runtime/worker/host-functions/index.ts')
const engines = await openWorkerEngines()
const waiting = await engines.image(`
  const secret = kinde.env.getEnvironmentVariable('SECRET').value
  const pending = kinde.fetch('https://example.com/')
  await new Promise((resolve) => setTimeout(resolve, 120))
  kinde.accessToken.setCustomClaim('secret', secret)`)

async function standing(secret: string) {
  const engine = await engines.engine(waiting)
  const instance = instances.at(-1)
  assert.ok(instance)
  return { engine, instance, ...startRun(engine, waiting, { environment: secretEnvironment(secret) }) }
}

function named(instance: Instance, module: string): Record<string, Import> {
  const table = z.record(
    z.string(),
    z.custom<Import>((value) => typeof value === 'function'),
  )
  const members = Object.entries(instance.imports[module] ?? {})
  return table.parse(Object.fromEntries(members.filter(([name]) => !memoryNames.includes(name))))
}

/** What an import did: its answer, or the name of what it threw. */
function outcomeOf(call: () => unknown): string {
  try {
    return String(call())
  } catch (error) {
    return error instanceof Error ? error.name : 'no error'
  }
}

function holds(memory: { readonly buffer: ArrayBuffer }, text: string): boolean {
  const bytes = Buffer.from(memory.buffer)
  return bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le'))
}

const envNames = [
  'host_call',
  'host_get_timezone_offset',
  'host_interrupt',
  'host_module_load',
  'host_module_normalize',
  'host_promise_rejection',
]
/** The memory, and the map of what is written to it, for which the code of the engine has no instruction but its marks. */
const memoryNames = ['memory', 'writes']
const wasiNames = ['clock_time_get', 'fd_close', 'fd_fdstat_get', 'fd_seek', 'fd_write', 'random_get']
const hostFunctionNames = [
  'abortCall',
  'call',
  'clearTimer',
  'deny',
  'env',
  'finish',
  'finishPlain',
  'intl',
  'localization',
  'log',
  'reservedAttempt',
  'setTimer',
  'wait',
  'webCrypto',
]

test('the functions that are imported into WebAssembly, and those behind host_call, are these and no others', () => {
  for (const { imports } of instances) {
    assert.deepEqual(Object.keys(imports).toSorted(), ['env', 'wasi_snapshot_preview1'])
    assert.deepEqual(Object.keys(imports['env'] ?? {}).toSorted(), envNames)
    assert.deepEqual(
      Object.keys(imports['wasi_snapshot_preview1'] ?? {}).toSorted(),
      [...wasiNames, ...memoryNames].toSorted(),
    )
  }
  assert.deepEqual([...extensionModules].toSorted(), ['GOT.func', 'GOT.mem', 'env', 'wasi_snapshot_preview1'])
  assert.deepEqual(Object.keys(hostFunctions).toSorted(), hostFunctionNames)
})

/** As WebAssembly hands them over: i32 is signed. */
const hostile = [0, 1, -1, 0x7fffffff, -0x80000000, 0x7fff0000, 64 * 1024 * 1024]
const pairs = hostile.flatMap((first) => hostile.map((second) => [first, second] as const))

describe('an engine that was taken over calls', () => {
  test('the system calls with any pointer and length: an error number, and nothing else happens', async () => {
    const { instance, ended } = await standing('secret-of-the-attacker')
    const wasi = named(instance, 'wasi_snapshot_preview1')
    for (const [first, second] of pairs) {
      const answers = [
        wasi['clock_time_get']?.(first, 0n, second),
        wasi['fd_close']?.(first),
        wasi['fd_fdstat_get']?.(first, second),
        wasi['fd_seek']?.(first, 0n, 0, second),
        wasi['fd_write']?.(first, second, first, second),
      ]
      for (const answer of answers)
        assert.ok([0, 8, 21, 52].includes(Number(answer)), `${first} ${second}: ${answers.join()}`)
      if (second !== 0 && second !== 1)
        assert.equal(wasi['random_get']?.(first, second), 21, `${first} ${second}`)
    }
    const end = instance.exports.memory.buffer.byteLength
    assert.deepEqual([wasi['random_get']?.(end - 4, 4), wasi['random_get']?.(end - 4, 5)], [0, 21])
    assert.deepEqual(
      [wasi['clock_time_get']?.(0, 0n, end - 8), wasi['clock_time_get']?.(0, 0n, end - 7)],
      [0, 21],
    )
    assert.deepEqual([wasi['clock_time_get']?.(2, 0n, 64), wasi['clock_time_get']?.(99, 0n, 64)], [52, 52])
    await ended
  })

  test('the other imports with any pointer: an answer or a contained error, at once', async () => {
    const { instance, engine } = await standing('secret-of-the-attacker')
    const env = named(instance, 'env')
    const before = process.threadCpuUsage()
    for (const [first, second] of pairs) {
      assert.equal(String(env['host_get_timezone_offset']?.(first, second)), '0')
      assert.equal(env['host_module_load']?.(first, second), 0)
      assert.match(String(env['host_interrupt']?.()), /^[01]$/)
      assert.match(
        outcomeOf(() => env['host_module_normalize']?.(first, second)),
        /^(\d+|RuntimeError|RangeError|Error)$/,
      )
    }
    for (const [first, second] of pairs) {
      for (const name of [0, 1]) {
        const outcome = outcomeOf(() =>
          env['host_call']?.(name === 0 ? first : 64, second, first, second, first),
        )
        assert.match(outcome, /^(0|RangeError|RuntimeError|TypeError)$/, `host_call ${first} ${second}`)
      }
      const rejection = outcomeOf(() => env['host_promise_rejection']?.(first, second, 0))
      assert.match(rejection, /^(undefined|RuntimeError)$/)
    }
    assert.ok(
      process.threadCpuUsage(before).user < 5_000_000,
      'nothing looks for the end of a string outside of the memory',
    )
    assert.ok(engine.memoryBytes <= engines.memoryBytes + 33 * 1024 * 1024)
  })

  test('every host function with invalid handles: refused, with no word about the host', async () => {
    const { instance } = await standing('secret-of-the-attacker')
    const call = callerOf(instance)
    for (const name of hostFunctionNames) {
      for (const handle of [0, 8, -8, 0x7ffffff8, 12_345_677]) {
        assert.match(
          outcomeOf(() => call(name, [handle, handle])),
          /^(0|\d+|RuntimeError|RangeError)$/,
          name,
        )
      }
      // The count that it claims is not believed: no more arguments are read than a host function has.
      assert.match(
        outcomeOf(() => call(name, [], 0x7fffffff)),
        /^(\d+|RuntimeError)$/,
        name,
      )
    }
  })

  test('names of unknown host functions: refused', async () => {
    const { instance } = await standing('secret-of-the-attacker')
    const call = callerOf(instance)
    for (const name of [
      '',
      '__proto__',
      'constructor',
      'hasOwnProperty',
      'sign',
      'log\0',
      'LOG',
      'x'.repeat(10_000),
    ]) {
      assert.equal(call(name, []), 0, name.slice(0, 20))
    }
  })

  test('with ids and names of another run: the other run is untouched, its secret is nowhere to be found', async () => {
    const victim = await standing('canary-of-the-victim')
    const attacker = await standing('secret-of-the-attacker')
    const { instance, run } = attacker
    const call = callerOf(instance)
    const text = (value: string) => newString(instance, value)
    const number = (value: number) => newNumber(instance, value)
    assert.deepEqual(
      victim.calls.map(({ call: id }) => id),
      [0],
    )
    for (const id of [0, 1, 2, -1, 1e9, 2 ** 31, Number.NaN]) {
      assert.match(
        outcomeOf(() => call('clearTimer', [number(id)])),
        /^\d+$/,
      )
      if (id !== 0) assert.equal(call('wait', [number(id)]), 0, `wait ${id}`)
    }
    assert.notEqual(call('env', [text('SECRET')]), 0, 'its own secret it may read')
    assert.notEqual(call('finish', [text('completed'), text('{"accessToken":{"secret":"forged"}}')]), 0)
    assert.equal(call('finish', [text('completed'), text('{"accessToken":{"secret":"forged twice"}}')]), 0)
    assert.equal(call('log', [text('info'), text('forged')]), 0)
    assert.equal(holds(instance.exports.memory, 'canary-of-the-victim'), false)
    assert.equal(
      holds(victim.instance.exports.memory, 'canary-of-the-victim'),
      true,
      'the search would find it',
    )
    assert.equal(holds(victim.instance.exports.memory, 'secret-of-the-attacker'), false)
    assert.deepEqual(run.logEntries, [], 'nothing is accepted after the end')
    assert.deepEqual(await victim.ended, {
      kind: 'completed',
      claimsJson: '{"accessToken":{"secret":"canary-of-the-victim"}}',
    })
    assert.deepEqual(victim.run.logEntries, [])
    victim.engine.restoreInPlace(waiting)
    assert.equal(
      holds(victim.instance.exports.memory, 'canary-of-the-victim'),
      false,
      'put back, the memory holds nothing',
    )
    run.cancel()
  })

  test('host functions after its run has ended, or from an engine that stands ready: refused', async () => {
    const ended = await standing('secret-of-the-attacker')
    ended.run.cancel()
    await ended.ended
    const ready = { engine: await engines.engine(waiting), instance: instances.at(-1) }
    for (const instance of [ended.instance, ready.instance]) {
      assert.ok(instance)
      const call = callerOf(instance)
      const text = newString(instance, 'SECRET')
      for (const name of hostFunctionNames) {
        if (name !== 'intl') assert.equal(call(name, [text, text, text]), 0, name)
      }
    }
  })
})

/** Calls a host function as the engine's own code would: its name and its handles written into the engine's memory. */
function callerOf(instance: Instance) {
  const hostCall = named(instance, 'env')['host_call']
  assert.ok(hostCall)
  return (name: string, handles: readonly number[], count = handles.length): unknown => {
    const bytes = Buffer.from(name)
    const namePointer = instance.exports.wasm_malloc(bytes.length + 1)
    const pointers = instance.exports.wasm_malloc(handles.length * 4 + 4)
    new Uint8Array(instance.exports.memory.buffer).set(bytes, namePointer)
    const view = new DataView(instance.exports.memory.buffer)
    for (const [index, handle] of handles.entries()) view.setInt32(pointers + index * 4, handle, true)
    return hostCall(namePointer, bytes.length, 0, count, pointers)
  }
}

function newString(instance: Instance, text: string): number {
  const bytes = Buffer.from(text)
  const pointer = instance.exports.wasm_malloc(bytes.length + 1)
  new Uint8Array(instance.exports.memory.buffer).set(bytes, pointer)
  return made(instance, 'qjs_new_string', pointer, bytes.length)
}

function newNumber(instance: Instance, value: number): number {
  return made(instance, 'qjs_new_number', value)
}

function made(instance: Instance, name: string, ...parameters: number[]): number {
  const make = z
    .custom<Import>((value) => typeof value === 'function', `no export ${name}`)
    .parse(instance.exports[name])
  return Number(make(...parameters))
}
