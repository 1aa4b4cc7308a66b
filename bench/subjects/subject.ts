// What the benchmark compares: each prepares a workload once and then runs it, one input in, one JSON text of claims out.
import type { RunInput, Workload } from '../workloads.ts'

export type Runner = (input: RunInput) => Promise<string>

export interface Subject {
  readonly name: string
  /** How it does it, in one line of the report. */
  readonly note: string
  /** Everything that happens once for a deployment; timed. */
  prepare(workload: Workload): Promise<Runner>
  close(): Promise<void>
}

/** A subject that can keep instances standing, so that their memory can be measured. */
export interface Standing {
  /** Makes `count` instances stand at once, each having run the workload. */
  stand(workload: Workload, count: number): Promise<void>
  close(): Promise<void>
}
