// mintage.yaml from text to value, and every kind of mistake with its place.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { fileURLToPath } from 'node:url'
import { knownEventTypes } from '../store/index.ts'
import { MintageFileError, type FileProblem } from './file-problem.ts'
import { parseMintageYaml, readMintageFile } from './mintage-file.ts'

const demo = fileURLToPath(new URL('../../examples/demo/mintage.yaml', import.meta.url))

function problemsOf(text: string, variables: Readonly<Record<string, string>> = {}): readonly FileProblem[] {
  try {
    parseMintageYaml(text, 'mintage.yaml', (name) => variables[name])
  } catch (error) {
    if (error instanceof MintageFileError) return error.problems
    throw error
  }
  return []
}

function shown({ at, message, hint }: FileProblem): string {
  return `${at.line}:${at.column} ${message}${hint === undefined ? '' : ` ${hint}`}`
}

test('the demo is a correct file', async () => {
  const file = await readMintageFile(demo, () => undefined)
  assert.equal(file.users[0]?.email, 'ada@example.com')
  assert.deepEqual(Object.keys(file.applications), ['demo_web', 'demo_spa', 'demo_m2m', 'demo_device'])
})

test('an empty file is a correct one, with every setting at its default', () => {
  const { settings, applications, users } = parseMintageYaml('', 'mintage.yaml', () => undefined)
  assert.equal(settings.refreshGraceSeconds, 30)
  assert.equal(settings.tokenLifetimes.accessToken, 86_400)
  assert.ok(settings.signUp.isEmailProofRequired)
  assert.deepEqual([applications, users], [{}, []])
})

test('custom domains have the one spelling of an issuer', () => {
  const text = 'settings: { customDomains: ["https://Auth.example.com:443/", "http://login.localhost:4000"] }'
  const { settings } = parseMintageYaml(text, 'mintage.yaml', () => undefined)
  assert.deepEqual(settings.customDomains, ['https://auth.example.com', 'http://login.localhost:4000'])
})

test('secrets of the file print as [redacted]', () => {
  const file = parseMintageYaml(
    'users: [{ email: a@example.com, password: hunter22 }]\nenvironmentVariables: { KEY: { value: hunter22 } }',
    'mintage.yaml',
    () => undefined,
  )
  assert.ok(!inspect(file, { depth: 9 }).includes('hunter22'))
  assert.ok(!JSON.stringify(file).includes('hunter22'))
  assert.equal(file.users[0]?.password?.reveal(), 'hunter22')
})

describe('a mistake is shown at its place, with what is near to it:', () => {
  const mistakes: [title: string, text: string, ...problems: string[]][] = [
    ['an unknown key', 'setings: {}', '1:1 mintage.yaml has no key “setings”. Did you mean settings?'],
    [
      'an unknown key further down',
      'users:\n  - email: a@example.com\n    pasword: x',
      '3:5 users[0] has no key “pasword”. Did you mean password?',
    ],
    [
      'colours that people could not read, with the nearest that they could',
      'settings:\n  branding:\n    primaryColor: "#ffcc00"\n    buttonColor: "#0056f1"\norganizations:\n  acme:\n    branding: { buttonTextColor: "#0056f1" }',
      '3:19 settings.branding.primaryColor: The contrast on Mintage’s own background is 1.33:1, and text needs 4.5:1. The nearest colour that reaches it is #856a00.',
      '7:34 organizations.acme.branding.buttonTextColor: The contrast on the button #0056f1 is 1:1, and text needs 4.5:1. The nearest colour that reaches it is #d6e4fd.',
    ],
    [
      'a colour, a link and a radius that are invalid',
      'settings:\n  branding: { linkColor: blue, termsUrl: "http://acme.example", cardBorderRadius: 90 }',
      '2:26 settings.branding.linkColor: expected a colour such as #0b6a4d.',
      '2:42 settings.branding.termsUrl: expected https (http only for localhost).',
      '2:83 settings.branding.cardBorderRadius: expected 0 to 40 pixels.',
    ],
    [
      'numbers out of their bounds, and a fraction',
      'settings:\n  circuitBreaker: { failures: 0, openSeconds: 1.5 }\napplications:\n  a: { type: m2m, tokenBudget: { bytes: -1 } }',
      '2:31 settings.circuitBreaker.failures: expected at least 1.',
      '2:47 settings.circuitBreaker.openSeconds: expected a whole number.',
      '4:41 applications.a.tokenBudget.bytes: expected at least 1.',
    ],
    [
      'a wrong type',
      'settings:\n  refreshGraceSeconds: "30"',
      '2:24 settings.refreshGraceSeconds: expected a number, got a text. Remove the quotes.',
    ],
    [
      'a number where a text belongs',
      'environmentVariables:\n  A: { value: 5 }',
      '2:15 environmentVariables.A.value: expected a text, got a number. Put it in quotes.',
    ],
    [
      'a missing key, at what should have it',
      'featureFlags:\n  theme: { default: x }',
      '2:3 featureFlags.theme.type is missing.',
    ],
    [
      'a value out of a list',
      'properties:\n  city: { context: user }',
      '2:20 properties.city.context: expected usr or org or app. Did you mean usr?',
    ],
    [
      'half of a surrogate pair (A6)',
      'organizations:\n  a: { name: "x\\ud800y" }\n  b: { name: "\\ud83d\\ude00" }',
      '2:14 A text holds half of a surrogate pair, which is not Unicode. Write the character itself, or both of its halves.',
    ],
    [
      'an event type that a webhook cannot ask for, and one that is like no other',
      'webhooks:\n  crm: { url: https://crm.example, events: [user.crated, everything] }',
      '2:45 webhooks.crm.events[0]: unknown value. Did you mean user.created?',
      `2:58 webhooks.crm.events[1]: unknown value. Known are ${knownEventTypes.join(', ')}.`,
    ],
    ['a key that stands twice', 'users: []\nusers: []', '2:1 This key stands here twice.'],
    [
      'text that is not YAML',
      'users: [',
      '1:9 Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
    [
      'an unknown role',
      'roles: { admin: {} }\norganizations: { o: {} }\nusers:\n  - email: a@example.com\n    organizations: { o: { roles: [admni] } }',
      '5:35 users[0].organizations.o.roles[0]: there is no role “admni”. Did you mean admin? Or declare it under roles.',
    ],
    [
      'an unknown API',
      'applications:\n  a: { type: m2m, apis: [{ audience: https://x }] }',
      '2:38 applications.a.apis[0].audience: there is no API with the audience “https://x”. Correct it, or declare it under apis.',
    ],
    [
      'a scope of the management API for a role, whose members never call it',
      "roles:\n  a: { apis: [{ audience: '${issuer}/api', scopes: [read:users] }] }",
      '2:27 roles.a.apis[0].audience: there is no API with the audience “${issuer}/api”. Correct it, or declare it under apis.',
    ],
    [
      'an unknown scope',
      'apis: { r: { audience: r, scopes: { read: x } } }\napplications:\n  a: { type: m2m, apis: [{ audience: r, scopes: [raed] }] }',
      '3:50 applications.a.apis[0].scopes[0]: there is no scope “raed”. Did you mean read? Or declare it under apis.r.scopes.',
    ],
    [
      'a redirect URI that nobody should trust',
      'applications:\n  a:\n    type: spa\n    redirectUris:\n      - http://evil.example/',
      '5:9 applications.a.redirectUris[0]: the URI uses http on a host that is not local.',
    ],
    [
      'a flag with a value of another type',
      'featureFlags:\n  limit: { type: int, default: 1.5 }',
      '2:32 featureFlags.limit.default: expected an integer of 32 bits, as the flag is of type int.',
    ],
    [
      'two users with one address, whatever its case',
      'users:\n  - email: a@example.com\n  - email: A@Example.com',
      '3:12 users[1].email: users[0] has this address already. Give each its own, or make one entry of the two.',
    ],
    [
      'a property of another context',
      'properties: { city: { context: org } }\nusers:\n  - email: a@example.com\n    properties: { city: x }',
      '4:19 users[0].properties.city: this property has the context org, not usr.',
    ],
    [
      'two default organizations',
      'organizations:\n  a: { isDefault: true }\n  b: { isDefault: true }',
      '3:19 organizations.b.isDefault: organizations.a is the default organization already.',
    ],
    [
      'a public application with a secret',
      `applications:\n  a:\n    type: spa\n    clientSecret: ${'x'.repeat(40)}`,
      '4:19 applications.a.clientSecret: an application of type spa cannot keep a secret.',
    ],
    [
      'a plan whose feature has a limit below its least',
      'billing:\n  plans:\n    pro: { features: { seats: { min: 5, max: 2 } } }',
      '3:38 billing.plans.pro.features.seats.min: expected at most 2, the value of max.',
    ],
    [
      'a plan with a price that is not in cents, and one for customers that there are not',
      'billing:\n  plans:\n    pro: { features: { seats: { unitAmount: 9.5 } } }\n    max: { customer: team }',
      '3:45 billing.plans.pro.features.seats.unitAmount: expected a whole number.',
      '4:22 billing.plans.max.customer: expected organization or user.',
    ],
    [
      'custom domains that no issuer can have',
      'settings:\n  customDomains:\n    - https://auth.example.com/path\n    - auth.example.com\n    - https://*.example.com\n    - ftp://auth.example.com',
      ...[3, 4, 5, 6].map(
        (line) =>
          `${String(line)}:7 settings.customDomains[${String(line - 3)}]: expected the address of one host, such as https://auth.example.com, without a path.`,
      ),
    ],
    [
      'a host that is two custom domains',
      'settings: { customDomains: ["https://auth.example.com", "https://b.example.com", "http://AUTH.example.com/"] }',
      '1:82 settings.customDomains[2]: the host auth.example.com is listed twice.',
    ],
    [
      'a reference of no known kind',
      'apis: { a: { audience: "${isuer}/x" } }',
      '1:24 ${isuer} is not a reference. Did you mean ${issuer}?',
    ],
  ]
  for (const [title, text, ...problems] of mistakes) {
    test(title, () => assert.deepEqual(problemsOf(text).map(shown), problems))
  }
})

test('all mistakes are reported at once, in the order of the file', () => {
  const text = 'users:\n  - email: nobody\n  - {}\nroles:\n  admin: { permissions: [none] }\nfoo: 1'
  assert.deepEqual(
    problemsOf(text).map(({ at }) => at.line),
    [2, 3, 5, 6],
  )
})

describe('${env:NAME}', () => {
  const text = 'users:\n  - email: a@example.com\n    password: ${env:ADA_PASSWORD}'

  test('is the variable of the process', () => {
    const file = parseMintageYaml(text, 'mintage.yaml', (name) => `${name} of the process`)
    assert.equal(file.users[0]?.password?.reveal(), 'ADA_PASSWORD of the process')
  })

  test('names the variable that is missing', () => {
    assert.deepEqual(problemsOf(text).map(shown), [
      '3:15 The environment variable ADA_PASSWORD is not set. Set ADA_PASSWORD.',
    ])
  })

  test('that is missing is the only problem reported at its place', () => {
    const secret = 'applications:\n  web: { type: reg, clientSecret: "${env:WEB_SECRET}" }'
    assert.deepEqual(problemsOf(secret).map(shown), [
      '2:35 The environment variable WEB_SECRET is not set. Set WEB_SECRET.',
    ])
  })
})

describe('a problem', () => {
  test('brings its line along', () => {
    assert.equal(problemsOf('users: 5')[0]?.sourceLine, 'users: 5')
  })

  test('neither shows nor repeats a secret', () => {
    const [problem, ...others] = problemsOf('applications:\n  a: { type: reg, clientSecret: hunter2 }')
    assert.deepEqual(others, [])
    assert.ok(!JSON.stringify(problem).includes('hunter2'))
    assert.equal(problem?.sourceLine, undefined)
  })

  for (const line of [
    'users: [{ email: a@example.com, passwort: hunter2 }]',
    'settings: { secureFetch: { encryptionKey: hunter2 } }',
    'applications: { a: { type: reg, client_secret: hunter2 } }',
    'webhooks: { crm: { uri: https://hooks.example.com/hunter2, events: [user.created] } }',
  ]) {
    test(`does not show the secret of a mistyped or faulty key: ${line}`, () => {
      const problems = problemsOf(line)
      assert.notEqual(problems.length, 0)
      assert.ok(!JSON.stringify(problems).includes('hunter2'), JSON.stringify(problems))
    })
  }
})

test('aliases that stand for gigabytes are refused', () => {
  const levels = Array.from({ length: 12 }, (_, level) =>
    level === 0 ? 'a0: &a0 [x]' : `a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`,
  )
  assert.throws(() => parseMintageYaml(levels.join('\n'), 'mintage.yaml'), /aliases/)
})
