export { MailError, type MailLook, type Mail, type MailMessage } from './mail.ts'
export { smtpMail } from './smtp.ts'
export { terminalMail } from './terminal.ts'
