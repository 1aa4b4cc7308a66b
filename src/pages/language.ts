// The languages of the pages, and which of those on offer a person gets: what the application asked for, else what the browser
// prefers, else the first.

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

/** Each language by its own name, as a person who reads only that one looks for it. */
export const languageNames = { en: 'English', de: 'Deutsch' } as const satisfies Record<Language, string>

/** Characters of a header that are looked at; real ones are far shorter. */
const maxHeaderLength = 1_000

/**
 * `offered` are the languages of this environment, the first being the one for everybody else. `requested` is `ui_locales` (OIDC Core §3.1.2.1: tags in order of preference, separated by spaces) or Kinde's `lang`;
 * `acceptLanguage` is the header (RFC 9110 §12.5.4). Both come from outside and may hold anything.
 */
export function languageFor(
  requested: string | undefined,
  acceptLanguage: string | undefined,
  offered: readonly Language[] = languages,
): Language {
  const tags = [...requestedTags(requested ?? ''), ...acceptedTags(acceptLanguage ?? '')]
  const spoken = tags.map((tag) => languageOf(tag, offered)).find((language) => language !== undefined)
  return spoken ?? offered[0] ?? 'en'
}

function requestedTags(text: string): string[] {
  return text.slice(0, maxHeaderLength).split(/\s+/)
}

function acceptedTags(header: string): string[] {
  return header
    .slice(0, maxHeaderLength)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';')
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/i.exec(parameter)?.[1]).find(Boolean)
      return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality) }
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag)
}

function languageOf(tag: string, offered: readonly Language[]): Language | undefined {
  const primary = tag.toLowerCase().split('-')[0]
  return offered.find((language) => language === primary)
}
