// Mail without a mail server: shown to the developer. Never used in production, where a link in the terminal would be a
// link in a log.
import type { Mail } from './mail.ts'
import { mailText } from './text.ts'

export function terminalMail(print: (text: string) => void): Mail {
  return {
    async send(message) {
      print(`mail to ${message.to}: ${mailText(message).subject}\n  ${message.link}`)
    },
    close() {},
  }
}
