// Performance (https://w3c.github.io/hr-time/#sec-performance), no finer than Date. The origin is the first look, which no image
// contains: the engine's own would count from when the image was made.
import { dateNow, GuestTypeError } from '../primordials.ts'
import { EventTarget } from './event-target.ts'

/** Only this file gives it to the constructor. */
const internal = {}

export class Performance extends EventTarget {
  #origin: number | undefined

  constructor(key?: unknown) {
    if (key !== internal) throw new GuestTypeError('Illegal constructor: use the global performance')
    super()
  }

  get timeOrigin(): number {
    return (this.#origin ??= dateNow())
  }

  now(): number {
    const now = dateNow()
    return now - (this.#origin ??= now)
  }

  toJSON(): { timeOrigin: number } {
    return { timeOrigin: (this.#origin ??= dateNow()) }
  }
}

export function makePerformance(): Performance {
  return new Performance(internal)
}
