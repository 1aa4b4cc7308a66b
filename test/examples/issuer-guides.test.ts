// The guides on the issuer: every application in them signs in, every command in them is typed as it stands, against the demo.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { z } from 'zod'
import { parseMintageYaml } from '../../src/config/index.ts'
import { openDemoIssuer, runApplication, type DemoIssuer } from '../harness/example-application.ts'
import { exampleFolder } from '../harness/examples.ts'
import { mintageArguments, mintageCommandsOf, repositoryRoot, typeShell } from '../harness/mintage-command.ts'
import { codeBlocks } from '../harness/pages-of-docs.ts'
import { startCommand } from '../harness/serving-command.ts'
import { makeProject } from '../harness/temp-project.ts'
import { userAgent, type UserAgent } from '../harness/user-agent.ts'
import { callbackOf } from '../harness/visitor.ts'

const workflowFile = 'kindeSrc/environment/workflows/tokensWorkflow.ts'

function guide(name: string): string {
  return fileURLToPath(new URL(`../../docs/guides/${name}`, import.meta.url))
}

const charles = { identifier: 'charles@example.com', password: 'difference-engine-42' }

/** Opens an authorization URL and signs Charles in, who belongs to one organization. */
async function signIn(browser: UserAgent, url: string): Promise<URL> {
  return callbackOf(await browser.submit(await browser.get(url), '/sign-in', charles))
}

async function locationOf(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' })
  return answer.headers.get('location') ?? ''
}

const tokenAnswer = z.looseObject({ access_token: z.string() })

describe('connect-an-application.md', () => {
  const page = guide('connect-an-application.md')

  test('registers applications in the form of mintage.yaml', async () => {
    const [yaml = ''] = await codeBlocks(page, 'yaml')
    const file = parseMintageYaml(yaml, 'mintage.yaml')
    assert.deepEqual(Object.keys(file.applications), ['shop'])
  })

  test('shows an application on a server that signs in, refreshes and signs out', async (t) => {
    const [code = ''] = await codeBlocks(page, 'js')
    const demo = await openDemoIssuer(t)
    await runApplication(t, code, demo)
    const { applicationUrl, issuer } = demo
    const browser = userAgent(issuer)

    const callback = await signIn(browser, await locationOf(`${applicationUrl}/login`))
    assert.match(await (await fetch(callback)).text(), /"greeting":"Hello Charles"/)
    assert.match(await (await fetch(`${applicationUrl}/refresh`)).text(), /Good to see you again, Charles/)
    const signOut = await browser.get(await locationOf(`${applicationUrl}/logout`))
    assert.equal((await browser.submit(signOut, '/logout/confirm')).location, `${applicationUrl}/`)
  })

  test('shows an application in a browser that signs in', async (t) => {
    const [, code = ''] = await codeBlocks(page, 'js')
    const demo = await openDemoIssuer(t)
    const folder = await makeProject(t, { 'package.json': '{ "private": true }', 'app.mjs': demo.here(code) })
    await symlink(`${repositoryRoot}node_modules`, `${folder}/node_modules`)
    // What the code uses of a browser, and no more.
    const items = new Map<string, string>()
    const location = { href: '', assign: (url: URL) => void (location.href = url.href) }
    Object.assign(globalThis, {
      location,
      sessionStorage: {
        getItem: (key: string) => items.get(key) ?? null,
        setItem: (key: string, value: string) => void items.set(key, value),
      },
    })
    t.after(() => {
      Reflect.deleteProperty(globalThis, 'location')
      Reflect.deleteProperty(globalThis, 'sessionStorage')
    })
    const application: {
      signIn(): Promise<void>
      finishSignIn(): Promise<{ claims(): Record<string, unknown> | undefined }>
    } = await import(pathToFileURL(`${folder}/app.mjs`).href)

    await application.signIn()
    location.href = (await signIn(userAgent(demo.issuer), location.href)).href
    const tokens = await application.finishSignIn()
    assert.equal(tokens.claims()?.['greeting'], 'Hello Charles')
  })

  test('shows how a machine gets a token, one for the management API too', async (t) => {
    const [token = '', management = ''] = await codeBlocks(page, 'sh')
    const demo = await openDemoIssuer(t)

    const forReports = await typeShell(demo.here(token), repositoryRoot)
    const { scope } = z.looseObject({ scope: z.string() }).parse(JSON.parse(forReports.stdout))
    assert.equal(scope, 'read:reports create:reports')
    const users = await typeShell(demo.here(management), repositoryRoot)
    assert.match(users.stdout, /"email":"ada@example\.com"/)
  })

  test('shows how a device gets its tokens', async (t) => {
    const [, , begin = '', poll = ''] = await codeBlocks(page, 'sh')
    const demo = await openDemoIssuer(t)
    const begun = await typeShell(demo.here(begin), repositoryRoot)
    const device = z
      .looseObject({ device_code: z.string(), verification_uri_complete: z.string() })
      .parse(JSON.parse(begun.stdout))
    const ask = () => typeShell(`DEVICE_CODE=${device.device_code}\n${demo.here(poll)}`, repositoryRoot)

    assert.match((await ask()).stdout, /"authorization_pending"/)
    const browser = userAgent(demo.issuer)
    const confirm = await browser.submit(await browser.get(device.verification_uri_complete), '/device')
    await browser.submit(await browser.submit(confirm, '#confirm-form'), '/sign-in', charles)
    assert.ok(tokenAnswer.safeParse(JSON.parse((await ask()).stdout)).success)
  })

  test('shows an API that takes the tokens of the demo, and none that is not for it', async (t) => {
    const [, , code = ''] = await codeBlocks(page, 'js')
    const demo = await openDemoIssuer(t)
    const folder = await makeProject(t, { 'package.json': '{ "private": true }', 'api.mjs': demo.here(code) })
    await symlink(`${repositoryRoot}node_modules`, `${folder}/node_modules`)
    const api: { permissionsOf(token: string): Promise<string[]> } = await import(
      pathToFileURL(`${folder}/api.mjs`).href
    )

    assert.deepEqual(await api.permissionsOf(await accessToken(demo, 'https://api.demo.example/reports')), [
      'read:reports',
    ])
    await assert.rejects(api.permissionsOf(await accessToken(demo, '')), /"aud"/)
  })
})

/** Charles' access token for an audience, by the demo's confidential application. */
async function accessToken({ issuer, applicationUrl }: DemoIssuer, audience: string): Promise<string> {
  const client = {
    client_id: 'd3300000000000000000000000000001',
    client_secret: 'ThisSecretIsForTheDemoOnlyAndStandsInTheOpen01',
  }
  const request = {
    client_id: client.client_id,
    redirect_uri: `${applicationUrl}/callback`,
    response_type: 'code',
    scope: 'openid',
    audience,
  }
  const callback = await signIn(
    userAgent(issuer),
    `${issuer}/oauth2/auth?${new URLSearchParams(request).toString()}`,
  )
  const answer = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...client,
      grant_type: 'authorization_code',
      redirect_uri: request.redirect_uri,
      code: callback.searchParams.get('code') ?? '',
    }),
  })
  return tokenAnswer.parse(await answer.json()).access_token
}

describe('debug-a-sign-in.md', () => {
  test('finds a failed run, and runs its record again with the same error', async (t) => {
    const folder = await projectWithPackages(t)
    const file = `${folder}/${workflowFile}`
    const source = await readFile(file, 'utf8')
    await writeFile(file, source.replace('  // Add:', "  throw new Error('the CRM is down')\n  // Add:"))
    const command = startCommand(t, ['start', '--project', '.', '--port', '0'], { cwd: folder })
    const [, issuer = ''] = await command.until(/issuer +(http:\/\/localhost:\d+)$/m)
    await command.until(/^Ready/m)
    const browser = userAgent(issuer)
    const entrance = await browser.submit(await browser.get(`${issuer}/playground`), '/playground/sign-in')
    const failed = await browser.submit(entrance, '/sign-in', charles)
    const [id = ''] = /inv_[\w-]+/.exec(failed.text) ?? []
    await command.stop()

    const [lists = '', again = ''] = await codeBlocks(guide('debug-a-sign-in.md'), 'sh')
    const byPerson = lists.replace('ada@example.com', charles.identifier)
    assert.equal((await typeShell(byPerson, folder)).stdout.split(id).length, 3)
    const shown = await typeShell(`npx mintage logs show ${id}`, folder)
    assert.match(
      shown.stdout,
      /the CRM is down\n +--> kindeSrc\/environment\/workflows\/tokensWorkflow\.ts:\d+/,
    )
    const rerun = await typeShell(`INVOCATION=${id}\n${again}`, folder)
    assert.equal(rerun.exitCode, 4)
    assert.match(rerun.stderr, /the CRM is down/)
  })
})

describe('run-in-production.md', () => {
  const page = guide('run-in-production.md')

  test('starts as it says, with the key and the file that it shows', async (t) => {
    const yaml = (await codeBlocks(page, 'yaml')).find((block) => block.includes('mail:')) ?? ''
    const folder = await makeProject(t, { 'kinde.json': '{}', 'mintage.yaml': yaml })
    const [, makeKey = ''] = await codeBlocks(page, 'sh')
    const key = await typeShell(makeKey, folder)
    const [start = ''] = await mintageCommandsOf(page)
    const args = mintageArguments(start).map((argument) => (argument === '8080' ? '0' : argument))
    const secret = randomBytes(24).toString('hex')
    const env = {
      MINTAGE_MASTER_KEY: key.stdout.trim(),
      SMTP_PASSWORD: secret,
      WEB_CLIENT_SECRET: secret,
      CRM_KEY: secret,
    }
    const command = startCommand(t, args, { cwd: folder, env })
    const [ready] = await command.until(/^.*"event":"server_ready".*$/m)
    assert.match(ready, /"issuer":"https:\/\/id\.example\.com"/)
    assert.doesNotMatch(command.output(), /secrets_in_project_file|mail_not_configured/)
    assert.equal(await command.stop(), 0)
  })

  test('makes a backup of a database that is in use, and restores it', async (t) => {
    const folder = await projectWithPackages(t)
    const command = startCommand(t, ['start', '--project', '.', '--port', '0'], { cwd: folder })
    await command.until(/^Ready/m)
    const [, , commands = ''] = await codeBlocks(page, 'sh')
    const [backup = '', restore = ''] = commands.replaceAll('/backups/', `${folder}/`).split('\n')

    const made = await typeShell(backup, folder)
    assert.equal(made.exitCode, 0, made.stderr)
    await command.stop()
    await rm(`${folder}/.mintage/mintage.db`)
    const restored = await typeShell(restore, folder)
    assert.equal(restored.exitCode, 0, restored.stderr)

    const database = new DatabaseSync(`${folder}/.mintage/mintage.db`)
    t.after(() => database.close())
    assert.equal(
      database.prepare("select count(*) as found from users where id = 'kp_ada'").get()?.['found'],
      1,
    )
  })
})

/** The demo as a project of somebody who has installed Mintage, which brings Node along. */
async function projectWithPackages(t: Parameters<typeof makeProject>[0]): Promise<string> {
  const folder = await makeProject(t, { 'package.json': '{ "private": true }' })
  await cp(exampleFolder('demo'), folder, { recursive: true })
  await mkdir(`${folder}/node_modules/.bin`, { recursive: true })
  await symlink(`${repositoryRoot}bin/mintage.js`, `${folder}/node_modules/.bin/mintage`)
  await symlink(process.execPath, `${folder}/node_modules/.bin/node`)
  return folder
}
