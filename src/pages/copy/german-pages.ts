// The German words of the hosted pages, in the polite form.
import type { englishPages } from './english-pages.ts'

export const germanPages: typeof englishPages = {
  common: {
    pageTitle: (page, application) => `${page} · ${application}`,
    faultyPageTitle: (title) => `Fehler: ${title}`,
    languages: 'Sprache',
    poweredBy: 'Gesichert durch Mintage',
    summaryTitle: 'Das hat nicht geklappt',
    fieldsToCheck: 'Bitte prüfen Sie',
    optional: 'freiwillig',
    email: 'E-Mail-Adresse',
    identifiers: {
      email: 'E-Mail-Adresse',
      username: 'Benutzername',
      phone: 'Telefonnummer',
      several: 'E-Mail-Adresse oder Benutzername',
    },
    password: 'Passwort',
    currentPassword: 'Bisheriges Passwort',
    newPassword: 'Neues Passwort',
    passwordTerms: (minimum) =>
      `Mindestens ${minimum} Zeichen. Mehrere Wörter hintereinander sind leicht zu merken und schwer zu erraten.`,
    invocation: 'Kennung',
    backToSignIn: 'Zurück zur Anmeldung',
    backTo: (application) => `Zurück zu ${application}`,
    cancel: 'Abbrechen',
    showPassword: 'Passwort anzeigen',
    hidePassword: 'Passwort verbergen',
    retry: 'Noch einmal versuchen',
    signInAgain: 'Erneut anmelden',
    account: 'Ihr Konto',
    backToAccount: 'Zurück zu Ihrem Konto',
  },
  fieldProblems: {
    required: 'Bitte füllen Sie dieses Feld aus.',
    emailInvalid: 'Geben Sie eine E-Mail-Adresse ein, etwa name@example.com.',
    passwordTooShort: 'Wählen Sie ein längeres Passwort.',
    passwordTooLong: 'Wählen Sie ein kürzeres Passwort.',
    passwordTooCommon: 'Dieses Passwort verwenden viele. Wählen Sie eines, das schwerer zu erraten ist.',
    passwordUnchanged: 'Wählen Sie ein Passwort, das sich vom bisherigen unterscheidet.',
    currentPasswordWrong: 'Das ist nicht Ihr bisheriges Passwort.',
    textTooLong: 'Das ist zu lang. Bitte kürzen Sie es.',
    textInvalid: 'Das enthält Zeichen, die hier nicht möglich sind.',
    userCodeUnknown:
      'Dieser Code ist unbekannt, schon benutzt oder abgelaufen. Prüfen Sie ihn, oder lassen Sie sich vom Gerät einen neuen zeigen.',
    organizationUnknown: 'Wählen Sie eine der Organisationen.',
    alreadyMember: 'Diese Person ist schon Mitglied.',
    tooManyInvitations: 'Sie haben viele Einladungen gesendet. Versuchen Sie es in einer Stunde wieder.',
    previewPasswordWrong: 'Das ist nicht das Passwort der Vorschau.',
  },
  signIn: {
    title: 'Anmelden',
    submit: 'Anmelden',
    forgotPassword: 'Passwort vergessen?',
    noAccount: 'Noch kein Konto?',
    signUp: 'Konto anlegen',
    or: 'oder',
    continueWith: (connection) => `Weiter mit ${connection}`,
    problems: {
      tooManyAttempts:
        'Das waren zu viele Versuche. Warten Sie einige Minuten und versuchen Sie es dann noch einmal.',
      formExpired: 'Diese Seite war zu lange offen. Bitte melden Sie sich noch einmal an.',
      connectionFailed:
        'Dieser Weg der Anmeldung hat nicht geklappt. Versuchen Sie es noch einmal, oder wählen Sie einen anderen.',
    },
  },
  signUp: {
    title: 'Konto anlegen',
    givenName: 'Vorname',
    familyName: 'Nachname',
    submit: 'Konto anlegen',
    haveAccount: 'Sie haben schon ein Konto?',
    signIn: 'Anmelden',
    problems: {
      accountNotCreated:
        'Mit diesen Angaben konnten wir kein Konto anlegen. Wenn Sie schon eines haben, melden Sie sich an.',
      tooManyAttempts:
        'Das waren zu viele Versuche. Warten Sie einige Minuten und versuchen Sie es dann noch einmal.',
      formExpired: 'Diese Seite war zu lange offen. Bitte füllen Sie sie noch einmal aus.',
    },
  },
  forgottenPassword: {
    title: 'Passwort zurücksetzen',
    lead: 'Nennen Sie uns die E-Mail-Adresse Ihres Kontos. Wir senden Ihnen einen Link, mit dem Sie ein neues Passwort wählen.',
    submit: 'Link senden',
    problems: {
      tooManyAttempts:
        'Sie haben zu viele Links angefordert. Warten Sie einige Minuten und versuchen Sie es dann noch einmal.',
      linkUnusable: 'Dieser Link wurde schon benutzt oder ist abgelaufen. Fordern Sie hier einen neuen an.',
      formExpired: 'Diese Seite war zu lange offen. Bitte versuchen Sie es noch einmal.',
    },
  },
  checkMail: {
    title: 'Sehen Sie in Ihre E-Mails',
    passwordReset: (email) =>
      `Wenn es ein Konto für ${email} gibt, haben wir einen Link gesendet, mit dem Sie ein neues Passwort wählen.`,
    confirmEmail: (email) =>
      `Wir haben einen Link an ${email} gesendet. Öffnen Sie ihn, um die Adresse zu bestätigen.`,
    expiry: (minutes) => `Der Link funktioniert einmal und ${minutes} Minuten lang.`,
    nothingTitle: 'Keine E-Mail?',
    nothing: 'Sehen Sie im Spam-Ordner nach, und prüfen Sie, ob die Adresse oben richtig geschrieben ist.',
    again: 'Andere Adresse verwenden',
  },
  confirmEmail: {
    title: 'Ist das Ihre Adresse?',
    text: (email) => `Bestätigen Sie, dass ${email} Ihnen gehört, und Ihr Konto ist bereit.`,
    choosePassword: (email) =>
      `Wenn ja, wählen Sie ein Passwort für ${email}, um abzuschließen. Ein Passwort, das in einem anderen Browser eingegeben wurde, gilt nicht.`,
    replacePassword: (email) =>
      `Wenn ja, wählen Sie ein Passwort für ${email}. Es ersetzt das alte, und alle Geräte werden abgemeldet.`,
    submit: 'Ja, sie gehört mir',
  },
  emailConfirmed: {
    title: 'Ihre Adresse ist bestätigt',
    text: 'Ihr Konto ist bereit. Kehren Sie zur Anwendung zurück und melden Sie sich an.',
  },
  setPassword: {
    titleFromLink: 'Neues Passwort wählen',
    titleChange: 'Passwort ändern',
    leadFromLink: (account) => `für ${account}`,
    leadTemporary:
      'Sie haben sich mit einem vorläufigen Passwort angemeldet. Wählen Sie eines, das nur Sie kennen.',
    leadRequested:
      'Die Verwaltung hat Sie gebeten, Ihr Passwort zu ändern. Wählen Sie eines, das nur Sie kennen.',
    leadChange: 'Danach bleiben Sie hier angemeldet und werden überall sonst abgemeldet.',
    submit: 'Passwort speichern',
    problems: {
      formExpired: 'Diese Seite war zu lange offen. Bitte versuchen Sie es noch einmal.',
      tooManyAttempts:
        'Das waren zu viele Versuche. Warten Sie einige Minuten und versuchen Sie es dann noch einmal.',
    },
  },
  passwordChanged: {
    title: 'Ihr Passwort wurde geändert',
    text: 'Verwenden Sie ab jetzt das neue Passwort. Ihre anderen Geräte wurden abgemeldet.',
    signIn: 'Anmelden',
  },
  chooseOrganization: {
    title: 'Organisation wählen',
    lead: (application) => `Sie gehören zu mehreren. Mit welcher möchten Sie in ${application} arbeiten?`,
    signedInAs: (account) => `Angemeldet als ${account}`,
    create: 'Weitere Organisation anlegen',
    lastUsed: 'Zuletzt verwendet',
  },
  createOrganization: {
    title: 'Organisation anlegen',
    lead: 'Ein gemeinsamer Ort für alle, mit denen Sie arbeiten. Sie werden das erste Mitglied.',
    name: 'Name der Organisation',
    nameHint: 'Zum Beispiel der Name Ihrer Firma oder Ihres Teams.',
    submit: 'Organisation anlegen',
    problems: {
      notAllowed: 'Sie können hier keine Organisation anlegen. Fragen Sie die Betreiber der Anwendung.',
      formExpired: 'Diese Seite war zu lange offen. Bitte versuchen Sie es noch einmal.',
    },
  },
  signOut: {
    title: 'Abmelden?',
    text: (account) => `Sie sind angemeldet als ${account}.`,
    unknownAccount: 'Sie sind auf diesem Gerät angemeldet.',
    application: (application) => `${application} möchte Sie abmelden.`,
    submit: 'Abmelden',
    stay: 'Angemeldet bleiben',
  },
  signedOut: {
    title: 'Sie sind abgemeldet',
    text: 'Sie können dieses Fenster schließen.',
    textOfAccount: 'Melden Sie sich an, um Ihr Konto zu sehen.',
    signIn: 'Anmelden',
  },
  denied: {
    title: 'Sie erhalten zurzeit keinen Zugang',
    lead: (application) => `${application} hat diese Anmeldung abgelehnt.`,
    reason: 'Grund',
    text: 'Wenn Sie das für einen Irrtum halten, schreiben Sie den Betreibern der Anwendung und nennen Sie die Kennung unten.',
    otherAccount: 'Anderes Konto verwenden',
    accessRoleMissing:
      'Ihr Konto hat keine Rolle, die Zugang zu dieser Anwendung gibt. Bitte wenden Sie sich an die Verwaltung Ihrer Organisation.',
    notAMember: 'Ihr Konto ist kein Mitglied der angefragten Organisation.',
    organizationSuspended: 'Ihre Organisation ist gesperrt. Bitte wenden Sie sich an deren Verwaltung.',
  },
  failed: {
    title: 'Wir konnten Ihre Anmeldung nicht abschließen',
    lead: 'Ihre Angaben sind in Ordnung. Ein Schritt der Anmeldung ist bei uns fehlgeschlagen, und nichts wurde verändert.',
    text: 'Versuchen Sie es gleich noch einmal. Wenn es dabei bleibt, schreiben Sie den Betreibern der Anwendung und nennen Sie die Kennung unten.',
    retry: 'Noch einmal versuchen',
    developerTitle: 'Für die Entwicklung des Workflows',
    lastEdit: 'Ihre letzte Änderung lässt sich nicht bauen und ist deshalb nicht aktiv:',
    versionBefore: 'Aktiv ist die vorige Fassung. Ihr Fehler:',
    developerNote: 'Nur während der Entwicklung sichtbar.',
  },
  error: {
    advice: {
      general: {
        title: 'Das hat nicht geklappt',
        text: 'Gehen Sie zurück zur Anwendung und beginnen Sie von vorn. Wenn es dabei bleibt, senden Sie den Betreibern die Angaben unten.',
      },
      client: {
        title: 'Diese Anwendung ist nicht richtig eingerichtet',
        text: 'Sie hat eine Anfrage gesendet, die wir nicht annehmen können. Bitte sagen Sie es den Betreibern, und senden Sie ihnen die Angaben unten.',
      },
      expired: {
        title: 'Diese Anmeldung ist abgelaufen',
        text: 'Sie war zu lange offen und wurde zum Schutz Ihres Kontos beendet. Melden Sie sich erneut an, oder gehen Sie zurück zur Anwendung und beginnen Sie dort.',
      },
      finished: {
        title: 'Sie haben diese Anmeldung bereits abgeschlossen',
        text: 'Machen Sie in der Anwendung weiter, oder melden Sie sich erneut an.',
      },
      cookies: {
        title: 'Ihr Browser hat unser Cookie nicht gesendet',
        text: 'Erlauben Sie Cookies für diese Seite, oder machen Sie in dem Browser weiter, in dem Sie begonnen haben. Melden Sie sich dann erneut an.',
      },
      formExpired: {
        title: 'Diese Seite ist veraltet',
        text: 'Es wurde nichts geändert. Öffnen Sie die Seite noch einmal und wiederholen Sie den letzten Schritt.',
      },
      linkUsed: {
        title: 'Dieser Link funktioniert nicht mehr',
        text: 'Er wurde schon benutzt oder ist abgelaufen. Wenn Sie ihn benutzt haben, ist Ihre Adresse bestätigt und Sie können sich anmelden. Fordern Sie sonst einen neuen Link an.',
      },
      portalLinkUsed: {
        title: 'Dieser Link gilt nicht mehr',
        text: 'Er gilt einmal und nur wenige Minuten. Gehen Sie zurück zur Anwendung, und öffnen Sie Ihr Konto von dort.',
      },
      notFound: {
        title: 'Seite nicht gefunden',
        text: 'Unter dieser Adresse gibt es nichts. Prüfen Sie sie auf Tippfehler, oder machen Sie hier weiter.',
      },
      tooLarge: {
        title: 'Zu viele Daten',
        text: 'Ihr Browser hat mehr Daten gesendet, als wir annehmen. Gehen Sie zurück und senden Sie weniger.',
      },
      tooMany: {
        title: 'Zu viele Anfragen',
        text: 'Warten Sie einige Minuten und versuchen Sie es dann noch einmal.',
      },
      server: {
        title: 'Bei uns ist etwas schiefgegangen',
        text: 'Das liegt nicht an Ihnen. Versuchen Sie es gleich noch einmal.',
      },
      unavailable: {
        title: 'Wir sind gleich zurück',
        text: 'Die Anmeldung ist zurzeit nicht verfügbar, und nichts ging verloren. Versuchen Sie es gleich noch einmal.',
      },
    },
    details: 'Angaben für Entwickler',
    code: 'Fehler',
    description: 'Beschreibung',
  },
  home: {
    title: (site) => `${site}-Konten`,
    lead: 'Hier melden sich Menschen an, um ihre Anwendungen zu verwenden.',
    goTo: (application) => `Zu ${application}`,
    developer: 'Sie verbinden eine Anwendung?',
    discovery: 'OpenID-Konfiguration',
  },
  enterUserCode: {
    title: 'Gerät verbinden',
    lead: 'Geben Sie den Code ein, den Ihr Gerät zeigt.',
    label: 'Code',
    hint: 'Acht Buchstaben oder Ziffern, mit oder ohne Strich.',
    submit: 'Weiter',
    problems: {
      formExpired: 'Diese Seite war zu lange offen. Bitte geben Sie den Code noch einmal ein.',
      tooManyAttempts:
        'Das waren zu viele Versuche. Warten Sie einige Minuten und versuchen Sie es dann noch einmal.',
    },
  },
  confirmDevice: {
    title: 'Ist das Ihr Gerät?',
    lead: (application) => `${application} möchte sich mit Ihrem Konto anmelden.`,
    compare: 'Fahren Sie nur fort, wenn Ihr Gerät genau diesen Code zeigt.',
    code: 'Code auf dem Gerät',
    scopes: 'Es wird können',
    submit: 'Ja, verbinden',
    refuse: 'Nein, abbrechen',
  },
  deviceDone: {
    connectedTitle: 'Ihr Gerät ist verbunden',
    connected: 'Gehen Sie zurück zum Gerät: Dort geht es in wenigen Sekunden von selbst weiter.',
    refusedTitle: 'Das Gerät wurde nicht verbunden',
    refused: 'Es hat keinen Zugang zu Ihrem Konto erhalten. Sie können dieses Fenster schließen.',
  },
  scopes: {
    openid: 'erfahren, wer Sie sind',
    profile: 'Ihren Namen und Ihr Bild lesen',
    email: 'Ihre E-Mail-Adresse lesen',
    phone: 'Ihre Telefonnummer lesen',
    address: 'Ihre Anschrift lesen',
    offline: 'angemeldet bleiben, während Sie nicht da sind',
    offline_access: 'angemeldet bleiben, während Sie nicht da sind',
  },
}
