// `npm run bench [-- --quick] [--json FILE]`: what the sandbox costs, measured against what else there is, in one run.
// See README.md for what the numbers mean. The exit code is 0 whether or not the goals are met; it is 1 when the subjects
// do not give the same claims, because then there is nothing to compare.
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { engineAlone, engineOnThread, imageAlone, threadEcho } from './floor.ts'
import { judge, verdict } from './goals.ts'
import { installOthers } from './install.ts'
import {
  fullEffort,
  measureRound,
  medianRound,
  medianThroughput,
  median,
  quickEffort,
  warmUp,
  type Action,
  type Effort,
  type Round,
  type Throughput,
} from './measure.ts'
import { measureFlatness, measureInstance, type InstanceMemory, type StandingSubject } from './memory.ts'
import { report } from './report.ts'
import {
  measuredWorkloads,
  type MeasuredWorkload,
  type MissingSubject,
  type Results,
  type SubjectResult,
} from './results.ts'
import { joseSignature, synchronousSignature } from './signature.ts'
import { openSubjects, type Opened } from './subjects/index.ts'
import type { Runner, Subject } from './subjects/subject.ts'
import { measureTerminatedThread } from './terminated-thread.ts'
import { loadWorkload, type Workload } from './workloads.ts'

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'string' } } })
const effort = options.quick === true ? quickEffort : fullEffort
const flatnessRuns = options.quick === true ? 2_000 : 10_000

const standingNames: Readonly<Record<string, StandingSubject>> = {
  'ours: pool and image': 'ours',
  'node:vm, fresh context': 'node-vm',
  'isolated-vm, fresh context': 'isolated-vm',
  'run (npm)': 'run',
}

interface Contender {
  readonly subject: Subject
  readonly prepareMs: Readonly<Record<MeasuredWorkload, number>>
  readonly actions: Readonly<Record<MeasuredWorkload, Action>>
}

const complaint = await installOthers()
if (complaint !== undefined) progress(`what the benchmark compares with could not be installed: ${complaint}`)
progress('preparing')
const opened = await openSubjects()
const workloads = { small: await loadWorkload('small'), heavy: await loadWorkload('heavy') }
const contenders = await prepareAll(opened)

progress(`measuring ${contenders.length} subjects and the signature in ${effort.rounds} rounds`)
const signature = { action: await joseSignature(), synchronous: await synchronousSignature() }
const floor = {
  threadEcho: threadEcho(),
  engineAlone: { small: await engineAlone(workloads.small), heavy: await engineAlone(workloads.heavy) },
  engineOnThread: { small: engineOnThread(workloads.small), heavy: engineOnThread(workloads.heavy) },
  imageAlone: { small: await imageAlone(workloads.small), heavy: await imageAlone(workloads.heavy) },
}
const measured = await measureAll(contenders, effort)
for (const { subject } of contenders) await subject.close()

progress('measuring memory and a terminated thread')
const results: Results = {
  node: process.version.slice(1),
  cores: availableParallelism(),
  rounds: effort.rounds,
  signature: measured.signature,
  synchronousSignature: measured.synchronousSignature,
  floor: measured.floor,
  subjects: await subjectResults(),
  flatness: await measureFlatness(flatnessRuns),
  terminatedThread: await measureTerminatedThread(),
}
const goals = judge(results)
const json = JSON.stringify(
  { ...results, goals: goals.map((goal) => ({ ...goal, verdict: verdict(goal) })) },
  null,
  2,
)
process.stdout.write(`${report(results, goals)}\n`)
if (options.json === undefined) process.stdout.write(`\n${json}\n`)
else await writeFile(options.json, `${json}\n`)
// Worker threads of the package `run` cannot be closed from outside.
process.exit(0)

async function prepareAll(subjects: readonly Opened[]): Promise<readonly Contender[]> {
  const ready: Contender[] = []
  for (const { subject } of subjects) {
    if (subject === undefined) continue
    const small = await prepareTimed(subject, workloads.small)
    const heavy = await prepareTimed(subject, workloads.heavy)
    ready.push({
      subject,
      prepareMs: { small: small.ms, heavy: heavy.ms },
      actions: {
        small: async () => small.run(workloads.small.input),
        heavy: async () => heavy.run(workloads.heavy.input),
      },
    })
  }
  for (const workload of measuredWorkloads) await assertSameClaims(ready, workload)
  return ready
}

/** The median of a few; the code differs in a comment each time, because ours knows a deployment again. */
async function prepareTimed(subject: Subject, workload: Workload): Promise<{ run: Runner; ms: number }> {
  const times: number[] = []
  for (let turn = 0; turn < 3; turn++) {
    const began = performance.now()
    await subject.prepare({ ...workload, code: `${workload.code}\n// ${turn}` })
    times.push(performance.now() - began)
  }
  return { run: await subject.prepare(workload), ms: median(times) }
}

async function assertSameClaims(subjects: readonly Contender[], workload: MeasuredWorkload): Promise<void> {
  const claims: unknown[] = []
  for (const { actions } of subjects) claims.push(JSON.parse(String(await actions[workload]())))
  const different = claims.findIndex((one) => !isDeepStrictEqual(one, claims[0]))
  if (different < 0) return
  progress(
    `${subjects[different]?.subject.name} gives other claims for the ${workload} workflow than the first subject`,
  )
  process.exit(1)
}

async function measureAll(subjects: readonly Contender[], { rounds, throughputMs }: Effort) {
  const lanes = [
    { action: signature.action, withThroughput: true },
    { action: signature.synchronous, withThroughput: false },
    { action: floor.threadEcho, withThroughput: true },
    { action: floor.engineAlone.small, withThroughput: false },
    { action: floor.engineAlone.heavy, withThroughput: false },
    { action: floor.engineOnThread.small, withThroughput: true },
    { action: floor.engineOnThread.heavy, withThroughput: true },
    ...measuredWorkloads.flatMap((workload) =>
      subjects.map(({ actions }) => ({ action: actions[workload], withThroughput: true })),
    ),
  ]
  for (const { action } of lanes) await warmUp(action, effort)
  const taken: Round[][] = lanes.map(() => [])
  const images: Record<MeasuredWorkload, Throughput[]> = { small: [], heavy: [] }
  for (const workload of measuredWorkloads) await floor.imageAlone[workload](throughputMs)
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`)
    for (const [lane, { action, withThroughput }] of lanes.entries()) {
      taken[lane]?.push(await measureRound(action, effort, withThroughput))
    }
    for (const workload of measuredWorkloads) {
      images[workload].push(await floor.imageAlone[workload](throughputMs))
    }
  }
  const [asynchronous, synchronous, echo, small, heavy, smallThere, heavyThere, ...others] =
    taken.map(medianRound)
  if (!asynchronous || !synchronous || !echo || !small || !heavy || !smallThere || !heavyThere) {
    throw new Error('no round was measured')
  }
  return {
    signature: asynchronous,
    synchronousSignature: synchronous,
    floor: {
      threadEcho: echo,
      engineAlone: { small, heavy },
      engineOnThread: { small: smallThere, heavy: heavyThere },
      imageAlone: { small: medianThroughput(images.small), heavy: medianThroughput(images.heavy) },
    },
    others,
  }
}

async function subjectResults(): Promise<readonly (SubjectResult | MissingSubject)[]> {
  return Promise.all(
    opened.map(async ({ name, subject, missing }) => {
      const index = contenders.findIndex((contender) => contender.subject === subject)
      const contender = contenders[index]
      const small = measured.others[index]
      const heavy = measured.others[contenders.length + index]
      if (contender === undefined || small === undefined || heavy === undefined) {
        return { name, missing: missing ?? 'not measured' }
      }
      const instance = await instanceOf(name)
      return {
        name,
        note: contender.subject.note,
        prepareMs: contender.prepareMs,
        workloads: { small, heavy },
        ...(instance === undefined ? {} : { instance }),
      }
    }),
  )
}

async function instanceOf(name: string): Promise<InstanceMemory | undefined> {
  const standing = standingNames[name]
  return standing === undefined ? undefined : measureInstance(standing)
}

/** To stderr, so that stdout holds only the report. */
function progress(text: string): void {
  process.stderr.write(`bench: ${text}\n`)
}
