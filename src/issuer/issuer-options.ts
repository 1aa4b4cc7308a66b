// What an issuer is opened with, and what the rest of the server asks of it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Background, PasswordRules, SessionEndNotice } from '../directory/index.ts'
import type { SourceLocation, WorkflowError } from '../errors/index.ts'
import type { TokenSigner } from '../keys/index.ts'
import type { Site } from '../sign-in/index.ts'
import type { Store } from '../store/index.ts'
import type { Mint } from '../tokens/index.ts'
import type { PreviewedDeployment } from '../triggers/index.ts'
import type { VerifiedAccessToken } from './request/stored-access-token.ts'
import type { StrangersLimits } from './request/strangers-storage.ts'

export interface IssuerOptions {
  /** The main address, without a trailing slash (C§3). */
  readonly issuer: string
  /** Further addresses, each an issuer of its own with the same users, applications and keys. Their hosts differ. */
  readonly customDomains?: readonly string[]
  readonly store: Store
  readonly mint: Mint
  /** A deployment that need not be live, ready to run; undefined when it is not stored. */
  readonly deployment: (deploymentId: string) => Promise<PreviewedDeployment | undefined>
  readonly passwordRules: PasswordRules
  readonly isEmailProofRequired: boolean
  readonly isSignUpAllowed: boolean
  /** A user of several organizations signs in to the last used one, where the application names none. */
  readonly isLastOrganizationUsed: boolean
  /** The client id of the application that invitations lead to, as the settings have it. */
  readonly invitationApplication?: string | undefined
  readonly site: Site
  /** For how many days an invitation works that a member makes. */
  readonly invitationDays?: number
  readonly refreshGraceSeconds: number
  readonly sessionMaximumSeconds: number
  readonly pendingSignIns: StrangersLimits
  /** Pages show the developer what failed in a workflow. */
  readonly isDevelopment: boolean
  /** For every call that the issuer itself makes over the network; it judges the address. */
  readonly fetch: typeof fetch
  readonly sourceLine: (at: SourceLocation) => string | undefined
  /** Of the last edit of the project, when it does not build. */
  readonly buildError?: () => WorkflowError | undefined
  readonly addressOf: (req: IncomingMessage) => string
  readonly background: Background
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void
  readonly nowMs: () => number
}

export interface Issuer {
  /** The server has settled the Host header by then (http/settled-headers.ts). */
  readonly handler: (req: IncomingMessage, res: ServerResponse) => void
  /**
   * Of a Bearer token, from each domain. Undefined for one that this issuer did not issue, that is expired or revoked, or that is bound
   * to a key.
   */
  verifyAccessToken(token: string): Promise<VerifiedAccessToken | undefined>
  /**
   * Rejects when the application did not take it. Without an effect when it does not ask for it, or when the application or the domain
   * of the session is gone.
   */
  notifySessionEnd(notice: SessionEndNotice): Promise<void>
  /** For what other parts of the server sign with the keys of the issuer. */
  readonly signer: Pick<TokenSigner, 'sign'>
}
