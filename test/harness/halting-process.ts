// A process that is stopped again and again, as by a debugger, a paused container or a machine that has other work: its clocks go on
// while it does not.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { Lifetime } from './http-server.ts'

export interface HaltedResult {
  readonly exitCode: number | null
  readonly output: string
}

/**
 * Runs Node with these arguments. Once it has printed `from`, it is stopped and goes on by turns, in milliseconds, until it ends.
 */
export async function runHalting(
  lifetime: Lifetime,
  args: readonly string[],
  { from, runs, stops }: { readonly from?: string; readonly runs: number; readonly stops: number },
): Promise<HaltedResult> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  lifetime.after(async () => {
    child.kill('SIGKILL')
    await closed
  })
  const begun = Promise.withResolvers<void>()
  let seen = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    seen += chunk
    if (from !== undefined && seen.includes(from)) begun.resolve()
  })
  const errors = text(child.stderr)
  if (from === undefined) begun.resolve()
  await Promise.race([begun.promise, closed])
  while (child.exitCode === null && child.signalCode === null) {
    await Promise.race([pause(runs), closed])
    child.kill('SIGSTOP')
    await pause(stops)
    child.kill('SIGCONT')
  }
  await closed
  return { exitCode: child.exitCode, output: `${seen}${await errors}` }
}
