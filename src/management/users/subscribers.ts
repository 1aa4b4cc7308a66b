// Subscribers: people who asked for news and have no account. Mintage sends them nothing.
import { z } from 'zod'
import { createSubscriber } from '../../directory/index.ts'
import { ok, okSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { listedPage, nextToken, nextTokenOf, pageQuery, pageRequest } from '../pagination.ts'
import { RequestError } from '../request-error.ts'

const name = z.string().trim().min(1).max(200)

export const subscribersOperations = [
  operation({
    method: 'get',
    path: '/subscribers',
    operationId: 'GetSubscribers',
    summary: 'Subscribers, page by page, sorted by name unless `sort` says otherwise.',
    scope: 'read:subscribers',
    organizationBound: 'refused',
    query: z.object({
      ...pageQuery,
      sort: z.enum(['name_asc', 'name_desc', 'email_asc', 'email_desc']).optional(),
    }),
    body: noBody,
    answer: okSchema({
      subscribers: z.array(
        z.strictObject({
          id: z.string(),
          email: z.string(),
          full_name: z.string(),
          first_name: z.string(),
          last_name: z.string(),
        }),
      ),
      ...nextToken,
    }),
    async handle({ query }, { store }) {
      const sort = query.sort ?? 'name_asc'
      const order = {
        by: sort.startsWith('name') ? 'name' : 'email',
        isDescending: sort.endsWith('desc'),
      } as const
      const page = await listedPage(() => store.subscribers.list(order, pageRequest(query)))
      const subscribers = page.items.map(({ id, email, firstName, lastName }) => ({
        id,
        email,
        full_name: `${firstName} ${lastName}`,
        first_name: firstName,
        last_name: lastName,
      }))
      return ok({ subscribers, ...nextTokenOf(page) })
    },
  }),
  operation({
    method: 'post',
    path: '/subscribers',
    operationId: 'CreateSubscriber',
    summary: 'Creates a subscriber from parameters of the query.',
    scope: 'create:subscribers',
    organizationBound: 'refused',
    query: z.object({ first_name: name, last_name: name, email: z.email().max(254) }),
    body: noBody,
    status: 201,
    answer: z.strictObject({ subscriber: z.strictObject({ subscriber_id: z.string() }) }),
    async handle({ query: { first_name: firstName, last_name: lastName, email } }, deps) {
      const id = await createSubscriber({ firstName, lastName, email }, deps)
      return { subscriber: { subscriber_id: id } }
    },
  }),
  operation({
    method: 'get',
    path: '/subscribers/{subscriber_id}',
    operationId: 'GetSubscriber',
    summary: 'One subscriber, as a list of one.',
    scope: 'read:subscribers',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: okSchema({
      subscribers: z.array(
        z.strictObject({
          id: z.string(),
          preferred_email: z.string(),
          first_name: z.string(),
          last_name: z.string(),
        }),
      ),
    }),
    async handle({ path }, { store }) {
      const found = await store.subscribers.find(path.subscriber_id)
      if (found === undefined)
        throw new RequestError('SUBSCRIBER_NOT_FOUND', 'There is no subscriber with this id.')
      const { id, email, firstName, lastName } = found
      return ok({
        subscribers: [{ id, preferred_email: email, first_name: firstName, last_name: lastName }],
      })
    },
  }),
]
