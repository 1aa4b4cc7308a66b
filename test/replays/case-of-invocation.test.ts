// A real invocation becomes a test: a case without secrets and personal data, which runs to what was issued.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { maskedCase } from '../../src/cases/index.ts'
import { typeMintage } from '../harness/mintage-command.ts'
import { person, secret, startReplayedProject, userSource, userWorkflow } from './replayed-project.ts'

test('mintage logs show --case prints a case that holds nothing secret and runs as the invocation did', async (t) => {
  const project = await startReplayedProject(t)
  await project.signIn()
  await project.server.store.invocations.flush()
  const [newest] = await project.server.store.invocations.list({ limit: 1 })
  assert.ok(newest)
  const shown = await project.mintage('logs', 'show', newest.id, '--case')
  assert.equal(shown.stderr, '')
  assert.equal(shown.exitCode, 0)
  for (const hidden of [secret, person.email, 'Ada', 'Lovelace'])
    assert.doesNotMatch(shown.stdout, new RegExp(hidden))
  const { environment, before, answers, expected } = JSON.parse(shown.stdout)
  assert.deepEqual(environment, { CRM_KEY: { value: 'masked-CRM_KEY', isSecret: true } })
  assert.equal(before.idToken.email, 'user1@example.test')
  assert.equal(answers[0].url, `${project.crm.origin}/customers?key=masked-CRM_KEY`)
  assert.deepEqual(answers[0].body, { plan: 'pro', order: 1 })
  assert.equal(expected.tokens.accessToken.plan, 'pro')

  // Times after a call and a timer are the clock's; everything else is as it was issued.
  const path = join(project.dir, 'case.json')
  delete expected.tokens.accessToken.run
  await writeFile(path, JSON.stringify({ ...JSON.parse(shown.stdout), expected }))
  const asked = project.crm.requests.length
  const run = await typeMintage(['run', 'case.json', '--json'], project.dir)
  assert.equal(run.stderr, '')
  const { replay, accessToken } = JSON.parse(run.stdout)
  assert.match(replay.difference, /^accessToken\.run: expected nothing, got \[/)
  assert.equal(accessToken.after.run[1], JSON.parse(shown.stdout).expected.tokens.accessToken.run[1])
  assert.equal(project.crm.requests.length, asked)
})

test('a case of several workflows runs all of them as they ran: with fallbacks, a rest and what refuses their claims', async (t) => {
  const named = (id: string, order: number, body: string) =>
    userSource(`
  const isRefresh = event.context.auth.origin === 'refresh_token_request'${body}`).replace(
      `id: 'plan'`,
      `id: '${id}', order: ${order}, failurePolicy: { action: 'continue', fallback: 'last-good', maxAgeSeconds: 3600 }`,
    )
  const project = await startReplayedProject(t, {
    settings: `, circuitBreaker: { failures: 1, openSeconds: 600 }, claims: { action: refuse, idToken: { properties: { times: { maximum: 3 } } } }`,
    files: {
      [userWorkflow]: named(
        'second',
        2,
        `
  if (isRefresh) throw new Error('down')
  const { family_name, given_name } = kinde.idToken.getCustomClaims()
  kinde.idToken.setCustomClaim('name', family_name + ' ' + given_name)
  kinde.accessToken.setCustomClaim('second', [kinde.accessToken.getCustomClaims().first, Math.random()])`,
      ),
      'kindeSrc/environment/workflows/firstWorkflow.ts': named(
        'first',
        1,
        `
  kinde.accessToken.setCustomClaim('first', Math.random())
  const { json } = await kinde.fetch('CRM/customers?key=' + kinde.env.get('CRM_KEY').value)
  kinde.idToken.setCustomClaim('times', json.order)`,
      ),
    },
  })
  const { refresh } = await project.signIn()
  await refresh()
  await refresh()
  await assert.rejects(refresh())
  await project.server.store.invocations.flush()
  const invocations = await project.server.store.invocations.list({ limit: 10, order: 'oldest-first' })
  assert.deepEqual(
    invocations.map(({ outcome, decision }) => [outcome, decision]),
    [
      ['completed', 'issue'],
      ['threw', 'issue-last-good'],
      ['breaker-open', 'issue-last-good'],
      ['claims-unfit', 'refuse'],
    ],
  )
  const asked = project.crm.requests.length
  for (const { id, outcome } of invocations) {
    const shown = await project.mintage('logs', 'show', id, '--case')
    assert.equal(shown.stderr, '', outcome)
    const { workflows } = JSON.parse(shown.stdout)
    assert.deepEqual(
      workflows.map((one: { id: string; isResting?: boolean }) => [one.id, one.isResting ?? false]),
      [
        ['first', false],
        ['second', outcome === 'breaker-open' || outcome === 'claims-unfit'],
      ],
    )
    await writeFile(join(project.dir, 'case.json'), shown.stdout)
    const run = await typeMintage(['run', 'case.json', '--json'], project.dir)
    assert.deepEqual(JSON.parse(run.stdout).replay, { identical: true }, outcome)
  }
  assert.equal(project.crm.requests.length, asked)
})

test('the same value has the same mask everywhere, and the mask has its shape', () => {
  const jwt = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'
  const given = {
    trigger: 'user:tokens_generation' as const,
    workflows: [{ id: 'w', clock: '2026-01-01T00:00:00.000Z' }],
    event: {
      request: {
        ip: '203.0.113.9',
        userAgent: 'Chrome/120.0.0.0',
        authUrlParams: { loginHint: 'ada@acme.com' },
      },
      context: { organization: { code: 'org_1' }, user: { id: 'kp_1' } },
    },
    before: {
      accessToken: {
        sub: 'kp_1',
        email: 'ada@acme.com',
        roles: [{ id: '1', key: 'admin', name: 'Administrator' }],
      },
      idToken: {
        given_name: 'Ada',
        family_name: 'Lovelace',
        name: 'Ada Lovelace',
        picture: 'https://cdn.acme.com/ada.png',
        phone_number: '+44 1632 960961',
        organizations: [{ id: 'org_1', name: 'Acme' }],
      },
    },
    environment: { HOOK: { value: 'https://user:pass@hooks.acme.com/x', isSecret: true } },
    answers: [
      {
        kind: 'fetch',
        method: 'GET',
        url: 'https://crm.acme.com/?mail=ada%40acme.com',
        envelope: JSON.stringify({
          ok: true,
          value: {
            status: 200,
            statusText: '',
            headers: [['set-cookie', 'session=abc']],
            body: JSON.stringify({
              note: 'Dear Ada Lovelace <ada@acme.com>, Adam <bob@other.org> calls +44 1632 960961 from 203.0.113.9',
              access_token: jwt,
              apiKey: 'k-12345',
            }),
            url: 'https://crm.acme.com/?mail=ada%40acme.com',
            redirected: false,
          },
        }),
      },
    ],
    expected: { outcome: 'completed', decision: 'issue', tokens: { accessToken: { greeting: 'Hello Ada' } } },
  }
  const made = maskedCase(given)
  assert.deepEqual(made.event, {
    request: {
      ip: '192.0.2.1',
      userAgent: 'Chrome/120.0.0.0',
      authUrlParams: { loginHint: 'user1@example.test' },
    },
    context: { organization: { code: 'org_1' }, user: { id: 'kp_1' } },
  })
  assert.deepEqual(made.before.accessToken, {
    sub: 'kp_1',
    email: 'user1@example.test',
    roles: [{ id: '1', key: 'admin', name: 'Administrator' }],
  })
  assert.deepEqual(made.before.idToken, {
    given_name: 'Name1',
    family_name: 'Name2',
    name: 'Name1 Name2',
    picture: 'https://example.test/picture1.png',
    phone_number: '+15550100001',
    organizations: [{ id: 'org_1', name: 'Acme' }],
  })
  assert.equal(made.environment['HOOK']?.value, 'https://hook.example.test/')
  const [answer] = made.answers
  assert.equal(answer?.url, 'https://crm.acme.com/?mail=user1%40example.test')
  const { note, access_token: token, apiKey } = (answer?.body ?? {}) as Record<string, string>
  assert.equal(
    note,
    'Dear Name1 Name2 <user1@example.test>, Adam <user2@example2.test> calls +15550100001 from 192.0.2.1',
  )
  assert.match(token ?? '', /^eyJ[\w-]+\.eyJ[\w-]+\.$/)
  assert.match(apiKey ?? '', /^masked-\d$/)
  assert.match(answer?.headers?.[0]?.[1] ?? '', /^masked-\d$/)
  assert.equal(made.expected?.tokens.accessToken?.['greeting'], 'Hello Name1')
})
