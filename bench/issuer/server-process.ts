// A server of the bench in a process of its own, which ends, and takes its folder along, when its standard input does.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ServerProcess {
  readonly issuer: string
  readonly tokens: string[]
  /** Processor time since its start, all threads together, in milliseconds. */
  processorMs(): Promise<number>
  /** What it answers to a line on its standard input (questions.ts). */
  ask(question: string): Promise<unknown>
  /** Resolves to what the server says last, when it says something. */
  end(): Promise<unknown>
}

export async function startServerProcess(file: string, args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const started = Promise.withResolvers<{ issuer: string; tokens: string[] }>()
  const asked: ((answer: unknown) => void)[] = []
  let last: unknown
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return
    last = JSON.parse(line)
    if (isStarted(last)) started.resolve(last)
    if (Reflect.has(Object(last), 'answer')) asked.shift()?.(Reflect.get(Object(last), 'answer'))
  })
  const failed = exited.then(() => {
    throw new Error(`${file} did not start`)
  })
  // Handled here for when it started, and ends later.
  failed.catch(() => {})
  const { issuer, tokens } = await Promise.race([started.promise, failed])
  const ask = (question: string) =>
    new Promise<unknown>((resolve) => {
      asked.push(resolve)
      child.stdin.write(`${question}\n`)
    })
  return {
    issuer,
    tokens: [...tokens],
    processorMs: async () => Number(await ask('processor time')),
    ask,
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
