// F11: of two replicas on one Postgres the one that holds a job is killed in the middle of it: two real processes. The other one leaves the
// job alone while the lease lasts, and finishes it afterwards.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../harness/free-port.ts'
import { startPostgres } from '../harness/postgres.ts'
import { rawPostgres } from '../harness/raw-database.ts'
import { startCommand } from '../harness/serving-command.ts'
import { startSmtpServer } from '../harness/smtp-server.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'

const postgres = await startPostgres({ after })

test('F11: a mail goes out from another replica when the one that held it was killed', async (t) => {
  const database = await rawPostgres(t, postgres)
  assert.ok(database.location.kind === 'postgres')
  const { url } = database.location
  // The mail server leaves the first delivery without an answer, so that its job is in hand for as long as the test wants.
  const asked = Promise.withResolvers<void>()
  const unanswered = Promise.withResolvers<string>()
  let deliveries = 0
  const { settings, mails } = await startSmtpServer(t, {
    recipientAnswer() {
      deliveries += 1
      if (deliveries > 1) return '250 ok'
      asked.resolve()
      return unanswered.promise
    },
  })
  const project = await makeProject(t, {
    'kinde.json': '{}',
    'mintage.yaml': `
settings:
  mail:
    from: no-reply@example.com
    smtp: { host: 127.0.0.1, port: ${String(settings.port)}, security: none }
users:
  - { email: person@example.com, password: correct horse battery staple }
`,
  })
  const issuer = `http://localhost:${String(await freePort('127.0.0.1'))}`
  async function startReplica(port: string) {
    const args = ['start', '--production', '--project', project, '--issuer', issuer, '--port', port]
    const replica = startCommand(t, args, {
      cwd: project,
      env: {
        MINTAGE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
        MINTAGE_DATABASE_URL: url,
      },
    })
    await replica.until(/"event":"server_ready"/)
    return replica
  }
  const mailJobs = () => database.query(`select attempts, lease from jobs where kind = 'account-mail'`)

  // Alone, so that it is this one that takes the job.
  const holder = await startReplica(new URL(issuer).port)
  const agent = userAgent(issuer)
  const page = await agent.get(`${issuer}/forgotten-password`)
  await agent.submit(page, '/forgotten-password', { email: 'person@example.com' })
  await asked.promise
  const [held] = await mailJobs()
  assert.equal(Number(held?.['attempts']), 1)

  await holder.stop('SIGKILL')
  assert.deepEqual(await mailJobs(), [held], 'the job is still leased to the process that is gone')
  assert.equal(deliveries, 1)
  const other = await startReplica('0')
  // As if the half minute of the lease had passed, if it has not.
  await database.query(`update jobs set due_at_ms = 0 where kind = 'account-mail'`)
  while ((await mailJobs()).length > 0) await pause(20)

  assert.deepEqual([mails.length, deliveries], [1, 2])
  assert.deepEqual(mails[0]?.to, ['person@example.com'])
  assert.match(mails[0]?.data ?? '', /reset-password/)
  assert.equal(await other.stop(), 0)
  unanswered.resolve('250 ok')
})
