// `webhooks`: addresses that get events. The server judges an address once its own is known (app/usable-file.ts).
import { z } from 'zod'
import { knownEventTypes } from '../../store/index.ts'
import { calledUri, description, key, name } from './fields.ts'

export const webhooks = z.record(
  key,
  z.strictObject({
    url: calledUri.describe(
      'Gets the events: https, or http where `settings.egress.allow` lists the origin, and on this machine while developing. A path or query that is a secret belongs in a variable: `${env:NAME}`.',
    ),
    events: z
      .array(z.enum(knownEventTypes))
      .min(1, 'expected an event type')
      .describe('Types of the events that it gets.'),
    name: name.optional().describe('The key when left out.'),
    description: description.optional().describe('What it is for; empty when left out.'),
  }),
)
