// Clients as the engine looks them up: the applications of the directory, whatever else has their id. Nothing is written here:
// applications are made by mintage.yaml and the management API.
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { ApplicationRecord, DirectoryStore } from '../store/index.ts'
import { clientMetadata } from './client-metadata.ts'

export class ClientAdapter implements Adapter {
  readonly #directory: DirectoryStore
  /** By the record, which stays the same object until somebody changes the application. */
  readonly #metadata = new WeakMap<ApplicationRecord, AdapterPayload>()

  constructor(directory: DirectoryStore) {
    this.#directory = directory
  }

  async find(clientId: string): Promise<AdapterPayload | undefined> {
    const { applications } = await this.#directory.catalog()
    const application = applications.find((known) => known.clientId === clientId)
    if (!application) return undefined
    const known = this.#metadata.get(application)
    if (known) return known
    const made = { ...clientMetadata(application) }
    this.#metadata.set(application, made)
    return made
  }

  async upsert(): Promise<void> {
    throw new Error('clients are not registered through the engine')
  }

  async findByUid(): Promise<undefined> {
    return undefined
  }

  async findByUserCode(): Promise<undefined> {
    return undefined
  }

  async consume(): Promise<void> {}

  async destroy(): Promise<void> {}

  async revokeByGrantId(): Promise<void> {}
}
