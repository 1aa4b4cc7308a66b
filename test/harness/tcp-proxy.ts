// A TCP proxy in front of a database, for the faults of a network: connections that are cut, refused, delayed, or silent because what
// stands behind them is gone without a word.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Lifetime } from './http-server.ts'

/** `open`: passes everything on. `silent`: takes connections and bytes, passes nothing on. `refusing`: resets each new connection. */
type ProxyMode = 'open' | 'silent' | 'refusing'

export interface TcpProxy {
  readonly port: number
  /** How many connections it has taken. */
  readonly accepted: number
  mode: ProxyMode
  /** Before bytes of the database are passed on. */
  delayMs: number
  /** Where new connections lead. */
  target: number
  /** Resets every connection, on both sides. */
  cut(): void
  /** The database's side is gone, the client's is not told and waits. */
  halfOpen(): void
  /** The next time that a client sends this text, its connection is cut: before it is passed on, or once it was answered. */
  cutAt(text: string, moment: 'before' | 'after'): Promise<void>
}

interface Link {
  readonly client: Socket
  readonly database: Socket
}

interface Trap {
  readonly text: string
  readonly moment: 'before' | 'after'
  readonly sprung: () => void
}

/** `url`, with the proxy in its place. */
export function throughProxy(url: string, { port }: Pick<TcpProxy, 'port'>): string {
  const changed = new URL(url)
  changed.port = String(port)
  return changed.href
}

export async function startTcpProxy(lifetime: Lifetime, target: number): Promise<TcpProxy> {
  const links = new Set<Link>()
  const traps = new Set<Trap>()
  const server = createServer((client) => {
    proxy.accepted += 1
    client.on('error', () => {})
    if (proxy.mode === 'refusing') return void client.resetAndDestroy()
    const database = connect(proxy.target, '127.0.0.1').on('error', () => client.resetAndDestroy())
    const link = { client, database }
    links.add(link)
    client.on('close', () => {
      links.delete(link)
      database.destroy()
    })
    database.on('close', () => {
      // A silent proxy tells nothing of it.
      if (proxy.mode !== 'silent' && !database.errored) client.end()
    })
    client.on('data', (bytes) => {
      if (proxy.mode === 'silent') return
      const trap = [...traps].find(({ text }) => bytes.includes(text))
      if (trap) traps.delete(trap)
      if (trap?.moment === 'before') return spring(trap, link)
      if (trap?.moment === 'after') {
        database.removeAllListeners('data').once('data', () => spring(trap, link))
      }
      database.write(bytes)
    })
    database.on('data', (bytes) => void passOn(bytes))
    async function passOn(bytes: Buffer): Promise<void> {
      if (proxy.delayMs > 0) await setTimeout(proxy.delayMs)
      if (proxy.mode !== 'silent') client.write(bytes)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  function spring(trap: Trap, { client, database }: Link): void {
    client.resetAndDestroy()
    database.destroy()
    trap.sprung()
  }

  const proxy = {
    port: (server.address() as AddressInfo).port,
    accepted: 0,
    mode: 'open' as ProxyMode,
    delayMs: 0,
    target,
    cut() {
      for (const { client, database } of links) {
        client.resetAndDestroy()
        database.destroy()
      }
    },
    halfOpen() {
      for (const { client, database } of links) {
        database.removeAllListeners('close').destroy()
        client.removeAllListeners('data').resume()
      }
    },
    cutAt(text: string, moment: 'before' | 'after') {
      return new Promise<void>((sprung) => {
        traps.add({ text, moment, sprung })
      })
    },
  } satisfies TcpProxy
  lifetime.after(async () => {
    proxy.cut()
    const closed = once(server, 'close')
    server.close()
    await closed
  })
  return proxy
}
