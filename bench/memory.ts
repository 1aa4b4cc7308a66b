// Memory, measured in a process of its own that does nothing else: what each further instance that stands ready adds to
// the resident set, and whether ten thousand runs leave it where it was.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'

const childFile = fileURLToPath(new URL('memory-child.ts', import.meta.url))

export const standingSubjects = ['ours', 'node-vm', 'isolated-vm', 'run'] as const
export type StandingSubject = (typeof standingSubjects)[number]

export const instanceMemorySchema = z.strictObject({
  bytesPerInstance: z.number(),
  fewer: z.number(),
  more: z.number(),
})
export type InstanceMemory = z.infer<typeof instanceMemorySchema>

export const flatnessSchema = z.strictObject({
  earlyRuns: z.number(),
  lateRuns: z.number(),
  earlyBytes: z.number(),
  lateBytes: z.number(),
})
export type Flatness = z.infer<typeof flatnessSchema>

export async function measureInstance(subject: StandingSubject): Promise<InstanceMemory> {
  return instanceMemorySchema.parse(await childReport('instance', subject))
}

/** Our resident memory after the first tenth of `runs` and after all of them. */
export async function measureFlatness(runs: number): Promise<Flatness> {
  return flatnessSchema.parse(await childReport('flatness', String(runs)))
}

/**
 * V8 lets its young generation grow with the garbage that a busy thread makes, up to 128 MiB on a large machine, and keeps
 * it. The runs do not use that memory, so it is held small here; a leak would show all the same.
 */
const youngGeneration = '--max-semi-space-size=2'

async function childReport(...parameters: string[]): Promise<unknown> {
  const flags = ['--expose-gc', youngGeneration]
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, childFile, ...parameters])
  return JSON.parse(stdout)
}
