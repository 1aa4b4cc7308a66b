// SBX-61 | completed or running-time-exceeded | objects with getters, Proxies and cycles in the log
// rss: 64
export const workflowSettings = { id: 'sbx-61-objects-that-fight-back', trigger: 'user:tokens_generation' }

export default async function () {
  const deep = { get boom() { throw new Error('boom') } }
  deep.self = deep
  const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => ['k' + index, deep]))
  const proxy = new Proxy({}, { ownKeys() { throw new Error('no keys') } })
  console.log('%o %O %j %d %i %s %c %%', deep, wide, proxy, Symbol('x'), 1n, deep, 'css', proxy)
  console.table([proxy, wide, new Map([[deep, wide]])])
  console.dir(new Proxy(function () {}, {}))
  console.error(Object.create(null), new Date(NaN), [, , 1], new Set([deep]))
}
