// `npm run smoke`: what a new user does first, from outside. Starts `npm start` as it is, in a data folder of its own and on a free
// port, reads discovery, signs the demo's user in by the pages, redeems the code and refreshes once. Exits 0, or says what went wrong.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { signInToDemo } from './harness/demo-sign-in.ts'
import { freePort } from './harness/free-port.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dataDir = await mkdtemp(join(tmpdir(), 'mintage-smoke-'))
const port = await freePort('127.0.0.1')
const server = spawn('npm', ['start', '--silent', '--', '--port', String(port), '--data-dir', dataDir], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
})
try {
  await ready()
  await signInToDemo(`http://localhost:${String(port)}`, join(root, 'examples/demo'))
  console.log('smoke: discovery, sign-in and refresh work')
} finally {
  // npm hands no signal on to what it started: the whole group is stopped.
  if (server.pid !== undefined) process.kill(-server.pid, 'SIGTERM')
  await once(server, 'exit')
  await rm(dataDir, { recursive: true, force: true })
}

async function ready(): Promise<void> {
  for await (const line of createInterface({ input: server.stdout })) {
    console.log(line)
    if (line.startsWith('Ready')) return
  }
  throw new Error('npm start ended before it was ready')
}
