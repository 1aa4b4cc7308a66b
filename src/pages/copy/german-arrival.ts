// The German words of the beginning and the end of a sign-in, in the polite form.
import type { englishArrival } from './english-arrival.ts'

export const germanArrival: typeof englishArrival = {
  credentialsWrong: {
    email: 'E-Mail-Adresse oder Passwort stimmt nicht. Prüfen Sie beides und versuchen Sie es noch einmal.',
    username: 'Benutzername oder Passwort stimmt nicht. Prüfen Sie beides und versuchen Sie es noch einmal.',
    phone: 'Telefonnummer oder Passwort stimmt nicht. Prüfen Sie beides und versuchen Sie es noch einmal.',
  },
  connectionUnusable: {
    title: 'So können Sie sich nicht anmelden',
    text: (application) =>
      `${application} hat nach einer Anmeldung gefragt, die es hier nicht gibt. Sie können sich auf anderem Weg anmelden.`,
    goOn: 'Anders anmelden',
  },
  signedIn: {
    title: 'Sie sind angemeldet',
    text: (application) =>
      `${application} öffnet sich von selbst. Wenn nicht, verwenden Sie die Schaltfläche. Danach können Sie diese Seite schließen.`,
    open: (application) => `${application} öffnen`,
  },
}
