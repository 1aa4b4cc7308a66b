// A fresh `mintage start` in a process of its own, an application that uses one client library, and a browser. The application and the
// guide say http://localhost:4000 (the issuer) and http://localhost:3000 (the application); both become free ports here.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startCommand } from '../../harness/serving-command.ts'
import { makeProject } from '../../harness/temp-project.ts'
import { fileNameOf, guideSection } from './guide.ts'
import { freePort } from '../../harness/free-port.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))

export const ada = { email: 'ada@example.com', password: 'sunflower-engine-42' }

/** What the guide's parts of mintage.yaml leave to the reader: an API, and a user. */
const directory = (accessTokenType: AccessTokenType) => `
apis:
  orders:
    audience: https://api.example.com
    accessTokenType: ${accessTokenType}
    scopes:
      read:orders: See orders.
organizations:
  engines: { name: Analytical Engines, code: org_engines, isDefault: true }
users:
  - email: ${ada.email}
    id: kp_ada
    password: ${ada.password}
    firstName: Ada
    lastName: Lovelace
    organizations: { engines: {} }
`

type AccessTokenType = 'JWT' | 'at+jwt'

export interface World {
  readonly issuer: string
  /** The issuer without the proxy in front of it. */
  readonly directUrl: string
  /** Where the application listens. */
  readonly applicationUrl: string
  /** Puts the addresses of this world into code or configuration. */
  here(text: string): string
  /** The file of the certificate that the issuer's clients must trust. */
  readonly certificate: string | undefined
}

interface WorldOptions {
  /** More of mintage.yaml, directly after the guide's applications. */
  readonly yaml?: string
  /** Of the API's access tokens; `JWT` when left out. */
  readonly accessTokenType?: AccessTokenType
  /** Puts a proxy that ends TLS in front of the issuer. */
  readonly isHttps?: boolean
  /** Two hosts of this domain in place of `localhost`, for the browser alone: browsers find every name under `localhost` here. */
  readonly domain?: string
}

/** Starts an issuer that knows the application of the guide's section. */
export async function openWorld(
  t: TestContext,
  title: string,
  { yaml = '', accessTokenType = 'JWT', isHttps = false, domain }: WorldOptions = {},
): Promise<World> {
  const [applicationHost, issuerHost] =
    domain === undefined ? ['localhost', 'localhost'] : [`app.${domain}`, `auth.${domain}`]
  const applicationUrl = `http://${applicationHost}:${String(await freePort())}`
  const section = await guideSection(title)
  const project = await makeProject(t, {
    'kinde.json': '{ "rootDir": "kindeSrc" }',
    'mintage.yaml':
      section.yaml.replaceAll('http://localhost:3000', applicationUrl) + yaml + directory(accessTokenType),
  })
  const port = String(await freePort())
  const proxyPort = String(await freePort())
  const certificate = join(project, 'certificate.pem')
  const issuer = isHttps ? `https://localhost:${proxyPort}` : `http://${issuerHost}:${port}`
  if (isHttps) await startProgram(t, [join(folder, 'harness/tls-proxy.mjs'), proxyPort, port, certificate])
  const args = ['start', '--project', project, '--data-dir', join(project, '.mintage'), '--port', port]
  const server = startCommand(t, [...args, '--issuer', issuer], { cwd: project })
  await server.until(/^Ready /m)
  return {
    issuer,
    directUrl: `http://localhost:${port}`,
    applicationUrl,
    here: (text) =>
      text
        .replaceAll(/https?:\/\/localhost:4000/g, issuer)
        .replaceAll('http://localhost:3000', applicationUrl),
    certificate: isHttps ? certificate : undefined,
  }
}

/** A folder beside the installed packages, for what is generated. It is removed after the test. */
export async function workFolder(t: TestContext): Promise<string> {
  const parent = join(folder, '.work')
  await mkdir(parent, { recursive: true })
  const made = await mkdtemp(`${parent}/`)
  t.after(() => rm(made, { recursive: true, force: true }))
  return made
}

/** The text of each file of a library's application. */
export async function applicationSources(library: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'apps'))
  const name = names.find((one) => one.replace(/\.\w+$/, '') === fileNameOf(library))
  if (name === undefined) throw new Error(`there is no application for ${library}`)
  const path = join(folder, 'apps', name)
  if (!(await stat(path)).isDirectory()) return [await readFile(path, 'utf8')]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(files.map((file) => readFile(file, 'utf8')))
}

/** Runs an application of apps/ in a process of its own; resolves once it listens. It ends with `.listen(3000)`. */
export async function runApplication(t: TestContext, library: string, world: World): Promise<void> {
  const file = join(await workFolder(t), `${fileNameOf(library)}.mjs`)
  const [source = ''] = await applicationSources(library)
  const port = new URL(world.applicationUrl).port
  const listening = `.listen(${port}, () => console.log('listening'))`
  await writeFile(file, world.here(source).replace('.listen(3000)', listening))
  const env = world.certificate === undefined ? {} : { NODE_EXTRA_CA_CERTS: world.certificate }
  await startProgram(t, [file], { env })
}

interface ProgramOptions {
  /** What the program prints once it serves. */
  readonly isReady?: RegExp
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Starts Node with these arguments; resolves once the program serves. It ends with the test. */
export async function startProgram(
  t: TestContext,
  args: readonly string[],
  { isReady = /listening/, cwd, env = {} }: ProgramOptions = {},
): Promise<void> {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const child = spawn('env', [...variables, process.execPath, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const errors = text(child.stderr)
  const ready = Promise.withResolvers<void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (isReady.test(line)) ready.resolve()
  })
  const failed = exited.then(async () => {
    throw new Error(`the application ended: ${await errors}`)
  })
  failed.catch(() => {})
  await Promise.race([ready.promise, failed])
}

/** Fills in the issuer's sign-in page, which the browser shows. */
export async function fillInSignIn(page: Page): Promise<void> {
  await page.fill('input[name=identifier]', ada.email)
  await page.fill('input[name=password]', ada.password)
  await page.click('form[action$="/sign-in"] button[type=submit]')
}

/** On the page of the issuer that asks for the name of a new organization, which the application has given. */
export async function createOrganization(page: Page): Promise<void> {
  await page.waitForSelector('form[action$="/create-organization"]')
  if ((await page.inputValue('input[name=org_name]')) !== 'Weaving Mill') throw new Error('the name was lost')
  await page.click('form[action$="/create-organization"] button[type=submit]')
}

/** On the account page of the issuer, without another sign-in; follows the way back to the application. */
export async function lookAtAccount(page: Page, { issuer, applicationUrl }: World): Promise<void> {
  await page.waitForURL((url) => url.origin === issuer && url.pathname.startsWith('/account'))
  await page.click('#home')
  await page.waitForURL((url) => url.origin === applicationUrl)
}

/** The JSON that the application answers at this address, as the browser shows it. */
export async function shownJson(page: Page, url: string) {
  await page.goto(url)
  return JSON.parse(await page.innerText('body'))
}
