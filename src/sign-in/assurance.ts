// How surely a session knows its user. Every page and action for a signed-in user asks here, so that a session that has passed one factor
// of two opens nothing (docs/decisions/0060).

export interface SessionAssurance {
  /** Authentication methods that the user passed (RFC 8176 §2): `pwd`. */
  readonly amr: readonly string[]
  /** The authentication context class (OIDC Core §2); null while no step claims one. */
  readonly acr: string | null
  /** When the user signed in: seconds since the epoch, by the clock that all replicas share. */
  readonly at: number
}

/** What a step proves. The engine adds the time at which the session takes it over. */
export type Proof = Pick<SessionAssurance, 'amr' | 'acr'>

export interface BrowserSession {
  readonly uid: string
  readonly accountId: string
  readonly assurance: SessionAssurance
}

/** Methods that suffice by themselves. A second factor adds its own rule here. */
const firstFactors: ReadonlySet<string> = new Set(['pwd'])

/** Undefined when no user is signed in, or when the session has not proved enough. */
export function signedInSession(session: BrowserSession | undefined): BrowserSession | undefined {
  return session?.assurance.amr.some((method) => firstFactors.has(method)) ? session : undefined
}
