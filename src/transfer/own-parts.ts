// What an export of Mintage has beside the catalog, organizations and users: invitations, subscribers, API keys, branding, webhooks. What exists
// under the same id stays as it is, so an import that was interrupted does this part again.
import type { z } from 'zod'
import { brandingFile, brandingOf, declaredId, identifierOf, newId } from '../directory/index.ts'
import { parseBranding } from '../branding/index.ts'
import type { Change, Store } from '../store/index.ts'
import type { OwnSource } from './entries.ts'
import { dataFiles } from './export/export-format.ts'
import type { Remark } from './import-report.ts'
import type { ImportContext } from './import-context.ts'
import { isConflict, takenMeanwhile } from './import-users.ts'
import { entriesOf } from './kinde-export.ts'
import { issuerOf, webhookWith } from './own-catalog.ts'
import {
  agreementSchema,
  apiKeySchema,
  brandingSchema,
  invitationSchema,
  subscriberSchema,
  type AgreementLine,
  type ApiKeyLine,
  type BrandingLine,
  type InvitationLine,
} from './own-records.ts'

type PartStore = Pick<Store, 'apiKeys' | 'billing' | 'branding' | 'directory' | 'invitations' | 'subscribers'>

export interface OwnPartsContext extends ImportContext {
  readonly parts: PartStore
  readonly own: OwnSource
  readonly note: (remark: Remark) => void
  /** One commit. */
  readonly write: (changes: readonly Change[], what: string) => Promise<void>
}

/** How many of each kind are new. */
export async function importOwnParts(context: OwnPartsContext): Promise<Record<string, number>> {
  return {
    invitations: await eachLine(context, dataFiles.invitations, invitationSchema, invitationChanges),
    subscribers: await eachLine(context, dataFiles.subscribers, subscriberSchema, async (subscriber) =>
      (await context.parts.subscribers.find(subscriber.id)) === undefined
        ? [{ kind: 'add-subscriber', subscriber }]
        : [],
    ),
    apiKeys: await eachLine(context, dataFiles.apiKeys, apiKeySchema, apiKeyChanges),
    agreements: await eachLine(context, dataFiles.agreements, agreementSchema, agreementChanges),
    brandings: await eachLine(context, dataFiles.brandings, brandingSchema, brandingChanges),
    webhooks: await importWebhooks(context),
  }
}

type Decide<Line> = (line: Line, at: string, context: OwnPartsContext) => Promise<readonly Change[]>

const batchSize = 200

async function eachLine<Line extends object>(
  context: OwnPartsContext,
  name: string,
  schema: z.ZodType<Line>,
  decide: Decide<Line>,
): Promise<number> {
  const file = await context.own.lines(name)
  let waiting: DecidedLine<Line>[] = []
  let count = 0
  for await (const read of entriesOf(file, (line) => schema.parse(line))) {
    if (read.kind === 'unreadable') {
      context.note({ kind: 'skipped', at: read.at, reason: read.reason })
      continue
    }
    const { entry: line, at } = read
    const changes = await decide(line, at, context)
    if (changes.length > 0) waiting.push({ line, at, changes })
    if (waiting.length < batchSize) continue
    count += await written(waiting, name, decide, context)
    waiting = []
  }
  return count + (waiting.length > 0 ? await written(waiting, name, decide, context) : 0)
}

interface DecidedLine<Line> {
  readonly line: Line
  readonly at: string
  readonly changes: readonly Change[]
}

/** In one commit, or, when it meets a record that another request made meanwhile, each line in its own. Resolves to how many were new. */
async function written<Line extends object>(
  lines: readonly DecidedLine<Line>[],
  name: string,
  decide: Decide<Line>,
  context: OwnPartsContext,
): Promise<number> {
  const { write, note } = context
  try {
    await write(
      lines.flatMap(({ changes }) => changes),
      `${String(lines.length)} of ${name}`,
    )
    return lines.length
  } catch (error) {
    if (!isConflict(error)) throw error
  }
  let count = 0
  for (const { line, at } of lines) {
    const changes = await decide(line, at, context)
    if (changes.length === 0) continue
    try {
      await write(changes, `1 of ${name}`)
      count += 1
    } catch (error) {
      if (!isConflict(error)) throw error
      note({ kind: 'skipped', at, reason: takenMeanwhile })
    }
  }
  return count
}

const invitationChanges: Decide<InvitationLine> = async (line, at, context) => {
  const { parts, organizations, catalog, ids = same, random, note } = context
  if ((await parts.invitations.find(line.id)) !== undefined) return []
  const skipped = (reason: string) => {
    note({ kind: 'skipped', at, reason })
    return []
  }
  const email = identifierOf('email', line.email)
  if (email === undefined) return skipped('its address cannot be used to sign in')
  if (organizations.codeOf(line.organizationCode) !== line.organizationCode)
    return skipped('its organization does not exist')
  if (line.acceptedBy !== null && (await parts.directory.user(line.acceptedBy)) === undefined)
    return skipped('the user who accepted it does not exist')
  const isOpen = line.acceptedAtMs === null && line.revokedAtMs === null
  if (line.code === undefined && isOpen)
    note({ kind: 'leftOut', at, reason: 'the link of an invitation: it has a new code, so send it again' })
  const roleIds = line.roleIds.map(ids).filter((id) => catalog.roles.some((role) => role.id === id))
  const code = line.code ?? newId('invitationCode', random)
  return [{ kind: 'add-invitation', invitation: { ...line, code, roleIds, normalized: email.normalized } }]
}

const apiKeyChanges: Decide<ApiKeyLine> = async ({ isRevoked, ...line }, at, context) => {
  const { parts, organizations, catalog, ids = same, nowMs, note } = context
  if ((await parts.apiKeys.find(line.id)) !== undefined) return []
  const apiId = ids(line.apiId)
  const api = catalog.apis.find(({ id }) => id === apiId)
  const { userId, organizationCode } = line
  const isOwnerThere =
    (userId === null || (await parts.directory.user(userId)) !== undefined) &&
    (organizationCode === null || organizations.codeOf(organizationCode) === organizationCode)
  if (api === undefined || !isOwnerThere) {
    const reason = `its ${api === undefined ? 'API' : 'owner'} does not exist`
    note({ kind: 'skipped', at, reason })
    return []
  }
  const scopeIds = line.scopeIds.map(ids).filter((id) => api.scopes.some((scope) => scope.id === id))
  return [
    { kind: 'add-api-key', apiKey: { ...line, apiId, scopeIds } },
    ...(isRevoked ? [{ kind: 'revoke-api-key', id: line.id, atMs: nowMs() } as const] : []),
  ]
}

const agreementChanges: Decide<AgreementLine> = async ({ usage, ...agreement }, at, context) => {
  const { parts, organizations, nowMs, note } = context
  const { id: agreementId, customer, endedAtMs } = agreement
  if ((await parts.billing.agreement(agreementId)) !== undefined) return []
  const isThere =
    customer.kind === 'user'
      ? (await parts.directory.user(customer.id)) !== undefined
      : organizations.codeOf(customer.id) === customer.id
  const isTaken = endedAtMs === null && (await parts.billing.currentAgreement(customer)) !== undefined
  if (!isThere || isTaken) {
    const reason = isThere ? 'its customer has another agreement' : 'its customer does not exist'
    note({ kind: 'skipped', at, reason })
    return []
  }
  return [
    { kind: 'add-agreement', agreement, previousPlanCode: null },
    ...usage.map(({ featureCode, periodStartMs, total }): Change => {
      const id = declaredId('usageRecord', `${agreementId} ${featureCode} ${String(periodStartMs)}`)
      const times = { usedAtMs: periodStartMs, periodStartMs, recordedAtMs: nowMs() }
      return {
        kind: 'record-usage',
        usage: { id, agreementId, featureCode, type: 'absolute', value: total, ...times },
      }
    }),
  ]
}

const brandingChanges: Decide<BrandingLine> = async ({ owner, branding, files }, at, context) => {
  const { parts, own, organizations, catalog, note } = context
  const current = await brandingOf(owner, { store: parts })
  if (current.version > 0 || current.files.length > 0) return []
  const isThere =
    owner.kind === 'environment' ||
    (owner.kind === 'application'
      ? catalog.applications.some(({ clientId }) => clientId === owner.clientId)
      : organizations.codeOf(owner.code) === owner.code)
  if (!isThere) {
    note({ kind: 'skipped', at, reason: `its ${owner.kind} does not exist` })
    return []
  }
  const changes: Change[] = []
  if (Object.keys(branding).length > 0)
    changes.push({ kind: 'put-branding', of: owner, branding: parseBranding(branding), expectedVersion: 0 })
  for (const { kind, file } of files) {
    const made = brandingFile(kind, await own.file(file))
    if ('file' in made) changes.push({ kind: 'put-branding-file', of: owner, file: made.file })
    else note({ kind: 'leftOut', at, reason: `the ${kind}: ${made.problem}` })
  }
  return changes
}

/** Last: a webhook is sent what is committed after it. */
async function importWebhooks({ own, parts, write, note }: OwnPartsContext): Promise<number> {
  const { apis, webhooks } = await parts.directory.catalog()
  const issuer = issuerOf(apis) ?? own.issuer
  const added = own.catalog.webhooks
    .filter(({ id }) => !webhooks.some((one) => one.id === id))
    .flatMap((webhook) => webhookWith(webhook, { ...own, issuer }, note) ?? [])
  if (added.length > 0)
    await write(
      added.map((webhook) => ({ kind: 'put-webhook', webhook })),
      `${String(added.length)} webhooks`,
    )
  return added.length
}

function same(id: string): string {
  return id
}
