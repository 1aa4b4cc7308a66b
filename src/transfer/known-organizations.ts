// The organizations of the directory, by what other systems call them. They are read once: an import names the same few again and again.
import type { Store } from '../store/index.ts'

export interface KnownOrganizations {
  /** By code, else by external id. */
  codeOf(name: string): string | undefined
  add(organization: { readonly code: string; readonly externalId: string | null }): void
  /** Whether there was no default organization: then the one that asks is it. */
  takeDefault(): boolean
}

export async function knownOrganizations(directory: Store['directory']): Promise<KnownOrganizations> {
  const codes = new Set<string>()
  const byExternalId = new Map<string, string>()
  let hasDefault = (await directory.defaultOrganization()) !== undefined
  const known: KnownOrganizations = {
    codeOf: (name) => (codes.has(name) ? name : byExternalId.get(name)),
    takeDefault() {
      const isFree = !hasDefault
      hasDefault = true
      return isFree
    },
    add({ code, externalId }) {
      codes.add(code)
      if (externalId !== null) byExternalId.set(externalId, code)
    },
  }
  let cursor: string | undefined
  do {
    const page = await directory.organizations({ size: 500, ...(cursor !== undefined && { cursor }) })
    for (const organization of page.items) known.add(organization)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return known
}
