export { mailKinds, type Mail, type MailKind, type MailMessage } from './mail.ts'
export { smtpMail, type SmtpSettings } from './smtp.ts'
export { terminalMail } from './terminal.ts'
