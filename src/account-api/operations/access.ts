// What the user may do in the organization of the token.
import { z } from 'zod'
import { effectivePermissions, effectiveRoles } from '../../directory/index.ts'
import { accountOperation } from '../account-operation.ts'
import { metadataSchema, pageOf, pageQuery } from '../page-of-account.ts'

const namedKey = z.strictObject({ id: z.string(), name: z.string(), key: z.string() })

export const accessOperations = [
  accountOperation({
    path: '/permissions',
    operationId: 'GetUserPermissions',
    summary:
      'The permissions of the user in the organization of the token: those of roles, and those granted directly.',
    query: z.object(pageQuery),
    answer: z.strictObject({
      data: z.strictObject({ org_code: z.string().nullable(), permissions: z.array(namedKey) }),
      metadata: metadataSchema,
    }),
    handle({ query }, { catalog, subject, organization }) {
      const { items, metadata } = pageOf(effectivePermissions(catalog, subject.membership), query)
      const permissions = items.map(({ id, name, key }) => ({ id, name, key }))
      return { data: { org_code: organization?.code ?? null, permissions }, metadata }
    },
  }),
  accountOperation({
    path: '/permission/{key}',
    operationId: 'GetUserPermission',
    summary: 'Whether the user has this permission. A key that no permission has is not granted.',
    query: z.object({}),
    answer: z.strictObject({
      permissionKey: z.string(),
      orgCode: z.string().nullable(),
      isGranted: z.boolean(),
    }),
    handle({ path }, { catalog, subject, organization }) {
      const permissions = effectivePermissions(catalog, subject.membership)
      return {
        permissionKey: path.key,
        orgCode: organization?.code ?? null,
        isGranted: permissions.some(({ key }) => key === path.key),
      }
    },
  }),
  accountOperation({
    path: '/roles',
    operationId: 'GetUserRoles',
    summary: 'The roles of the user in the organization of the token.',
    query: z.object(pageQuery),
    answer: z.strictObject({
      data: z.strictObject({ org_code: z.string().nullable(), roles: z.array(namedKey) }),
      metadata: metadataSchema,
    }),
    handle({ query }, { catalog, subject, organization }) {
      const { items, metadata } = pageOf(effectiveRoles(catalog, subject.membership), query)
      const roles = items.map(({ id, name, key }) => ({ id, name, key }))
      return { data: { org_code: organization?.code ?? null, roles }, metadata }
    },
  }),
]
