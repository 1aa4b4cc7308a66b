// What Mintage relies on of the engine beyond its documented surface: each member that overrides/ replaces or calls, with its number of
// parameters, and the HTML that is read. A new version of oidc-provider that changes one of them fails here, by name.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { Provider } from 'oidc-provider'
import formPost from 'oidc-provider/lib/response_modes/form_post.js'
import { confirm, input } from 'oidc-provider/lib/helpers/user_code_form.js'
import instance from 'oidc-provider/lib/helpers/weak_cache.js'
import { openSigningKeys, openTokenSigner } from '../../keys/index.ts'
import { openStore } from '../../store/index.ts'
import { clientConfiguration } from '../clients/client-configuration.ts'
import { engineKeys } from './engine-keys.ts'
import { formAction, hiddenField, scriptOf, withErrorDescription } from './engine-html.ts'
import { isEngineContext } from './current-context.ts'
import { overrideEngine } from './override-engine.ts'

/** Number of parameters of the engine's own. */
const overridden = {
  'AccessToken.find': 0,
  'AccessToken.prototype.generateTokenId': 0,
  'AccessToken.prototype.getValueAndPayload': 0,
  'Client.find': 1,
  'Client.prototype.compareClientSecret': 1,
  'Client.prototype.grantTypeAllowed': 1,
  'Client.prototype.postLogoutRedirectUriAllowed': 1,
  'Client.prototype.redirectUriAllowed': 1,
  'ClientCredentials.find': 1,
  'ClientCredentials.prototype.generateTokenId': 0,
  'ClientCredentials.prototype.getValueAndPayload': 0,
  'IdToken.prototype.issue': 0,
  'IdToken.validate': 2,
  'Interaction.prototype.destroy': 0,
  'OIDCContext.prototype.clientJwtAuthExpectedAudience': 0,
  'OIDCContext.prototype.urlFor': 2,
  'RefreshToken.prototype.generateTokenId': 0,
  'ReplayDetection.unique': 3,
  'Session.prototype.destroy': 0,
}

const issuer = 'http://127.0.0.1'

function engine(): Provider {
  return new Provider(issuer, { ...clientConfiguration, jwks: engineKeys, cookies: { keys: ['never-used'] } })
}

type Members = ReadonlyMap<string, Function>

/** Every function of every class that hangs on the provider, inherited ones included. */
function membersOf(provider: Provider): Members {
  const classes = Object.entries(Object.getOwnPropertyDescriptors(Provider.prototype))
    .filter(([, { get }]) => get !== undefined)
    .map(([name]): [string, unknown] => [name, Reflect.get(provider, name)])
  return new Map(
    classes.flatMap(([name, made]) =>
      typeof made === 'function' && made.prototype !== undefined
        ? [...functionsOf(made, name), ...functionsOf(made.prototype, `${name}.prototype`)]
        : [],
    ),
  )
}

function functionsOf(holder: object, path: string): [string, Function][] {
  const names = new Set<string>()
  for (let at: unknown = holder; isHolder(at); at = Object.getPrototypeOf(at))
    for (const name of Object.getOwnPropertyNames(at)) if (isMethod(at, name)) names.add(name)
  return [...names].flatMap((name): [string, Function][] => {
    const member: unknown = Reflect.get(holder, name)
    return typeof member === 'function' ? [[`${path}.${name}`, member]] : []
  })
}

function isHolder(value: unknown): value is object {
  const isBuiltIn = value === Function.prototype || value === Object.prototype
  return (typeof value === 'object' || typeof value === 'function') && value !== null && !isBuiltIn
}

function isMethod(holder: object, name: string): boolean {
  return name !== 'constructor' && typeof Object.getOwnPropertyDescriptor(holder, name)?.value === 'function'
}

async function overrideWithRealParts(t: TestContext, provider: Provider): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mintage-contract-'))
  const store = await openStore({
    location: { kind: 'sqlite', file: join(folder, 'mintage.db') },
    masterKey: Buffer.alloc(32, 7),
  })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })
  const { nowMs, directory } = store
  const keys = await openSigningKeys({
    store: store.signingKeys,
    nowMs,
    onUnreadable: () => {},
    onClockBehind: () => {},
  })
  overrideEngine(provider, {
    signer: openTokenSigner(keys, { issuer, issuers: [issuer] }, nowMs),
    nowMs,
    directory,
    commit: store.commit,
    application: async () => assert.fail('not asked for'),
    findApplication: async () => undefined,
    onSessionEnded: async () => {},
  })
}

describe('the members of the engine that overrides/ replaces', () => {
  test('have the names and numbers of parameters that they were written for', () => {
    const members = membersOf(engine())
    const found = Object.fromEntries(
      Object.keys(overridden).map((path) => [path, members.get(path)?.length ?? 'missing']),
    )
    assert.deepEqual(found, overridden)
  })

  test('are exactly those that this page names', async (t) => {
    const provider = engine()
    const before = membersOf(provider)
    await overrideWithRealParts(t, provider)
    const after = membersOf(provider)
    const changed = [...after.keys()].filter((path) => after.get(path) !== before.get(path))
    assert.deepEqual(changed.toSorted(), Object.keys(overridden).toSorted())
  })
})

describe('what else is reached of the engine', () => {
  test('keeps its handlers of grant types, which internals.ts wraps', () => {
    const { grantTypeHandlers, grantTypeParams } = instance(engine())
    const wrapped = ['authorization_code', 'client_credentials', 'refresh_token'].concat(
      'urn:ietf:params:oauth:grant-type:device_code',
    )
    for (const name of wrapped) {
      assert.equal(grantTypeHandlers.get(name)?.length, 1, name)
      assert.ok(grantTypeParams.get(name) instanceof Set, name)
    }
  })

  test('notifies a client of the end of a session by a method', () => {
    const { backchannelLogout } = Object.fromEntries(
      functionsOf(engine().Client.prototype, '').map(([path, member]) => [path.slice(1), member]),
    )
    assert.equal(backchannelLogout?.length, 2)
  })

  test('keeps how the user signed in with the session, where the assurance is read', () => {
    const kept: unknown = Reflect.get(engine().Session, 'IN_PAYLOAD')
    assert.ok(Array.isArray(kept))
    for (const member of ['accountId', 'acr', 'amr', 'loginTs', 'uid'])
      assert.ok(kept.includes(member), member)
  })
})

describe('the HTML of the engine', () => {
  test('has its action and token where our forms take them: signing out', async () => {
    const file = createRequire(import.meta.url).resolve('oidc-provider')
    const source = await readFile(join(file, '..', 'actions', 'end_session.js'), 'utf8')
    const [form = ''] = /<form id="op\.logoutForm".*<\/form>/.exec(source) ?? []
    assert.equal(formAction(form), '${action}')
    assert.equal(hiddenField(form, 'xsrf'), '${secret}')
  })

  test('has its action and token where our forms take them: entering and confirming a code', () => {
    for (const form of [input('/device', 'secret', 'ABCD'), confirm('/device', 'secret', 'ABCD')]) {
      assert.equal(formAction(form), '/device')
      assert.equal(hiddenField(form, 'xsrf'), 'secret')
    }
  })

  test('has the parts that are read of a form that submits itself', async (t) => {
    const html = await selfSubmittingForm(t, 'https://app.example/cb?a=1&b=2', {
      code: 'the-code',
      error_description: `it's "over"`,
    })
    assert.equal(formAction(html), 'https://app.example/cb?a=1&b=2')
    assert.equal(hiddenField(html, 'code'), 'the-code')
    assert.match(scriptOf(html), /document\.forms\[0\]\.submit\(\)/)
    const rewritten = withErrorDescription(html, (text) => text.toUpperCase())
    assert.equal(hiddenField(rewritten, 'error_description'), 'IT&#39;S &#39;OVER&#39;')
  })
})

/** As the engine answers with one, over HTTP. */
async function selfSubmittingForm(
  t: TestContext,
  action: string,
  inputs: Readonly<Record<string, string>>,
): Promise<string> {
  const provider = engine()
  provider.use(async (ctx) => {
    assert.ok(isEngineContext(ctx))
    formPost(ctx, action, inputs)
  })
  const handle = provider.callback()
  const server = createServer((req, res) => void handle(req, res)).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const answer = await fetch(`http://127.0.0.1:${String(address.port)}/`, {
    headers: { connection: 'close' },
  })
  return answer.text()
}
