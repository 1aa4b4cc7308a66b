// What an organization may be set to: which domains of addresses let people in, who may join by themselves, and whether it is suspended.
import type { IdentityRecord, OrganizationRecord, OrganizationSettings } from '../store/index.ts'

/** A member that is undefined is taken away. */
export type GivenSettings = {
  readonly [Name in keyof OrganizationSettings]?: OrganizationSettings[Name] | undefined
}

export function withSettings(before: OrganizationSettings, given: GivenSettings): OrganizationSettings {
  const entries = Object.entries({ ...before, ...given }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries)
}

export function isSuspended({ settings }: Pick<OrganizationRecord, 'settings'>): boolean {
  return settings.suspendedAtMs !== undefined
}

/**
 * The domain of `acme.com`, `@acme.com` or `https://acme.com` (Kinde's own examples), in lower case and ASCII. Undefined for anything else.
 */
export function domainOf(text: string): string | undefined {
  const bare = text.trim().replace(/^@/, '')
  const url = URL.parse(/^https?:\/\//.test(bare) ? bare : `https://${bare}`)
  if (url === null || url.host !== url.hostname) return undefined
  const hasMore = [url.username, url.password, url.search, url.hash].some((part) => part !== '')
  return hasMore || url.pathname !== '/' || url.hostname.startsWith('[') ? undefined : url.hostname
}

/**
 * Whether the person who has this identity joins by themselves. A domain counts only when the address is verified: otherwise anyone could type
 * an address of it.
 */
export function letsIn(
  organization: OrganizationRecord,
  { type, normalized, isVerified }: Pick<IdentityRecord, 'type' | 'normalized' | 'isVerified'>,
): boolean {
  if (isSuspended(organization)) return false
  const { allowedDomains = [], isAutoJoinDomainList = false } = organization.settings
  const domain =
    type === 'email' && isVerified ? domainOf(normalized.slice(normalized.lastIndexOf('@') + 1)) : undefined
  const isOfDomain = domain !== undefined && allowedDomains.includes(domain)
  if (isAutoJoinDomainList && isOfDomain) return true
  return organization.isAutoMembershipEnabled && (allowedDomains.length === 0 || isOfDomain)
}
