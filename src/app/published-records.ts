// Ids, secrets and passwords that Mintage publishes itself, in its demo and its documentation. A reader of them could get tokens of an
// issuer that holds them, so production does not start with them and development warns (docs/decisions/0048).
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { refuseMintageFile, type MintageFile, type ValueProblem } from '../config/index.ts'
import { identifierOf, passwordHasher } from '../directory/index.ts'
import { ConfigError } from '../errors/index.ts'
import type { Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { projectFileName } from './project-file.ts'
import type { ServerSettings } from './server-settings.ts'

/** Part of every secret that Mintage publishes; a test holds the demo and the documentation to it. */
const publishedMark = 'StandsInTheOpen'

/** Of the demo's applications. */
const demoClientId = /^d33000000000000000000000000000\d\d$/

/** The users of examples/demo/mintage.yaml, whose passwords stand in it. */
const demoUsers = [
  { id: 'kp_ada', email: 'ada@example.com', password: 'sunflower-engine-42' },
  { id: 'kp_charles', email: 'charles@example.com', password: 'difference-engine-42' },
] as const

/** Rejects with MintageFileError when the file declares what is published. */
export async function refusePublishedInFile(file: MintageFile, projectDir: string): Promise<void> {
  const problems = publishedInFile(file)
  if (problems.length > 0)
    await refuseMintageFile(join(projectDir, projectFileName), problems, 'published_credentials')
}

function publishedInFile({ applications, users, environmentVariables }: MintageFile): ValueProblem[] {
  const problem = (path: readonly (string | number)[], what: string): ValueProblem => ({
    path,
    message: `${path.join('.')}: ${what} is published with Mintage, so everybody knows it.`,
    hint: 'Write one of your own, such as ${env:NAME}, or leave it out.',
  })
  return [
    ...Object.entries(applications).flatMap(([key, { clientId, clientSecret }]) => [
      ...(clientId !== undefined && demoClientId.test(clientId)
        ? [problem(['applications', key, 'clientId'], `the id ${clientId}`)]
        : []),
      ...(isPublishedSecret(clientSecret?.reveal())
        ? [problem(['applications', key, 'clientSecret'], 'this secret')]
        : []),
    ]),
    ...users.flatMap(({ password }, index) =>
      demoUsers.some((user) => user.password === password?.reveal())
        ? [problem(['users', index, 'password'], 'this password')]
        : [],
    ),
    ...Object.entries(environmentVariables).flatMap(([key, { value }]) =>
      isPublishedSecret(value.reveal())
        ? [problem(['environmentVariables', key, 'value'], 'this secret')]
        : [],
    ),
  ]
}

/** What the database holds of them, each with its id, as `application Demo machine (d330…)`. */
export async function publishedInStore({ directory }: Pick<Store, 'directory'>): Promise<readonly string[]> {
  const { applications, environmentVariables } = await directory.catalog()
  return [
    ...applications
      .filter(
        ({ clientId, clientSecret }) =>
          demoClientId.test(clientId) || isPublishedSecret(clientSecret ?? undefined),
      )
      .map(({ clientId, name }) => `application ${clientId} (${name})`),
    ...environmentVariables
      .filter(({ value }) => isPublishedSecret(value))
      .map(({ key }) => `environment variable ${key}`),
    ...(await usersWithPublishedPassword(directory)).map((id) => `user ${id}`),
  ]
}

const remedy =
  'Use a data folder or a database of its own (--data-dir, --database-url), or make these records yours: give them ids, secrets and passwords of your own in mintage.yaml, and remove what you do not need, by prune: true or the management API.'

/** Asked after the file was applied, which may have replaced them. Throws ConfigError `published_credentials` in production. */
export async function checkPublished(
  store: Pick<Store, 'directory'>,
  { isProduction }: Pick<ServerSettings, 'isProduction'>,
  log: Pick<Logger, 'warn'>,
): Promise<void> {
  const records = await publishedInStore(store)
  if (records.length === 0) return
  if (isProduction) {
    throw new ConfigError(
      'published_credentials',
      `The database holds ids, secrets or passwords that Mintage publishes in its demo and its documentation: ${records.join(', ')}.`,
      { hint: remedy },
    )
  }
  log.warn('published_credentials', { records, remedy })
}

/**
 * The demo's secrets are not written into a database that is in use for something else. Throws ConfigError `setting_insecure`.
 */
export async function assertDatabaseOfDemo({ directory }: Pick<Store, 'directory'>): Promise<void> {
  const { applications } = await directory.catalog()
  const isOfDemo =
    applications.length > 0
      ? applications.every(({ clientId }) => demoClientId.test(clientId))
      : (await directory.users({ size: 1 })).items.length === 0
  if (isOfDemo) return
  throw new ConfigError(
    'setting_insecure',
    'The database holds records that are not the demo’s; the demo would add users and secrets that everybody knows.',
    {
      hint: 'Start your own project with --project DIR, or the demo with another --data-dir and without --database-url and MINTAGE_DATABASE_URL.',
    },
  )
}

function isPublishedSecret(value: string | undefined): boolean {
  return value?.includes(publishedMark) ?? false
}

/** Ids of users. Only those that resemble the demo's have their passwords tried: each try takes 40 ms. */
async function usersWithPublishedPassword(directory: Store['directory']): Promise<string[]> {
  const hasher = passwordHasher({ random: randomBytes })
  const found = new Set<string>()
  for (const { id, email, password } of demoUsers) {
    const identifier = identifierOf('email', email)
    const identity = identifier && (await directory.identity('email', identifier.normalized))
    for (const userId of new Set([id, ...(identity ? [identity.userId] : [])])) {
      const stored = await directory.password(userId)
      if (stored === undefined) continue
      const verdict = await hasher.verify(password, stored)
      if (verdict === 'match' || verdict === 'match-weak') found.add(userId)
    }
  }
  return [...found]
}
