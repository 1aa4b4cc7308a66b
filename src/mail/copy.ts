// Every word of the mails, by language. English is the table's type: a German text that is missing does not compile.
import type { Language } from '../pages/index.ts'
import type { MailKind } from './mail.ts'

interface MailWords {
  readonly subject: string
  readonly lead: string
  /** The link's words. */
  readonly action: string
  /** What holds for the link, and what to do when the mail was not asked for. */
  readonly note: string
}

type MailCopy = Readonly<Record<MailKind, (application: string, validMinutes: number) => MailWords>>

const english: MailCopy = {
  'password-reset': (application, minutes) => ({
    subject: `Choose another password for ${application}`,
    lead: `Somebody asked for another password for your account at ${application}.`,
    action: 'Choose another password',
    note: `The link works once and for ${minutes} minutes. If it was not you, leave this mail as it is: your password stays.`,
  }),
  'finish-sign-up': (application, minutes) => ({
    subject: `Finish your sign-up at ${application}`,
    lead: `Somebody signed up at ${application} with this address. Confirm that it is yours to finish.`,
    action: 'Finish the sign-up',
    note: `The link works once and for ${minutes} minutes. If it was not you, leave this mail as it is: no account is made.`,
  }),
  'verify-email': (application, minutes) => ({
    subject: `Confirm your address for ${application}`,
    lead: `Confirm that this is your address, so that ${application} can reach you.`,
    action: 'Confirm the address',
    note: `The link works once and for ${minutes} minutes. If you have no account there, leave this mail as it is.`,
  }),
  'account-exists': (application) => ({
    subject: `You have an account at ${application} already`,
    lead: `Somebody tried to sign up at ${application} with your address, which has an account already. Nothing was changed.`,
    action: 'Sign in',
    note: 'If it was you and you do not know your password any more, ask for another one at the sign-in. If it was not you, leave this mail as it is.',
  }),
}

const german: MailCopy = {
  'password-reset': (application, minutes) => ({
    subject: `Neues Passwort für ${application}`,
    lead: `Jemand hat für Ihr Konto bei ${application} ein neues Passwort angefordert.`,
    action: 'Neues Passwort wählen',
    note: `Der Link gilt einmal und ${minutes} Minuten lang. Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.`,
  }),
  'finish-sign-up': (application, minutes) => ({
    subject: `Stellen Sie Ihr Konto bei ${application} fertig`,
    lead: `Jemand hat mit dieser Adresse bei ${application} ein Konto angelegt. Bestätigen Sie, dass es Ihre Adresse ist, um es abzuschließen.`,
    action: 'Konto fertigstellen',
    note: `Der Link gilt einmal und ${minutes} Minuten lang. Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Es entsteht kein Konto.`,
  }),
  'verify-email': (application, minutes) => ({
    subject: `Bestätigen Sie Ihre Adresse für ${application}`,
    lead: `Bestätigen Sie, dass dies Ihre Adresse ist, damit ${application} Sie erreichen kann.`,
    action: 'Adresse bestätigen',
    note: `Der Link gilt einmal und ${minutes} Minuten lang. Wenn Sie dort kein Konto haben, brauchen Sie nichts zu tun.`,
  }),
  'account-exists': (application) => ({
    subject: `Sie haben schon ein Konto bei ${application}`,
    lead: `Jemand wollte bei ${application} mit Ihrer Adresse ein Konto anlegen, aber es gibt dort schon eines mit ihr. Es wurde nichts geändert.`,
    action: 'Anmelden',
    note: 'Wenn Sie das waren und Ihr Passwort nicht mehr wissen, fordern Sie bei der Anmeldung ein neues an. Wenn nicht, brauchen Sie nichts zu tun.',
  }),
}

const copies: Readonly<Record<Language, MailCopy>> = { en: english, de: german }

export function mailWords(
  kind: MailKind,
  language: Language,
  application: string,
  validMinutes: number,
): MailWords {
  return copies[language][kind](application, validMinutes)
}
