// The whole of mintage.yaml. Types, checks, the reference page and the JSON schema for editors come from here.
import { z } from 'zod'
import { apis, featureFlags, permissions, properties, propertyCategories, roles } from './access.ts'
import { applications } from './applications.ts'
import { billing } from './billing.ts'
import { connections, environmentVariables, organizations, users } from './people.ts'
import { settings } from './settings.ts'
import { webhooks } from './webhooks.ts'

export const mintageFileSchema = z.strictObject({
  settings: settings.prefault({}).describe('How this environment behaves.'),
  applications: applications.default({}).describe('OAuth clients, by a key of your choice.'),
  apis: apis.default({}).describe('APIs that tokens are for, by a key of your choice.'),
  permissions: permissions.default({}).describe('Permissions, by their key in tokens.'),
  roles: roles.default({}).describe('Roles, by their key in tokens.'),
  featureFlags: featureFlags.default({}).describe('Feature flags, by their key in tokens.'),
  properties: properties.default({}).describe('Properties, by their key in tokens.'),
  propertyCategories: propertyCategories
    .default({})
    .describe('Categories of properties, by a key of your choice.'),
  organizations: organizations.default({}).describe('Organizations, by a key of your choice.'),
  users: users.default([]).describe('Users, each found by one of the identifiers that it lists.'),
  connections: connections.default({}).describe('Ways of signing in, by strategy.'),
  environmentVariables: environmentVariables
    .default({})
    .describe('Variables that workflows read by kinde.env, by name.'),
  webhooks: webhooks
    .default({})
    .describe(
      'Addresses that get events, by a key of your choice; 50 at most, with those of the management API. A new one gets the events that happen from then on.',
    ),
  billing: billing.prefault({}).describe('What customers can agree to, and what it gives them.'),
  prune: z
    .boolean()
    .default(false)
    .describe(
      'Remove applications, APIs, permissions, roles, flags, properties, variables and plans that the file does not hold, webhooks that it made and does not hold any more, and memberships that it made of users whom it does not list any more. Organizations and users are never removed; to rename a user, keep the `id` or another identifier.',
    ),
})

export type MintageFile = z.output<typeof mintageFileSchema>
export type MintageSettings = MintageFile['settings']
