// Every word that a person reads on a page, by language. English is the table's type: a German text that is missing, or
// whose parameters differ, does not compile.
import { englishArrival } from './copy/english-arrival.ts'
import { englishAccount } from './copy/english-account.ts'
import { englishLinks } from './copy/english-links.ts'
import { englishPages } from './copy/english-pages.ts'
import { englishPlayground } from './copy/english-playground.ts'
import { englishPreview } from './copy/english-preview.ts'
import { germanArrival } from './copy/german-arrival.ts'
import { germanAccount } from './copy/german-account.ts'
import { germanLinks } from './copy/german-links.ts'
import { englishInvitation } from './copy/english-invitation.ts'
import { germanInvitation } from './copy/german-invitation.ts'
import { germanPages } from './copy/german-pages.ts'
import { germanPlayground } from './copy/german-playground.ts'
import { germanPreview } from './copy/german-preview.ts'
import type { Language } from './language.ts'

export type Copy = typeof englishPages &
  typeof englishArrival & {
    readonly accountPages: typeof englishAccount
    readonly links: typeof englishLinks
    readonly invitation: typeof englishInvitation
    readonly preview: typeof englishPreview
    readonly playground: typeof englishPlayground
  }

/** What may be wrong with one field; the controller names it and the page finds the words. */
export type FieldProblem = keyof Copy['fieldProblems']

const copies: Readonly<Record<Language, Copy>> = {
  en: {
    ...englishPages,
    ...englishArrival,
    accountPages: englishAccount,
    links: englishLinks,
    invitation: englishInvitation,
    preview: englishPreview,
    playground: englishPlayground,
  },
  de: {
    ...germanPages,
    ...germanArrival,
    accountPages: germanAccount,
    links: germanLinks,
    invitation: germanInvitation,
    preview: germanPreview,
    playground: germanPlayground,
  },
}

export function copyFor(language: Language): Copy {
  return copies[language]
}
