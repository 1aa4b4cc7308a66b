// `mintage deploy --draft` and `mintage preview` against a server on SQLite, and a preview on two servers of one Postgres.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { typeShell } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { deployer, people, rolloutProject } from '../harness/rollout-project.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const [ada = '', grace = ''] = people

function openedIn(text: string): { readonly id: string; readonly password: string } {
  const [, id = ''] = /add deploy_id=(dep_\w+) to/.exec(text) ?? []
  const [, password = ''] = /Password: {2}(\w{5}(?:-\w{5}){3})\n/.exec(text) ?? []
  return { id, password }
}

describe('mintage preview', () => {
  test('opens the preview of a draft with its password, renews it and withdraws it', async (t) => {
    const project = await rolloutProject(t)
    const server = await project.open()
    const mintage = (line: string) =>
      typeShell(
        `MINTAGE_CLIENT_ID=${deployer.id} MINTAGE_CLIENT_SECRET=${deployer.secret} ${process.execPath} ${launcher} ${line} --to ${server.issuer}`,
        project.dir,
      )
    await project.edit('draft')
    const deployed = await mintage('deploy --draft')
    assert.equal(deployed.exitCode, 0, deployed.stderr)
    const { id, password } = openedIn(deployed.stdout)
    assert.match(password, /^\w/)
    assert.doesNotMatch(deployed.stderr, new RegExp(password))
    const previewed = await server.signIn(ada, { deploy_id: id }, password)
    assert.equal(previewed.version, 'draft')
    assert.equal((await server.signIn(ada)).version, 'live')
    assert.equal((await server.refresh(previewed.refreshToken)).version, 'draft')

    const again = await mintage('deploy --draft')
    assert.match(again.stdout, /Password: {2}the one that was shown before/)
    const renewed = openedIn((await mintage(`preview ${id}`)).stdout)
    assert.notEqual(renewed.password, password)
    const other = await server.signIn(grace, { workflow_deployment_id: id }, renewed.password)
    assert.equal(other.version, 'draft')

    const withdrawn = await mintage(`preview ${id} --withdraw`)
    assert.equal(withdrawn.stdout, `The preview of ${id} is withdrawn.\n`)
    assert.equal((await server.refresh(other.refreshToken)).error, 'invalid_grant')
    const twice = await mintage(`preview ${id} --withdraw`)
    assert.match(twice.stderr, /There is no open preview/)
    const unknown = await mintage('preview dep_unknown')
    assert.match(unknown.stderr, /There is no deployment with this id/)
    const missing = await mintage('preview')
    assert.match(missing.stderr, /mintage preview needs the ID of a deployment/)
  })

  test('is the same on every server of a database: opened on one, refreshed on the other, withdrawn for both', async (t) => {
    const postgres = await startPostgres({ after })
    const [first, second] = await (await rolloutProject(t)).openReplicas(await postgres.createDatabase())
    const id = await second.draft('draft')
    const { password } = await second.call(`POST /mintage/deployments/${id}/preview`, { is_renewed: false })
    // The other server notices within half a second.
    await t.waitFor(
      async () => {
        assert.ok((await first.server.store.directory.catalog()).deploymentPreviews.length > 0)
      },
      { timeout: 60_000 },
    )
    const tokens = await first.signIn(ada, { deploy_id: id }, String(password))
    assert.equal(tokens.version, 'draft')
    const refreshed = await second.refresh(tokens.refreshToken)
    assert.equal(refreshed.version, 'draft')
    await first.call(`DELETE /mintage/deployments/${id}/preview`)
    await t.waitFor(
      async () => {
        assert.equal((await second.server.store.directory.catalog()).deploymentPreviews.length, 0)
      },
      { timeout: 60_000 },
    )
    assert.equal((await second.refresh(refreshed.refreshToken)).error, 'invalid_grant')
    assert.equal((await first.signIn(ada)).version, 'live')
  })
})
