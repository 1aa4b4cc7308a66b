// Stores with something put around their calls: latency, failures, broken promises. The real store does the work; what is broken here
// is broken on purpose, for faults that tests inject and for the positive controls of the checker.
import { setTimeout } from 'node:timers/promises'
import { isCommitted, type Store } from '../../src/store/index.ts'

/** `name`: as in `artifacts.find`, or `commit`. Calls that give no promise (invocations.append) are not among them. */
export type Around = (name: string, call: () => Promise<unknown>) => Promise<unknown>

const aggregates = [
  'artifacts',
  'audit',
  'deployments',
  'directory',
  'invocations',
  'oneTimeTokens',
  'rehearsals',
  'secrets',
  'signingKeys',
  'throttles',
] as const

export function aroundCalls(store: Store, around: Around): Store {
  const wrapped = aggregates.map((name) => [name, wrap(name, store[name], around)] as const)
  const commit: Store['commit'] = async (changes) =>
    void (await around('commit', () => store.commit(changes)))
  return { ...store, ...Object.fromEntries(wrapped), commit }
}

function wrap<Aggregate extends object>(name: string, aggregate: Aggregate, around: Around): Aggregate {
  return new Proxy(aggregate, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      const call = (...args: unknown[]): unknown => Reflect.apply(member, target, args)
      if (name === 'invocations' && key === 'append') return call
      return (...args: unknown[]) => around(`${name}.${String(key)}`, async () => call(...args))
    },
  })
}

/** So many milliseconds before each call, and again after it. */
export function withLatency(store: Store, nextMs: () => number): Store {
  const wait = async () => {
    const ms = nextMs()
    if (ms > 0) await setTimeout(ms)
  }
  return aroundCalls(store, async (_, call) => {
    await wait()
    const result = await call()
    await wait()
    return result
  })
}

/** Consumes without looking whether that was done before: an adapter that breaks INV-1 and INV-2. */
export function withoutCompareAndSet(store: Store): Store {
  return {
    ...store,
    async commit(changes) {
      if (!(await isCommitted(store.commit(changes))))
        await store.commit(changes.filter(({ kind }) => kind !== 'consume-artifact'))
    },
  }
}

/** The same aggregate with one method of the test's. */
export function wrapMember<Aggregate extends object, Key extends keyof Aggregate>(
  aggregate: Aggregate,
  replaced: Key,
  replacement: Aggregate[Key],
): Aggregate {
  return new Proxy(aggregate, {
    get(target, key) {
      if (key === replaced) return replacement
      const member: unknown = Reflect.get(target, key)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
