// How much people who are not signed in have had stored: starts of sign-ins, answers to forms, pushed requests, device codes, sessions
// without a person.
// Counted by the network address and in total, for an hour at a time, in the memory of each process: it bounds what a disk has to
// hold, and an attack on it must not write anything itself (docs/decisions/0040).
import { errors } from 'oidc-provider'
import { networkOf } from '../../directory/index.ts'

export interface StrangersLimits {
  /** MiB in an hour that one network address may have stored and left unfinished. */
  readonly megabytesPerAddress: number
  /** MiB in an hour for all of them. */
  readonly megabytes: number
}

const hourMs = 3_600_000
/** What a usual record takes, with its share of the indexes. Larger ones count as several. */
const unitBytes = 8_192
const unitsOfMegabyte = 1_048_576 / unitBytes
/** Its start, the answer to its form, the answer of its end. */
const unitsOfSignIn = 3
/** When the total is reached, an address that had this little stored goes on, so that a flood does not lock everyone out. */
const smallShareUnits = 8
/** The end for those as well, in parts of the total. */
const hardEnd = 4

export class StrangersStorage {
  readonly #ofAddress: number
  readonly #ofAll: number
  readonly #nowMs: () => number
  readonly #units = new Map<string, number>()
  #total = 0
  #hour = 0

  constructor({ megabytesPerAddress, megabytes }: StrangersLimits, nowMs: () => number) {
    this.#ofAddress = megabytesPerAddress * unitsOfMegabyte
    this.#ofAll = megabytes * unitsOfMegabyte
    this.#nowMs = nowMs
  }

  /** Undefined while there is room for another record of that address. */
  secondsUntilRoom(ip: string): number | undefined {
    this.#turnTheHour()
    const used = this.#units.get(networkOf(ip)) ?? 0
    const isFull =
      this.#total >= this.#ofAll && (used >= smallShareUnits || this.#total >= hardEnd * this.#ofAll)
    if (used < this.#ofAddress && !isFull) return undefined
    return Math.max(1, Math.ceil(((this.#hour + 1) * hourMs - this.#nowMs()) / 1_000))
  }

  add(ip: string, bytes: number): void {
    this.#change(networkOf(ip), Math.max(1, Math.ceil(bytes / unitBytes)))
  }

  /** A stranger turned out to be a known person: what a usual sign-in stores does not count. */
  giveSignInBack(ip: string): void {
    const network = networkOf(ip)
    const used = this.#units.get(network) ?? 0
    if (used > 0) this.#change(network, -Math.min(used, unitsOfSignIn))
  }

  #change(network: string, by: number): void {
    this.#turnTheHour()
    this.#units.set(network, (this.#units.get(network) ?? 0) + by)
    this.#total += by
  }

  #turnTheHour(): void {
    const hour = Math.floor(this.#nowMs() / hourMs)
    if (hour === this.#hour) return
    this.#hour = hour
    this.#units.clear()
    this.#total = 0
  }
}

/** RFC 6585 §4; the name is that of RFC 6749 §4.1.2.1, which clients know as one to try again after. */
export const tooMuchStored = {
  status: 429,
  error: 'temporarily_unavailable',
  description: 'Too many requests from this network address were begun and not finished. Try again later.',
} as const

export class TooMuchStored extends errors.OIDCProviderError {
  // oxlint-disable-next-line camelcase -- the engine's name
  override error_description: string = tooMuchStored.description

  constructor() {
    super(tooMuchStored.status, tooMuchStored.error)
  }
}
