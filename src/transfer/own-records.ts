// What an export of Mintage has of a record beyond Kinde's fields, as JSON: written by export/, read by own-*.ts. The records are the store's.
import { z } from 'zod'
import { brandingFileKinds } from '../branding/index.ts'
import { apiKeyTypes, billingPeriods, customerKinds, identityTypes } from '../store/index.ts'

const text = z.string()
const texts = z.array(z.string())
const ms = z.int()

export const ownUserSchema = z.object({
  updatedAtMs: ms,
  preferredEmail: text.nullable(),
  totalSignIns: z.int(),
  failedSignIns: z.int(),
  lastSignedInAtMs: ms.nullable(),
  identities: z.array(
    z.object({
      id: text,
      type: z.enum(identityTypes),
      value: text,
      isVerified: z.boolean(),
      createdAtMs: ms,
      connectionId: text.nullable(),
      isPrimary: z.boolean(),
      totalSignIns: z.int(),
      lastSignedInAtMs: ms.nullable(),
    }),
  ),
  password: z
    .object({
      /** As it is stored; Kinde's fields have another form of the same. */
      hash: text,
      isTemporary: z.boolean(),
      isResetRequested: z.literal(true).exactOptional(),
      updatedAtMs: ms,
    })
    .nullable(),
  memberships: z.array(
    z.object({
      organizationCode: text,
      joinedAtMs: ms,
      lastSignedInAtMs: ms.nullable(),
      apiScopes: z.array(z.object({ apiId: text, scopeId: text })),
    }),
  ),
})
export type OwnUser = z.output<typeof ownUserSchema>

export const ownOrganizationSchema = z.object({
  isDefault: z.boolean(),
  settings: z.looseObject({ connectionIds: texts.exactOptional() }),
})
export type OwnOrganization = z.output<typeof ownOrganizationSchema>

export const invitationSchema = z.object({
  id: text,
  /** Absent in an export without secrets: the link that was mailed opens nothing any more. */
  code: text.optional(),
  organizationCode: text,
  email: text,
  firstName: text.nullable(),
  lastName: text.nullable(),
  roleIds: texts,
  isSent: z.boolean(),
  createdAtMs: ms,
  expiresAtMs: ms,
  revokedAtMs: ms.nullable(),
  acceptedAtMs: ms.nullable(),
  acceptedBy: text.nullable(),
})
export type InvitationLine = z.output<typeof invitationSchema>

export const subscriberSchema = z.object({
  id: text,
  email: text,
  firstName: text,
  lastName: text,
  createdAtMs: ms,
})

export const apiKeySchema = z.object({
  id: text,
  hash: text.regex(/^[0-9a-f]{64}$/),
  name: text,
  type: z.enum(apiKeyTypes),
  apiId: text,
  scopeIds: texts,
  userId: text.nullable(),
  organizationCode: text.nullable(),
  prefix: text,
  suffix: text,
  createdAtMs: ms,
  isRevoked: z.boolean(),
})
export type ApiKeyLine = z.output<typeof apiKeySchema>

export const brandingSchema = z.object({
  owner: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('environment') }),
    z.object({ kind: z.literal('application'), clientId: text }),
    z.object({ kind: z.literal('organization'), code: text }),
  ]),
  branding: z.record(text, z.json()),
  files: z.array(
    z.object({
      kind: z.enum(brandingFileKinds),
      /** From the folder of the export. */
      file: text.regex(/^branding\/[0-9a-f]{64}\.[a-z]+$/),
    }),
  ),
})
export type BrandingLine = z.output<typeof brandingSchema>

const amount = z.int().nullable()

export const agreementSchema = z.object({
  id: text,
  customer: z.object({ kind: z.enum(customerKinds), id: text }),
  planCode: text,
  planName: text,
  period: z.enum(billingPeriods),
  entitlements: z.array(
    z.object({
      id: text,
      code: text,
      name: text,
      priceName: text,
      fixedCharge: amount,
      unitAmount: amount,
      min: amount,
      max: amount,
    }),
  ),
  startedAtMs: ms,
  endedAtMs: ms.nullable(),
  /** Sums, in thousandths of a unit. */
  usage: z.array(z.object({ featureCode: text, periodStartMs: ms, total: z.int() })),
})
export type AgreementLine = z.output<typeof agreementSchema>
