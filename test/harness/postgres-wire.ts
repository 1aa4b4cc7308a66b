// A proxy in front of Postgres that understands what clients send (PostgreSQL's frontend protocol, version 3), and notes it by round
// trips: what a connection sends until the database answers is one, and so is a transaction with its COMMIT. Answers wait a moment, so
// that what belongs together is seen together.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Lifetime } from './http-server.ts'

export interface PostgresWire {
  readonly port: number
  /** The SQL of each round trip since the last call, in the order in which they began. */
  taken(): readonly (readonly string[])[]
}

const answersAfterMs = 40

export async function startPostgresWire(lifetime: Lifetime, target: number): Promise<PostgresWire> {
  let trips: string[][] = []
  /** By name: prepared once on each connection, under names that are made of their text. */
  const prepared = new Map<string, string>()
  const server = createServer((client) => {
    const database = connect(target, '127.0.0.1')
    let current: string[] | undefined
    let transaction: string[] | undefined
    const messages = frontendMessages((type, body) => {
      const [first = '', second = ''] = body.toString('utf8').split('\0')
      if (type === 'P') prepared.set(first, second)
      const sql = type === 'Q' ? first : type === 'B' ? prepared.get(second) : undefined
      if (sql === undefined) return
      if (sql === 'commit' && transaction) return void transaction.push(sql)
      if (current === undefined) trips.push((current = []))
      current.push(sql)
      if (sql === 'begin') transaction = current
    })
    client.on('data', (bytes) => {
      messages(bytes)
      database.write(bytes)
    })
    database.on('data', (bytes) => {
      void setTimeout(answersAfterMs).then(() => {
        current = undefined
        client.write(bytes)
      })
    })
    client.on('error', () => {}).on('close', () => database.destroy())
    database.on('error', () => {}).on('close', () => client.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  lifetime.after(async () => {
    const closed = once(server, 'close')
    server.close()
    await closed
  })
  return {
    port: (server.address() as AddressInfo).port,
    taken() {
      const taken = trips
      trips = []
      return taken
    },
  }
}

/** The first message has no type: it opens the connection. */
function frontendMessages(onMessage: (type: string, body: Buffer) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0)
  let isOpened = false
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (;;) {
      const start = isOpened ? 1 : 0
      if (rest.length < start + 4) return
      const end = start + rest.readUInt32BE(start)
      if (rest.length < end) return
      if (isOpened) onMessage(rest.toString('latin1', 0, 1), rest.subarray(start + 4, end))
      isOpened = true
      rest = rest.subarray(end)
    }
  }
}
