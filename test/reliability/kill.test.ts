// kill -9 of the server while 200 clients refresh at once, on SQLite: a real process, killed again and again when it has answered so
// many requests, and started anew on what it left. Afterwards every client goes on with the refresh token that it holds, which works
// or is answered by the grace; and the whole history holds.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore } from '../../src/store/index.ts'
import { History } from '../harness/history.ts'
import { startCommand, type ServingCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { assertInvariants } from './checked-history.ts'
import { Client, codeOf, tokensOf, type Person } from './client.ts'
import { seededRandom } from './faulty-store.ts'
import { projectFiles } from './project.ts'

const clientCount = 200
/** Codes that are redeemed beside the refreshes. */
const codeCount = 20
const browserCount = 4
const kills = 2
const seed = 20_260_807

const people = Array.from({ length: browserCount }, (_, index): Person => ({
  id: `kp_${String(index)}`,
  email: `person-${String(index)}@example.com`,
  password: 'correct horse battery staple',
}))

test('after kill -9 during 200 refreshes at once every client goes on, and nothing was issued twice or lost', async (t) => {
  const project = await makeProject(t, projectFiles(people))
  const masterKey = Buffer.alloc(32, 7)
  const history = new History()
  let server: ServingCommand
  let origin = ''

  async function start(port: string): Promise<void> {
    const args = ['start', '--project', project, '--port', port, '--data-dir', 'data']
    server = startCommand(t, args, {
      cwd: project,
      env: { MINTAGE_MASTER_KEY: masterKey.toString('base64') },
    })
    origin = (await server.until(/issuer +(http:\/\/localhost:\d+)$/m))[1] ?? ''
    await server.until(/^Ready/m)
  }

  await start('0')
  const { port } = new URL(origin)
  const browsers = await Promise.all(
    people.map(async (person) => {
      const browser = new Client({ name: person.id, history, origin: () => origin })
      await browser.signIn(person)
      return { browser, person }
    }),
  )
  const [first] = browsers
  assert.ok(first)
  const newCode = async () => codeOf(await first.browser.return(first.person))
  const random = seededRandom(seed)
  const sessions = await Promise.all(
    Array.from({ length: clientCount }, async (_, index) => {
      const { browser, person } = browsers[index % browserCount] ?? assert.fail()
      const { refreshToken } = tokensOf(await browser.redeem(codeOf(await browser.return(person))))
      return {
        client: new Client({ name: `client-${String(index)}`, history, origin: () => origin }),
        refreshToken,
      }
    }),
  )

  for (let kill = 0; kill < kills; kill += 1) {
    // Each client refreshes twice, so that the kill comes among first and second ones.
    const killAfter = Math.ceil(random() * clientCount * 1.8)
    let answered = 0
    let crash: Promise<unknown> | undefined
    const killNow = async () => {
      await server.stop('SIGKILL')
      return { kind: 'done' } as const
    }
    const codes = await Promise.all(Array.from({ length: codeCount }, newCode))
    await Promise.all([
      ...codes.map((code) => first.browser.redeem(code)),
      ...sessions.map(async (session) => {
        for (let refresh = 0; refresh < 2; refresh += 1) {
          const result = await session.client.refresh(session.refreshToken)
          if (result.kind === 'maybe') return
          session.refreshToken = tokensOf(result).refreshToken
          answered += 1
          if (answered === killAfter)
            crash = history.record({ client: 'server', op: 'crash', arg: '' }, killNow)
        }
      }),
    ])
    await crash
    await start(port)
    await Promise.all(
      sessions.map(async (session) => {
        session.refreshToken = tokensOf(await session.client.refresh(session.refreshToken)).refreshToken
      }),
    )
  }

  const unanswered = history.entries().filter(({ result }) => result.kind === 'maybe')
  assert.ok(unanswered.length > 0, 'no request was under way when the server was killed')
  const store = await openStore({
    location: { kind: 'sqlite', file: join(project, 'data', 'mintage.db') },
    masterKey,
  })
  t.after(() => store.close())
  await assertInvariants({ history, stores: [store], origin })
})
