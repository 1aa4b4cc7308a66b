// Webhooks of a whole server, verified by Kinde's own package with the key set of the issuer; and what the server takes over from its
// mintage.yaml while that changes: webhooks, and pictures of the project.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { decodeWebhook } from '@kinde/webhooks'
import { decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { MintageFileError } from '../../src/config/index.ts'
import { planText } from '../../src/directory/index.ts'
import { startHttpServer } from '../harness/http-server.ts'
import { hostileSvg, png } from '../harness/images.ts'
import { machine, machineToken, managementProject, managementYaml } from '../harness/management-project.ts'
import { repositoryRoot } from '../harness/mintage-command.ts'
import { openTestServer } from '../harness/running-server.ts'

const [arrived, arrivedAgain] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
const arrivedAtDeclared = Promise.withResolvers<void>()
const receiver = await startHttpServer({ after }, ({ url }) => {
  if (url.pathname === '/declared') arrivedAtDeclared.resolve()
  if (receiver.requests.length === 3) arrived.resolve()
  if (receiver.requests.length === 4) arrivedAgain.resolve()
  return { status: 202 }
})
const projectDir = await managementProject({ after })
const { server, nextChange } = await openTestServer(
  { after },
  { watch: true, settings: { projectDir, isDemo: false } },
)
const { issuer } = server

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${issuer}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${await machineToken(issuer)}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  assert.ok(response.ok, `${path}: ${await response.clone().text()}`)
  return response.json()
}

test('delivers signed events that @kinde/webhooks verifies, and that say what GET /events says', async () => {
  await call('POST', '/webhooks', {
    endpoint: `${receiver.origin}/hook`,
    event_types: ['user.created', 'user.updated', 'user.deleted'],
    name: 'CRM',
  })
  const { id } = z
    .looseObject({ id: z.string() })
    .parse(await call('POST', '/user', { profile: { given_name: 'Ada' } }))
  await call('PATCH', `/user?id=${id}`, { given_name: 'Augusta' })
  await call('DELETE', `/user?id=${id}`)
  await arrived.promise

  const types: string[] = []
  for (const { body, headers } of receiver.requests) {
    assert.equal(headers['content-type'], 'application/jwt')
    assert.match(String(headers['webhook-id']), /^msg_[0-9a-f]{32}$/)
    const { kid, ...header } = decodeProtectedHeader(body)
    assert.deepEqual(header, { alg: 'RS256', typ: 'JWT' })
    assert.ok(kid)
    const event = await decodeWebhook(body, issuer)
    assert.ok(event)
    const { type, data, event_id: eventId, timestamp, source } = event
    const stored = await call('GET', `/events/${eventId}`)
    assert.partialDeepStrictEqual(stored, {
      event: { type, data, event_id: eventId, source, timestamp: Date.parse(timestamp) },
    })
    types.push(type)
    const [head, payload = '', signature] = body.split('.')
    const forged = Buffer.from(payload, 'base64url').toString().replace(id, 'kp_other')
    const other = [head, Buffer.from(forged).toString('base64url'), signature].join('.')
    assert.equal(await decodeWebhook(other, issuer), null)
  }
  assert.deepEqual(types, ['user.created', 'user.updated', 'user.deleted'])
})

test('takes no delivery for an access token of the issuer', async () => {
  const [delivered] = receiver.requests
  const response = await fetch(`${issuer}/api/v1/users`, {
    headers: { authorization: `Bearer ${delivered?.body ?? ''}` },
  })
  assert.equal(response.status, 403)
})

/** As an operator types it, from another machine. */
async function webhooks(...args: string[]): Promise<string> {
  const variables = [`MINTAGE_CLIENT_ID=${machine.id}`, `MINTAGE_CLIENT_SECRET=${machine.secret}`]
  const line = [join(repositoryRoot, 'bin/mintage.js'), 'webhooks', ...args, '--to', issuer]
  const { stdout } = await promisify(execFile)('env', [...variables, process.execPath, ...line])
  return stdout
}

test('lists webhooks and deliveries in the terminal, and sends one of them again', async () => {
  assert.match(await webhooks(), /CRM +enabled +0 +- +http:/)
  const shown = z.object({ deliveries: z.array(z.looseObject({ id: z.string(), event_type: z.string() })) })
  const listed = shown.parse(JSON.parse(await webhooks('deliveries', '--state', 'delivered', '--json')))
  assert.deepEqual(
    listed.deliveries.map(({ event_type: type }) => type),
    ['user.deleted', 'user.updated', 'user.created'],
  )
  const [deleted] = listed.deliveries
  assert.match(await webhooks('redeliver', deleted?.id ?? ''), /is sent again/)
  await arrivedAgain.promise
  assert.equal(receiver.requests[3]?.headers['webhook-id'], deleted?.id)
})

/** Saves mintage.yaml; resolves to what came of it. */
async function save(more: string): Promise<string> {
  await writeFile(join(projectDir, 'mintage.yaml'), managementYaml() + more)
  return followed()
}

/** The lines of the plan, or what is wrong with the file. */
async function followed(): Promise<string> {
  const change = await nextChange()
  if (change.kind === 'applied') return planText(change.plan) + (change.needsRestart ? ' (restart)' : '')
  assert.equal(change.kind, 'not-applied')
  const { error } = change
  return error instanceof MintageFileError ? JSON.stringify(error.problems) : error.message
}

const declared = (fields: string) => `webhooks:\n  crm: { ${fields} }\n`

test('follows the webhooks of mintage.yaml, and leaves those of the API alone', async () => {
  const types = async () => {
    const { webhooks: all } = z
      .object({ webhooks: z.array(z.looseObject({ name: z.string(), event_types: z.array(z.string()) })) })
      .parse(await call('GET', '/webhooks'))
    return all.map(({ name, event_types: asked }) => `${name}: ${asked.join(' ')}`).sort()
  }
  const ofApi = 'CRM: user.created user.updated user.deleted'
  const url = `${receiver.origin}/declared`
  assert.equal(await save(declared(`url: '${url}', events: [user.created]`)), '+ webhook crm')
  assert.deepEqual(await types(), [ofApi, 'crm: user.created'])
  await call('POST', '/user', { profile: { given_name: 'Grace' } })
  await arrivedAtDeclared.promise
  const { body } = receiver.requests.find(({ url: at }) => at.pathname === '/declared') ?? assert.fail()
  assert.equal((await decodeWebhook(body, issuer))?.type, 'user.created')

  const changed = declared(`url: '${url}', events: [role.created, role.created], name: Roles`)
  assert.equal(await save(changed), '~ webhook crm name, eventTypes')
  assert.equal(await save('# the file says nothing of webhooks\n'), '')
  assert.deepEqual(await types(), [ofApi, 'Roles: role.created'])
  assert.equal(await save('prune: true\n'), '- webhook crm')
  assert.deepEqual(await types(), [ofApi])
})

test('refuses a webhook of mintage.yaml by the rules of the API, and shows no address', async () => {
  const problems = await save(declared('url: http://crm.example.com/T0/s3cret, events: [user.created]'))
  assert.match(problems, /webhooks\.crm\.url: it is not an https address/)
  assert.match(problems, /"line":16,"column":15/)
  assert.doesNotMatch(problems, /s3cret|crm\.example/)
  const many = Array.from(
    { length: 50 },
    (_, at) => `  w${at}: { url: https://crm.example.com, events: [user.created] }`,
  )
  assert.match(
    await save(`webhooks:\n${many.join('\n')}\n`),
    /There would be 51 webhooks, and 50 are possible/,
  )
})

test('follows the pictures that mintage.yaml names, and serves them', async () => {
  const at = (name: string) => join(projectDir, name)
  await Promise.all([writeFile(at('logo.svg'), hostileSvg), writeFile(at('icon.png'), png)])
  const branded = (logo: string) => `
settings: { branding: { primaryColor: '#0056f1', logo: ${logo} } }
organizations:
  looms: { code: org_looms, branding: { logoDark: icon.png, faviconFallback: icon.png } }
`
  assert.match(
    await save(branded('logo.svg')),
    /^\+ organization looms\n\+ branding environment\n\+ branding looms$/,
  )
  const served = async (path: string) => {
    const response = await fetch(`${issuer}${path}`)
    return response.ok ? response.headers.get('content-type') : response.status
  }
  assert.equal(await served('/logo'), 'image/svg+xml')
  assert.equal(await served('/logo_dark?org_code=org_looms'), 'image/png')
  assert.equal(await served('/favicon_fallback?org_code=org_looms'), 'image/png')

  await writeFile(at('logo.svg'), png)
  assert.equal(await followed(), '~ branding environment logo')
  assert.equal(await served('/logo'), 'image/png')
  assert.equal(await save(branded('null')), '~ branding environment logo')
  assert.equal(await served('/logo'), 404)
  assert.equal(await served('/logo_dark?org_code=org_looms'), 'image/png')
})

test('refuses pictures of mintage.yaml by the rules of the API, each at its place', async () => {
  const at = (name: string) => join(projectDir, name)
  await writeFile(at('page.png'), '<!doctype html>')
  await writeFile(at('huge.png'), png)
  await truncate(at('huge.png'), 1_000_000)
  await symlink('/etc/hostname', at('link.png'))
  const problems = await save(`
settings: { branding: { logo: page.png, logoDark: huge.png, faviconSvg: icon.png, faviconFallback: none.png } }
organizations:
  looms: { code: org_looms, branding: { logo: link.png, logoDark: kindeSrc } }
`)
  for (const problem of [
    'settings.branding.logo: The file is not a PNG, JPEG, GIF, SVG, AVIF or WEBP image.',
    'settings.branding.logoDark: The file has 1 MB or more.',
    'settings.branding.faviconSvg: This favicon has to be an SVG.',
    'settings.branding.faviconFallback: There is no such file.',
    'organizations.looms.branding.logo: The path leads out of the folder of the project.',
    'organizations.looms.branding.logoDark: This is not a file.',
  ])
    assert.ok(problems.includes(problem), `${problem} is missing in ${problems}`)
  assert.match(problems, /"line":16,"column":31/)
  assert.match(
    await save("settings: { branding: { logo: '../logo.png' } }\n"),
    /settings\.branding\.logo: expected a path inside of the folder of the project/,
  )
})
