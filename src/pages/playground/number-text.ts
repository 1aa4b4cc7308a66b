// Numbers and times as a person of each language writes them. Times are UTC, as in the log.
import type { Language } from '../language.ts'

export function countText(count: number, language: Language): string {
  return new Intl.NumberFormat(language).format(count)
}

/** Tenths below ten milliseconds, where they tell something. */
export function millisecondsText(milliseconds: number, language: Language): string {
  const maximumFractionDigits = milliseconds < 10 ? 1 : 0
  return new Intl.NumberFormat(language, { maximumFractionDigits }).format(milliseconds)
}

export function timeText(at: number, language: Language): string {
  const options = {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
  } as const
  return `${new Intl.DateTimeFormat(language, options).format(at)} UTC`
}
