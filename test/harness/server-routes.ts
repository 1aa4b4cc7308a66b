// Every path that a server answers, read out of the code that answers it: the declarations of the two APIs, and the texts of paths
// in the sources of the issuer, the sign-in, the playground and the health checks. A route that is added there is on this list at once.
import { readFile } from 'node:fs/promises'
import { glob } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { accountOperations } from '../../src/account-api/operations.ts'
import { brandingFileKinds } from '../../src/branding/index.ts'
import { themePath } from '../../src/pages/index.ts'
import { operations } from '../../src/management/operations.ts'

const source = fileURLToPath(new URL('../../src', import.meta.url))

export interface ServerRoute {
  /** Parameters are filled in. */
  readonly path: string
  readonly part: 'account-api' | 'health' | 'issuer' | 'management' | 'playground'
}

export async function serverRoutes(): Promise<readonly ServerRoute[]> {
  const issuer = [
    ...(await pathsIn('{issuer,sign-in}/**/*.ts', /'(\/[a-z._][\w./-]*)'/g)),
    // A part of a path, and a folder.
    ...['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', '/device/some_uid'],
    // Only with `deployments.git`; elsewhere the issuer answers that there is nothing.
    '/webhooks/git',
    ...brandingFileKinds.map((kind) => `/${kind}`),
    themePath,
    ...['/logout/confirm', '/logout/success', '/oauth2/auth/some_uid', '/', '/nothing-here'],
  ]
  const actions = [
    ...(await pathsIn('sign-in/steps/**/*.ts', /'([a-z]+(?:-[a-z]+)+)':/g)),
    ...(await pathsIn('sign-in/**/*.ts', /Action = '([a-z-]+)'/g)),
    // Forms whose names need no quotes.
    ...['organization', 'back', 'retry'],
  ]
  const interactions = ['', ...actions.map((action) => `/${action}`)].map(
    (rest) => `/interaction/some_uid${rest}`,
  )
  const playground = await pathsIn('playground/playground-app.ts', /app\.(?:get|post)\('(\/[^']*)'/g)
  const health = await pathsIn('http/health.ts', /path: '(\/\w+)'/g)
  const management = [...operations.map(({ path }) => path), '/openapi.json', '/uesr', '/apis']
  const account = [...accountOperations.map(({ path }) => path), '/openapi.json', '/nothing-here']
  return [
    ...routesOf('health', health),
    ...routesOf('account-api', [...account.map((path) => `/account_api/v1${filled(path)}`), '/account_api']),
    ...routesOf('issuer', [...issuer.filter((path) => path !== '/oauth2/'), ...interactions]),
    ...routesOf('management', [
      ...management.map((path) => `/api/v1${filled(path)}`),
      '/api',
      '/api/v2/user',
    ]),
    ...routesOf(
      'playground',
      playground.map((path) => `/playground${path === '/' ? '' : filled(path)}`),
    ),
  ]
}

function routesOf(part: ServerRoute['part'], paths: readonly string[]): ServerRoute[] {
  return [...new Set(paths)].map((path) => ({ path, part }))
}

function filled(path: string): string {
  return path.replaceAll(/\{[^}]+\}|:\w+/g, 'some_id')
}

/** What the first group of the pattern finds. */
async function pathsIn(files: string, pattern: RegExp): Promise<string[]> {
  const found: string[] = []
  for await (const file of glob(files, { cwd: source })) {
    if (file.endsWith('.test.ts')) continue
    const text = await readFile(`${source}/${file}`, 'utf8')
    found.push(...[...text.matchAll(pattern)].map(([, path = '']) => path))
  }
  return found
}
