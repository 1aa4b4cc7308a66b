// The engine reads the wall clock of this process and takes no other (its helpers/epoch_time.js); everything else goes by the clock that
// all replicas share (docs/decisions/0022). So the times in the engine's records are kept by the shared clock and moved to the engine's
// when it reads them: to it each lies as far away as it does to everybody else. Seconds since the epoch, as in the records.

type SharedClock = () => number

/** By how much the engine's clock is ahead, to the nearest second, so that clocks that are kept in step count as one. */
function aheadSeconds(nowMs: SharedClock): number {
  return Math.round((Date.now() - nowMs()) / 1_000)
}

export function toEngineTime(seconds: number, nowMs: SharedClock): number {
  return seconds + aheadSeconds(nowMs)
}

export function fromEngineTime(seconds: number, nowMs: SharedClock): number {
  return seconds - aheadSeconds(nowMs)
}

/** All times of the engine's models: lib/models, their IN_PAYLOAD. */
const timeMembers = ['iat', 'exp', 'consumed', 'iiat', 'authTime', 'loginTs'] as const

/** A copy of the record with its times moved by one of the two functions above. */
export function withTimes<Kept extends object>(
  record: Kept,
  move: (seconds: number, nowMs: SharedClock) => number,
  nowMs: SharedClock,
): Kept {
  const copy = { ...record }
  for (const name of timeMembers) {
    const seconds: unknown = Reflect.get(record, name)
    if (typeof seconds === 'number') Reflect.set(copy, name, move(seconds, nowMs))
  }
  return copy
}
