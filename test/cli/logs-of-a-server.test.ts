// `mintage logs --to`: the invocations of a server elsewhere, by its management API, as those of a database beside the command.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../harness/free-port.ts'
import { typeShell } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { deployer, people, rolloutProject, type RolloutServer } from '../harness/rollout-project.ts'

const launcher = fileURLToPath(new URL('../../bin/mintage.js', import.meta.url))
const [ada = '', grace = ''] = people
const credentials = [`MINTAGE_CLIENT_ID=${deployer.id}`, `MINTAGE_CLIENT_SECRET=${deployer.secret}`]

/** The command as a person types it, on a machine without the database. */
function logsOf({ issuer }: RolloutServer, cwd: string) {
  return (line: string) =>
    typeShell(`${credentials.join(' ')} ${process.execPath} ${launcher} logs ${line} --to ${issuer}`, cwd)
}

function followed(t: TestContext, { origin }: RolloutServer, cwd: string, ...args: string[]) {
  const command = [process.execPath, launcher, 'logs', '--follow', ...args, '--to', origin]
  const child = spawn('env', [...credentials, ...command], { cwd })
  t.after(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const problems = createInterface({ input: child.stderr })[Symbol.asyncIterator]()
  return {
    next: async () => String((await lines.next()).value),
    nextProblem: async () => String((await problems.next()).value),
    async end() {
      const ended = once(child, 'exit')
      child.kill('SIGINT')
      return ended
    },
  }
}

describe('mintage logs --to', () => {
  test('lists, filters and shows the invocations of a server, with what differs from the one before', async (t) => {
    const project = await rolloutProject(t)
    const server = await project.open()
    const logs = logsOf(server, project.dir)
    const { userId } = await server.signIn(ada)
    await server.signIn(grace)
    const id = await server.draft('canary', "console.log('The Needle')")
    await server.call(`POST /mintage/deployments/${id}/activate`)
    await server.signIn(ada)
    await server.server.store.invocations.flush()
    const listed = await logs(`--user ${ada}`)
    assert.equal(listed.stderr, '')
    const [header, first, second, ...others] = listed.stdout.trimEnd().split('\n')
    assert.match(String(header), /^started \(UTC\) .*user {2}organization {2}deployment$/)
    assert.match(String(first), new RegExp(`completed .* user=${userId} .*deployment=dep_`))
    assert.match(String(second), new RegExp(`deployment=${id}$`))
    assert.deepEqual(others, [])
    const count = async (line: string) => (await logs(`${line} --json`)).stdout.split('\n').length - 1
    assert.equal(await count(`--deployment ${id} --workflow user`), 1)
    assert.equal(await count("--text 'the needle'"), 1)
    assert.equal(await count('--since 1h --until 2100-01-01 --outcome completed --workflow user'), 3)
    assert.match((await logs('--outcome denied')).stderr, /^No invocation matches the filters\. Others exist/)

    const [invocation = ''] = /inv_[\w-]+/.exec(String(second)) ?? []
    const shown = await logs(`show ${invocation}`)
    assert.match(shown.stdout, new RegExp(`\\n {2}deployment {2}${id}\\n`))
    assert.match(
      shown.stdout,
      /\nsince the previous invocation\n {2}inv_.* of this user and client\n {2}~ deployment .*\n {2}~ accessToken\.version {2}"live" → "canary"\n$/,
    )
    const whole: unknown = JSON.parse((await logs(`show ${invocation} --json`)).stdout)
    assert.partialDeepStrictEqual(whole, {
      id: invocation,
      deploymentId: id,
      document: { outcome: 'completed' },
    })
    assert.match((await logs(`show ${invocation} --event`)).stdout, /"accessToken": \{/)
    const { stdout: made } = await logs(`show ${invocation} --case`)
    assert.partialDeepStrictEqual(JSON.parse(made), { invocation, workflows: [{ id: 'user' }] })
    assert.doesNotMatch(made, /person-0@/)

    const unknown = await logs('show inv_9')
    assert.deepEqual([unknown.exitCode, unknown.stdout], [2, ''])
    assert.match(unknown.stderr, /There is no invocation "inv_9"/)
    assert.match((await logs('--data-dir x')).stderr, /--to names a server, and --data-dir a database/)
  })

  test('follows the runs of all servers of a database', async (t) => {
    const postgres = await startPostgres({ after })
    const project = await rolloutProject(t)
    const [first, second] = await project.openReplicas(await postgres.createDatabase())
    const following = followed(t, first, project.dir, '--workflow', 'user')
    assert.match(await following.nextProblem(), /^No invocation/)
    assert.match(await following.next(), /^started/)
    const { userId, refreshToken } = await first.signIn(ada)
    assert.match(await following.next(), new RegExp(`user=${userId}`))
    await second.machineVersion()
    await second.refresh(refreshToken)
    assert.match(await following.next(), /refresh_token_request .*user=/)
    assert.deepEqual(await following.end(), [0, null])
  })

  test('goes on following when the server restarts', async (t) => {
    const project = await rolloutProject(t)
    const settings = { dataDir: join(project.dir, 'data'), port: await freePort() }
    const server = await project.open(settings)
    await server.signIn(ada)
    const following = followed(t, server, project.dir)
    assert.match(await following.next(), /^started/)
    assert.match(await following.next(), /user=/)
    await server.server.close()
    assert.match(
      await following.nextProblem(),
      /^No server of Mintage answers at .* Looking again until Ctrl\+C\.$/,
    )
    const again = await project.open(settings)
    assert.equal(await following.nextProblem(), 'It answers again.')
    const { userId } = await again.signIn(grace)
    // The command's own token made a run of the machine's workflow, too.
    let line = await following.next()
    // oxlint-disable-next-line no-await-in-loop -- line after line
    while (!line.includes(userId)) line = await following.next()
    assert.deepEqual(await following.end(), [0, null])
  })

  test('says which scope a machine lacks, and what to do without credentials', async (t) => {
    const project = await rolloutProject(t)
    const file = join(project.dir, 'mintage.yaml')
    const text = await readFile(file, 'utf8')
    await writeFile(
      file,
      text.replace('- audience: ${issuer}/api\n', '- { audience: "${issuer}/api", scopes: [read:users] }\n'),
    )
    const server = await project.open()
    const refused = await logsOf(server, project.dir)('')
    assert.equal(refused.exitCode, 2)
    assert.match(refused.stderr, /error\[scope_missing\]: The machine lacks the scope read:invocations/)
    const without = await typeShell(`${process.execPath} ${launcher} logs --to ${server.issuer}`, project.dir)
    assert.match(without.stderr, /error\[credentials_missing\]/)
  })
})
