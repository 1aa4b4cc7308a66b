// How far an import is. Each batch writes its place together with its records, so that an import that was interrupted goes on behind the last
// record that was written, and none is written twice.
import type { JsonObject } from '../oauth/index.ts'

export interface ImportRecord {
  /** What was imported, by its content: src/transfer knows how it is made. */
  readonly id: string
  /** Records of the source that are done with. */
  readonly position: number
  readonly isFinished: boolean
  /** Counts and reasons so far; src/transfer knows its form. */
  readonly report: JsonObject
  readonly updatedAtMs: number
}

export interface ImportStore {
  find(id: string): Promise<ImportRecord | undefined>
  /** Deletes those that were last touched before. */
  prune(updatedBeforeMs: number, signal?: AbortSignal): Promise<number>
}
