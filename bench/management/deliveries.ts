// `node bench/management/deliveries.ts [--events N] [--quick]`: deliveries of webhooks from one server on SQLite to a receiver in a process of its own:
// to one address, and to ten at once. Prints deliveries per second and the processor time of each. Goal: 200 a second.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Store } from '../../src/store/index.ts'
import { userNumber, openWorld } from './world.ts'

const { values: options } = parseArgs({
  options: { events: { type: 'string' }, quick: { type: 'boolean' }, receive: { type: 'string' } },
})
const events = Number(options.events ?? (options.quick === true ? 500 : 5_000))

/** What the receiver says. */
type Said =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'first' }
  | { readonly kind: 'all'; readonly seconds: number }

if (options.receive === undefined) for (const addresses of [1, 10]) await measure(addresses)
else await receive(Number(options.receive))

async function measure(addresses: number): Promise<void> {
  const count = events * addresses
  const receiver = fork(fileURLToPath(import.meta.url), ['--receive', String(count)])
  const said = async <Kind extends Said['kind']>(kind: Kind): Promise<Extract<Said, { kind: Kind }>> => {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- until it is said
      const [message] = (await once(receiver, 'message')) as [Said] // The other half of this file.
      if (message.kind === kind) return message as Extract<Said, { kind: Kind }>
    }
  }
  const { port } = await said('port')
  const webhooks = Array.from(
    { length: addresses },
    (_, index) => `  w${index}: { url: 'http://127.0.0.1:${port}/${index}', events: [user.created] }\n`,
  )
  const [first, all] = [said('first'), said('all')]
  const world = await openWorld(0, 0, { yaml: `webhooks:\n${webhooks.join('')}`, fill: makeEvents })
  await first
  const from = process.cpuUsage()
  const { seconds } = await all
  const { user, system } = process.cpuUsage(from)
  console.log(
    `${addresses} ${addresses === 1 ? 'address' : 'addresses'}: ${count} deliveries in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} a second; ${((user + system) / 1_000 / count).toFixed(2)} ms of processor time each`,
  )
  await world.close()
  receiver.kill()
}

/** What waits in the outbox when the server starts. */
async function makeEvents(store: Store): Promise<void> {
  for (let start = 0; start < events; start += 500) {
    const users = Array.from({ length: Math.min(500, events - start) }, (_, index) =>
      userNumber(start + index, false, Date.now()),
    )
    // oxlint-disable-next-line no-await-in-loop -- one commit at a time
    await store.commit(users.map(({ user }) => ({ kind: 'add-user', user }) as const))
  }
}

/** In the receiver's process: takes that many deliveries, and says how long they took. */
async function receive(expected: number): Promise<void> {
  const say = (message: Said) => process.send?.(message)
  let [received, fromMs] = [0, 0]
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.end()
      received += 1
      if (received === 1) {
        fromMs = performance.now()
        say({ kind: 'first' })
      }
      if (received === expected) say({ kind: 'all', seconds: (performance.now() - fromMs) / 1_000 })
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  say({ kind: 'port', port: (server.address() as AddressInfo).port })
}
