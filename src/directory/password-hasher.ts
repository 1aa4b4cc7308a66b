// Hashing under a bound. Each hash holds 19 MiB and a core for 40 ms, so a burst of sign-ins is an attack on memory unless few are
// hashed at once and the rest wait in a short line; when it is full, the caller is refused at once (PW-05).
import type { PasswordRecord } from '../store/index.ts'
import {
  defaultArgon2Parameters,
  hashPassword,
  isWeakerThan,
  passwordHashProblem,
  unmatchableHash,
  verifyPassword,
} from './password-hash.ts'
import type { Argon2Parameters } from './hash-bounds.ts'
import type { RandomBytes } from './ids.ts'

type StoredHash = Pick<PasswordRecord, 'hash' | 'userId'>

export interface PasswordHasher {
  /** Undefined when too many wait. */
  hash(password: string): Promise<string | undefined>
  /**
   * `busy` when too many wait. Without a hash, as for a user that does not exist, it takes as long and never matches (EN-01).
   * Weak hashes match as `match-weak`: the caller replaces them. A hash beyond the bounds of hash-bounds.ts never matches.
   */
  verify(
    password: string,
    stored: StoredHash | undefined,
  ): Promise<'match' | 'match-weak' | 'mismatch' | 'busy'>
  /** Whether the next one would be refused. */
  isFull(): boolean
}

export interface PasswordHasherOptions {
  readonly random: RandomBytes
  readonly parameters?: Argon2Parameters
  /** Called once for each user whose stored hash cannot be checked. */
  readonly onUnusable?: (found: { readonly userId: string; readonly reason: string }) => void
  /** Hashes at the same time. */
  readonly concurrent?: number
  /** Hashes that wait for one of those. */
  readonly waiting?: number
}

/** Node computes on four threads and needs some of them for files and names. */
const defaultConcurrent = 2
/** 64 at 40 ms on two threads: the last one waits about a second and a half. */
const defaultWaiting = 64
/** Any visitor can try to sign in to any account, so the reports are bounded. */
const mostTold = 1_000

export function passwordHasher({
  random,
  parameters = defaultArgon2Parameters,
  onUnusable = () => {},
  concurrent = defaultConcurrent,
  waiting = defaultWaiting,
}: PasswordHasherOptions): PasswordHasher {
  const line = boundedLine(concurrent, waiting)
  const matchless = unmatchableHash(parameters, random)
  const told = new Set<string>()

  function usableHash({ userId, hash }: StoredHash): string | undefined {
    const reason = passwordHashProblem(hash)
    if (reason === undefined) return hash
    if (!told.has(userId) && told.size < mostTold) {
      told.add(userId)
      onUnusable({ userId, reason })
    }
    return undefined
  }

  return {
    isFull: () => line.isFull(),
    hash: (password) => line.run(() => hashPassword(password, parameters, random)),
    async verify(password, stored) {
      const hash = stored && usableHash(stored)
      const matches = await line.run(() => verifyPassword(password, hash ?? matchless))
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
      // A finished hash hands its place to the next in line, so that no newcomer slips in between.
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
