// A preload (`--import=shifted-clock.ts?ms=90000`) of a process whose wall clock is wrong by so much. Its monotonic clock is right, as it
// is on such a machine.
const shiftMs = Number(new URL(import.meta.url).searchParams.get('ms'))
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...given: unknown[]) {
    const [value] = given
    // The parts of a date, more than one number, are used by nothing that is tested with this.
    if (value === undefined) super(RealDate.now() + shiftMs)
    else super(value as string | number | Date)
  }

  static override now(): number {
    return RealDate.now() + shiftMs
  }
} as DateConstructor
