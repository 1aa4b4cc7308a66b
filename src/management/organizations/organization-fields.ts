// Fields of an organization that a caller may set. Bounded, and free of control characters: they go into tokens, pages and mails.
import { z } from 'zod'
import { domainOf, organizationNameProblem, type GivenSettings } from '../../directory/index.ts'
import { RequestError } from '../request-error.ts'

const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => !/\p{Cc}/u.test(value), 'no control characters are allowed')

export const nameField = z
  .string()
  .refine((name) => organizationNameProblem(name) === undefined, 'is not a valid name')
export const externalIdField = text(200)
export const handleField = text(100)

/** From whom mails are; null for the server's own. */
export const senderFields = {
  sender_name: text(100).nullable().optional(),
  sender_email: z.email({ error: 'expected an email address' }).max(254).nullable().optional(),
}

/** A field that is not given stays. */
export function senderSettings(body: {
  readonly sender_name?: string | null | undefined
  readonly sender_email?: string | null | undefined
}): GivenSettings {
  const { sender_name: name, sender_email: email } = body
  return {
    ...(name !== undefined && { senderName: name?.trim() || undefined }),
    ...(email !== undefined && { senderEmail: email ?? undefined }),
  }
}

/** An organization is its own billing customer: what a customer has beside it is the address, and the plan. */
export const billingFields = {
  is_create_billing_customer: z.boolean().optional(),
  billing_email: z.email({ error: 'expected an email address' }).max(254).optional(),
  billing_plan_code: text(200).optional(),
}

/** Rejects with RequestError. */
export function billingSettings(body: {
  readonly is_create_billing_customer?: boolean | undefined
  readonly billing_email?: string | undefined
  readonly billing_plan_code?: string | undefined
}): GivenSettings {
  const { is_create_billing_customer: isCustomer = false, billing_email: email } = body
  const given = (['billing_email', 'billing_plan_code'] as const).filter((name) => body[name] !== undefined)
  if (!isCustomer && given.length > 0)
    throw new RequestError(
      'INVALID_REQUEST',
      given.map((name) => `body.${name}: it needs is_create_billing_customer, which is true.`),
    )
  if (isCustomer && email === undefined)
    throw new RequestError(
      'INVALID_REQUEST',
      'body.billing_email: it is required when is_create_billing_customer is true.',
    )
  return email === undefined ? {} : { billingEmail: email }
}

/** As `acme.com`, `@acme.com` or `https://acme.com`; kept as the first of these. */
export const allowedDomainsField = z
  .array(z.unknown())
  .max(100)
  .pipe(
    z.array(
      z
        .string()
        .max(300)
        .transform((given, context) => {
          const domain = domainOf(given)
          if (domain !== undefined) return domain
          context.addIssue({ code: 'custom', message: 'expected a domain, such as acme.com' })
          return z.NEVER
        }),
    ),
  )

/** Two spellings of one switch: Kinde's older one, `is_allow_registrations`, and the one that replaces it. */
export function autoMembership(body: {
  readonly is_allow_registrations?: boolean | undefined
  readonly is_auto_membership_enabled?: boolean | undefined
}): boolean | undefined {
  const { is_allow_registrations: older, is_auto_membership_enabled: current = older } = body
  if (older !== undefined && older !== current)
    throw new RequestError(
      'INVALID_REQUEST',
      'is_allow_registrations is the former name of is_auto_membership_enabled: send one of them, or the same value',
    )
  return current
}
