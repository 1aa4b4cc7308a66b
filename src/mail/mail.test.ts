import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startSmtpServer } from '../../test/harness/smtp-server.ts'
import { languages } from '../pages/index.ts'
import { mailKinds, type MailMessage } from './mail.ts'
import { smtpMail } from './smtp.ts'
import { terminalMail } from './terminal.ts'
import { mailText } from './text.ts'

const message: MailMessage = {
  id: 'job_1',
  kind: 'password-reset',
  to: 'ada@example.com',
  language: 'en',
  application: 'Demo',
  link: 'https://id.example.com/password?token=abc&x=1',
  validMinutes: 30,
}

describe('the text of a mail', () => {
  test('says what it is about, holds the link, and how long it works', () => {
    assert.deepEqual(
      { ...mailText(message), html: '' },
      {
        subject: 'Reset your password for Demo',
        plain: `We received a request to reset the password of your account at Demo.

Choose a new password:
https://id.example.com/password?token=abc&x=1

The link works once, for 30 minutes. If this wasn't you, ignore this email. Your password won't change.
`,
        html: '',
      },
    )
  })

  test('bears the look of its sender: logo, the colours of the button, the name', () => {
    const look = {
      button: '#ffd400',
      buttonText: '#000000',
      logoUrl: 'https://id.example.com/logo?org_code=org_1&cache=ab',
    }
    const { html } = mailText({ ...message, application: 'Acme "&" Sons', look })
    assert.match(
      html,
      /<img src="https:\/\/id\.example\.com\/logo\?org_code=org_1&amp;cache=ab" alt="Acme &quot;&amp;&quot; Sons"/,
    )
    assert.match(html, /background: #ffd400; color: #000000;/)
    const { logoUrl: _, ...withoutLogo } = look
    assert.doesNotMatch(mailText({ ...message, look: withoutLogo }).html, /<img/)
    assert.doesNotMatch(mailText(message).html, /<img|background/)
  })

  for (const kind of mailKinds) {
    for (const language of languages) {
      test(`is complete for ${kind} in ${language}, as text and as HTML`, () => {
        const { subject, plain, html } = mailText({ ...message, kind, language })
        assert.match(subject, /Demo/)
        assert.ok(plain.includes(message.link))
        assert.ok(html.includes(`href="${message.link.replaceAll('&', '&amp;')}"`))
        assert.match(html, new RegExp(`<html lang="${language}">`))
      })
    }
  }

  test('takes a hostile name for a name: no header, no tag', () => {
    const { subject, html } = mailText({
      ...message,
      application: 'Evil\r\nBcc: all@example.com\n<script>alert(1)</script>\u202e',
    })
    assert.doesNotMatch(subject, /[\r\n\u202e]/)
    assert.doesNotMatch(html, /<script>/)
  })
})

describe('mail by SMTP', () => {
  test('reaches the one address with both bodies', async (t) => {
    const server = await startSmtpServer(t)
    const mail = await smtpMail({ ...server.settings, from: 'Mintage <no-reply@example.com>' })
    t.after(() => mail.close())
    await mail.send(message)
    const [received, ...others] = server.mails
    assert.equal(others.length, 0)
    assert.equal(received?.from, 'no-reply@example.com')
    assert.deepEqual(received?.to, ['ada@example.com'])
    assert.match(received?.data ?? '', /^Subject: Reset your password for Demo$/m)
    assert.match(received?.data ?? '', /^Message-ID: <job_1@example\.com>$/m)
    assert.match(received?.data ?? '', /^Auto-Submitted: auto-generated$/m)
    assert.match(received?.data ?? '', /Content-Type: text\/plain[\s\S]*Content-Type: text\/html/)
  })

  test('is from the sender of an organization, whose name is only a name', async (t) => {
    const server = await startSmtpServer(t)
    const mail = await smtpMail({ ...server.settings, from: 'Mintage <no-reply@example.com>' })
    t.after(() => mail.close())
    const name = 'Acme\r\nBcc: all@example.com'
    await mail.send({ ...message, sender: { name, address: undefined } })
    await mail.send({ ...message, sender: { name: undefined, address: 'hello@acme.example' } })
    const [named, addressed] = server.mails
    assert.equal(named?.from, 'no-reply@example.com')
    assert.doesNotMatch(named.data, /^Bcc:/m)
    assert.equal(addressed?.from, 'hello@acme.example')
  })

  test('goes to one address also when the address pretends to be several', async (t) => {
    const server = await startSmtpServer(t)
    const mail = await smtpMail({ ...server.settings, from: 'no-reply@example.com' })
    t.after(() => mail.close())
    await mail.send({ ...message, to: 'ada@example.com, eve@example.com' }).catch(() => {})
    assert.ok(server.mails.every(({ to }) => to.length === 1 && !to.includes('eve@example.com')))
  })

  test('that the server refuses is mail_failed, with the reason for the log', async (t) => {
    const server = await startSmtpServer(t, { recipientAnswer: '550 no such mailbox' })
    const mail = await smtpMail({ ...server.settings, from: 'no-reply@example.com' })
    t.after(() => mail.close())
    await assert.rejects(mail.send(message), (error: Error) => {
      assert.equal('code' in error && error.code, 'mail_failed')
      assert.match(String(error.cause), /no such mailbox/)
      assert.doesNotMatch(error.message, /mailbox/)
      return true
    })
  })
})

test('mail without a server is shown in the terminal', async () => {
  const shown: string[] = []
  await terminalMail((text) => shown.push(text)).send(message)
  assert.deepEqual(shown, [`mail to ada@example.com: Reset your password for Demo\n  ${message.link}`])
})
