// Every word of the mails, by language. English is the table's type, so a missing German string does not compile.
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

type MailCopy = Readonly<
  Record<MailKind, (application: string, validMinutes: number, organization: string) => MailWords>
>

const english: MailCopy = {
  'password-reset': (application, minutes) => ({
    subject: `Reset your password for ${application}`,
    lead: `We received a request to reset the password of your account at ${application}.`,
    action: 'Choose a new password',
    note: `The link works once, for ${minutes} minutes. If this wasn't you, ignore this email. Your password won't change.`,
  }),
  'finish-sign-up': (application, minutes) => ({
    subject: `Finish your sign-up at ${application}`,
    lead: `Confirm your email address to finish your sign-up at ${application}.`,
    action: 'Finish sign-up',
    note: `The link works once, for ${minutes} minutes. If this wasn't you, ignore this email. No account will be created.`,
  }),
  'verify-email': (application, minutes) => ({
    subject: `Confirm your address for ${application}`,
    lead: `Confirm that this is your email address, so that ${application} can reach you.`,
    action: 'Confirm the address',
    note: `The link works once, for ${minutes} minutes. If you don't have an account there, ignore this email.`,
  }),
  'account-exists': (application) => ({
    subject: `You already have an account at ${application}`,
    lead: `There was a sign-up at ${application} with your email address, which already has an account. Nothing was changed.`,
    action: 'Sign in',
    note: "If you forgot your password, you can reset it on the sign-in page. If this wasn't you, ignore this email.",
  }),
  invitation: (application, minutes, organization) => ({
    subject: `You're invited to join ${organization} on ${application}`,
    lead: `You're invited to join ${organization} on ${application}. Sign in or create an account with this email address.`,
    action: 'Accept the invitation',
    note: `The link works once, for ${daysOf(minutes, 'day', 'days')}. If you don't want to join, ignore this email.`,
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
  invitation: (application, minutes, organization) => ({
    subject: `Einladung zu ${organization} bei ${application}`,
    lead: `Sie sind eingeladen, ${organization} bei ${application} beizutreten. Melden Sie sich mit dieser E-Mail-Adresse an, oder legen Sie mit ihr ein Konto an.`,
    action: 'Einladung annehmen',
    note: `Der Link gilt einmal und ${daysOf(minutes, 'Tag', 'Tage')} lang. Wenn Sie nicht beitreten möchten, brauchen Sie nichts zu tun.`,
  }),
}

/** A mail that waited for its server is short of a whole day by a little. */
function daysOf(minutes: number, one: string, several: string): string {
  const days = Math.max(1, Math.round(minutes / 1_440))
  return `${String(days)} ${days === 1 ? one : several}`
}

const copies: Readonly<Record<Language, MailCopy>> = { en: english, de: german }

export function mailWords(
  kind: MailKind,
  language: Language,
  application: string,
  validMinutes: number,
  organization: string,
): MailWords {
  return copies[language][kind](application, validMinutes, organization)
}
