// The organizations that the user could switch to, as the tokens tell them; a workflow may have taken the claims away.
import { z } from 'zod'
import type { ReceivedTokens } from './browser-session.ts'
import { tokenPayload } from './token-view.ts'

const codes = z.array(z.string()).catch([])
const named = z.array(z.looseObject({ id: z.string(), name: z.string() })).catch([])

export function otherOrganizations({
  accessToken,
  idToken,
}: Pick<ReceivedTokens, 'accessToken' | 'idToken'>): readonly {
  readonly code: string
  readonly name: string
}[] {
  const { org_codes, organizations } = tokenPayload(idToken)
  const names = new Map(named.parse(organizations).map(({ id, name }) => [id, name]))
  const current = tokenPayload(accessToken)['org_code']
  return codes
    .parse(org_codes)
    .filter((code) => code !== current)
    .map((code) => ({ code, name: names.get(code) ?? code }))
}
