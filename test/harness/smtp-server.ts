// A real SMTP server on a port of its own: as much of RFC 5321 as a client needs to hand over mail, kept for the test to read.
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Lifetime } from './http-server.ts'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** Headers and body, as they were sent. */
  readonly data: string
}

export interface SmtpServer {
  /** As mail/smtp.ts takes them. */
  readonly settings: { readonly host: string; readonly port: number; readonly security: 'none' }
  readonly mails: readonly ReceivedMail[]
}

export interface SmtpBehaviour {
  /** The answer to RCPT TO, the same each time or another for each, at once or later; `250 ok` when not given. */
  readonly recipientAnswer?: RecipientAnswer
}

type RecipientAnswer = string | (() => string | Promise<string>)

export async function startSmtpServer(
  lifetime: Lifetime,
  { recipientAnswer = '250 ok' }: SmtpBehaviour = {},
): Promise<SmtpServer> {
  const mails: ReceivedMail[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    void converse(socket, mails, recipientAnswer)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  lifetime.after(async () => {
    for (const socket of sockets) socket.destroy()
    await once(server.close(), 'close')
  })
  const address = server.address() as AddressInfo
  return { settings: { host: '127.0.0.1', port: address.port, security: 'none' }, mails }
}

async function converse(
  socket: Socket,
  mails: ReceivedMail[],
  recipientAnswer: RecipientAnswer,
): Promise<void> {
  const say = (line: string) => socket.write(`${line}\r\n`)
  let from = ''
  let to: string[] = []
  let data: string[] | undefined
  say('220 test')
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    if (data !== undefined) {
      if (line === '.') {
        mails.push({ from, to, data: data.join('\n') })
        data = undefined
        to = []
        say('250 kept')
      } else {
        data.push(line.startsWith('..') ? line.slice(1) : line)
      }
    } else if (/^(?:EHLO|HELO)/i.test(line)) say('250 test')
    else if (/^MAIL FROM:/i.test(line)) {
      from = addressOf(line)
      say('250 ok')
    } else if (/^RCPT TO:/i.test(line)) {
      to.push(addressOf(line))
      say(typeof recipientAnswer === 'string' ? recipientAnswer : await recipientAnswer())
    } else if (/^DATA/i.test(line)) {
      data = []
      say('354 go on')
    } else if (/^QUIT/i.test(line)) {
      say('221 bye')
      socket.end()
    } else say('250 ok')
  }
}

function addressOf(line: string): string {
  return /<(.*)>/.exec(line)?.[1] ?? ''
}
