// F11: of two replicas on one Postgres the one that holds jobs is killed in the middle of them: two real processes. The other one leaves the
// jobs alone while their leases last, and finishes them afterwards. One whose every attempt is killed ends with a reason.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { exitCodes } from '../../src/cli/index.ts'
import { rehearsalReportSchema } from '../../src/rehearsal/index.ts'
import { freePort } from '../harness/free-port.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { machineToken } from '../harness/management-project.ts'
import { typeShell } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { rawPostgres } from '../harness/raw-database.ts'
import { startCommand } from '../harness/serving-command.ts'
import { startSmtpServer } from '../harness/smtp-server.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent } from '../harness/user-agent.ts'

const postgres = await startPostgres({ after })
const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const machine = {
  id: 'b1110000000000000000000000000001',
  secret: 'AMachineOfTheTestsOnlySecret000000000000001',
}
const users = 40
/** A draft that takes long enough for the test to see that its rehearsal is under way. */
const draft = {
  'kinde.json': '{ "rootDir": "kindeSrc" }',
  'kindeSrc/environment/workflows/tokensWorkflow.ts': `
export const workflowSettings = {
  id: 'tokens', trigger: 'user:tokens_generation', bindings: { 'kinde.accessToken': {} },
}
export default async function () {
  let sum = 0
  for (let n = 0; n < 2e5; n += 1) sum += n
  kinde.accessToken.setCustomClaim('sum', sum)
}
`,
}
const rehearsalAnswer = z.looseObject({
  rehearsal: z.looseObject({ state: z.string(), report: rehearsalReportSchema.nullable() }),
})

const shownWebhooks = z.object({ webhooks: z.array(z.looseObject({ name: z.string(), pending: z.int() })) })
const shownDeliveries = z.object({
  deliveries: z.array(z.looseObject({ event_id: z.string(), state: z.string() })),
})

test('F11: a mail, a rehearsal and the events of a webhook are done by another replica when the one that held them was killed', async (t) => {
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
  // So does the receiver of the webhook, once the test says so.
  const silence = { isOn: false, begun: Promise.withResolvers<void>() }
  const receiver = await startHttpServer(t, async () => {
    if (silence.isOn) {
      silence.begun.resolve()
      await unanswered.promise
    }
    return { status: 200 }
  })
  const project = await makeProject(t, {
    'kinde.json': '{}',
    'mintage.yaml': `
applications:
  web: { type: spa, redirectUris: ['http://localhost:9/callback'] }
  operator:
    type: m2m
    clientId: ${machine.id}
    clientSecret: ${machine.secret}
    apis: [{ audience: '\${issuer}/api', scopes: [create:deployments, create:rehearsals, read:rehearsals, create:users] }]
webhooks:
  crm: { url: '${receiver.origin}/hook', events: [user.created] }
settings:
  egress: { allow: ['${receiver.origin}'] }
  mail:
    from: no-reply@example.com
    smtp: { host: 127.0.0.1, port: ${String(settings.port)}, security: none }
users:
  - { email: person@example.com, password: correct horse battery staple }
${Array.from({ length: users - 1 }, (_, index) => `  - { email: user-${String(index)}@example.com }`).join('\n')}
`,
  })
  const next = await makeProject(t, draft)
  const issuer = `http://localhost:${String(await freePort('127.0.0.1'))}`
  const env = { MINTAGE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'), MINTAGE_DATABASE_URL: url }
  async function startReplica(port: string) {
    const args = ['start', '--production', '--project', project, '--issuer', issuer, '--port', port]
    const replica = startCommand(t, args, {
      cwd: project,
      env,
    })
    await replica.until(/"event":"server_ready"/)
    return replica
  }
  function rehearse(options: string) {
    const as = `MINTAGE_CLIENT_ID=${machine.id} MINTAGE_CLIENT_SECRET=${machine.secret}`
    return typeShell(`${as} ${process.execPath} ${launcher} rehearse --all ${options} --to ${issuer}`, next)
  }
  /** What an operator sees in the database. */
  async function webhooks(action: string): Promise<unknown> {
    const as = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    const line = [...as, process.execPath, launcher, 'webhooks', action, '--project', project, '--json']
    const { stdout } = await typeShell(line.join(' '), project)
    return JSON.parse(stdout)
  }
  const listed = async (sql: string) => (await database.query(sql)).map(({ id }) => String(id))
  const events = () => listed(`select id from events where type = 'user.created' order by sequence`)
  const delivered = () => listed('select event_id as id from webhook_deliveries order by sequence')
  const mailJobs = () => database.query(`select attempts, lease from jobs where kind = 'account-mail'`)

  // Alone, so that it is this one that takes the job.
  const holder = await startReplica(new URL(issuer).port)
  const agent = userAgent(issuer)
  const page = await agent.get(`${issuer}/forgotten-password`)
  await agent.submit(page, '/forgotten-password', { email: 'person@example.com' })
  await asked.promise
  const [held] = await mailJobs()
  assert.equal(Number(held?.['attempts']), 1)

  const headers = { authorization: `Bearer ${await machineToken(issuer)}` }
  const createUser = async (given_name: string) => {
    const body = JSON.stringify({ profile: { given_name } })
    const created = await fetch(`${issuer}/api/v1/user`, { method: 'POST', headers, body })
    assert.equal(created.status, 200)
  }
  await createUser('Ada')
  while ((await delivered()).at(-1) !== (await events()).at(-1)) await pause(20)
  const before = await delivered()
  silence.isOn = true
  for (const name of ['Grace', 'Edsger', 'Barbara']) await createUser(name)
  await silence.begun.promise

  // The command ends with its server.
  const leftAlone = rehearse('--json')
  while ((await rehearsal())?.['state'] !== 'running') await pause(5)

  await holder.stop('SIGKILL')
  assert.deepEqual(await mailJobs(), [held], 'the job is still leased to the process that is gone')
  assert.equal(deliveries, 1)
  await leftAlone
  const committed = (await events()).slice(-3)
  const [states, shown] = await Promise.all([webhooks('list'), webhooks('deliveries')])
  const pending = shownWebhooks.parse(states).webhooks.map((one) => [one.name, one.pending])
  assert.deepEqual(pending, [['crm', committed.length]])
  const { deliveries: known } = shownDeliveries.parse(shown)
  assert.deepEqual(
    known.map(({ event_id: id, state }) => [id, state]),
    before
      .slice(-20)
      .toReversed()
      .map((id) => [id, 'delivered']),
  )
  silence.isOn = false
  const interrupted = await rehearsal()
  assert.equal(interrupted?.['state'], 'running')
  const other = await startReplica(new URL(issuer).port)
  // As if the half minute of the lease had passed, if it has not.
  await database.query(
    `update jobs set due_at_ms = 0 where kind in ('account-mail', 'rehearsal', 'webhook-delivery')`,
  )
  while ((await mailJobs()).length > 0 || (await rehearsal())?.['state'] === 'running') await pause(20)

  assert.deepEqual([mails.length, deliveries], [1, 2])
  assert.deepEqual(mails[0]?.to, ['person@example.com'])
  assert.match(mails[0]?.data ?? '', /reset-password/)
  while ((await delivered()).length < before.length + committed.length) await pause(20)
  // At least once, in order, and nothing that is not an event; the one that was in hand came twice, with the same id.
  const arrived = receiver.requests.map(({ body }) => String(decodeJwt(body)['event_id']))
  assert.deepEqual(arrived, [...before, ...committed.slice(0, 1), ...committed])
  const ids = new Set(receiver.requests.map((one) => one.headers['webhook-id']))
  assert.equal(ids.size, before.length + committed.length)
  assert.deepEqual(await delivered(), [...before, ...committed])

  const everyone = users + 4
  const { report, state } = await readRehearsal(String(interrupted['id']))
  assert.deepEqual(
    [state, report?.users, report?.signIns, report?.changed],
    ['completed', everyone, everyone, everyone],
  )

  // As if each attempt of the next one had been killed.
  await database.query(
    `create function begun() returns trigger as 'begin new.attempts = 3; return new; end' language plpgsql`,
  )
  await database.query(
    `create trigger begun before insert on jobs for each row when (new.kind = 'rehearsal') execute function begun()`,
  )
  const givenUp = await rehearse(`--deployment ${String(interrupted['deployment_id'])}`)
  assert.notEqual(givenUp.exitCode, exitCodes.ok)
  assert.match(
    givenUp.stderr,
    /error\[rehearsal_failed\]: The rehearsal failed: job_interrupted: None of 3 attempts/,
  )
  assert.equal(await other.stop(), 0)
  unanswered.resolve('250 ok')

  async function rehearsal() {
    const [row] = await database.query('select id, state, deployment_id from rehearsals')
    return row
  }

  async function readRehearsal(id: string) {
    const form = {
      grant_type: 'client_credentials',
      client_id: machine.id,
      client_secret: machine.secret,
      audience: `${issuer}/api`,
    }
    const answer = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })
    const { access_token: token } = z.looseObject({ access_token: z.string() }).parse(await answer.json())
    const shown = await fetch(`${issuer}/api/v1/mintage/rehearsals/${id}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    return rehearsalAnswer.parse(await shown.json()).rehearsal
  }
})
