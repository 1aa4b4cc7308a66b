// Everything of a branding, which Kinde's API has in parts only: for the environment, an application (`application_id`) or an organization
// (`org_code`), and with its links, its business name, its radii and its favicons.
import { z } from 'zod'
import { brandingFields, brandingFileKinds, type BrandingOwner } from '../../branding/index.ts'
import {
  brandingFile,
  brandingOf,
  deleteBrandingFile,
  putBrandingFile,
  setBranding,
} from '../../directory/index.ts'
import { brandingUpdateOf, lookFields, lookOf, lookSchema, refuseUnreadable } from '../branding/look.ts'
import { doneSchema, ok, openSchema } from '../envelope.ts'
import { foundApplication, foundOrganization } from '../found.ts'
import type { Caller } from '../management-deps.ts'
import { fileField, mostMultipartBytes } from '../multipart.ts'
import { noBody, noContent, operation, type HandlerDeps } from '../operation.ts'
import { RequestError } from '../request-error.ts'

const ownerQuery = z.object({
  application_id: z.string().max(200).optional(),
  org_code: z.string().max(200).optional(),
})
type OwnerQuery = z.output<typeof ownerQuery>

const narrowed = { narrowed: 'its own organization alone' }

export const brandingOperations = [
  operation({
    method: 'get',
    path: '/mintage/branding',
    operationId: 'getBranding',
    summary:
      'What an owner’s branding says itself: of the application of `application_id`, the organization of `org_code`, or else the environment.',
    scope: 'read:environments',
    organizationBound: narrowed,
    query: ownerQuery,
    body: noBody,
    answer: openSchema({
      branding: z.object({
        ...lookSchema,
        business_name: z.string().nullable(),
        support_url: z.string().nullable(),
        terms_url: z.string().nullable(),
        privacy_url: z.string().nullable(),
        is_secured_by_shown: z.boolean().nullable(),
      }),
    }),
    async handle({ query }, deps, caller) {
      const record = await brandingOf(await ownerOf(query, deps, caller), deps)
      const { branding } = record
      return ok({
        branding: {
          ...lookOf(record, deps.issuerUrl),
          business_name: branding.businessName ?? null,
          support_url: branding.supportUrl ?? null,
          terms_url: branding.termsUrl ?? null,
          privacy_url: branding.privacyUrl ?? null,
          is_secured_by_shown: branding.isSecuredByShown ?? null,
        },
      })
    },
  }),
  operation({
    method: 'patch',
    path: '/mintage/branding',
    operationId: 'updateBranding',
    summary:
      'Sets the given fields; null takes one away. Colours in which text could not be read (below 4.5:1) are refused with the ratio and the nearest colour that would do.',
    scope: 'update:environments',
    organizationBound: narrowed,
    query: ownerQuery,
    body: z.strictObject({
      ...lookFields,
      button_border_radius: brandingFields.buttonBorderRadius.nullable().optional(),
      card_border_radius: brandingFields.cardBorderRadius.nullable().optional(),
      input_border_radius: brandingFields.inputBorderRadius.nullable().optional(),
      business_name: brandingFields.businessName.nullable().optional(),
      support_url: brandingFields.supportUrl.nullable().optional(),
      terms_url: brandingFields.termsUrl.nullable().optional(),
      privacy_url: brandingFields.privacyUrl.nullable().optional(),
      is_secured_by_shown: brandingFields.isSecuredByShown.nullable().optional(),
    }),
    answer: doneSchema,
    async handle({ query, body }, deps, caller) {
      const update = {
        ...brandingUpdateOf(body),
        buttonBorderRadius: body.button_border_radius,
        cardBorderRadius: body.card_border_radius,
        inputBorderRadius: body.input_border_radius,
        businessName: body.business_name,
        supportUrl: body.support_url,
        termsUrl: body.terms_url,
        privacyUrl: body.privacy_url,
        isSecuredByShown: body.is_secured_by_shown,
      }
      refuseUnreadable(await setBranding(await ownerOf(query, deps, caller), update, deps))
      return ok({})
    },
  }),
  operation({
    method: 'put',
    path: '/mintage/branding/files/{file}',
    operationId: 'putBrandingFile',
    summary:
      'Sets a file: `logo`, `logo_dark`, `favicon_svg` or `favicon_fallback` (PNG), smaller than 1 MB, as the multipart field `file`.',
    scope: 'update:environments',
    organizationBound: narrowed,
    isMultipart: true,
    mostBodyBytes: mostMultipartBytes,
    query: ownerQuery,
    body: z.strictObject({ file: fileField }),
    answer: doneSchema,
    async handle({ path, query, body }, deps, caller) {
      const owner = await ownerOf(query, deps, caller)
      const judged = brandingFile(fileKind(path.file), body.file)
      if ('problem' in judged) throw new RequestError('INVALID_REQUEST', `body.file: ${judged.problem}`)
      await putBrandingFile(owner, judged.file, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/mintage/branding/files/{file}',
    operationId: 'deleteBrandingFile',
    summary: 'Deletes a file of a branding; 204 when it has none.',
    scope: 'update:environments',
    organizationBound: narrowed,
    query: ownerQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path, query }, deps, caller) {
      const owner = await ownerOf(query, deps, caller)
      return (await deleteBrandingFile(owner, fileKind(path.file), deps)) ? ok({}) : noContent
    },
  }),
]

function fileKind(name: string) {
  const kind = brandingFileKinds.find((one) => one === name)
  if (kind === undefined)
    throw new RequestError('INVALID_REQUEST', `file: expected one of ${brandingFileKinds.join(', ')}.`)
  return kind
}

async function ownerOf(
  { application_id: applicationId, org_code: orgCode }: OwnerQuery,
  deps: HandlerDeps,
  { organizationCode }: Caller,
): Promise<BrandingOwner> {
  if (applicationId !== undefined && orgCode !== undefined)
    throw new RequestError('INVALID_REQUEST', 'application_id: give it or org_code, not both.')
  if (organizationCode !== null && orgCode !== organizationCode)
    throw new RequestError(
      'ORGANIZATION_BOUND',
      'This application belongs to one organization: it can act on the branding of that organization alone.',
    )
  if (applicationId !== undefined) {
    const { clientId } = await foundApplication(deps, applicationId)
    return { kind: 'application', clientId }
  }
  if (orgCode === undefined) return { kind: 'environment' }
  const { code } = await foundOrganization(deps, orgCode)
  return { kind: 'organization', code }
}
