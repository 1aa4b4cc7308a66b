// Webhooks of the file. Those of the management API are left alone, with `prune: true` as well: they belong to the programs that made them.
import { ConfigError } from '../../errors/index.ts'
import { mostWebhooks, type WebhookRecord } from '../../store/index.ts'
import { declaredId } from '../ids.ts'
import { withIssuer, type PlanContext } from './plan-context.ts'
import { recordStep, removeStep, type PlanStep } from './plan-step.ts'

/** A webhook whose address changes keeps its place among the events. Throws ConfigError when there would be too many. */
export function webhookSteps(context: PlanContext): PlanStep[] {
  const { file, catalog, now } = context
  const wanted = Object.entries(file.webhooks).map(([key, given]) => {
    const id = declaredId('webhook', key)
    const current = catalog.webhooks.find((one) => one.id === id)
    const webhook: WebhookRecord = {
      id,
      name: given.name ?? key,
      endpoint: withIssuer(given.url, context),
      description: given.description ?? null,
      eventTypes: [...new Set(given.events)],
      declaredAs: key,
      createdAtMs: current?.createdAtMs ?? now(),
    }
    return { key, current, webhook }
  })
  const others = catalog.webhooks.filter(({ id }) => !wanted.some(({ webhook }) => webhook.id === id))
  const removed = file.prune ? others.filter(({ declaredAs }) => declaredAs !== undefined) : []
  const count = wanted.length + others.length - removed.length
  if (count > mostWebhooks)
    throw new ConfigError(
      'mintage_file_invalid',
      `There would be ${count} webhooks, and ${mostWebhooks} are possible.`,
      { hint: 'Delete some: `mintage webhooks` lists those that there are.' },
    )
  return [
    ...removed.map(({ id, declaredAs }) =>
      removeStep('webhook', declaredAs ?? id, { kind: 'delete-webhook', webhookId: id }),
    ),
    ...wanted.flatMap(({ key, current, webhook }) =>
      recordStep({ what: 'webhook', name: key }, current, webhook, { kind: 'put-webhook', webhook }),
    ),
  ]
}
