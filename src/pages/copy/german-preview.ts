// The German words of the pages of a preview, in the polite form.
import type { englishPreview } from './english-preview.ts'

export const germanPreview: typeof englishPreview = {
  title: 'Vorschau auf eine neue Version',
  lead: (application) =>
    `Sie sind eingeladen, sich bei ${application} mit einer Version anzumelden, die noch nicht live ist. Geben Sie das Passwort der Vorschau ein.`,
  password: 'Passwort der Vorschau',
  hint: 'Nicht Ihr eigenes Passwort: Es steht in Ihrer Einladung, oder fragen Sie dort nach.',
  submit: 'Weiter',
  deployment: 'Deployment',
  problems: {
    tooManyAttempts:
      'Das waren zu viele Versuche. Warten Sie einige Minuten und versuchen Sie es dann noch einmal.',
  },
  goneTitle: 'Diese Vorschau gibt es nicht',
  gone: 'Sie wurde zurückgezogen, oder der Link ist falsch. Bitten Sie um einen neuen Link. Sie wurden nicht angemeldet.',
}
