// F12: a server that runs out of file handles says so once, and serves again when there are some.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeProject } from '../harness/temp-project.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))

test('F12: reports once that file handles ran out, and once that there are some again', async (t) => {
  const project = await makeProject(t, { 'kinde.json': '{}' })
  const command = `ulimit -n 128; MINTAGE_MASTER_KEY=${Buffer.alloc(32, 1).toString('base64')} exec ${process.execPath} ${launcher} start --production --issuer http://localhost:4000 --port 0 --drain-delay 0 --project ${project} --data-dir ${project}`
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const records: Record<string, unknown>[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => records.push(JSON.parse(line)))
  const until = async (event: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const found = records.find((record) => record['event'] === event)
      if (found) return found
      const [line] = await Promise.race([
        once(lines, 'line'),
        exited.then(() => assert.fail('the server ended')),
      ])
      assert.ok(line)
    }
  }
  const { port } = await until('server_ready')
  const sockets: Socket[] = []
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  for (let n = 0; n < 300; n += 1) sockets.push(connect(Number(port), 'localhost').on('error', () => {}))
  const { reason } = await until('file_handles_exhausted')
  assert.equal(reason, 'EMFILE')
  for (const socket of sockets) socket.destroy()
  await until('file_handles_available')
  assert.equal((await fetch(`http://localhost:${String(port)}/readyz`)).status, 200)
  child.kill('SIGTERM')
  assert.deepEqual(await exited, [0, null])
  assert.equal(records.filter(({ event }) => event === 'file_handles_exhausted').length, 1)
  assert.ok(records.length < 20, JSON.stringify(records))
})
