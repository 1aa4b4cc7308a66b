// Folders that cannot be made: each command that makes one says so at once. Linux answers "no such file" below /proc, where Node's
// recursive mkdir tries without end; elsewhere the same paths fail for another reason.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { typeShell } from '../harness/mintage-command.ts'
import { makeProject } from '../harness/temp-project.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const project = {
  'kinde.json': '{"version": "2024-12-09", "rootDir": "kindeSrc"}',
  'mintage.yaml': 'users: []\n',
}
const soon = { timeout: 120_000 }

const commands: readonly (readonly [line: string, stderr: RegExp])[] = [
  ['start --port 0 --data-dir /proc/mintage', /^error\[file_unreadable\]: The data folder \/proc\/mintage /],
  ['dev --port 0 --data-dir /proc/a/b', /^error\[file_unreadable\]: The data folder \/proc\/a\/b /],
  [
    'start --port 0 --data-dir /proc/mintage --database-url postgres://localhost:1/mintage',
    /^error\[file_unreadable\]: The data folder \/proc\/mintage /,
  ],
  [
    'restore backup.gz --data-dir /proc/mintage',
    /^error\[file_unreadable\]: The data folder \/proc\/mintage /,
  ],
  ['init /proc/my-issuer', /^error\[file_unreadable\]: The project cannot be written to \/proc\/my-issuer/],
  ['init /proc/a/b', /^error\[file_unreadable\]: The project cannot be written to \/proc\/a\/b/],
]

for (const [line, stderr] of commands) {
  test(`refuses a folder that cannot be made: mintage ${line}`, soon, async (t) => {
    const cwd = await makeProject(t, project)
    // A restore asks for the key first.
    const key = line.startsWith('restore') ? `MINTAGE_MASTER_KEY=${randomBytes(32).toString('base64')}` : ''
    const refused = await typeShell(`${key} ${process.execPath} ${launcher} ${line}`, cwd)
    assert.match(refused.stderr, stderr)
    assert.equal(refused.exitCode, 2)
  })
}

test('names TMPDIR when no temporary folder can be made', async (t) => {
  const cwd = await makeProject(t, project)
  const line = `TMPDIR=/does-not-exist ${process.execPath} ${launcher} start --dry-run`
  const refused = await typeShell(line, cwd)
  assert.equal(
    refused.stderr,
    `error[file_unreadable]: No folder can be made in /does-not-exist: there is no such file or folder.
  help: Set TMPDIR to a folder that exists and that you may write to.
`,
  )
  assert.equal(refused.exitCode, 2)
})
