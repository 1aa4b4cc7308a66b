// What a database has to offer to be held to the contract, and the stores that a test opened on it.
import type { TestContext } from 'node:test'
import { openStore } from '../open-store.ts'
import type { Store, StoreOptions } from '../store.ts'

export interface ContractDatabase {
  readonly location: StoreOptions['location']
  /** A store on this database, as another process would open it; closed when the test has ended. */
  open(masterKey?: Uint8Array): Promise<Store>
  /** Runs SQL behind the store's back. */
  execute(sql: string): Promise<void>
  /** Closes the stores and gives every byte that is kept, as text. */
  dump(): Promise<string>
}

/** An empty database, gone when the test has ended. */
export type NewDatabase = (t: TestContext) => Promise<ContractDatabase>

export const contractKey = new Uint8Array(32).fill(7)

/** Stores that are closed together. */
export class OpenStores {
  readonly #location: StoreOptions['location']
  readonly #open = new Set<Store>()

  constructor(location: StoreOptions['location']) {
    this.#location = location
  }

  async open(masterKey: Uint8Array = contractKey): Promise<Store> {
    const store = await openStore({ location: this.#location, masterKey })
    this.#open.add(store)
    return store
  }

  async closeAll(): Promise<void> {
    const open = [...this.#open]
    this.#open.clear()
    await Promise.all(open.map((store) => store.close()))
  }
}
