// `apis`, `roles`, `permissions`, `featureFlags`, `properties`: what may be asked for, and what users have.
import { z } from 'zod'
import { accessTokenTypes, flagTypes, propertyContexts, systemPermissionKeys } from '../../store/index.ts'
import { isPersonScope } from '../../oauth/index.ts'
import { description, key, name, productKey } from './fields.ts'

/** A request names several audiences with spaces between them. One that could be a client_id would let an ID token pass for an access token. */
const audience = z
  .string()
  .min(1, 'expected an audience')
  .max(500)
  .regex(/^\S*$/, 'expected an audience without spaces')
  .refine((text) => !/^[0-9a-f]{32}$/.test(text), 'expected an audience that does not look like a client_id')

const apiScope = productKey.refine(
  (scope) => !isPersonScope(scope),
  'this scope is about a person; a machine that asks for it is not understood to mean the API',
)

export const apis = z.record(
  key,
  z.strictObject({
    name: name.optional().describe('The key when left out.'),
    audience: audience.describe('The value of `aud` in its tokens.'),
    accessTokenType: z
      .enum(accessTokenTypes)
      .optional()
      .describe(
        'The header `typ` of its access tokens: `JWT` when left out, as Kinde has it and Spring Security needs it; `at+jwt` by RFC 9068. One token cannot be for APIs of both.',
      ),
    scopes: z.record(apiScope, description).optional().describe('Scopes, each with what it allows.'),
  }),
)

export const permissions = z.record(
  productKey,
  z.strictObject({
    name: name.optional().describe('The key when left out.'),
    description: description.optional().describe('What it allows.'),
  }),
)

export const roles = z.record(
  productKey,
  z.strictObject({
    name: name.optional().describe('The key when left out.'),
    description: description.optional().describe('Who has it.'),
    permissions: z.array(productKey).optional().describe('Keys of the permissions that it brings.'),
    isDefault: z.boolean().optional().describe('Given to each user who joins an organization.'),
    apis: z
      .array(
        z.strictObject({
          audience: audience.describe('The audience of an API of this file.'),
          scopes: z.array(productKey).describe('Its scopes that the role gives.'),
        }),
      )
      .optional()
      .describe('Scopes of APIs that it gives. When left out, those that the management API set stay.'),
    systemPermissions: z
      .array(z.enum(systemPermissionKeys))
      .optional()
      .describe(
        'What its members may do on the pages of an account. When left out, what the management API set stays.',
      ),
    assignmentPermission: productKey
      .nullable()
      .optional()
      .describe(
        'Key of the permission that a member needs to give this role to another member; null for none. When left out, what the management API set stays.',
      ),
  }),
)

const flagValue = z.json()

export const featureFlags = z.record(
  productKey,
  z
    .strictObject({
      name: name.optional().describe('The key when left out.'),
      description: description.optional().describe('What it switches.'),
      type: z.enum(flagTypes).describe('Of its values: `bool`, `str`, `int` (32 bits) or `json`.'),
      default: flagValue.describe('The value where nothing else is set.'),
      value: flagValue.optional().describe('The value of this environment.'),
      allowOverride: z
        .enum(['env', 'org', 'usr'])
        .optional()
        .describe(
          'The lowest level with values of its own: environment, organization or user (`usr` when left out).',
        ),
    })
    .superRefine((flag, context) => {
      for (const field of ['default', 'value'] as const) {
        const value = flag[field]
        if (value !== undefined && !valueChecks[flag.type](value)) {
          context.addIssue({ code: 'custom', path: [field], message: `expected ${valueWords[flag.type]}` })
        }
      }
    }),
)

type FlagTypeName = (typeof flagTypes)[number]

export const valueChecks = {
  bool: (value) => typeof value === 'boolean',
  str: (value) => typeof value === 'string',
  int: (value) => z.int32().safeParse(value).success,
  json: () => true,
} as const satisfies Record<FlagTypeName, (value: unknown) => boolean>

export const valueWords = {
  bool: 'true or false, as the flag is of type bool',
  str: 'a string, because the flag has the type str',
  int: 'an integer of 32 bits, as the flag is of type int',
  json: 'a JSON value',
} as const satisfies Record<FlagTypeName, string>

export const propertyCategories = z.record(
  key,
  z.strictObject({
    name: name.optional().describe('The key when left out.'),
    context: z.enum(propertyContexts).describe('The context of its properties.'),
  }),
)

export const properties = z.record(
  productKey,
  z.strictObject({
    name: name.optional().describe('The key when left out.'),
    description: description.optional().describe('What it holds.'),
    context: z
      .enum(propertyContexts)
      .describe('Whose it is: a user’s, an organization’s or an application’s.'),
    type: z.enum(['single_line_text', 'multi_line_text']).optional().describe('How it is edited.'),
    isPrivate: z.boolean().optional().describe('Private properties never go into a token.'),
    category: key
      .optional()
      .describe(
        'Key of the category that it is listed in. When left out, the category that the management API set stays.',
      ),
  }),
)
