// What mints have read of users of late, kept until anything changes: who refreshes a token does so again and again, and reading a user
// costs the thread that mints as much as a commit. Never older than the database: a change by this process empties it before
// apply() resolves, and one by another is seen by the number that the database has for that; where asking for it is a round trip,
// as on Postgres, nothing is kept.
import type { TokenSubject } from '../directory-store.ts'
import type { Database } from './database.ts'
import { deepFreeze } from './deep-freeze.ts'

/** Some kilobytes each. */
const mostKept = 2_000

export class SubjectCache {
  readonly #database: Pick<Database, 'foreignVersion'>
  readonly #kept = new Map<string, TokenSubject>()
  #foreignVersion: unknown
  /** Raised by each change of this process. */
  #generation = 0

  constructor(database: Pick<Database, 'foreignVersion'>) {
    this.#database = database
  }

  async find(
    userId: string,
    organizationCode: string | null,
    read: () => Promise<TokenSubject | undefined>,
  ): Promise<TokenSubject | undefined> {
    const version = this.#database.foreignVersion()
    if (version === undefined) return read()
    if (version !== this.#foreignVersion) this.#kept.clear()
    this.#foreignVersion = version
    const key = JSON.stringify([userId, organizationCode])
    const known = this.#kept.get(key)
    if (known !== undefined) return known
    const generation = this.#generation
    const subject = await read()
    if (subject !== undefined && generation === this.#generation) this.#keep(key, deepFreeze(subject))
    return subject
  }

  /** To be called before a change of this process is committed, and after it. */
  drop(): void {
    this.#generation++
    this.#kept.clear()
  }

  /** The one that was read longest ago makes room. */
  #keep(key: string, subject: TokenSubject): void {
    const [oldest] = this.#kept.keys()
    if (this.#kept.size >= mostKept && oldest !== undefined) this.#kept.delete(oldest)
    this.#kept.set(key, subject)
  }
}
