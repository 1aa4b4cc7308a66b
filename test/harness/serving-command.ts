// `mintage start` and `mintage dev` as a shell starts them: a process of its own, whose lines a test waits for.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Lifetime } from './http-server.ts'
import { assertEndedServerReplays } from './replays.ts'

export interface ServingCommand {
  /** Undefined when it did not start. */
  readonly pid: number | undefined
  /** Everything that it has printed so far. */
  readonly output: () => string
  /** The same of its standard error. */
  readonly errorOutput: () => string
  /** Resolves with the match once what was printed matches; rejects when the process ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** Sends the signal; resolves to the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

const ownLauncher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))

interface CommandOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** What to run in place of this checkout's launcher. */
  readonly program?: readonly string[]
  /** Bytes that no file of the process grows beyond (RLIMIT_FSIZE): to SQLite a disk that takes no more. Holds for root, too. */
  readonly fileBytes?: number
  /** A file that gets standard output, which the test then cannot read. */
  readonly stdoutFile?: string
  /** The data folder of a server, below `cwd`: what it recorded is run again when it is stopped. */
  readonly replayedData?: string
}

export function startCommand(
  lifetime: Lifetime,
  args: readonly string[],
  {
    cwd,
    env = {},
    program = [process.execPath, ownLauncher],
    fileBytes,
    stdoutFile,
    replayedData,
  }: CommandOptions,
): ServingCommand {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  // POSIX counts in blocks of 512 bytes.
  const limit = fileBytes === undefined ? '' : `ulimit -S -f ${String(Math.floor(fileBytes / 512))}; `
  const redirection = stdoutFile === undefined ? '' : ` > ${stdoutFile}`
  const line = ['-c', `${limit}exec "$@"${redirection}`, 'sh', 'env', ...variables, ...program, ...args]
  const child = spawn('sh', line, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  // After which nothing more comes of what it printed.
  const closed = once(child, 'close')
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => void (errors += chunk))
  let printed = ''
  const waiting = new Set<() => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    printed += `${line}\n`
    for (const look of waiting) look()
  })
  lifetime.after(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return {
    pid: child.pid,
    output: () => printed,
    errorOutput: () => errors,
    async until(pattern) {
      const found = Promise.withResolvers<RegExpExecArray>()
      const look = () => {
        const match = pattern.exec(printed)
        if (match) found.resolve(match)
      }
      waiting.add(look)
      look()
      const ended = closed.then(([code, signal]: unknown[]) => {
        const ending = typeof signal === 'string' ? signal : `exit code ${Number(code)}`
        throw new Error(
          `the command ended (${ending}) before it printed ${String(pattern)}: ${printed}${errors}`,
        )
      })
      try {
        return await Promise.race([found.promise, ended])
      } finally {
        waiting.delete(look)
      }
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const [code]: unknown[] = await exited
      if (replayedData !== undefined) await assertEndedServerReplays(join(cwd, replayedData), env)
      return typeof code === 'number' ? code : null
    },
  }
}
