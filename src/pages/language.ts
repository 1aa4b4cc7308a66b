// The languages of the pages, and which one a user gets: the one that the application asks for, else the one that the browser prefers,
// else the first.

import Negotiator from 'negotiator'

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

/** Each language by its own name, as a person who reads only that one looks for it. */
export const languageNames = { en: 'English', de: 'Deutsch' } as const satisfies Record<Language, string>

/** Characters of a header that are looked at; real ones are far shorter. */
const maxHeaderLength = 1_000

/**
 * `offered` are the languages of this environment; the first is the fallback. `requested` is `ui_locales` (OIDC Core §3.1.2.1: tags in
 * order of preference, separated by spaces) or Kinde's `lang`; `acceptLanguage` is the header (RFC 9110 §12.5.4). Both are untrusted.
 */
export function languageFor(
  requested: string | undefined,
  acceptLanguage: string | undefined,
  offered: readonly Language[] = languages,
): Language {
  const wished = (requested ?? '').slice(0, maxHeaderLength).split(/\s+/).map(primaryTag)
  const header = (acceptLanguage ?? '').slice(0, maxHeaderLength)
  const accepted = header === '' ? [] : new Negotiator({ headers: { 'accept-language': header } }).languages()
  const language = [...wished, ...accepted.map(primaryTag)].find((tag) => offered.some((one) => one === tag))
  return offered.find((one) => one === language) ?? offered[0] ?? 'en'
}

/** `de-AT` and `DE` are German as well. */
function primaryTag(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? ''
}
