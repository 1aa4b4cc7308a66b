// The German words of the links that an operator puts at the foot of each page.
import type { englishLinks } from './english-links.ts'

export const germanLinks: typeof englishLinks = {
  label: 'Hilfe und Bedingungen',
  support: 'Hilfe',
  terms: 'Nutzungsbedingungen',
  privacy: 'Datenschutz',
}
