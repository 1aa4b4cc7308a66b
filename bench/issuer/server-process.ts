// A server of the bench in a process of its own, which ends, and takes its folder along, when its standard input does.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ServerProcess {
  readonly issuer: string
  readonly tokens: string[]
  end(): void
}

export async function startServerProcess(file: string, args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const said: unknown = line.startsWith('{') ? JSON.parse(line) : undefined
    if (isStarted(said))
      return { issuer: said.issuer, tokens: [...said.tokens], end: () => child.stdin.end() }
  }
  await once(child, 'exit')
  throw new Error(`${file} did not start`)
}

function isStarted(value: unknown): value is { issuer: string; tokens: string[] } {
  return typeof value === 'object' && value !== null && 'issuer' in value && 'tokens' in value
}
