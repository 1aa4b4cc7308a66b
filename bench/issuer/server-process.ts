// A server of the bench in a process of its own, which ends, and takes its folder along, when its standard input does.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { processorTimeQuestion } from './processor-time.ts'

export interface ServerProcess {
  readonly issuer: string
  readonly tokens: string[]
  /** Processor time since its start, all threads together, in milliseconds. */
  processorMs(): Promise<number>
  /** Resolves to what the server says last, when it says something. */
  end(): Promise<unknown>
}

export async function startServerProcess(file: string, args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const started = Promise.withResolvers<{ issuer: string; tokens: string[] }>()
  const asked: ((processorMs: number) => void)[] = []
  let last: unknown
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return
    last = JSON.parse(line)
    if (isStarted(last)) started.resolve(last)
    const processorMs: unknown = Reflect.get(Object(last), 'processorMs')
    if (typeof processorMs === 'number') asked.shift()?.(processorMs)
  })
  const failed = exited.then(() => {
    throw new Error(`${file} did not start`)
  })
  // Handled here for when it started, and ends later.
  failed.catch(() => {})
  const { issuer, tokens } = await Promise.race([started.promise, failed])
  return {
    issuer,
    tokens: [...tokens],
    processorMs: () =>
      new Promise((resolve) => {
        asked.push(resolve)
        child.stdin.write(processorTimeQuestion)
      }),
    async end() {
      child.stdin.end()
      await exited
      return last
    },
  }
}

function isStarted(value: unknown): value is { issuer: string; tokens: string[] } {
  return typeof value === 'object' && value !== null && 'issuer' in value && 'tokens' in value
}
