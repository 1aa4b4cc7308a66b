// `login_hint` as the sign-in field shows it (C§1): an address, a phone number or a username without Kinde's prefix.
import { identifierOfLoginHint } from '../../../directory/index.ts'

export function identifierHint(loginHint: string | undefined): string | undefined {
  return loginHint === undefined ? undefined : identifierOfLoginHint(loginHint)?.value
}
