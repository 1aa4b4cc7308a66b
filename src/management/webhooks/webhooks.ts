// Webhooks: addresses that get the events of the types that they ask for (src/webhooks).
import { z } from 'zod'
import { mostWebhooks, type Catalog, type WebhookRecord } from '../../store/index.ts'
import {
  createWebhook,
  deleteWebhook,
  endpointProblem,
  eventTypeProblem,
  updateWebhook,
} from '../../webhooks/index.ts'
import { doneSchema, isoTime, ok, okSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'

const webhookSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  endpoint: z.string(),
  description: z.string(),
  event_types: z.array(z.string()),
  created_on: z.string(),
})

const name = z.string().trim().min(1, 'it must not be empty').max(200)
const description = z.string().max(2_000).nullable()
const eventTypes = z.array(z.string().max(100)).min(1, 'it must name an event type').max(100)

export const webhooksOperations = [
  operation({
    method: 'get',
    path: '/webhooks',
    operationId: 'GetWebHooks',
    summary: 'All webhooks.',
    scope: 'read:webhooks',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({ webhooks: z.array(webhookSchema) }),
    async handle(_input, { store }) {
      const { webhooks } = await store.directory.catalog()
      return ok({ webhooks: webhooks.map(shown) })
    },
  }),
  operation({
    method: 'post',
    path: '/webhooks',
    operationId: 'CreateWebHook',
    summary: `Creates a webhook, at most ${mostWebhooks}. It gets the events that happen from now on.`,
    scope: 'create:webhooks',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      endpoint: z.string(),
      event_types: eventTypes,
      name,
      description: description.optional(),
    }),
    answer: okSchema({ webhook: z.strictObject({ id: z.string(), endpoint: z.string() }) }),
    async handle({ body }, deps) {
      const { endpoint, event_types: types, name: given, description: about = null } = body
      const problem = endpointProblem(endpoint, deps.egress)
      if (problem !== undefined) throw new RequestError('INVALID_REQUEST', `endpoint: ${problem}`)
      const catalog = await deps.store.directory.catalog()
      if (catalog.webhooks.length >= mostWebhooks)
        throw new RequestError('TOO_MANY_WEBHOOKS', `There are ${mostWebhooks} webhooks. Delete one first.`)
      const fields = { endpoint, name: given, description: about, eventTypes: knownTypes(types) }
      return ok({ webhook: { id: await createWebhook(fields, catalog, deps), endpoint } })
    },
  }),
  operation({
    method: 'patch',
    path: '/webhooks/{webhook_id}',
    operationId: 'UpdateWebHook',
    summary: 'Updates the given fields of a webhook. Its address never changes.',
    scope: 'update:webhooks',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      event_types: eventTypes.optional(),
      name: name.optional(),
      description: description.optional(),
    }),
    answer: okSchema({ webhook: z.strictObject({ id: z.string() }) }),
    async handle({ path, body }, deps) {
      const catalog = await deps.store.directory.catalog()
      const before = webhookIn(catalog, path.webhook_id)
      const fields = {
        ...(body.name !== undefined && { name: body.name }),
        ...(body.description !== undefined && { description: body.description }),
        ...(body.event_types !== undefined && { eventTypes: knownTypes(body.event_types) }),
      }
      await updateWebhook(before, fields, catalog, deps)
      return ok({ webhook: { id: before.id } })
    },
  }),
  operation({
    method: 'delete',
    path: '/webhooks/{webhook_id}',
    operationId: 'DeleteWebHook',
    summary: 'Deletes a webhook, with what it has yet to get.',
    scope: 'delete:webhooks',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      await deleteWebhook(webhookIn(await deps.store.directory.catalog(), path.webhook_id), deps)
      return ok({})
    },
  }),
]

/** Each once. */
function knownTypes(given: readonly string[]): readonly string[] {
  const problems = given.flatMap((code) => eventTypeProblem(code) ?? [])
  if (problems.length > 0)
    throw new RequestError(
      'INVALID_REQUEST',
      problems.map((problem) => `event_types: ${problem}`),
    )
  return [...new Set(given)]
}

export function webhookIn({ webhooks }: Catalog, id: string): WebhookRecord {
  const webhook = webhooks.find((candidate) => candidate.id === id)
  if (webhook === undefined) throw new RequestError('WEBHOOK_NOT_FOUND', 'There is no webhook with this id.')
  return webhook
}

function shown(webhook: WebhookRecord): z.input<typeof webhookSchema> {
  return {
    id: webhook.id,
    name: webhook.name,
    endpoint: webhook.endpoint,
    description: webhook.description ?? '',
    event_types: [...webhook.eventTypes],
    created_on: isoTime(webhook.createdAtMs),
  }
}
