// The child process of memory.ts. `instance SUBJECT` or `flatness RUNS`; its answer is one line of JSON.
import { setTimeout as pause } from 'node:timers/promises'
import type { Flatness, InstanceMemory } from './memory.ts'
import { openOurs, standOurs } from './subjects/ours.ts'
import type { Standing } from './subjects/subject.ts'
import { loadWorkload } from './workloads.ts'

const settleMs = 300

async function instance(subject: string | undefined): Promise<InstanceMemory> {
  const { standing, fewer, more, workload } = await open(subject)
  await standing.stand(workload, fewer)
  const before = await residentBytes()
  await standing.stand(workload, more)
  const after = await residentBytes()
  await standing.close()
  return { bytesPerInstance: (after - before) / (more - fewer), fewer, more }
}

async function open(subject: string | undefined) {
  const small = await loadWorkload('small')
  switch (subject) {
    case 'ours':
      return { standing: await standOurs(), fewer: 16, more: 64, workload: await loadWorkload('waiting') }
    case 'node-vm':
      return inContexts((await import('./subjects/node-vm.ts')).standNodeVm())
    case 'isolated-vm':
      return inContexts(await (await import('./subjects/isolated-vm.ts')).standIsolatedVm())
    case 'run':
      return {
        standing: (await import('./subjects/run-package.ts')).standRunPackage(),
        fewer: 4,
        more: 16,
        workload: small,
      }
    case undefined:
    default:
      throw new Error(`no subject ${subject}`)
  }
  function inContexts(standing: Standing) {
    return { standing, fewer: 16, more: 64, workload: small }
  }
}

async function flatness(runs: number): Promise<Flatness> {
  const subject = await openOurs()
  const workload = await loadWorkload('small')
  const run = await subject.prepare(workload)
  const batch = async (count: number) => {
    for (let done = 0; done < count; done += 10) {
      await Promise.all(Array.from({ length: 10 }, async () => run(workload.input)))
    }
  }
  const earlyRuns = runs / 10
  await batch(earlyRuns)
  const earlyBytes = await residentBytes()
  await batch(runs - earlyRuns)
  const lateBytes = await residentBytes()
  await subject.close()
  return { earlyRuns, lateRuns: runs, earlyBytes, lateBytes }
}

/** After a collection on the main thread; worker threads collect when they see fit, which is what a server sees too. */
async function residentBytes(): Promise<number> {
  globalThis.gc?.()
  await pause(settleMs)
  globalThis.gc?.()
  return process.memoryUsage.rss()
}

const [, , what, parameter] = process.argv
const report = what === 'flatness' ? await flatness(Number(parameter)) : await instance(parameter)
process.stdout.write(`${JSON.stringify(report)}\n`)
process.exit(0)
