// The German words of the pages of an account.
import type { englishAccount } from './english-account.ts'

export const germanAccount: typeof englishAccount = {
  navigation: 'Ihr Konto',
  pages: {
    overview: 'Übersicht',
    profile: 'Profil',
    organizations: 'Organisationen',
    sessions: 'Geräte',
  },
  done: {
    saved: 'Ihre Änderungen sind gespeichert.',
    ended: 'Das Gerät ist abgemeldet.',
    gone: 'Das Gerät war schon abgemeldet.',
    added: 'Die Person ist jetzt Mitglied.',
    removed: 'Die Person ist nicht mehr Mitglied.',
    renamed: 'Die Organisation hat ihren neuen Namen.',
  },
  formExpired: 'Diese Seite war zu lange offen. Bitte versuchen Sie es noch einmal.',
  more: 'Nächste Seite',
  first: 'Erste Seite',
  overview: {
    title: 'Ihr Konto',
    lead: (name) => `Guten Tag, ${name}`,
    name: 'Name',
    email: 'E-Mail-Adresse',
    unconfirmed: 'noch nicht bestätigt',
    confirmEmail: 'Link zum Bestätigen senden',
    tooManyMails:
      'Wir haben mehrere Links an diese Adresse gesendet. Sehen Sie im Spam-Ordner nach, oder versuchen Sie es in einer Stunde wieder.',
    username: 'Benutzername',
    organizations: 'Organisationen',
    changePassword: 'Passwort ändern',
    signOut: 'Abmelden',
  },
  profile: {
    title: 'Ihr Profil',
    givenName: 'Vorname',
    familyName: 'Nachname',
    submit: 'Speichern',
    picture: 'Ihr Bild',
    signInWith: 'Sie melden sich an mit',
    identityTypes: { email: 'E-Mail-Adresse', username: 'Benutzername', phone: 'Telefonnummer' },
    unconfirmed: 'noch nicht bestätigt',
    deleteAccount: 'Mein Konto löschen',
  },
  sessions: {
    title: 'Ihre Geräte',
    lead: 'Wo Sie angemeldet sind. Melden Sie ein Gerät ab, das Sie nicht kennen, und ändern Sie dann Ihr Passwort.',
    current: 'Dieses Gerät',
    device: (browser, system) => `${browser} unter ${system}`,
    unknownDevice: 'Unbekanntes Gerät',
    lastUsed: 'Zuletzt benutzt',
    signedInSince: 'Angemeldet seit',
    address: 'Netzwerkadresse',
    end: 'Abmelden',
    endOf: (device) => `${device} abmelden`,
    endAll: 'Überall abmelden',
    endAllHint: 'Meldet alle Geräte ab, auch dieses, und jede Anwendung, die Ihr Konto benutzt.',
    incomplete: 'Nur die Sitzungen, die am längsten dauern, sind aufgeführt.',
  },
  organizations: {
    title: 'Ihre Organisationen',
    lead: 'Die Organisationen, zu denen Sie gehören.',
    none: 'Sie gehören zu keiner Organisation.',
    current: 'Von hier sind Sie gekommen',
  },
  deleteAccount: {
    title: 'Ihr Konto löschen?',
    lead: 'Das lässt sich nicht rückgängig machen.',
    goes: 'Sofort gelöscht wird:',
    parts: [
      'Ihr Profil, Ihre Anmeldenamen und Ihr Passwort',
      'Ihre Mitgliedschaft in jeder Organisation',
      'jede Sitzung und jeder Zugang, den eine Anwendung zu Ihrem Konto hat',
    ],
    stays:
      'Organisationen bleiben, ebenso was Anwendungen über Sie gespeichert haben. Bitten Sie diese darum, es zu löschen.',
    submit: 'Mein Konto löschen',
    deletedTitle: 'Ihr Konto ist gelöscht',
    deleted: 'Alles, was wir über Sie gespeichert hatten, ist weg. Sie können dieses Fenster schließen.',
    problems: {
      formExpired: 'Diese Seite war zu lange offen. Bitte versuchen Sie es noch einmal.',
      tooManyAttempts:
        'Das waren zu viele Versuche. Warten Sie einige Minuten, und versuchen Sie es dann noch einmal.',
    },
  },
}
