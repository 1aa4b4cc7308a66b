// The shape of the source, held by a test: which folder may import which, who alone may use a package, and how large a
// file gets. ARCHITECTURE.md draws the same arrows; they change together.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each folder may import of ours; the longest matching folder counts. `runtime` alone means runtime/index.ts. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  'src/oauth': [],
  'src/errors': [],
  'src/files': ['src/errors'],
  'src/net': ['src/errors'],
  'src/telemetry': [],
  'src/branding': [],
  'src/config': ['src/branding', 'src/errors', 'src/oauth', 'src/runtime', 'src/store'],
  'src/http': ['src/errors', 'src/telemetry'],
  'src/directory': ['src/branding', 'src/config', 'src/errors', 'src/oauth', 'src/store'],
  'src/runtime': [
    'src/oauth',
    'src/errors',
    'src/files',
    'src/runtime/host-calls',
    'src/runtime/tracked-module',
  ],
  'src/runtime/host-calls': ['src/errors', 'src/net', 'src/runtime'],
  'src/runtime/worker': ['src/runtime', 'src/runtime/tracked-module'],
  'src/runtime/tracked-module': [],
  'src/runtime/guest': [],
  /** Below src/workflows, which reads it too; the rest of src/triggers is above. */
  'src/triggers/registry': ['src/errors'],
  'src/workflows': ['src/oauth', 'src/errors', 'src/files', 'src/runtime', 'src/triggers/registry'],
  'src/triggers': [
    'src/oauth',
    'src/errors',
    'src/runtime',
    'src/runtime/host-calls',
    'src/store',
    'src/triggers/registry',
    'src/workflows',
  ],
  'src/tokens': [
    'src/oauth',
    'src/errors',
    'src/directory',
    'src/runtime',
    'src/store',
    'src/triggers',
    'src/triggers/registry',
  ],
  'src/cases': [
    'src/errors',
    'src/oauth',
    'src/runtime',
    'src/runtime/host-calls',
    'src/tokens',
    'src/triggers',
    'src/triggers/registry',
  ],
  'src/replays': [
    'src/cases',
    'src/oauth',
    'src/runtime',
    'src/runtime/host-calls',
    'src/store',
    'src/tokens',
    'src/triggers',
    'src/triggers/registry',
    'src/workflows',
  ],
  'src/rehearsal': [
    'src/cases',
    'src/deployments',
    'src/directory',
    'src/errors',
    'src/oauth',
    'src/runtime',
    'src/runtime/host-calls',
    'src/store',
    'src/tokens',
    'src/triggers',
    'src/workflows',
  ],
  'src/transfer': [
    'src/branding',
    'src/config',
    'src/deployments',
    'src/directory',
    'src/errors',
    'src/files',
    'src/oauth',
    'src/store',
    'src/workflows',
  ],
  'src/jobs': ['src/errors', 'src/oauth', 'src/store', 'src/telemetry'],
  'src/store': ['src/branding', 'src/oauth', 'src/errors', 'src/files'],
  'src/management': [
    'src/branding',
    'src/rehearsal',
    'src/replays',
    'src/deployments',
    'src/directory',
    'src/errors',
    'src/git-sync',
    'src/oauth',
    'src/store',
    'src/webhooks',
  ],
  'src/webhooks': [
    'src/directory',
    'src/errors',
    'src/jobs',
    'src/keys',
    'src/net',
    'src/oauth',
    'src/store',
    'src/telemetry',
  ],
  'src/account-api': ['src/directory', 'src/errors', 'src/management', 'src/store'],
  'src/git-sync': ['src/deployments', 'src/errors', 'src/files', 'src/store', 'src/workflows'],
  'src/deployments': [
    'src/oauth',
    'src/errors',
    'src/runtime',
    'src/store',
    'src/triggers/registry',
    'src/workflows',
  ],
  'src/pages': ['src/branding', 'src/oauth', 'src/errors'],
  'src/mail': ['src/errors', 'src/pages'],
  'src/playground': [
    'src/errors',
    'src/oauth',
    'src/pages',
    'src/replays',
    'src/store',
    'src/tokens',
    'src/triggers',
    'src/workflows',
  ],
  'src/app': [
    'src/account-api',
    'src/branding',
    'src/config',
    'src/deployments',
    'src/directory',
    'src/errors',
    'src/files',
    'src/git-sync',
    'src/http',
    'src/issuer',
    'src/jobs',
    'src/keys',
    'src/mail',
    'src/management',
    'src/net',
    'src/oauth',
    'src/pages',
    'src/playground',
    'src/rehearsal',
    'src/runtime',
    'src/runtime/host-calls',
    'src/store',
    'src/telemetry',
    'src/tokens',
    'src/triggers',
    'src/webhooks',
    'src/workflows',
  ],
  'src/keys': ['src/errors', 'src/oauth', 'src/store'],
  'src/sign-in': ['src/branding', 'src/oauth', 'src/errors', 'src/directory', 'src/pages', 'src/store'],
  'src/issuer': [
    'src/issuer/clients',
    'src/issuer/grants',
    'src/issuer/http',
    'src/issuer/interactions',
    'src/issuer/kinde',
    'src/issuer/overrides',
    'src/issuer/request',
    'src/directory',
    'src/errors',
    'src/keys',
    'src/oauth',
    'src/pages',
    'src/sign-in',
    'src/store',
    'src/tokens',
    'src/triggers',
  ],
  'src/issuer/request': ['src/directory', 'src/errors', 'src/keys', 'src/oauth', 'src/sign-in', 'src/store'],
  'src/issuer/overrides': [
    'src/issuer/request',
    'src/keys',
    'src/oauth',
    'src/pages',
    'src/sign-in',
    'src/store',
  ],
  'src/issuer/clients': ['src/issuer/request', 'src/oauth', 'src/sign-in', 'src/store'],
  'src/issuer/http': [
    'src/branding',
    'src/directory',
    'src/directory',
    'src/errors',
    'src/issuer/overrides',
    'src/issuer/request',
    'src/oauth',
    'src/pages',
    'src/sign-in',
    'src/store',
  ],
  'src/issuer/kinde': [
    'src/issuer/http',
    'src/issuer/overrides',
    'src/issuer/request',
    'src/keys',
    'src/oauth',
    'src/store',
  ],
  'src/issuer/grants': [
    'src/directory',
    'src/issuer/http',
    'src/issuer/overrides',
    'src/issuer/request',
    'src/keys',
    'src/oauth',
    'src/store',
    'src/tokens',
    'src/triggers',
  ],
  'src/issuer/interactions': [
    'src/directory',
    'src/issuer/grants',
    'src/issuer/http',
    'src/issuer/kinde',
    'src/issuer/overrides',
    'src/issuer/request',
    'src/pages',
    'src/sign-in',
    'src/store',
  ],
  'src/cli': [
    'src/deployments',
    'src/cases',
    'src/config',
    'src/directory',
    'src/errors',
    'src/files',
    'src/keys',
    'src/management',
    'src/net',
    'src/oauth',
    'src/rehearsal',
    'src/replays',
    'src/runtime',
    'src/runtime/host-calls',
    'src/app',
    'src/store',
    'src/telemetry',
    'src/tokens',
    'src/transfer',
    'src/triggers',
    'src/triggers/registry',
    'src/workflows',
  ],
  'src/testing': [
    'src/cases',
    'src/errors',
    'src/oauth',
    'src/runtime',
    'src/runtime/host-calls',
    'src/tokens',
    'src/triggers',
    'src/workflows',
  ],
  src: ['src/cli', 'src/config'],
}

/** What runtime/ shares with its threads and its host calls: plain data, its form as text, what is in flight, and the priority of threads. */
const sharedByRuntime: ReadonlySet<string> = new Set(
  [
    'bundle-script',
    'environment',
    'in-flight',
    'limits',
    'message-text',
    'outcome',
    'protocol',
    'recording',
    'sandbox',
    'signal',
    'thread-priority',
  ].map((name) => `src/runtime/${name}.ts`),
)

const owners: Readonly<Record<string, string | readonly string[]>> = {
  'quickjs-wasi': 'src/runtime/worker',
  'web-streams-polyfill': 'src/runtime/guest',
  'node:worker_threads': 'src/runtime',
  undici: 'src/net',
  'ipaddr.js': 'src/net',
  jose: ['src/runtime/host-calls', 'src/issuer', 'src/keys'],
  'oidc-provider': 'src/issuer',
  'lru-cache': 'src/runtime/host-calls',
  negotiator: 'src/pages',
  nodemailer: 'src/mail',
  yauzl: 'src/transfer',
  'csv-parse': 'src/transfer',
  'openid-client': 'src/playground',
  pino: 'src/telemetry',
  kysely: 'src/store',
  'node:sqlite': 'src/store/sqlite',
  pg: 'src/store/postgres',
  bcrypt: 'src/directory',
  '@jridgewell/trace-mapping': 'src/workflows',
  acorn: 'src/workflows',
  'isomorphic-git': 'src/git-sync',
  'fast-check': 'src/rehearsal',
  ajv: 'src/tokens',
  'ajv/dist/2020.js': 'src/tokens',
  yaml: 'src/config',
}

interface Source {
  readonly file: string
  readonly folder: string
  readonly lines: number
  readonly imports: readonly string[]
}

const sources: Source[] = []
for await (const path of glob('src/**/*.ts', { cwd: root })) {
  if (/\.test\.ts$|\.d\.ts$|\/fixtures\//.test(path)) continue
  const text = readFileSync(join(root, path), 'utf8')
  const imports = [
    ...text.matchAll(/(?:^(?:import|export)\s(?:[^'"]*?\sfrom\s)?|\bimport\()'([^']+)'/gm),
  ].map((match) => match[1] ?? '')
  sources.push({ file: path, folder: folderOf(path), lines: text.split('\n').length, imports })
}

function folderOf(path: string): string {
  const folder = dirname(path)
  const known = Object.keys(arrows).filter(
    (candidate) => folder === candidate || folder.startsWith(`${candidate}/`),
  )
  return known.reduce((longest, candidate) => (candidate.length > longest.length ? candidate : longest), '')
}

function target({ file }: Source, specifier: string): string | undefined {
  return specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)) : undefined
}

describe('imports between folders', () => {
  test('follow the arrows of ARCHITECTURE.md', () => {
    const wrong = sources.flatMap((source) =>
      source.imports.flatMap((specifier) => {
        const file = target(source, specifier)
        const folder = file === undefined ? source.folder : folderOf(file)
        return folder === source.folder || arrows[source.folder]?.includes(folder)
          ? []
          : [`${source.file} → ${specifier}`]
      }),
    )
    assert.deepEqual(wrong, [])
  })

  test('go through the index.ts of the other folder', () => {
    const wrong = sources.flatMap((source) =>
      source.imports.flatMap((specifier) => {
        const file = target(source, specifier)
        if (file === undefined || folderOf(file) === source.folder || source.folder === 'src') return []
        const inRuntime = source.folder.startsWith('src/runtime/') && sharedByRuntime.has(file)
        // The folders of the issuer are walls inside one package.
        const inIssuer = source.file.startsWith('src/issuer/') && file.startsWith('src/issuer/')
        return inRuntime || inIssuer || file.endsWith('/index.ts') ? [] : [`${source.file} → ${specifier}`]
      }),
    )
    assert.deepEqual(wrong, [])
  })

  test('leave each package to its owner', () => {
    const wrong = sources.flatMap((source) =>
      source.imports.flatMap((specifier) => {
        const owner = owners[specifier]
        return owner === undefined || [owner].flat().some((folder) => source.file.startsWith(`${folder}/`))
          ? []
          : [`${source.file} → ${specifier}`]
      }),
    )
    assert.deepEqual(wrong, [])
  })
})

test('the prelude has one name on both sides of the wall, which neither may import across', async () => {
  const [host, guest] = await Promise.all([
    import('../src/runtime/bundle-script.ts'),
    import('../src/runtime/guest/prelude-file-name.ts'),
  ])
  assert.equal(host.preludeFileName, guest.preludeFileName)
})

test('running a trigger knows no tokens: what a result is comes with the call', async () => {
  const generic: string[] = []
  // Advice on the author's errors names bindings of Kinde.
  for await (const path of glob('src/triggers/*.ts', { cwd: root })) {
    if (!/index\.ts$|\.test\.ts$|guest-error-hint\.ts$/.test(path)) generic.push(path)
  }
  assert.ok(generic.length >= 8)
  const words = /\b(?:access|id|m2m) ?tokens?\b|\bclaims?\b|\btokens?\b/i
  const wrong = generic.flatMap((path) => {
    const lines = readFileSync(join(root, path), 'utf8').split('\n')
    return lines.flatMap((line, index) => (words.test(line) ? [`${path}:${index + 1}: ${line}`] : []))
  })
  assert.deepEqual(wrong, [])
})

test('folders are made by src/files, because the recursive mkdir of Node may never end', () => {
  const wrong = sources.filter(({ file }) =>
    /\bmkdir(?:Sync)?\([^)]*recursive|\bmkdtemp\(join\(tmpdir/.test(readFileSync(join(root, file), 'utf8')),
  )
  assert.deepEqual(
    wrong.map(({ file }) => file).filter((file) => !file.startsWith('src/files/')),
    [],
  )
})

describe('files', () => {
  test('have at most 300 lines', () => {
    const long = sources.filter(({ lines }) => lines > 300).map(({ file, lines }) => `${file}: ${lines}`)
    assert.deepEqual(long, [])
  })

  test('open with a comment that says what they are for', () => {
    const bare = sources
      .filter(({ file }) => !file.endsWith('index.ts'))
      .filter(({ file }) => {
        return !/^(#!.*\n)?(\/\/|\/\*)/.test(readFileSync(join(root, file), 'utf8'))
      })
    assert.deepEqual(
      bare.map(({ file }) => file),
      [],
    )
  })
})
