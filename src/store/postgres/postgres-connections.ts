// Connections to the database, wherever it is right now: of several hosts the one that takes writes. A restart or a failover takes
// a moment, in which work waits for the database to come back, asking in short steps. The wait is counted from the moment at which the
// database was missed, not from each request's own: an outage that goes on is answered at once.
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import type { FoldedLog } from '../folded-log.ts'
import type { DatabaseClock } from './database-clock.ts'
import { checkoutTimeoutMs, HostPool, type HostPoolOptions, type Lease } from './host-pool.ts'
import type { PostgresAddress } from './postgres-address.ts'
import { isConnectionLost, isReadOnly, isTooManyConnections, postgresError } from './postgres-error.ts'

/** How long the start of an outage is waited through. */
const patienceMs = 2_000
const stepMs = 50

export interface ConnectionsDeps {
  /** Reads the time on each new connection. */
  readonly clock: DatabaseClock
  readonly log: FoldedLog
}

export class PostgresConnections {
  readonly #hosts: readonly HostPool[]
  readonly #log: FoldedLog
  #current = 0
  #awaySinceMs: number | undefined
  #asking: Promise<void> | undefined
  #isClosed = false

  constructor(
    { urls, ...options }: PostgresAddress & Pick<HostPoolOptions, 'applicationName'>,
    { clock, log }: ConnectionsDeps,
  ) {
    const onLost = (error: unknown) => this.#onLost(error)
    this.#hosts = urls.map((url) => new HostPool({ ...options, url, clock, onLost }))
    this.#log = log
  }

  /** Rejects with what the driver says. `mostMs`: how long to wait for a server that takes no more connections. */
  async connect(mostMs: number = checkoutTimeoutMs): Promise<Lease> {
    const beganMs = performance.now()
    for (;;) {
      const triedMs = performance.now()
      try {
        // oxlint-disable-next-line no-await-in-loop -- one try after the other
        const lease = await this.#tryHosts()
        this.#isBack()
        return lease
      } catch (error) {
        const deadlineMs = this.#deadline(error, { triedMs, fullUntilMs: beganMs + mostMs })
        do {
          if (this.#isClosed || performance.now() >= deadlineMs) throw error
          // oxlint-disable-next-line no-await-in-loop -- as above
          await (isTooManyConnections(error) ? setTimeout(stepMs) : this.#askOnce())
        } while (this.#awaySinceMs !== undefined)
      }
    }
  }

  /** Bounded, whatever the other end does. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#hosts.map((host) => host.close()))
  }

  /** Of all that wait one asks, however many they are. */
  #askOnce(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined))
    return this.#asking
  }

  async #ask(): Promise<void> {
    await setTimeout(stepMs)
    try {
      const lease = await this.#tryHosts()
      lease.release()
      this.#isBack()
    } catch {
      // It is still away; its waiters ask again or give up.
    }
  }

  async #tryHosts(): Promise<Lease> {
    let failure: unknown
    for (const _ of this.#hosts) {
      const at = this.#current
      try {
        // oxlint-disable-next-line no-await-in-loop -- one host after the other
        return await (this.#hosts[at] as HostPool).connect()
      } catch (error) {
        // Another host would not say anything else about a wrong password, and a full one is not away.
        if (!isConnectionLost(error)) throw error
        // That a standby is one says less than why the primary cannot be reached.
        if (failure === undefined || !isReadOnly(error)) failure = error
        // Unless other work has moved on already.
        if (this.#current === at) this.#current = (at + 1) % this.#hosts.length
      }
    }
    throw failure
  }

  /** `triedMs`: when the try began that failed; it may have taken its time-out already. */
  #deadline(
    error: unknown,
    { triedMs, fullUntilMs }: { readonly triedMs: number; readonly fullUntilMs: number },
  ): number {
    if (isTooManyConnections(error)) {
      this.#log.count('database_full', { error: postgresError(error) })
      return fullUntilMs
    }
    if (!isConnectionLost(error)) return -Infinity
    if (this.#awaySinceMs === undefined) this.#log.tell('database_away', { error: postgresError(error) })
    this.#awaySinceMs ??= triedMs
    return this.#awaySinceMs + patienceMs
  }

  #isBack(): void {
    if (this.#awaySinceMs === undefined) return
    this.#log.tell('database_back', { awayMs: Math.round(performance.now() - this.#awaySinceMs) })
    this.#awaySinceMs = undefined
  }

  #onLost(error: unknown): void {
    if (!this.#isClosed) this.#log.count('database_connection_lost', { error: postgresError(error) })
  }
}
