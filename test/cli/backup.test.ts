// `mintage backup` and `mintage restore` as an operator types them, on both databases and from one to the other.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test, type TestContext } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import { History } from '../harness/history.ts'
import { typeMintage } from '../harness/mintage-command.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startCommand, type ServingCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { Client, codeOf, tokensOf } from '../reliability/client.ts'
import { projectFiles } from '../reliability/project.ts'

const person = { id: 'kp_1', email: 'one@example.com', password: 'correct horse battery staple' }
const postgres = await startPostgres({ after })

interface Place {
  /** The options that name it. */
  readonly options: readonly string[]
  readonly keyFile: string
}

type Kind = 'sqlite' | 'postgres'

async function newPlace(cwd: string, kind: Kind, folder: string): Promise<Place> {
  const url = kind === 'postgres' ? await postgres.createDatabase() : undefined
  return {
    options: ['--data-dir', folder, ...(url === undefined ? [] : ['--database-url', url])],
    keyFile: join(cwd, folder, 'master.key'),
  }
}

interface Served {
  readonly server: ServingCommand
  readonly client: Client
  newToken(): Promise<string>
}

async function serve(t: TestContext, cwd: string, place: Place, port = '0'): Promise<Served> {
  const server = startCommand(t, ['start', '--project', '.', '--port', port, ...place.options], { cwd })
  const [, origin = ''] = await server.until(/issuer +(http:\/\/localhost:\d+)$/m)
  await server.until(/^Ready/m)
  const client = new Client({ name: 'one', history: new History(), origin: () => origin })
  return {
    server,
    client,
    async newToken() {
      return tokensOf(await client.redeem(codeOf(await client.signIn(person)))).refreshToken
    },
  }
}

async function copyKey(from: Place, to: Place): Promise<void> {
  await mkdir(join(to.keyFile, '..'), { recursive: true, mode: 0o700 })
  await copyFile(from.keyFile, to.keyFile)
}

/** The rows of a backup in an order of their own, without what every start and check changes. */
async function rowsOf(file: string): Promise<readonly string[]> {
  const lines = gunzipSync(await readFile(file))
    .toString('utf8')
    .split('\n')
  return lines
    .slice(1, -2)
    .filter((line) => !/^\["(job_|last-check)/.test(line))
    .sort()
}

/** The last user comes twice, in a file that is otherwise right. */
function withRowTwice(lines: readonly string[]): string {
  const at = lines.findIndex((line) => line.startsWith('["kp_1"'))
  const body = lines.slice(0, -2).toSpliced(at, 0, lines[at] ?? '')
  const { end } = JSON.parse(lines.at(-2) ?? '') as { end: { rows: Record<string, number> } }
  const rows = { ...end.rows, users: (end.rows['users'] ?? 0) + 1 }
  const sha256 = hash('sha256', body.map((line) => `${line}\n`).join(''))
  return [...body, JSON.stringify({ end: { rows, sha256 } }), ''].join('\n')
}

async function succeeds(args: readonly string[], cwd: string): Promise<string> {
  const { exitCode, stdout, stderr } = await typeMintage(args, cwd)
  assert.equal(exitCode, 0, stderr)
  return stdout
}

async function refused(args: readonly string[], cwd: string, code: string, says?: RegExp): Promise<void> {
  const { exitCode, stdout, stderr } = await typeMintage(args, cwd)
  assert.equal(exitCode, 2, stderr)
  assert.equal(stdout, '')
  // Progress may stand before it, on a slow machine.
  assert.match(stderr, new RegExp(`^error\\[${code}\\]`, 'm'))
  assert.match(stderr, /help: /)
  if (says) assert.match(stderr, says)
}

describe('F12: a backup', () => {
  for (const [from, to] of [
    ['sqlite', 'sqlite'],
    ['postgres', 'postgres'],
    ['sqlite', 'postgres'],
    ['postgres', 'sqlite'],
  ] as const) {
    test(`of ${from} under refreshes is restored on ${to}, and a refresh token from before it works`, async (t) => {
      const cwd = await makeProject(t, projectFiles([person]))
      const [source, target] = [await newPlace(cwd, from, 'data'), await newPlace(cwd, to, 'restored')]
      const { server, client, newToken } = await serve(t, cwd, source)
      const kept = await newToken()
      const busy = await Promise.all([newToken(), newToken(), newToken()])
      const file = join(cwd, 'backup.gz')
      let isBackedUp = false
      const refreshes = busy.map(async (first) => {
        for (let token = first; !isBackedUp;) token = tokensOf(await client.refresh(token)).refreshToken
      })
      const said = await succeeds(['backup', file, ...source.options], cwd)
      isBackedUp = true
      await Promise.all(refreshes)
      assert.match(said, /^Backed up [\d,]+ rows of \d+ tables/)
      assert.match(said, /master key/)
      assert.equal((await stat(file)).mode & 0o777, 0o600)
      await server.stop()

      await copyKey(source, target)
      assert.match(await succeeds(['restore', file, ...target.options], cwd), /^Restored [\d,]+ rows/)
      await succeeds(['backup', `${file}.again`, ...target.options], cwd)
      assert.deepEqual(await rowsOf(`${file}.again`), await rowsOf(file))

      const restored = await serve(t, cwd, target)
      tokensOf(await restored.client.refresh(kept))
      // Numbers that the database gives out go on behind those that were restored.
      await restored.newToken()
      await restored.server.stop()
    })
  }

  for (const kind of ['sqlite', 'postgres'] as const) {
    test(`is not restored under a server that runs on ${kind}, nor over a database unless it is asked to`, async (t) => {
      const cwd = await makeProject(t, projectFiles([person]))
      const place = await newPlace(cwd, kind, 'data')
      const { server, newToken } = await serve(t, cwd, place)
      const token = await newToken()
      await succeeds(['backup', 'backup.gz', ...place.options], cwd)
      const restore = ['restore', 'backup.gz', ...place.options]
      await refused(restore, cwd, 'database_not_empty', /--overwrite/)
      await refused([...restore, '--overwrite'], cwd, 'database_in_use', /Stop every server/)
      const later = await newToken()
      await server.stop()
      await succeeds([...restore, '--overwrite'], cwd)
      const restored = await serve(t, cwd, place)
      tokensOf(await restored.client.refresh(token))
      // What came after the backup is gone.
      assert.equal((await restored.client.refresh(later)).kind, 'refused')
      await restored.server.stop()
    })

    test(`that is damaged, cut short, foreign, newer or of another key is refused on ${kind}, and changes nothing`, async (t) => {
      const cwd = await makeProject(t, projectFiles([person]))
      const place = await newPlace(cwd, kind, 'data')
      const { server, newToken } = await serve(t, cwd, place)
      await newToken()
      await succeeds(['backup', 'good.gz', ...place.options], cwd)
      const token = await newToken()
      await server.stop()
      const zipped = await readFile(join(cwd, 'good.gz'))
      const plain = gunzipSync(zipped).toString('utf8')
      const lines = plain.split('\n')
      const flipped = Buffer.from(zipped)
      const middle = Math.floor(flipped.length / 2)
      flipped.writeUInt8(flipped.readUInt8(middle) ^ 0xff, middle)
      const { masterKeyCheck } = z.object({ masterKeyCheck: z.string() }).parse(JSON.parse(lines[0] ?? ''))
      const structural: readonly (readonly [string, Buffer | string, string, RegExp])[] = [
        ['cut short', zipped.subarray(0, zipped.length - 100), 'backup_invalid', /cut short/],
        ['cut between lines', gzipSync(lines.slice(0, -2).join('\n') + '\n'), 'backup_invalid', /cut short/],
        ['a flipped bit', flipped, 'backup_invalid', /damaged/],
        [
          'an edited row',
          gzipSync(plain.replace('one@example.com', 'two@example.com')),
          'backup_invalid',
          /checksum/,
        ],
        [
          'a damaged key check',
          gzipSync(plain.replace(masterKeyCheck, `${masterKeyCheck}x`)),
          'backup_invalid',
          /checksum/,
        ],
        ['a missing row', gzipSync(lines.toSpliced(2, 1).join('\n')), 'backup_invalid', /damaged/],
        ['more behind the end', gzipSync(`${plain}[]\n`), 'backup_invalid', /goes on/],
        ['a letter', 'Dear sir or madam', 'backup_invalid', /not a backup/],
        ['a letter in gzip', gzipSync('Dear sir or madam\n'), 'backup_invalid', /not a backup/],
        ['nothing', '', 'backup_invalid', /empty|cut short/],
        [
          'a newer format',
          gzipSync(plain.replace('"mintageBackup":1', '"mintageBackup":2')),
          'schema_mismatch',
          /newer version/,
        ],
        [
          'a newer schema',
          gzipSync(plain.replace('"migrations":[', '"migrations":[{"id":99,"name":"later"},')),
          'schema_mismatch',
          /does not know/,
        ],
      ]
      const twice: readonly [string, Buffer, string, RegExp] = [
        'a row that comes twice, with a right checksum',
        gzipSync(withRowTwice(lines)),
        'backup_invalid',
        /do not fit together/,
      ]
      // What is wrong with the file alone is found before either database is touched.
      for (const [what, content, code, says] of kind === 'sqlite' ? [...structural, twice] : [twice]) {
        await writeFile(join(cwd, 'bad.gz'), content)
        t.diagnostic(what)
        await refused(['restore', 'bad.gz', '--overwrite', ...place.options], cwd, code, says)
      }
      const key = await readFile(place.keyFile, 'utf8')
      await writeFile(place.keyFile, `${Buffer.alloc(32, 9).toString('base64')}\n`)
      const restore = ['restore', 'good.gz', '--overwrite', ...place.options]
      await refused(restore, cwd, 'master_key_wrong', /another master key/)
      await writeFile(place.keyFile, key)

      const again = await serve(t, cwd, place)
      tokensOf(await again.client.refresh(token))
      await again.server.stop()
    })
  }

  test('replaces a file only when it is asked to, and names what is missing', async (t) => {
    const cwd = await makeProject(t, projectFiles([person]))
    const place = await newPlace(cwd, 'sqlite', 'data')
    await refused(['backup', 'backup.gz', ...place.options], cwd, 'file_unreadable', /no database/)
    assert.equal(existsSync(join(cwd, 'data')), false)
    await refused(['restore', 'backup.gz', ...place.options], cwd, 'master_key_missing')
    await (await serve(t, cwd, place)).server.stop()
    await refused(['backup', ...place.options], cwd, 'usage', /needs the FILE/)
    await refused(['backup', 'nowhere/backup.gz', ...place.options], cwd, 'file_unreadable', /no such/)
    await refused(
      ['restore', 'nothing.gz', '--overwrite', ...place.options],
      cwd,
      'file_unreadable',
      /no such/,
    )
    await writeFile(join(cwd, 'backup.gz'), 'something else')
    await refused(['backup', 'backup.gz', ...place.options], cwd, 'file_exists', /--overwrite/)
    assert.equal(await readFile(join(cwd, 'backup.gz'), 'utf8'), 'something else')
    const json: unknown = JSON.parse(
      await succeeds(['backup', 'backup.gz', '--overwrite', '--json', ...place.options], cwd),
    )
    assert.equal(Reflect.get(Object(json), 'file'), join(cwd, 'backup.gz'))
  })

  test('of a damaged database is refused, and a good one takes its place', async (t) => {
    const cwd = await makeProject(t, projectFiles([person]))
    const place = await newPlace(cwd, 'sqlite', 'data')
    const { server, newToken } = await serve(t, cwd, place)
    const token = await newToken()
    await succeeds(['backup', 'good.gz', ...place.options], cwd)
    await server.stop()
    const file = join(cwd, 'data', 'mintage.db')
    const bytes = await readFile(file)
    await writeFile(file, bytes.fill(0xaa, 4_096))
    const { exitCode, stderr } = await typeMintage(['backup', 'bad.gz', ...place.options], cwd)
    assert.equal(exitCode, 6)
    assert.match(stderr, /damaged/)
    assert.equal(existsSync(join(cwd, 'bad.gz')), false)
    await succeeds(['restore', 'good.gz', '--overwrite', ...place.options], cwd)
    tokensOf(await (await serve(t, cwd, place)).client.refresh(token))
  })
})
