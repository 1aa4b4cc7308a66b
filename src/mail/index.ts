export { MailError, type Mail } from './mail.ts'
export { defaultRetries, retriedMail, type RetriedMail } from './retried-mail.ts'
export { smtpMail } from './smtp.ts'
export { terminalMail } from './terminal.ts'
