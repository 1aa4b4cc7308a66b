// Deployments on running servers: what serves, on one server on SQLite and on two replicas on Postgres.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startGate } from '../harness/gate.ts'
import { machine, machineToken, managementProject } from '../harness/management-project.ts'
import { typeShell } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { openTestServer } from '../harness/running-server.ts'
import { askDeployments, makeLive, servedVersion, untilServed, upload } from '../harness/uploads.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))

const folderWorkflow = `
export default async function () { kinde.m2mToken.setCustomClaim('version', 'folder') }
`

describe('on one server', () => {
  test('a run ends on the code that it began with, and deployments that nothing needs are deleted', async (t) => {
    const slow = await startGate(t)
    const projectDir = await managementProject(t, {
      extra: `settings: { egress: { allow: ['${slow.origin}'] }, deployments: { keepCount: 2 } }\n`,
    })
    const { server } = await openTestServer(t, { settings: { projectDir, isDemo: false } })
    const { issuer } = server
    await makeLive(issuer, upload('one', { body: `await kinde.fetch('${slow.origin}/')` }))
    const running = servedVersion(issuer)
    await slow.reached()
    await makeLive(issuer, upload('two'))
    assert.equal(await servedVersion(issuer), 'two')
    await makeLive(issuer, upload('three'))
    assert.equal(await servedVersion(issuer), 'three')
    slow.open()
    assert.equal(await running, 'one')

    const { store } = server
    await store.invocations.flush()
    const listed = async () => (await store.deployments.list({ limit: 20 })).map(({ id }) => id)
    const [three, two, one, folder] = await listed()
    const drafts: string[] = []
    for (const name of ['previewed', 'unused', 'newer', 'newest']) {
      const body = { deployment: upload(name), is_draft: true }
      // oxlint-disable-next-line no-await-in-loop -- in their order
      drafts.push(String((await askDeployments(issuer, 'POST /deployments', { body })).json.deployment?.id))
    }
    const [previewed, unused, newer, newest] = drafts
    const opened = await askDeployments(issuer, `POST /deployments/${String(previewed)}/preview`, {
      body: { is_renewed: false },
    })
    assert.equal(opened.status, 201, JSON.stringify(opened.json))
    const job = { kind: 'housekeeping', payload: {}, enqueuedAtMs: store.nowMs() }
    await store.commit([{ kind: 'enqueue-job', job }])
    // Kept: the newest two, a preview, what is live, what was of late, and what recorded invocations ran with.
    const kept = [newest, newer, previewed, three, two, one]
    while ((await listed()).length > kept.length) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.deepEqual(await listed(), kept)

    const { json } = await askDeployments(issuer, `POST /deployments/${String(unused)}/activate`)
    assert.equal(json.errors?.[0]?.code, 'DEPLOYMENT_NOT_FOUND')
    for (const version of ['two', 'one']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await askDeployments(issuer, 'POST /deployments/rollback')
      // oxlint-disable-next-line no-await-in-loop
      assert.equal(await servedVersion(issuer), version)
    }
    const credentials = `MINTAGE_CLIENT_ID=${machine.id} MINTAGE_CLIENT_SECRET=${machine.secret}`
    const mintage = (command: string) =>
      typeShell(`${credentials} ${process.execPath} ${launcher} ${command} --to ${issuer}`, projectDir)
    const further = await mintage('rollback')
    assert.equal(
      further.stderr.split('\n')[0],
      `error[rollback_impossible]: Before ${String(one)}, ${String(folder)} was live. It has been deleted, because only the newest deployments are kept: deploy it again from its source.`,
    )
    assert.match(
      (await mintage('deployments')).stderr,
      new RegExp(
        `^Deleted on [-\\d]{10}: ${String(unused)}, ${String(folder)}\\. The newest 2 are kept, and those in use \\(settings\\.deployments\\.keepCount\\)\\.\\n$`,
      ),
    )
    await makeLive(issuer, upload('unused'))
    assert.equal(await servedVersion(issuer), 'unused')
  })

  test('what fails its check leaves what is live, says every problem, and can be deployed again', async (t) => {
    const projectDir = await managementProject(t, {
      workflow: folderWorkflow,
      extra: 'settings: { limits: { bundleBytes: 20000 } }\n',
    })
    const { server } = await openTestServer(t, { settings: { projectDir, isDemo: false } })
    const { issuer } = server
    const [workflow] = Object(upload('x')).workflows as readonly { readonly code: string }[]
    const code = workflow?.code ?? ''
    const variables = [{ name: 'CRM_KEY', at: { file: 'machineWorkflow.ts', line: 3 } }]
    const file = 'machineWorkflow.ts'
    const cases: readonly (readonly [changed: object, problems: readonly RegExp[]])[] = [
      [
        { workflows: [{ file, code: `throw new Error('top')`, sourceMap: '' }] },
        [/^settings_missing|^top_level_threw/],
      ],
      [
        { workflows: [{ file, code: code.replace('default:', 'other:'), sourceMap: '' }] },
        [/^default_export_missing: No default function exported/],
      ],
      [
        {
          workflows: [{ file, code: code.replace(`'m2m:token_generation'`, `'m2m:nothing'`), sourceMap: '' }],
        },
        [/^trigger_unknown: Unknown trigger requested/],
      ],
      [
        { workflows: [{ file, code: code.replace(`id: 'machine'`, `id: ''`), sourceMap: '' }] },
        [/^settings_missing: Workflow ID is required/],
      ],
      [
        { workflows: [{ file, code: `${code}// ${'x'.repeat(20_000)}`, sourceMap: '' }] },
        [/^bundle_too_large: The bundle of machineWorkflow\.ts has \d+ bytes; this server takes 20000/],
      ],
      [
        {
          workflows: [{ file, code, sourceMap: 'not a map', variables }],
          settings: { limits: { wallClockMs: 60_000 } },
        },
        [
          /^limit_exceeded: settings\.limits\.wallClockMs is 60000, and this server allows 5000/,
          /^variable_missing: The environment variable CRM_KEY does not exist on this server/,
        ],
      ],
      [{ workflows: ['a.ts', 'b.ts'].map((name) => ({ file: name, code, sourceMap: '' })) }, [/workflow/i]],
    ]
    for (const [changed, expected] of cases) {
      const deployment = { ...upload('x'), ...changed }
      const { status, json } = await askDeployments(issuer, 'POST /deployments', { body: { deployment } })
      assert.deepEqual([status, json.deployment?.status], [201, 'Failed'], JSON.stringify(json))
      const told = (json.problems ?? []).map((problem) => `${problem.code}: ${problem.message}`)
      for (const pattern of expected)
        assert.ok(
          told.some((text) => pattern.test(text)),
          `${told.join()} ${String(pattern)}`,
        )
      const refused = await askDeployments(
        issuer,
        `POST /deployments/${String(json.deployment?.id)}/activate`,
      )
      assert.deepEqual([refused.status, refused.json.errors?.[0]?.code], [409, 'DEPLOYMENT_FAILED'])
      assert.equal(await servedVersion(issuer), 'folder')
    }
    const deployment = {
      ...upload('good'),
      workflows: [{ file, code: code.replace('"x"', '"good"'), sourceMap: '', variables }],
    }
    const missing = await askDeployments(issuer, 'POST /deployments', { body: { deployment } })
    assert.equal(missing.json.deployment?.status, 'Failed')
    const variable = { id: 'env_crm', key: 'CRM_KEY', value: 'v', isSecret: false, createdAtMs: 1 }
    await server.store.commit([{ kind: 'put-environment-variable', variable }])
    assert.equal(await makeLive(issuer, deployment), missing.json.deployment.id)
    assert.equal(await servedVersion(issuer), 'good')
  })

  test('refuses what is not a deployment, or is one of another version, and takes a large one from those with the scope', async (t) => {
    const reader = { id: 'b1110000000000000000000000000007', secret: machine.secret.replace('1', '7') }
    const projectDir = await managementProject(t, {
      workflow: folderWorkflow,
      applications: `  reader: { type: m2m, clientId: ${reader.id}, clientSecret: ${reader.secret}, apis: [{ audience: '\${issuer}/api', scopes: [read:users] }] }
`,
    })
    const { server } = await openTestServer(t, { settings: { projectDir, isDemo: false } })
    const { issuer } = server
    for (const deployment of [{}, { ...upload('x'), version: 2 }, { ...upload('x'), workflows: [] }]) {
      const { status, json } = await askDeployments(issuer, 'POST /deployments', { body: { deployment } })
      assert.deepEqual([status, json.errors?.[0]?.code], [400, 'DEPLOYMENT_INVALID'])
    }
    const padding = { body: `/* ${'x'.repeat(2_000_000)} */` }
    await makeLive(issuer, upload('large', padding))
    assert.equal(await servedVersion(issuer), 'large')
    // The caller comes before the body: they learn what they lack, not that it is large.
    const readerToken = await machineToken(issuer, `${issuer}/api`, reader)
    for (const [authorization, code] of [
      ['Bearer none', 'TOKEN_INVALID'],
      [`Bearer ${readerToken}`, 'INSUFFICIENT_SCOPE'],
    ] as const) {
      const response = await fetch(`${issuer}/api/v1/mintage/deployments`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ deployment: upload('stranger', padding) }),
      })
      assert.equal(response.status, 403)
      assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer error=/)
      const { errors } = (await response.json()) as { readonly errors: readonly { readonly code: string }[] }
      assert.equal(errors[0]?.code, code)
    }
  })

  test('refuses an upload with the names of files that no project has, or with more beside the code than lists can show', async (t) => {
    const projectDir = await managementProject(t, { workflow: folderWorkflow })
    const { server } = await openTestServer(t, { settings: { projectDir, isDemo: false } })
    const { issuer } = server
    const [workflow] = Object(upload('x')).workflows as readonly object[]
    const named = (...files: string[]) => ({ workflows: files.map((file) => ({ ...workflow, file })) })
    const large = 'x'.repeat(600_000)
    const refused: readonly (readonly [changed: object, message: RegExp])[] = [
      ...[
        '../up.ts',
        '/etc/passwd',
        'a/../../b.ts',
        './a.ts',
        'a//b.ts',
        'a/',
        'C:\\a.ts',
        'a\nb',
        '\u001B[31m',
        '..',
      ].map((file) => [named(file), /workflows\.0\.file: .* is not the path of a file below/] as const),
      [named('a.ts', 'a.ts'), /workflows\.1\.file: a\.ts is there twice/],
      [{ warnings: [{ code: 'a', message: large }] }, /warnings and variables have more than 524288 bytes/],
      [
        { id: 'dep_claimed' },
        /read: Unrecognized key: "id"\. A newer version of Mintage may have written it/,
      ],
      [{ settings: { limits: { newer: 1 } } }, /settings\.limits: Unrecognized key: "newer"/],
    ]
    for (const [changed, message] of refused) {
      const body = { deployment: { ...upload('x'), ...changed } }
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status, json } = await askDeployments(issuer, 'POST /deployments', { body })
      assert.deepEqual([status, json.errors?.[0]?.code], [400, 'DEPLOYMENT_INVALID'])
      assert.match(json.errors?.[0]?.message ?? '', message)
    }
    const code = String(Object(workflow).code).replace('m2m:token_generation', 'user:pre_registration')
    const idle = { ...upload('x'), workflows: [{ ...workflow, code }] }
    const { json } = await askDeployments(issuer, 'POST /deployments', { body: { deployment: idle } })
    assert.deepEqual([json.deployment?.status, json.problems?.[0]?.code], ['Failed', 'workflows_not_found'])
    assert.equal(await servedVersion(issuer), 'folder')
    assert.equal((await server.store.deployments.list({ limit: 9 })).length, 2)
  })

  test('serves and exports a deployment whose source map cannot be read, without its positions', async (t) => {
    const projectDir = await managementProject(t, { workflow: folderWorkflow })
    const { server } = await openTestServer(t, { settings: { projectDir, isDemo: false } })
    const { issuer } = server
    const dataDir = server.store.description.replace(/^sqlite /, '').replace(/\/mintage\.db$/, '')
    const bundle = upload('hostile', { body: `if (globalThis.never) throw new Error('x')` })
    for (const [index, sourceMap] of [
      'not a map',
      '{"version":3,"sources":[1],"mappings":"AAAA"}',
      '{"version":3,"sources":["../../../etc/passwd",null],"sourcesContent":["root:"],"mappings":"!!!!;;"}',
      '{"version":3,"sources":["machineWorkflow.ts"],"mappings":"AAAA"}',
    ].entries()) {
      const body = { ...Object(bundle), warnings: [{ code: 'a', message: String(index) }] }
      const [workflow] = body.workflows
      // Another text for each, because the map does not count for the id.
      const code = `${String(workflow.code)}// ${String(index)}`
      // oxlint-disable no-await-in-loop -- one after the other
      await makeLive(issuer, { ...body, workflows: [{ ...workflow, code, sourceMap }] })
      assert.equal(await servedVersion(issuer), 'hostile')
      const folder = join(projectDir, `export-${String(index)}`)
      const line = `${process.execPath} ${launcher} export ${folder} --data-dir ${dataDir}`
      const { exitCode, stderr } = await typeShell(line, projectDir)
      assert.equal(exitCode, 0, stderr)
      // oxlint-enable no-await-in-loop
    }
  })

  test('keeps what passed its check when it is deployed again and a variable has gone', async (t) => {
    const projectDir = await managementProject(t, {
      workflow: folderWorkflow,
      extra: '  CRM_KEY: { value: v }\n',
    })
    const { server } = await openTestServer(t, { settings: { projectDir, isDemo: false } })
    const { issuer } = server
    const [workflow] = Object(upload('canary')).workflows as readonly object[]
    const variables = [{ name: 'CRM_KEY', at: { file: 'machineWorkflow.ts', line: 3 } }]
    const deployment = { ...upload('canary'), workflows: [{ ...workflow, variables }] }
    const draft = await askDeployments(issuer, 'POST /deployments', { body: { deployment, is_draft: true } })
    const id = String(draft.json.deployment?.id)
    await askDeployments(issuer, `POST /deployments/${id}/canary`, { body: { percent: 100 } })
    await untilServed(issuer, 'canary')
    const { environmentVariables } = await server.store.directory.catalog()
    const variable = environmentVariables.find(({ key }) => key === 'CRM_KEY')
    assert.ok(variable)
    await server.store.commit([{ kind: 'delete-environment-variable', variableId: variable.id }])
    const again = await askDeployments(issuer, 'POST /deployments', { body: { deployment } })
    assert.deepEqual(
      [again.json.problems?.[0]?.code, again.json.deployment?.status],
      ['variable_missing', 'Draft'],
    )
    assert.equal(await servedVersion(issuer), 'canary')
    const promoted = await askDeployments(issuer, 'POST /canary/promote')
    assert.equal(promoted.status, 200, JSON.stringify(promoted.json))
  })

  test('what cannot be loaded changes nothing here, and is logged', async (t) => {
    const projectDir = await managementProject(t, { workflow: folderWorkflow })
    const { server, logLines } = await openTestServer(t, { settings: { projectDir, isDemo: false } })
    const { issuer } = server
    const broken = {
      id: 'dep_broken',
      createdAtMs: 1,
      checkedAtMs: 1,
      author: 'newer',
      origin: 'deploy',
      isDraft: false,
      state: 'ready',
      summary: {},
      buildLog: '',
    } as const
    await server.store.commit([{ kind: 'add-deployment', deployment: broken, content: '{"version":9}' }])
    const { status } = await askDeployments(issuer, 'POST /deployments/dep_broken/activate')
    assert.equal(status, 200)
    assert.equal(await servedVersion(issuer), 'folder')
    assert.ok(logLines.some((line) => line.includes('deployment_not_loaded')))
    await makeLive(issuer, upload('next'))
    assert.equal(await servedVersion(issuer), 'next')
  })
})

test('two replicas on Postgres serve the same: deployed, activated, rolled back, two at once, and one that was away', async (t) => {
  const postgres = await startPostgres(t)
  const projectDir = await managementProject(t, { workflow: folderWorkflow })
  const shared = {
    projectDir,
    isDemo: false,
    databaseUrl: await postgres.createDatabase(),
    masterKey: randomBytes(32).toString('base64'),
  }
  const { server: one } = await openTestServer(t, { settings: shared })
  const { issuer } = one
  const openOther = () => openTestServer(t, { settings: { ...shared, issuer } })
  const second = await openOther()
  const other = `http://localhost:${String(second.server.port)}`
  for (const origin of [issuer, other]) assert.equal(await servedVersion(origin), 'folder')

  const first = await makeLive(issuer, upload('first'))
  await untilServed(other, 'first')
  const next = await makeLive(other, upload('next'), issuer)
  await untilServed(issuer, 'next')

  assert.equal((await askDeployments(issuer, 'POST /deployments/rollback')).status, 200)
  assert.equal(await servedVersion(issuer), 'first')
  await untilServed(other, 'first')
  const again = await askDeployments(other, `POST /deployments/${next}/activate`, { issuer })
  assert.equal(again.status, 200)
  await untilServed(issuer, 'next')

  const both = await Promise.all(
    [issuer, other].map((origin) =>
      askDeployments(origin, 'POST /deployments', {
        body: { deployment: upload(`by ${origin}`) },
        issuer,
      }),
    ),
  )
  for (const { status, json } of both)
    assert.deepEqual([status, json.problems], [201, []], JSON.stringify(json))
  // They came one after the other: the second replaced the first.
  const [a, b] = both.map(({ json }) => json.deployment?.id)
  const isLast = both[0]?.json.previous_deployment_id === b
  assert.equal(both[isLast ? 1 : 0]?.json.previous_deployment_id, next)
  assert.equal(both[isLast ? 0 : 1]?.json.previous_deployment_id, isLast ? b : a)
  const [last, before] = isLast ? [issuer, other] : [other, issuer]
  for (const origin of [issuer, other]) await untilServed(origin, `by ${last}`)
  assert.equal((await askDeployments(issuer, 'POST /deployments/rollback')).status, 200)
  for (const origin of [issuer, other]) await untilServed(origin, `by ${before}`)

  await second.server.close()
  await makeLive(issuer, upload('while away'))
  await writeFile(
    join(projectDir, 'kindeSrc/environment/workflows/machineWorkflow.ts'),
    'this folder does not even build',
  )
  const { server: back } = await openOther()
  assert.equal(await servedVersion(`http://localhost:${String(back.port)}`), 'while away')
  assert.notEqual(first, next)
})
