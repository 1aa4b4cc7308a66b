// F11: a mail is a job: it is tried again while that may help, outlives the process that queued it, and is reported when it is given up.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, test, type TestContext } from 'node:test'
import { openTestServer } from '../harness/running-server.ts'
import { startCommand } from '../harness/serving-command.ts'
import { startSmtpServer } from '../harness/smtp-server.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'

async function projectWithMail(t: TestContext, answers: () => string) {
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
  return { projectDir, mails: smtp.mails }
}

async function askForMail(issuer: string, email = 'ada@example.com'): Promise<void> {
  const agent = userAgent(issuer)
  const page = await agent.get(`${issuer}/forgotten-password`)
  await agent.submit(page, '/forgotten-password', { email })
}

async function openServerWithMail(t: TestContext, answers: () => string) {
  const { projectDir, mails } = await projectWithMail(t, answers)
  const opened = await openTestServer(t, { settings: { projectDir, isDemo: false } })
  const recordsOf = (event: string) =>
    opened.logLines.map((line) => JSON.parse(line)).filter((record) => record.event === event)
  return { ...opened, mails, recordsOf }
}

/** Gives these answers in turn, and the last one from then on. */
function inTurn(...answers: readonly string[]): { answer: () => string; count: () => number } {
  let given = 0
  return { answer: () => answers[Math.min(given++, answers.length - 1)] ?? '', count: () => given }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(20)
}

describe('F11: a mail that the mail server does not take', () => {
  test('F11: is sent again when the refusal may pass, and arrives once', async (t) => {
    const { answer, count } = inTurn('450 try again later', '250 ok')
    const { server, mails, recordsOf } = await openServerWithMail(t, answer)
    await askForMail(server.issuer)
    await until(() => mails.length > 0)
    await server.settle()
    assert.deepEqual([mails.length, count()], [1, 2])
    assert.deepEqual(
      recordsOf('job_failed').map(({ kind, attempt }) => [kind, attempt]),
      [['account-mail', 1]],
    )
    assert.deepEqual(await server.store.jobs.list({ kind: 'account-mail', limit: 10 }), [])
  })

  test('F11: is not sent again when the refusal is final, and is reported and listed', async (t) => {
    const { answer, count } = inTurn('550 no such mailbox')
    const { server, mails, recordsOf } = await openServerWithMail(t, answer)
    await askForMail(server.issuer)
    await server.settle()
    assert.deepEqual([mails.length, count()], [0, 1])
    assert.equal(recordsOf('job_dead').length, 1)
    const [dead] = await server.store.jobs.list({ state: 'dead', limit: 10 })
    assert.deepEqual(
      [dead?.kind, dead?.attempts, dead?.lastError],
      ['account-mail', 1, 'mail_failed: The mail server did not take the mail.'],
    )
  })

  test('F11: waits in the database when the server stops', async (t) => {
    const { answer } = inTurn('450 try again later')
    const { server, recordsOf } = await openServerWithMail(t, answer)
    await askForMail(server.issuer)
    await until(() => recordsOf('job_failed').length > 0)
    const [waiting] = await server.store.jobs.list({ kind: 'account-mail', limit: 10 })
    assert.equal(waiting?.state, 'waiting')
    await server.close()
    assert.deepEqual(recordsOf('job_dead'), [])
  })

  test('F11: is queued for an address without an account, too, so that the answer tells nothing', async (t) => {
    const { answer, count } = inTurn('250 ok')
    const { server, mails } = await openServerWithMail(t, answer)
    let queued = 0
    const stop = server.store.jobs.onEnqueued(() => (queued += 1))
    await askForMail(server.issuer, 'nobody@example.com')
    stop()
    await server.settle()
    assert.deepEqual([queued, mails.length, count()], [1, 0, 0])
  })
})

test('F11: a mail goes out although the server was killed when it had answered', async (t) => {
  let answer = '450 try again later'
  const { projectDir, mails } = await projectWithMail(t, () => answer)
  const dataDir = join(projectDir, '.data')
  const serve = async () => {
    const args = ['start', '--project', projectDir, '--data-dir', dataDir, '--port', '0']
    const command = startCommand(t, args, { cwd: projectDir })
    const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
    return { command, issuer }
  }
  const first = await serve()
  await askForMail(first.issuer)
  await first.command.stop('SIGKILL')
  assert.equal(mails.length, 0)
  const database = new DatabaseSync(join(dataDir, 'mintage.db'))
  const [row] = database.prepare(`select * from jobs where kind = 'account-mail'`).all()
  assert.doesNotMatch(JSON.stringify(row), /ada@example|password-reset/)
  // The killed process may have had a lease, which ends after half a minute.
  database.exec('update jobs set due_at_ms = 0')
  database.close()
  answer = '250 ok'
  await serve()
  await until(() => mails.length > 0)
  assert.match(mails[0]?.data ?? '', /reset-password/)
})
