// What the engine has against an application, asked before one is written: the same question that it asks itself at each request
// (clients/client-metadata.ts). An engine of its own answers it, because it has to be asked before there is an issuer, and without a database.
import type { JWK } from 'jose'
import { Provider } from 'oidc-provider'
import type { ApplicationRecord } from '../../store/index.ts'
import { usableMetadata, type RefusedPart } from './client-metadata.ts'
import { clientConfiguration } from './client-configuration.ts'

export interface ApplicationProblem extends RefusedPart {
  readonly application: ApplicationRecord
}

export function clientProblems(
  applications: readonly ApplicationRecord[],
  issuer: string,
): ApplicationProblem[] {
  if (applications.length === 0) return []
  const judge = judgingEngine(issuer)
  return applications.flatMap((application) =>
    usableMetadata(application, judge).refused.map((part) => ({ ...part, application })),
  )
}

function judgingEngine(issuer: string): Provider {
  return new Provider(issuer, {
    ...clientConfiguration,
    // It signs and stores nothing; without these the engine would make its own and warn.
    jwks: { keys: standInKeys() },
    cookies: { keys: ['never-used'] },
    adapter: () => {
      throw new Error('a judging engine has no storage')
    },
  })
}

/** The engine takes a client's signing algorithm when it has a key of that kind. These only have the shape of keys. */
function standInKeys(): JWK[] {
  const made = (members: string) => Object.fromEntries(members.split(' ').map((name) => [name, 'AA']))
  return [
    { kty: 'RSA', ...made('n e d p q dp dq qi') },
    { kty: 'EC', crv: 'P-256', ...made('x y d') },
    { kty: 'OKP', crv: 'Ed25519', ...made('x d') },
  ]
}
