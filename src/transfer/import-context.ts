// What every part of an import works with.
import type { RandomBytes } from '../directory/index.ts'
import type { Catalog, Store } from '../store/index.ts'
import type { KnownOrganizations } from './known-organizations.ts'
import type { OwnIds } from './own-catalog.ts'

export interface ImportContext {
  readonly store: Pick<Store, 'commit' | 'directory' | 'imports'>
  readonly catalog: Catalog
  readonly organizations: KnownOrganizations
  readonly random: RandomBytes
  readonly nowMs: () => number
  /** Of an export of Mintage, whose records keep their ids: what an id of it is here. Undefined for another system. */
  readonly ids?: OwnIds | undefined
}
