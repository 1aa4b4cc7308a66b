// Logos of the environment and of organizations, as Kinde's API has them: light and dark, by multipart.
import { z } from 'zod'
import { imageExtension, type BrandingFileKind, type BrandingOwner } from '../../branding/index.ts'
import {
  brandingFile,
  brandingFilePath,
  brandingOf,
  deleteBrandingFile,
  putBrandingFile,
} from '../../directory/index.ts'
import type { BrandingRecord } from '../../store/index.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { foundOrganization } from '../found.ts'
import { fileField, mostMultipartBytes } from '../multipart.ts'
import { noBody, noContent, noQuery, operation, type HandlerDeps } from '../operation.ts'
import { ofPath } from '../organization-bound.ts'
import { RequestError } from '../request-error.ts'

const kinds = { light: 'logo', dark: 'logo_dark' } as const satisfies Record<string, BrandingFileKind>

const environment: BrandingOwner = { kind: 'environment' }
const logoBody = z.strictObject({ logo: fileField })
const logoDetails = { type: z.string(), file_name: z.string() }

export const environmentLogosOperations = [
  operation({
    method: 'get',
    path: '/environment/logos',
    operationId: 'ReadLogo',
    summary: 'The logos of the environment.',
    scope: 'read:environments',
    organizationBound: 'same-for-all',
    query: noQuery,
    body: noBody,
    answer: okSchema({ logos: z.array(z.strictObject(logoDetails)) }),
    async handle(_, deps) {
      const logos = logosOf(await brandingOf(environment, deps))
      return ok({ logos: logos.map(({ type, file_name }) => ({ type, file_name })) })
    },
  }),
  operation({
    method: 'put',
    path: '/environment/logos/{type}',
    operationId: 'AddLogo',
    summary: `Sets the logo of the environment for light or dark pages. ${accepted()}`,
    scope: 'update:environments',
    organizationBound: 'refused',
    isMultipart: true,
    mostBodyBytes: mostMultipartBytes,
    query: noQuery,
    body: logoBody,
    answer: doneSchema,
    async handle({ path, body }, deps) {
      await putLogo(environment, path.type, body.logo, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/environment/logos/{type}',
    operationId: 'DeleteLogo',
    summary: 'Deletes a logo of the environment; 204 when it has none.',
    scope: 'update:environments',
    organizationBound: 'refused',
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      return (await deleteBrandingFile(environment, kindOf(path.type), deps)) ? ok({}) : noContent
    },
  }),
]

export const organizationLogosOperations = [
  operation({
    method: 'get',
    path: '/organizations/{org_code}/logos',
    operationId: 'ReadOrganizationLogo',
    summary: 'The logos of an organization itself; without one its pages show the environment’s.',
    scope: 'read:organizations',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: okSchema({ logos: z.array(z.strictObject({ ...logoDetails, path: z.string() })) }),
    async handle({ path }, deps) {
      return ok({ logos: logosOf(await brandingOf(await organizationOwner(path.org_code, deps), deps)) })
    },
  }),
  operation({
    method: 'post',
    path: '/organizations/{org_code}/logos/{type}',
    operationId: 'AddOrganizationLogo',
    summary: `Sets the logo of an organization for light or dark pages. ${accepted()}`,
    scope: 'update:organizations',
    organizationBound: ofPath,
    isMultipart: true,
    mostBodyBytes: mostMultipartBytes,
    query: noQuery,
    body: logoBody,
    answer: doneSchema,
    async handle({ path, body }, deps) {
      await putLogo(await organizationOwner(path.org_code, deps), path.type, body.logo, deps)
      return ok({})
    },
  }),
  operation({
    method: 'delete',
    path: '/organizations/{org_code}/logos/{type}',
    operationId: 'DeleteOrganizationLogo',
    summary: 'Deletes a logo of an organization; 204 when it has none.',
    scope: 'update:organizations',
    organizationBound: ofPath,
    query: noQuery,
    body: noBody,
    answer: doneSchema,
    async handle({ path }, deps) {
      const owner = await organizationOwner(path.org_code, deps)
      return (await deleteBrandingFile(owner, kindOf(path.type), deps)) ? ok({}) : noContent
    },
  }),
]

function accepted(): string {
  return 'PNG, JPEG, GIF, SVG, AVIF or WEBP, smaller than 1 MB, as the multipart field `logo`; what it is, its bytes say.'
}

async function organizationOwner(orgCode: string, deps: HandlerDeps): Promise<BrandingOwner> {
  const { code } = await foundOrganization(deps, orgCode)
  return { kind: 'organization', code }
}

function kindOf(type: string): BrandingFileKind {
  if (type === 'light' || type === 'dark') return kinds[type]
  throw new RequestError('INVALID_REQUEST', 'type: expected light or dark.')
}

async function putLogo(
  owner: BrandingOwner,
  type: string,
  bytes: Uint8Array,
  deps: HandlerDeps,
): Promise<void> {
  const judged = brandingFile(kindOf(type), bytes)
  if ('problem' in judged) throw new RequestError('INVALID_REQUEST', `body.logo: ${judged.problem}`)
  await putBrandingFile(owner, judged.file, deps)
}

function logosOf(record: BrandingRecord) {
  return Object.entries(kinds).flatMap(([type, kind]) => {
    const file = record.files.find((one) => one.kind === kind)
    if (file === undefined) return []
    return [
      {
        type,
        file_name: `${kind}.${imageExtension(file.contentType)}`,
        path: brandingFilePath(record, kind) ?? '',
      },
    ]
  })
}
