// Hashing under a bound. Each hash holds 19 MiB and a core for 40 ms, so a burst of sign-ins is an attack on memory unless few are
// hashed at once and the rest wait in a short line; who finds it full is told so at once (PW-05).
import {
  defaultArgon2Parameters,
  hashPassword,
  isWeakerThan,
  unmatchableHash,
  verifyPassword,
  type Argon2Parameters,
} from './password-hash.ts'
import type { RandomBytes } from './ids.ts'

export interface PasswordHasher {
  /** Undefined when too many wait. */
  hash(password: string): Promise<string | undefined>
  /**
   * `busy` when too many wait. Without a hash, as for a user that does not exist, it takes as long and never matches (EN-01).
   * Weak hashes match as `match-weak`: the caller replaces them.
   */
  verify(password: string, hash: string | undefined): Promise<'match' | 'match-weak' | 'mismatch' | 'busy'>
  /** Whether the next one would be refused. */
  isFull(): boolean
}

export interface PasswordHasherOptions {
  readonly random: RandomBytes
  readonly parameters?: Argon2Parameters
  /** Hashes at the same time. */
  readonly concurrent?: number
  /** Hashes that wait for one of those. */
  readonly waiting?: number
}

/** Node computes on four threads and needs some of them for files and names. */
const defaultConcurrent = 2
/** 64 at 40 ms on two threads: whoever waits is served within about a second and a half. */
const defaultWaiting = 64

export function passwordHasher({
  random,
  parameters = defaultArgon2Parameters,
  concurrent = defaultConcurrent,
  waiting = defaultWaiting,
}: PasswordHasherOptions): PasswordHasher {
  const line = boundedLine(concurrent, waiting)
  const nobody = unmatchableHash(parameters, random)
  return {
    isFull: () => line.isFull(),
    hash: (password) => line.run(() => hashPassword(password, parameters, random)),
    async verify(password, hash) {
      const matches = await line.run(() => verifyPassword(password, hash ?? nobody))
      if (matches === undefined) return 'busy'
      if (!matches || hash === undefined) return 'mismatch'
      return isWeakerThan(hash, parameters) ? 'match-weak' : 'match'
    },
  }
}

interface BoundedLine {
  /** Undefined, without having begun, when the line is full. */
  run<Result>(work: () => Promise<Result>): Promise<Result | undefined>
  isFull(): boolean
}

function boundedLine(concurrent: number, waiting: number): BoundedLine {
  const line: (() => void)[] = []
  let running = 0
  const isFull = (): boolean => running === concurrent && line.length >= waiting
  return {
    isFull,
    async run(work) {
      if (isFull()) return undefined
      // Whoever ends hands its place on, so that no newcomer slips in between.
      if (running === concurrent) await new Promise<void>((resolve) => line.push(resolve))
      else running += 1
      try {
        return await work()
      } finally {
        const next = line.shift()
        if (next) next()
        else running -= 1
      }
    },
  }
}
