// The engine gets no key. It signs and verifies nothing (token-formats.ts), but reads from its key set which algorithms the discovery
// document names and an application may ask for. So its keys have the shape of keys and no key material: a signature that the engine
// would make by itself fails.
import type { JWK } from 'jose'
import type { SigningAlgorithm } from '../../store/index.ts'

const nothing = 'none'

const shapes: Readonly<Record<SigningAlgorithm, JWK>> = {
  RS256: {
    ...{ kty: 'RSA', e: nothing, n: nothing, d: nothing },
    ...{ p: nothing, q: nothing, dp: nothing, dq: nothing, qi: nothing },
  },
  ES256: { kty: 'EC', crv: 'P-256', x: nothing, y: nothing, d: nothing },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', x: nothing, d: nothing },
}

export const engineKeys: { keys: JWK[] } = {
  keys: Object.entries(shapes).map(([alg, shape]) => ({
    ...shape,
    alg,
    use: 'sig',
    kid: `${nothing}-${alg}`,
  })),
}
