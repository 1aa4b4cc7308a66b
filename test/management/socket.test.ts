// The management API of a whole server, a process of its own, from the clients that people use: curl, fetch, Kinde's SDK, and a
// workflow, which reaches it in process.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { Configuration, UsersApi } from '@kinde-oss/kinde-typescript-sdk'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import { machineToken, managementProject, reports } from '../harness/management-project.ts'
import { startCommand } from '../harness/serving-command.ts'

const people = ['curl', 'fetch', 'sdk', 'workflow']
const users = `users:\n${people.map((name) => `  - { id: kp_${name}, email: ${name}@example.com }\n`).join('')}`

const workflow = `
import { createKindeAPI } from '@kinde/infrastructure'
export default async function (event) {
  const api = await createKindeAPI(event)
  const named = await api.patch({ endpoint: 'user?id=kp_workflow', params: { given_name: 'Workflow' } })
  const gone = await api.delete({ endpoint: 'user?id=kp_workflow' })
  kinde.m2mToken.setCustomClaim('answers', [named.data.given_name, gone.data.code])
}`

async function serve(t: TestContext, extra = '') {
  const dir = await managementProject(t, { workflow, extra: users + extra })
  const command = startCommand(t, ['start', '--port', '0', '--project', dir], { cwd: dir })
  const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await command.until(/^Ready/m)
  return { command, issuer }
}

test('A1: deletes a user without a body and changes one with a body, from curl, fetch, the SDK and a workflow', async (t) => {
  const { command, issuer } = await serve(t)
  const token = await machineToken(issuer)
  const authorization = `Bearer ${token}`

  const curl = async (...args: string[]) => {
    const shown = ['--silent', '--show-error', '--write-out', '\n%{http_code} %{content_type}']
    const { stdout } = await promisify(execFile)('curl', [...shown, ...args])
    return stdout.split('\n')
  }
  const byCurl = `${issuer}/api/v1/user?id=kp_curl`
  const patch = ['--header', 'content-type: application/json', '--data', '{"given_name":"Curl"}']
  const [, named] = await curl('-X', 'PATCH', ...patch, '--header', `authorization: ${authorization}`, byCurl)
  assert.equal(named, '200 application/json')
  const [refusal = '', refused] = await curl('-X', 'DELETE', byCurl)
  assert.equal(refused, '403 application/json', 'without a token')
  assert.match(refusal, /INVALID_CREDENTIALS/)
  const [gone = '', done] = await curl('-X', 'DELETE', '--header', `authorization: ${authorization}`, byCurl)
  assert.equal(done, '200 application/json')
  assert.deepEqual(JSON.parse(gone), { code: 'OK', message: 'Success' })

  const headers = { authorization }
  const byFetch = await fetch(`${issuer}/api/v1/user?id=kp_fetch`, { method: 'DELETE', headers })
  assert.equal(byFetch.status, 200)

  const sdk = new UsersApi(new Configuration({ basePath: issuer, accessToken: token }))
  const updated = await sdk.updateUser({ id: 'kp_sdk', updateUserRequest: { givenName: 'Sdk' } })
  assert.equal(updated.givenName, 'Sdk')
  assert.equal((await sdk.deleteUser({ id: 'kp_sdk' })).code, 'OK')

  assert.deepEqual(decodeJwt(await machineToken(issuer, reports))['answers'], ['Workflow', 'OK'])

  const left = await fetch(`${issuer}/api/v1/users?user_id=${people.map((name) => `kp_${name}`).join()}`, {
    headers,
  })
  assert.deepEqual(z.looseObject({ users: z.array(z.unknown()) }).parse(await left.json()).users, [])
  assert.equal(await command.stop(), 0)
  assert.equal(command.errorOutput(), '')
})

test('answers an application that asks too often with 429 and when to ask again, and a workflow in any case', async (t) => {
  const { issuer } = await serve(t, 'settings: { managementApi: { requestsPerMinute: 3 } }\n')
  const headers = { authorization: `Bearer ${await machineToken(issuer)}` }
  const ask = () => fetch(`${issuer}/api/v1/roles`, { headers })
  for (const _ of [1, 2, 3]) assert.equal((await ask()).status, 200)
  const refused = await ask()
  assert.equal(refused.status, 429)
  assert.match(await refused.text(), /TOO_MANY_REQUESTS.*RateLimit-Reset/)
  const seconds = Number(refused.headers.get('ratelimit-reset'))
  assert.ok(seconds >= 1 && seconds <= 60, String(seconds))
  assert.equal(refused.headers.get('retry-after'), refused.headers.get('ratelimit-reset'))
  const pretended = await fetch(`${issuer}/api/v1/roles`, {
    headers: { ...headers, 'mintage-in-process': 'true' },
  })
  assert.equal(pretended.status, 429)
  // The workflow of this token sends two requests with the token of the same application.
  assert.deepEqual(decodeJwt(await machineToken(issuer, reports))['answers'], ['Workflow', 'OK'])
})
