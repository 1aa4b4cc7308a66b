export { MailError, type Mail } from './mail.ts'
export { smtpMail } from './smtp.ts'
export { terminalMail } from './terminal.ts'
