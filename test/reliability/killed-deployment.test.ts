// kill -9 of a server, or of its client, during each step of a deployment, on SQLite: a real process. What was live is live after it, nothing is half-active,
// and the same content can be deployed again.
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore } from '../../src/store/index.ts'
import { machineToken, managementProject } from '../harness/management-project.ts'
import { startCommand } from '../harness/serving-command.ts'
import { askDeployments, makeLive, servedVersion, upload } from '../harness/uploads.ts'

const masterKey = Buffer.alloc(32, 7)

/** The first half of an upload over a connection of its own, as a client leaves it that is killed. */
async function halfUpload(issuer: string, deployment: object): Promise<Socket> {
  const { host, hostname, port } = new URL(issuer)
  const body = JSON.stringify({ deployment })
  const token = await machineToken(issuer)
  const socket = connect(Number(port), hostname)
  // The end of the server ends it, too.
  socket.on('error', () => {})
  const head = `POST /api/v1/mintage/deployments HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n\r\n`
  await new Promise((resolve) => socket.write(head + body.slice(0, body.length / 2), resolve))
  return socket
}

test('after kill -9 while a deployment is uploaded, checked or activated, what was live serves until another one does', async (t) => {
  const cwd = await managementProject(t, {
    workflow: `export default async function () { kinde.m2mToken.setCustomClaim('version', 'folder') }`,
  })
  const file = join(cwd, 'data', 'mintage.db')
  async function start() {
    const args = ['start', '--project', '.', '--port', '0', '--data-dir', 'data']
    const command = startCommand(t, args, { cwd, env: { MINTAGE_MASTER_KEY: masterKey.toString('base64') } })
    const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
    await command.until(/^Ready/m)
    return { issuer, kill: () => command.stop('SIGKILL') }
  }

  let server = await start()
  assert.equal(await servedVersion(server.issuer), 'folder')
  const { deployments: [folder] = [] } = (await askDeployments(server.issuer, 'GET /deployments')).json
  assert.equal(folder?.status, 'Live')

  // In the middle of an upload: the client first, then the server under another client.
  const half = upload('half')
  const killed = await halfUpload(server.issuer, half)
  killed.destroy()
  assert.equal((await askDeployments(server.issuer, 'GET /deployments')).json.deployments?.length, 1)
  assert.equal(await servedVersion(server.issuer), 'folder')
  const waiting = await halfUpload(server.issuer, half)

  // While it is checked: the top level computes long enough for the test to see that it is stored.
  const slow = upload('slow', { topLevel: 'for (let n = 0; n < 4e6; n += 1);' })
  const watching = await openStore({ location: { kind: 'sqlite', file }, masterKey })
  const asked = askDeployments(server.issuer, 'POST /deployments', { body: { deployment: slow } }).catch(
    () => undefined,
  )
  const processing = async () => (await watching.deployments.list({ limit: 1 }))[0]
  while ((await processing())?.state === 'ready') await new Promise((resolve) => setTimeout(resolve, 1))
  await server.kill()
  waiting.destroy()
  const stored = await processing()
  await watching.close()
  await asked

  server = await start()
  assert.equal(await servedVersion(server.issuer), 'folder')
  if (stored?.state === 'processing') {
    const found = await askDeployments(server.issuer, `GET /deployments/${stored.id}`)
    assert.equal(found.json.deployment?.status, 'Processing')
    const refused = await askDeployments(server.issuer, `POST /deployments/${stored.id}/activate`)
    assert.equal(refused.json.errors?.[0]?.code, 'DEPLOYMENT_FAILED')
    assert.equal(await makeLive(server.issuer, slow), stored.id)
    assert.equal(await servedVersion(server.issuer), 'slow')
  }
  const known = (await askDeployments(server.issuer, 'GET /deployments')).json.deployments ?? []
  await makeLive(server.issuer, half)
  assert.equal(await servedVersion(server.issuer), 'half')
  const now = (await askDeployments(server.issuer, 'GET /deployments')).json.deployments ?? []
  assert.equal(now.length, known.length + 1, 'what was uploaded by halves had left nothing')

  // Right behind the answer: what was answered is kept.
  const one = await makeLive(server.issuer, upload('one'))
  await server.kill()
  server = await start()
  assert.equal(await servedVersion(server.issuer), 'one')

  // Whenever it comes, what serves is what the database says, whole.
  for (const [round, delayMs] of [0, 5, 20, 60, 150].entries()) {
    const version = `round ${String(round)}`
    const before = await servedVersion(server.issuer)
    const answer = askDeployments(server.issuer, 'POST /deployments', {
      body: { deployment: upload(version) },
    }).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    await server.kill()
    const answered = await answer
    server = await start()
    const serves = await servedVersion(server.issuer)
    if (answered?.status === 201) assert.equal(serves, version)
    else assert.ok(serves === before || serves === version, String(serves))
    const listed = (await askDeployments(server.issuer, 'GET /deployments')).json.deployments ?? []
    assert.equal(listed.filter(({ status }) => status === 'Live').length, 1)
  }

  await makeLive(server.issuer, upload('last'))
  assert.equal(await servedVersion(server.issuer), 'last')
  const { status } = await askDeployments(server.issuer, `POST /deployments/${one}/activate`)
  assert.equal(status, 200)
  assert.equal(await servedVersion(server.issuer), 'one')
})
