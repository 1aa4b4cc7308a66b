// Popular packages of npm in real runs, against a server that stands in for the far side (issue: workflows import what
// people import).
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { exportJWK, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { WorkflowError } from '../../src/errors/index.ts'
import { openSandbox, type Environment } from '../../src/runtime/index.ts'
import { reservedClaims } from '../../src/tokens/index.ts'
import { buildDeployment } from '../../src/workflows/index.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { runWorkflow } from '../harness/workflow-run.ts'
import { signInEvent } from '../cli/mintage.ts'
import { refusedLibraries, workingLibraries } from './libraries.ts'
import { librariesReference } from './reference-page.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))

const issuerKeys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ownKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwks = { keys: [{ ...(await exportJWK(issuerKeys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] }
const token = await new SignJWT({ plan: 'pro' })
  .setProtectedHeader({ alg: 'RS256', kid: 'one' })
  .setIssuer('https://other.example')
  .setAudience('workflow')
  .setExpirationTime('1h')
  .sign(issuerKeys.privateKey)

const api = await startHttpServer({ after }, ({ method, url, body }) => {
  switch (url.pathname) {
    case '/jwks':
      return { json: jwks }
    case '/echo':
      return { json: { method, body } }
    case '/never':
      return new Promise(() => {})
    case '/graphql':
      return { json: { data: { user: { name: 'Ada' } } } }
    case '/v1/customers':
      return {
        json: { id: 'cus_1', object: 'customer', livemode: !body.includes('email=ada%40example.com') },
      }
    case '/v1/subscriptions':
      return { json: { object: 'list', data: [{ id: 'sub_1', object: 'subscription', status: 'active' }] } }
    case '/rest/v1/plans':
      return { json: { id: 1, plan: url.searchParams.get('user') === 'eq.kp_1' ? 'pro' : 'none' } }
    case '/redis/pipeline':
      return { json: [{ result: Buffer.from('pro').toString('base64') }] }
    case '/openai/chat/completions':
      return { json: { choices: [{ message: { role: 'assistant', content: 'Hello' } }] } }
    case '/users/ada':
      return { json: { login: 'ada' } }
    default:
      return { status: 404, json: { error: 'not found' } }
  }
})

const sandbox = await openSandbox({ threads: 1, hostCalls: { allow: [api.host] } })
after(() => sandbox.close())

const environment: Environment = {
  API: { value: api.origin, isSecret: false },
  TOKEN: { value: token, isSecret: false },
  KEY: { value: ownKeys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), isSecret: true },
}

async function run(fixture: string) {
  const file = `${fixtures}/${fixture}Workflow.ts`
  const deployment = await buildDeployment(file, sandbox, { reservedClaims, project: { dir: root } })
  const event = z.record(z.string(), z.json()).parse(JSON.parse(signInEvent))
  const { failure, tokens } = await runWorkflow(sandbox, deployment, { event, environment })
  return { failure, out: tokens.accessToken?.after?.['out'] }
}

describe('a workflow uses', () => {
  for (const { name, fixture = name, out: expected } of workingLibraries) {
    test(name, async () => {
      const { failure, out } = await run(fixture)
      assert.equal(failure, undefined)
      if (expected !== undefined) assert.deepEqual(out, expected)
    })
  }

  test('jose: the RS256 token of another issuer counts, a forged one does not, and its own ES256 token is good', async () => {
    const { out } = await run('jose')
    const { plan, refused, signed } = z
      .object({ plan: z.string(), refused: z.boolean(), signed: z.string() })
      .parse(out)
    assert.deepEqual([plan, refused], ['pro', true])
    const { payload, protectedHeader } = await jwtVerify(signed, ownKeys.publicKey)
    assert.deepEqual([payload['plan'], protectedHeader.alg], ['pro', 'ES256'])
  })
})

describe('a workflow cannot use', () => {
  for (const { name, fixture = name, fails, error } of refusedLibraries) {
    test(`${name}, and learns why`, async () => {
      if (fails === 'build') {
        const build = run(fixture)
        await assert.rejects(build, (reason) => {
          assert.ok(reason instanceof WorkflowError)
          assert.match(reason.message, error)
          assert.match(reason.hint ?? '', /docs\/reference\/libraries\.md/)
          return true
        })
      } else {
        const { failure } = await run(fixture)
        assert.match(failure?.message ?? '', error)
      }
    })
  }
})

test('each fixture has a row', async () => {
  const rows = [...workingLibraries, ...refusedLibraries].map(
    ({ name, fixture = name }) => `${fixture}Workflow.ts`,
  )
  assert.deepEqual((await readdir(fixtures)).toSorted(), rows.toSorted())
})

test('docs/reference/libraries.md is made of this table', async () => {
  const page = new URL('../../docs/reference/libraries.md', import.meta.url)
  assert.equal(await readFile(page, 'utf8'), librariesReference(), 'run npm run docs')
})
