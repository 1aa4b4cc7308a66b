// `node bench/start.ts [STARTS]`: how long `mintage start` takes on an existing database until it serves, from the spawn of the process to
// the line "Ready", as a package runs it (dist/, which this builds first) and as a checkout does (src/), in turn (docs/decisions/0062). The
// goal is 1.5 s. Other work on the machine hardly changes the processor time.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { median } from './measure.ts'

const starts = Number(process.argv[2] ?? 15)
/** The first makes the database, the second compiles what a later one reads. */
const warmUp = 2
const goalMs = 1_500

const checkout = fileURLToPath(new URL('..', import.meta.url))
/** Compiled code is kept where the launcher keeps it. */
const env = { NODE_COMPILE_CACHE: join(checkout, 'node_modules/.cache/mintage') }
const folder = await mkdtemp(join(tmpdir(), 'mintage-starts-'))
const ways = {
  'from dist/': [join(checkout, 'dist/main.js')],
  'from src/': [join(checkout, 'src/main.ts')],
} as const

interface Start {
  readonly wallMs: number
  readonly processorMs: number
}

await import('../packaging/build.ts')
const measured = new Map<string, Start[]>()
for (let round = 0; round < warmUp + starts; round += 1) {
  for (const [way, script] of Object.entries(ways)) {
    const start = await timedStart([...script, 'start', '--port', '0', '--data-dir', join(folder, way)])
    if (round >= warmUp) measured.set(way, [...(measured.get(way) ?? []), start])
  }
}
await rm(folder, { recursive: true })

console.table(
  Object.fromEntries(
    [...measured].map(([way, all]) => {
      const walls = all.map(({ wallMs }) => wallMs)
      const processor = median(all.map(({ processorMs }) => processorMs))
      return [
        way,
        {
          'median ms': Math.round(median(walls)),
          'least ms': Math.round(Math.min(...walls)),
          'most ms': Math.round(Math.max(...walls)),
          'processor ms': Number.isNaN(processor) ? '' : Math.round(processor),
          [`within ${String(goalMs)} ms`]: `${String(walls.filter((wall) => wall <= goalMs).length)} of ${String(walls.length)}`,
        },
      ]
    }),
  ),
)

async function timedStart(args: readonly string[]): Promise<Start> {
  const from = performance.now()
  const child = spawn(process.execPath, args, { cwd: checkout, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('Ready')) continue
    const start = { wallMs: performance.now() - from, processorMs: processorMs(child) }
    child.kill('SIGTERM')
    await exited
    return start
  }
  throw new Error('mintage start ended before it was ready')
}

/** User and system time (proc(5)); NaN where there is no /proc. */
function processorMs({ pid }: ChildProcess): number {
  try {
    const fields =
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return Number.NaN
  }
}
