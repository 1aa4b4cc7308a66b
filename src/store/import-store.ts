// How far an import is. Each batch writes its place together with its records, so that an import that was interrupted goes on behind the last
// record that was written, and none is written twice.
import type { JsonObject } from '../oauth/index.ts'
import type { UserImport } from './user-import.ts'

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

export type ImportChange =
  /** Many at once, in a few statements. Users who are imported leave no event (C2§12). */
  | { readonly kind: 'import-users'; readonly users: readonly UserImport[] }
  /** `expectedPosition`: where the import was read to be; null for one that begins. */
  | { readonly kind: 'put-import'; readonly record: ImportRecord; readonly expectedPosition: number | null }

export interface ImportStore {
  find(id: string): Promise<ImportRecord | undefined>
  /** Those of the users who have a password: the others may get one. */
  usersWithPassword(userIds: readonly string[]): Promise<readonly string[]>
  /** Deletes those that were last touched before. */
  prune(updatedBeforeMs: number, signal?: AbortSignal): Promise<number>
}
