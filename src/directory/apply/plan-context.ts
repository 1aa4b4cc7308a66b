// What every part of a plan works on: the file, the directory as it is, and what the file says so far.
import type { MintageFile } from '../../config/index.ts'
import { issuerPlaceholder } from '../../config/index.ts'
import type { Catalog, DirectoryStore, Store } from '../../store/index.ts'
import { declaredId, newId, type IdKind, type RandomBytes } from '../ids.ts'

export interface PlanContext {
  readonly file: MintageFile
  readonly catalog: Catalog
  readonly directory: DirectoryStore
  readonly branding: Store['branding']
  /** Pictures of the project that the file names, by their paths there. They were judged when they were read. */
  readonly images: ReadonlyMap<string, Uint8Array>
  readonly issuer: string
  readonly random: RandomBytes
  readonly now: () => number
}

/** `${issuer}` of a URI or an audience. */
export function withIssuer(text: string, { issuer }: Pick<PlanContext, 'issuer'>): string {
  return text.replaceAll(issuerPlaceholder, issuer)
}

/** The id for a declared record that is new. An id from its name, unless a renamed record has that. */
export function freeId(
  kind: IdKind,
  name: string,
  taken: readonly { readonly id: string }[],
  random: RandomBytes,
): string {
  const id = declaredId(kind, name)
  return taken.some((record) => record.id === id) ? newId(kind, random) : id
}

/** The ids of declared records, by key. The file was checked, so a key without one is a defect. */
export function idsOf(
  keys: readonly string[],
  records: readonly { readonly key: string; readonly id: string }[],
): string[] {
  return keys.map((key) => found(records.find((record) => record.key === key)?.id, key))
}

export function found<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined)
    throw new Error(`${name} is not declared, and the check of the file did not say so`)
  return value
}
