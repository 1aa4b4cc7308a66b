// Events, read back by their id, and the types of them.
import { z } from 'zod'
import { eventTypeDocuments } from '../../webhooks/index.ts'
import { ok, okSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'

const jsonObject = z.record(z.string(), z.json())

export const eventsOperations = [
  operation({
    method: 'get',
    path: '/events/{event_id}',
    operationId: 'GetEvent',
    summary:
      'One event, as webhooks get it, while `settings.events` keeps it. `timestamp` is in milliseconds since 1970.',
    scope: 'read:events',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({
      event: z.strictObject({
        type: z.string(),
        source: z.string(),
        event_id: z.string(),
        timestamp: z.int(),
        data: jsonObject,
      }),
    }),
    async handle({ path }, { store }) {
      const event = await store.events.find(path.event_id)
      if (event === undefined)
        throw new RequestError(
          'EVENT_NOT_FOUND',
          'There is no event with this id, or it is not kept any more.',
        )
      const { type, source, id, atMs, data } = event
      return ok({ event: { type, source, event_id: id, timestamp: atMs, data } })
    },
  }),
  operation({
    method: 'get',
    path: '/event_types',
    operationId: 'GetEventTypes',
    summary:
      'The types that a webhook may ask for, each with the JSON Schema of its `data`. The schema of a type that Mintage never sends says so.',
    scope: 'read:event_types',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({
      event_types: z.array(
        z.strictObject({
          id: z.string(),
          code: z.string(),
          name: z.string(),
          origin: z.string(),
          schema: jsonObject,
        }),
      ),
    }),
    handle: () => Promise.resolve(ok({ event_types: [...eventTypeDocuments] })),
  }),
]
