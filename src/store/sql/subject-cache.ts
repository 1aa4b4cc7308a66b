// What mints have recently read of users, kept until it changes: a user whose tokens are refreshed is read again and again, and reading a
// user costs the thread that mints as much as a commit. Never older than the database: a change by this process drops the users that it
// is about before commit() resolves, and a commit by another process is seen by the number that the database has for that; where asking
// for it is a round trip, as on Postgres, nothing is kept.
import type { Change } from '../change.ts'
import type { TokenSubject } from '../directory-store.ts'
import type { Database } from './database.ts'
import { deepFreeze } from './deep-freeze.ts'

/** Users; some kilobytes each. */
const mostKept = 2_000

export class SubjectCache {
  readonly #database: Pick<Database, 'foreignVersion'>
  /** By user, then by the organization that was asked for. */
  readonly #kept = new Map<string, Map<string | null, TokenSubject>>()
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
    const known = this.#kept.get(userId)?.get(organizationCode)
    if (known !== undefined) return known
    const generation = this.#generation
    const subject = await read()
    if (subject !== undefined && generation === this.#generation)
      this.#keep(userId, organizationCode, deepFreeze(subject))
    return subject
  }

  /** To be called before changes of this process are committed, and after it. */
  drop(changes: readonly Change[]): void {
    this.#generation++
    for (const change of changes) {
      const userId = userOf(change)
      if (userId === undefined) this.#kept.clear()
      else this.#kept.delete(userId)
    }
  }

  /** The user who was read first makes room. */
  #keep(userId: string, organizationCode: string | null, subject: TokenSubject): void {
    const [oldest] = this.#kept.keys()
    if (this.#kept.size >= mostKept && oldest !== undefined) this.#kept.delete(oldest)
    const ofUser = this.#kept.get(userId) ?? new Map<string | null, TokenSubject>()
    this.#kept.set(userId, ofUser.set(organizationCode, subject))
  }
}

/** The only user whom a change is about; undefined when it may be about several. */
function userOf(change: Change): string | undefined {
  if ('userId' in change) return change.userId
  if ('user' in change) return change.user.id
  if ('identity' in change) return change.identity.userId
  if ('password' in change) return change.password.userId
  if ('membership' in change) return change.membership.userId
  return 'owner' in change && change.owner.context === 'usr' ? change.owner.id : undefined
}
