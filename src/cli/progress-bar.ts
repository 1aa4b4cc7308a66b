// How far a command is with the users: a bar where the share is known, and how many a second.
import type { Output } from './output.ts'

export interface UserProgress {
  readonly users: number
  /** From 0 to 1; undefined when it cannot be known. */
  readonly share: number | undefined
}

const barWidth = 24

/** On standard error, so that it gets into no document. */
export function userProgress(output: Output): (progress: UserProgress) => void {
  const say = output.openProgress()
  const beganAtMs = performance.now()
  let first: UserProgress | undefined
  return (progress) => {
    first ??= progress
    const seconds = (performance.now() - beganAtMs) / 1_000
    const perSecond = Math.round((progress.users - first.users) / Math.max(seconds, 0.001))
    const rate = perSecond > 0 ? `, ${perSecond.toLocaleString('en')} a second` : ''
    say(output.styleError('dim', `${bar(progress.share)}${progress.users.toLocaleString('en')} users${rate}`))
  }
}

function bar(share: number | undefined): string {
  if (share === undefined) return ''
  const full = Math.round(share * barWidth)
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}] ${String(Math.round(share * 100)).padStart(3)} %  `
}
