// `billing`: the plans that customers can have. Kinde's are made in its console.
import { z } from 'zod'
import { billingPeriods, customerKinds } from '../../store/index.ts'
import { name, productKey } from './fields.ts'

const mostFeatures = 100

const cents = z.int().min(0).max(1_000_000_000)
const units = z.int().min(0).max(1_000_000_000)

const feature = z
  .strictObject({
    name: name.optional().describe('The key when left out.'),
    priceName: name.optional().describe('The name of its price; that of the feature when left out.'),
    fixedCharge: cents.optional().describe('Its price for each period, in cents.'),
    unitAmount: cents.optional().describe('Its price for each unit, in cents.'),
    min: units.optional().describe('How many units the customer has at least.'),
    max: units.optional().describe('How many units the customer has at most; without a limit when left out.'),
  })
  .superRefine(({ min, max }, context) => {
    if (min !== undefined && max !== undefined && min > max)
      context.addIssue({
        code: 'custom',
        path: ['min'],
        message: `expected at most ${max}, the value of max`,
      })
  })

const plan = z.strictObject({
  name: name.optional().describe('The key when left out.'),
  customer: z
    .enum(customerKinds)
    .optional()
    .describe('Who can have it: an organization (when left out), or a user.'),
  period: z
    .enum(billingPeriods)
    .optional()
    .describe('How long a period is, by which usage is counted: `month` when left out.'),
  features: z
    .record(productKey, feature)
    .refine(
      (features) => Object.keys(features).length <= mostFeatures,
      `expected at most ${mostFeatures} features`,
    )
    .optional()
    .describe('What the plan gives, by the key of the feature: its entitlements.'),
})

export const billing = z.strictObject({
  plans: z
    .record(productKey, plan)
    .default({})
    .describe(
      'Plans, by their code. A customer gets one by `POST /billing/agreements` of the management API, as it is at that time: a later change is for new agreements.',
    ),
})
