// Clients as the engine looks them up: the applications of the directory, and the account page. Nothing is written here: applications
// are made by mintage.yaml and the management API.
import type { Adapter, AdapterPayload, Provider } from 'oidc-provider'
import type { ApplicationRecord } from '../../store/index.ts'
import type { FindApplication } from '../../sign-in/index.ts'
import { usableMetadata, type RefusedPart } from './client-metadata.ts'

export interface ClientAdapterDeps {
  readonly findApplication: FindApplication
  readonly provider: () => Pick<Provider, 'Client'>
  /** Called once for each part of an application that the engine does not take. */
  readonly onRefusedPart: (clientId: string, part: RefusedPart) => void
}

export class ClientAdapter implements Adapter {
  readonly #deps: ClientAdapterDeps
  /** By the record, which stays the same object until the application is changed; undefined for one that cannot be used. */
  readonly #metadata = new WeakMap<ApplicationRecord, { readonly made: AdapterPayload | undefined }>()

  constructor(deps: ClientAdapterDeps) {
    this.#deps = deps
  }

  async find(clientId: string): Promise<AdapterPayload | undefined> {
    const application = await this.#deps.findApplication(clientId)
    if (!application) return undefined
    const known = this.#metadata.get(application)
    if (known) return known.made
    const { metadata, refused } = usableMetadata(application, this.#deps.provider())
    for (const part of refused) this.#deps.onRefusedPart(clientId, part)
    const made = metadata && { ...metadata }
    this.#metadata.set(application, { made })
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
