// What mints the tokens that `mintage types` describes: the applications and recorded invocations of the project's database, or, where
// there is no database, the applications of mintage.yaml.
import { randomBytes } from 'node:crypto'
import { existingLocation, openExistingStore, readProjectFile } from '../app/index.ts'
import { declaredApplications } from '../directory/index.ts'
import { ConfigError, nearest } from '../errors/index.ts'
import { tokenKinds } from '../oauth/index.ts'
import type { ApplicationRecord, StoredInvocation } from '../store/index.ts'
import { invocationDocumentSchema, type IssuedClaims } from '../tokens/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { ChosenProject } from './choose-project.ts'
import { parseDataOptions, type DataPlace } from './data-options.ts'

export interface MintingEnvironment {
  readonly applications: readonly ApplicationRecord[]
  readonly issued: readonly IssuedClaims[]
  /** Where they are from, as a sentence. */
  readonly description: string
}

const mostInvocations = 1_000

/** Throws ConfigError `usage` for an unknown client, and what opening the database or reading mintage.yaml throws. */
export async function mintingEnvironment(
  given: CommandArguments,
  project: ChosenProject,
): Promise<MintingEnvironment> {
  const clientId = given.value('client')
  const place = parseDataOptions(given, project.dataDir)
  const found = hasDatabase(place) ? await ofDatabase(place, clientId) : await ofFile(project)
  return { ...found, applications: chosen(found.applications, clientId) }
}

function hasDatabase(place: DataPlace): boolean {
  try {
    existingLocation(place)
    return true
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'file_unreadable') return false
    throw error
  }
}

async function ofDatabase(place: DataPlace, clientId: string | undefined): Promise<MintingEnvironment> {
  const store = await openExistingStore(place)
  try {
    const { applications } = await store.directory.catalog()
    const filter = { limit: mostInvocations, ...(clientId !== undefined && { clientId }) }
    const invocations = await store.invocations.list(filter)
    const description = `Applications and invocations of ${store.description}.`
    return { applications, issued: invocations.flatMap(issuedClaims), description }
  } finally {
    await store.close()
  }
}

async function ofFile({ dir }: ChosenProject): Promise<MintingEnvironment> {
  const file = await readProjectFile(dir, false)
  const declared = declaredApplications({
    file,
    issuer: 'http://localhost:4000',
    random: randomBytes,
    now: Date.now,
  })
  return {
    applications: declared.map(({ application }) => application),
    issued: [],
    description:
      'Applications of mintage.yaml, because there is no database; nothing was compared with recorded invocations.',
  }
}

function issuedClaims({ id, document }: StoredInvocation): IssuedClaims[] {
  const recorded = invocationDocumentSchema.parse(document)
  return tokenKinds.flatMap((token) => {
    const claims = recorded[token]?.after
    return claims ? [{ invocationId: id, token, claims }] : []
  })
}

function chosen(
  applications: readonly ApplicationRecord[],
  clientId: string | undefined,
): readonly ApplicationRecord[] {
  if (applications.length === 0)
    throw usage({ name: 'types' }, 'There are no applications, so no tokens.', 'Declare one in mintage.yaml.')
  if (clientId === undefined) return applications
  const found = applications.filter((one) => one.clientId === clientId)
  if (found.length > 0) return found
  const meant = nearest(
    clientId,
    applications.map((one) => one.clientId),
  )
  const hint = meant === undefined ? 'mintage applications lists the client ids.' : `Did you mean ${meant}?`
  throw usage(
    { name: 'types' },
    `There is no application with the client id ${JSON.stringify(clientId)}.`,
    hint,
  )
}
