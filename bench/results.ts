// Everything that one run of the benchmark measured, as it is written with --json. Milliseconds and bytes.
import type { InstanceMemory, Flatness } from './memory.ts'
import type { Round, Throughput } from './measure.ts'
import type { TerminatedThread } from './terminated-thread.ts'

export const measuredWorkloads = ['small', 'heavy'] as const
export type MeasuredWorkload = (typeof measuredWorkloads)[number]

export interface SubjectResult {
  readonly name: string
  readonly note: string
  readonly prepareMs: Readonly<Record<MeasuredWorkload, number>>
  readonly workloads: Readonly<Record<MeasuredWorkload, Round>>
  readonly instance?: InstanceMemory
}

export interface MissingSubject {
  readonly name: string
  readonly missing: string
}

export interface Results {
  readonly node: string
  readonly cores: number
  readonly rounds: number
  readonly signature: Round
  readonly synchronousSignature: Round
  readonly floor: {
    readonly threadEcho: Round
    readonly engineAlone: Readonly<Record<MeasuredWorkload, Round>>
    readonly engineOnThread: Readonly<Record<MeasuredWorkload, Round>>
    readonly imageAlone: Readonly<Record<MeasuredWorkload, Throughput>>
  }
  readonly subjects: readonly (SubjectResult | MissingSubject)[]
  readonly flatness?: Flatness
  readonly terminatedThread?: TerminatedThread
}

export function isMeasured(subject: SubjectResult | MissingSubject): subject is SubjectResult {
  return 'workloads' in subject
}
