// Popular packages of npm in a workflow: what each is tried with, and what comes of it. The workflow of a package is
// fixtures/NAMEWorkflow.ts; docs/reference/libraries.md is made of this table (`npm run docs`).

export interface WorkingLibrary {
  readonly name: string
  /** Default: the name. */
  readonly fixture?: string
  /** What the workflow does with it. */
  readonly use: string
  readonly note?: string
  /** The claim that the workflow sets; for what differs in each run, a test of its own holds it. */
  readonly out?: unknown
}

export interface RefusedLibrary {
  readonly name: string
  readonly fixture?: string
  readonly why: string
  readonly instead: string
  /** When it fails: while the workflow is built, or in the run. */
  readonly fails: 'build' | 'run'
  readonly error: RegExp
}

const echo = { method: 'POST', body: '{"plan":"pro"}' }

export const workingLibraries: readonly WorkingLibrary[] = [
  {
    name: 'lodash',
    use: '`groupBy`, `kebabCase`; `lodash/get` by its path',
    note: '`_.template` makes code from strings and throws',
    out: [{ odd: [1, 3], even: [2] }, 'foo-bar', 1],
  },
  { name: 'ramda', use: '`pipe`, `map`, `sum`', out: 6 },
  { name: 'immer', use: '`produce`', out: { roles: ['a', 'b'] } },
  {
    name: 'zod',
    use: '`object`, `coerce`, `parse`, `safeParse`',
    out: [{ email: 'ada@example.com', seats: 5 }, false],
  },
  { name: 'valibot', use: '`parse`, `safeParse`', out: [{ email: 'ada@example.com' }, false] },
  { name: 'yup', use: '`validate`, `isValid`', out: [{ seats: 5 }, false] },
  { name: 'joi', use: '`validate`', out: [{ seats: 5 }, '"seats" is required'] },
  { name: 'date-fns', use: '`addDays`, `format` with a locale', out: '1. März 2024' },
  { name: 'dayjs', use: 'the plugins `utc` and `timezone`', out: ['2024-06-03', '08:00'] },
  { name: 'luxon', use: 'time zones and locales', out: ['14:00', '1 juin 2024'] },
  { name: 'decimal.js', use: 'sums', out: '0.3' },
  { name: 'uuid', use: '`v4`, `v5`, `v7`', out: [true, true, 'cfbff0d1-9375-5685-968c-48ce8b15ae17'] },
  { name: 'nanoid', use: '`nanoid`, `customAlphabet`', out: [21, 5] },
  {
    name: 'qs',
    use: '`parse`, `stringify`',
    out: ['a%5Bb%5D%5B0%5D=1&a%5Bb%5D%5B1%5D=2', { a: { b: '1' } }],
  },
  { name: 'js-yaml', use: '`load`, `dump`', out: [{ a: [1, 2] }, 'a: 1\n'] },
  { name: 'mustache', use: '`render`', out: 'Hello Ada' },
  { name: 'object-inspect', use: 'an object with a Map', out: "{ a: [ 1, Map (1) {1 => 'x'} ] }" },
  { name: 'p-retry', use: 'three tries', out: 3 },
  {
    name: 'jose',
    use: 'verifies an RS256 token of another issuer by its JWKS, signs an ES256 token',
    note: 'the key set is fetched in each run, and counts as an outgoing call',
  },
  {
    name: 'axios',
    use: 'JSON by POST, `timeout`, an error with its status',
    out: [echo, 'timeout of 200ms exceeded', 404],
  },
  { name: 'ky', use: 'JSON by POST, `timeout`, an error with its status', out: [echo, true, 404] },
  { name: 'graphql-request', use: 'a query with variables', out: { user: { name: 'Ada' } } },
  { name: 'stripe', use: 'creates a customer, lists subscriptions', out: ['cus_1', 'active'] },
  {
    name: '@supabase/supabase-js',
    fixture: 'supabase',
    use: 'a query of the REST API',
    note: 'no realtime: it needs WebSocket',
    out: [{ id: 1, plan: 'pro' }, null],
  },
  { name: '@upstash/redis', fixture: 'upstash-redis', use: '`get`', out: 'pro' },
  { name: 'openai', use: 'a chat completion', note: 'no streaming answers', out: 'Hello' },
  { name: '@octokit/core', fixture: 'octokit-core', use: 'a request', out: 'ada' },
]

export const refusedLibraries: readonly RefusedLibrary[] = [
  {
    name: 'jsonwebtoken',
    why: 'needs `crypto` and `stream` of Node',
    instead: '`jose`',
    fails: 'build',
    error: /^The package "[\w-]+" imports "\w+" of Node, which the sandbox does not have/,
  },
  {
    name: 'node-fetch',
    why: 'needs `http` and `fs` of Node',
    instead: 'the global `fetch`, or `ky`',
    fails: 'build',
    error: /^The package "[\w-]+" imports "node:\w+" of Node, which the sandbox does not have/,
  },
  {
    name: 'ajv',
    why: 'makes code from strings for each schema',
    instead: '`zod`, `valibot`, or the code that ajv writes with `ajv/dist/standalone` before the build',
    fails: 'run',
    error: /^TypeError: Code generation from strings is not available in a workflow/,
  },
  {
    name: 'handlebars',
    why: 'makes code from strings for each template',
    instead: '`mustache`, or templates that were precompiled before the build',
    fails: 'run',
    error: /^TypeError: Code generation from strings is not available in a workflow/,
  },
]
