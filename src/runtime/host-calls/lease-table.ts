// Who fetches a token that the cache lacks: the first run that asks holds the lease, the others wait in line. A lease ends
// when its holder stores the token or fails to, when its run ends, or when a run in line has waited long enough; so no
// run holds others up for longer than that, and none waits for a run that is gone.
//
// A lease changes hands synchronously, so a run never waits for a lease that has no holder.

/** `lease`: go and fetch. `retry`: look again, it may be there. `ended`: the run that asked has ended. */
export type Turn = 'lease' | 'retry' | 'ended'

interface Asker {
  readonly runId: string
  readonly signal: AbortSignal
}

interface Waiter extends Asker {
  readonly settle: (turn: Turn) => void
}

interface Lease {
  readonly holder: Asker
  readonly line: Waiter[]
  readonly onEnd: () => void
}

export class LeaseTable {
  readonly #leases = new Map<string, Lease>()

  /** Waits at most `patienceMs`, then takes the lease over. */
  turn(key: string, asker: Asker, patienceMs: number): Promise<Turn> {
    if (asker.signal.aborted) return Promise.resolve('ended')
    const lease = this.#leases.get(key)
    if (lease !== undefined) return this.#inLine(key, asker, lease.line, patienceMs)
    this.#grant(key, asker, [])
    return Promise.resolve('lease')
  }

  /** The token is there: ends the lease of any holder, and all waiting runs look again. */
  settled(key: string): void {
    for (const waiter of [...this.#end(key)]) waiter.settle('retry')
  }

  /** No token came: ends the lease if this run holds it, and the next in line gets it. */
  failed(key: string, runId: string): void {
    if (this.#leases.get(key)?.holder.runId !== runId) return
    const line = this.#end(key)
    for (const next of [...line]) {
      // The end of a run that both holds and waits arrives here first, while its other places in line still stand.
      next.settle(next.signal.aborted ? 'ended' : 'lease')
      if (!next.signal.aborted) return this.#grant(key, next, line)
    }
  }

  #inLine(key: string, asker: Asker, line: Waiter[], patienceMs: number): Promise<Turn> {
    const { promise, resolve } = Promise.withResolvers<Turn>()
    const waiter: Waiter = {
      ...asker,
      settle(turn) {
        line.splice(line.indexOf(waiter), 1)
        clearTimeout(timer)
        asker.signal.removeEventListener('abort', onEnd)
        resolve(turn)
      },
    }
    const onEnd = () => waiter.settle('ended')
    const timer = setTimeout(() => {
      waiter.settle('lease')
      this.#end(key)
      this.#grant(key, asker, line)
    }, patienceMs)
    asker.signal.addEventListener('abort', onEnd, { once: true })
    line.push(waiter)
    return promise
  }

  #grant(key: string, holder: Asker, line: Waiter[]): void {
    const onEnd = () => this.failed(key, holder.runId)
    holder.signal.addEventListener('abort', onEnd, { once: true })
    this.#leases.set(key, { holder, line, onEnd })
  }

  /** Takes the lease away from its holder and gives its line. */
  #end(key: string): Waiter[] {
    const lease = this.#leases.get(key)
    if (lease === undefined) return []
    this.#leases.delete(key)
    lease.holder.signal.removeEventListener('abort', lease.onEnd)
    return lease.line
  }
}
