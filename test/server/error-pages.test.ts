// What a browser sees of a running server where no part of it has an answer: a whole page with its style and a way on, never a bare one.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { freePort } from '../harness/free-port.ts'
import { managementProject } from '../harness/management-project.ts'
import { sendRaw } from '../harness/raw-request.ts'
import { startCommand } from '../harness/serving-command.ts'

const browser = { accept: 'text/html,*/*;q=0.8', 'accept-language': 'de' }

test('C5: shows a browser a whole page with a way on for every error of the server, and a program JSON', async (t) => {
  const port = await freePort('127.0.0.1')
  const issuer = `http://localhost:${port}`
  const dir = await managementProject(t)
  const options = ['--production', '--issuer', issuer, '--port', String(port), '--project', dir]
  const command = startCommand(t, ['start', ...options], {
    cwd: dir,
    env: { MINTAGE_MASTER_KEY: randomBytes(32).toString('base64') },
  })
  await command.until(/"server_ready"/)
  const large = { 'content-length': '2000000', 'content-type': 'application/x-www-form-urlencoded' }
  for (const { status, target, method = 'GET', headers = {} } of [
    { status: 404, target: '//nothing.example/' },
    { status: 404, target: '/nothing' },
    { status: 200, target: '/' },
    { status: 413, target: '/device', method: 'POST', headers: large },
    { status: 400, target: '/', headers: { host: 'a b' } },
  ]) {
    const page = await sendRaw(issuer, { method, target, headers: { ...browser, ...headers } })
    assert.equal(page.status, status, target)
    assert.match(page.text, /<html lang="de">/, target)
    assert.match(page.text, /<link rel="stylesheet" href="\/assets\/mintage\.[0-9a-f]+\.css"/, target)
    assert.match(page.text, /<a class="button[^>]* href="\/account"/, target)
    assert.match(String(page.headers['content-security-policy']), /style-src 'self'/, target)
  }
  const program = await sendRaw(issuer, { target: '//nothing.example/', headers: { accept: '*/*' } })
  assert.match(program.text, /^\{"error":"not_found"/)
  assert.equal(await command.stop(), 0)
})
