// F11: a mail is tried again a few times, and a server that stops waits for it no longer than a bound.
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, test, type TestContext } from 'node:test'
import { openTestServer } from '../harness/running-server.ts'
import { startSmtpServer } from '../harness/smtp-server.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'

async function openServerWithMail(t: TestContext, answers: () => string) {
  const smtp = await startSmtpServer(t, { recipientAnswer: answers })
  const projectDir = await makeProject(t, {
    'kinde.json': '{}',
    'mintage.yaml': `
settings:
  mail:
    from: no-reply@example.com
    smtp: { host: 127.0.0.1, port: ${smtp.settings.port}, security: none }
users:
  - { email: ada@example.com, password: correct horse battery staple }
`,
  })
  const opened = await openTestServer(t, { settings: { projectDir, isDemo: false } })
  const { issuer } = opened.server
  const askForMail = async () => {
    const agent = userAgent(issuer)
    const page = await agent.get(`${issuer}/forgotten-password`)
    await agent.submit(page, '/forgotten-password', { email: 'ada@example.com' })
  }
  const recordsOf = (event: string) =>
    opened.logLines.map((line) => JSON.parse(line)).filter((record) => record.event === event)
  return { ...opened, mails: smtp.mails, askForMail, recordsOf }
}

/** Gives these answers in turn, and the last one from then on. */
function inTurn(...answers: readonly string[]): { answer: () => string; count: () => number } {
  let given = 0
  return { answer: () => answers[Math.min(given++, answers.length - 1)] ?? '', count: () => given }
}

describe('F11: a mail that the mail server does not take', () => {
  test('F11: is sent again when the refusal may pass, and arrives once', async (t) => {
    const { answer, count } = inTurn('450 try again later', '250 ok')
    const { server, mails, askForMail, recordsOf } = await openServerWithMail(t, answer)
    await askForMail()
    await server.settle()
    assert.deepEqual([mails.length, count()], [1, 2])
    assert.equal(recordsOf('mail_delayed').length, 1)
    assert.deepEqual(recordsOf('background_work_failed'), [])
  })

  test('F11: is not sent again when the refusal is for good, and the failure is logged', async (t) => {
    const { answer, count } = inTurn('550 no such mailbox')
    const { server, mails, askForMail, recordsOf } = await openServerWithMail(t, answer)
    await askForMail()
    await server.settle()
    assert.deepEqual([mails.length, count()], [0, 1])
    assert.equal(recordsOf('background_work_failed').length, 1)
  })

  test('F11: gets one last attempt when the server stops, and then its failure is logged', async (t) => {
    const { answer, count } = inTurn('450 try again later')
    const { server, askForMail, recordsOf } = await openServerWithMail(t, answer)
    await askForMail()
    while (recordsOf('mail_delayed').length < 2) await pause(20)
    const before = count()
    await server.close()
    assert.equal(count(), before + 1)
    assert.equal(recordsOf('background_work_failed').length, 1)
    assert.deepEqual(recordsOf('background_work_given_up'), [])
  })
})
