// `mintage keys` as an operator types it, beside a server that runs.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { History } from '../harness/history.ts'
import { typeMintage } from '../harness/mintage-command.ts'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { Client, codeOf, tokensOf } from '../reliability/client.ts'
import { projectFiles } from '../reliability/project.ts'

const person = { id: 'kp_1', email: 'one@example.com', password: 'correct horse battery staple' }
const listed = z.array(z.object({ kid: z.string(), algorithm: z.string(), state: z.string() }))

async function served(t: TestContext, settings = '') {
  const files = projectFiles([person])
  const cwd = await makeProject(t, { ...files, 'mintage.yaml': `${files['mintage.yaml'] ?? ''}${settings}` })
  const start = async () => {
    const server = startCommand(t, ['start', '--project', '.', '--port', '0'], { cwd })
    const [, origin = ''] = await server.until(/issuer +(http:\/\/localhost:\d+)$/m)
    await server.until(/^Ready/m)
    return { server, origin }
  }
  const file = join(cwd, '.mintage', 'mintage.db')
  return {
    cwd,
    start,
    sql(query: string): unknown[] {
      const database = new DatabaseSync(file)
      try {
        return database.prepare(query).all()
      } finally {
        database.close()
      }
    },
    async keys(...args: readonly string[]): Promise<string> {
      const { exitCode, stdout, stderr } = await typeMintage(['keys', ...args], cwd)
      assert.equal(exitCode, 0, stderr)
      return stdout
    },
    async refused(code: string, ...args: readonly string[]): Promise<void> {
      const { exitCode, stdout, stderr } = await typeMintage(['keys', ...args], cwd)
      assert.equal(exitCode, 2, stderr)
      assert.equal(stdout, '')
      assert.match(stderr, new RegExp(`^error\\[${code}\\]`))
      assert.match(stderr, /help: /)
    },
  }
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await setTimeout(100)
}

function kidOf(token: string): string {
  return decodeProtectedHeader(token).kid ?? ''
}

async function isAccepted(origin: string, token: string): Promise<boolean> {
  const { status } = await fetch(`${origin}/oauth2/v2/user_profile`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return status === 200
}

async function publishedKids(origin: string): Promise<string[]> {
  const answer = await fetch(`${origin}/.well-known/jwks`)
  const { keys } = z.object({ keys: z.array(z.object({ kid: z.string() })) }).parse(await answer.json())
  return keys.map(({ kid }) => kid)
}

describe('mintage keys', () => {
  test('rotates and retires the keys of a running server, and users stay signed in', async (t) => {
    const { start, keys, refused, sql } = await served(t)
    const { origin } = await start()
    const client = new Client({ name: 'one', history: new History(), origin: () => origin })
    const first = tokensOf(await client.redeem(codeOf(await client.signIn(person))))
    const list = async () => listed.parse(JSON.parse(await keys('list', '--json')))
    assert.deepEqual(
      (await list()).map(({ state }) => state),
      ['signing', 'signing', 'signing'],
    )

    assert.match(await keys('rotate'), /^Published new keys\. They sign from /)
    const next = (await list()).filter(({ state }) => state === 'next')
    assert.equal(next.length, 3)
    await until(async () => (await publishedKids(origin)).length === 6)
    await refused('rotation_under_way', 'rotate')

    assert.match(await keys('rotate', '--now'), /^The new keys sign from /)
    let tokens = first
    await until(async () => {
      tokens = tokensOf(await client.refresh(tokens.refreshToken))
      return kidOf(tokens.accessToken) !== kidOf(first.accessToken)
    })
    assert.ok(next.some(({ kid }) => kid === kidOf(tokens.accessToken)))
    assert.equal(await isAccepted(origin, first.accessToken), true)
    assert.match(await keys('list'), /verifying/)

    const compromised = kidOf(tokens.accessToken)
    assert.match(await keys('retire', compromised), /^Retired .* signs from then on\.\nWhat this costs: /s)
    await until(async () => !(await isAccepted(origin, tokens.accessToken)))
    assert.ok(!(await publishedKids(origin)).includes(compromised))
    const last = tokensOf(await client.refresh(tokens.refreshToken))
    assert.equal(await isAccepted(origin, last.accessToken), true)
    assert.equal(await isAccepted(origin, first.accessToken), true)
    // A key that only verifies is gone at once.
    await keys('retire', kidOf(first.accessToken), '--json')
    await until(async () => !(await isAccepted(origin, first.accessToken)))

    const events = z
      .array(z.object({ event: z.string() }))
      .parse(sql(`select event from audit where event like 'signing_key%' order by sequence`))
    assert.deepEqual(
      events.map(({ event }) => event),
      ['signing_keys.rotated', 'signing_keys.rotated', 'signing_key.retired', 'signing_key.retired'],
    )
  })

  test('says what is wrong with a command, and changes nothing', async (t) => {
    const { start, keys, refused } = await served(t)
    const { server } = await start()
    await server.stop()
    const before = await keys('list', '--json')
    await refused('usage', 'retire', 'nosuchkey')
    for (const args of [[], ['rotat'], ['retire'], ['rotate', 'more'], ['list', '--now']])
      await refused('usage', ...args)
    assert.equal(await keys('list', '--json'), before)
  })

  test('a running server rotates by itself when settings.signingKeys.rotateEveryDays have passed', async (t) => {
    const { start, keys, sql } = await served(t, 'settings:\n  signingKeys: { rotateEveryDays: 30 }\n')
    const first = await start()
    await first.server.stop()
    sql(`update signing_keys set active_from_ms = active_from_ms - 40 * 86400000`)
    sql(`update jobs set due_at_ms = 0 where kind = 'key-rotation'`)
    const { origin } = await start()
    await until(async () => (await publishedKids(origin)).length === 6)
    assert.equal((await keys('list')).match(/ next /g)?.length, 3)
  })
})
