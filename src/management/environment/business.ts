// The business behind the environment, the lists that its fields are chosen from, and the environment's policy for second factors.
import { z } from 'zod'
import { brandingFields } from '../../branding/index.ts'
import { brandingOf, environmentSettingsOf, updateEnvironment } from '../../directory/index.ts'
import { factorKinds, mfaPolicies } from '../../store/index.ts'
import { givenFields } from '../access/access-fields.ts'
import { doneSchema, ok, okSchema } from '../envelope.ts'
import { noBody, noQuery, operation } from '../operation.ts'
import { RequestError } from '../request-error.ts'
import { industries } from './industries.ts'

/** IANA's names: every program knows them. */
const timezones = Intl.supportedValuesOf('timeZone').map((key) => ({ key, name: key.replaceAll('_', ' ') }))

const text = z.string().trim().min(1).max(200)
const { businessName, privacyUrl, termsUrl } = brandingFields

const keyedName = z.strictObject({ key: z.string(), name: z.string() })

export const businessOperations = [
  operation({
    method: 'get',
    path: '/business',
    operationId: 'getBusiness',
    summary:
      'The business behind the environment. Its name, its links and `has_kinde_branding` (“Secured by”) are the branding of the environment.',
    scope: 'read:businesses',
    organizationBound: 'same-for-all',
    query: noQuery,
    body: noBody,
    answer: okSchema({
      business: z.strictObject({
        code: z.string(),
        name: z.string(),
        phone: z.string().nullable(),
        email: z.string().nullable(),
        industry: z.string().nullable(),
        timezone: z.string().nullable(),
        privacy_url: z.string().nullable(),
        terms_url: z.string().nullable(),
        has_clickwrap: z.boolean(),
        has_kinde_branding: z.boolean(),
      }),
    }),
    async handle(_input, deps) {
      const settings = environmentSettingsOf(await deps.store.directory.catalog())
      const { branding } = await brandingOf({ kind: 'environment' }, deps)
      const business = {
        code: 'default',
        name: branding.businessName ?? 'Default',
        phone: settings.phone,
        email: settings.email,
        industry: settings.industryKey,
        timezone: settings.timezoneKey,
        privacy_url: branding.privacyUrl ?? null,
        terms_url: branding.termsUrl ?? null,
        has_clickwrap: false,
        has_kinde_branding: branding.isSecuredByShown ?? true,
      }
      return ok({ business })
    },
  }),
  operation({
    method: 'patch',
    path: '/business',
    operationId: 'updateBusiness',
    summary:
      'Updates the given fields of the business; null takes a value away. Name, links and `is_show_kinde_branding` change what pages and mails show.',
    scope: 'update:businesses',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      business_name: businessName.nullable().optional(),
      email: z.email().max(254).nullable().optional(),
      phone: text.nullable().optional(),
      industry_key: text.nullable().optional(),
      timezone_key: text.nullable().optional(),
      privacy_url: privacyUrl.nullable().optional(),
      terms_url: termsUrl.nullable().optional(),
      is_show_kinde_branding: z.boolean().nullable().optional(),
    }),
    // The pages ask for no consent, and a perk is Kinde's own.
    notSupported: ['is_click_wrap', 'kinde_perk_code'],
    answer: doneSchema,
    async handle({ body }, deps) {
      const { email, phone, industry_key: industryKey, timezone_key: timezoneKey } = body
      refuseUnknown(industryKey, industries, 'industry_key', 'GET /industries')
      refuseUnknown(timezoneKey, timezones, 'timezone_key', 'GET /timezones')
      const branding = {
        businessName: body.business_name,
        privacyUrl: body.privacy_url,
        termsUrl: body.terms_url,
        isSecuredByShown: body.is_show_kinde_branding,
      }
      const fields = givenFields({ email, phone, industryKey, timezoneKey })
      const catalog = await deps.store.directory.catalog()
      await updateEnvironment(fields, givenFields(branding), catalog, deps)
      return ok({})
    },
  }),
  operation({
    method: 'get',
    path: '/industries',
    operationId: 'getIndustries',
    summary: 'The industries that a business can name.',
    scope: 'read:industries',
    organizationBound: 'same-for-all',
    query: noQuery,
    body: noBody,
    answer: okSchema({ industries: z.array(keyedName) }),
    handle: () => Promise.resolve(ok({ industries })),
  }),
  operation({
    method: 'get',
    path: '/timezones',
    operationId: 'getTimezones',
    summary: 'The time zones that a business can name; their keys are IANA’s names.',
    scope: 'read:timezones',
    organizationBound: 'same-for-all',
    query: noQuery,
    body: noBody,
    answer: okSchema({ timezones: z.array(keyedName) }),
    handle: () => Promise.resolve(ok({ timezones })),
  }),
  operation({
    method: 'put',
    path: '/mfa',
    operationId: 'ReplaceMFA',
    summary:
      'The policy for second factors, `off` or `optional`. It is kept; Mintage has no second factors yet, so `required` is refused.',
    scope: 'update:mfa',
    organizationBound: 'refused',
    query: noQuery,
    body: z.strictObject({
      policy: z.enum(['required', ...mfaPolicies]),
      enabled_factors: z.array(z.enum(factorKinds)).max(factorKinds.length),
      is_recovery_codes_enabled: z.boolean().optional(),
    }),
    answer: doneSchema,
    async handle({ body }, deps) {
      const {
        policy,
        enabled_factors: given,
        is_recovery_codes_enabled: isRecoveryCodesEnabled = true,
      } = body
      if (policy === 'required')
        throw new RequestError(
          'NOT_SUPPORTED',
          'policy: Mintage has no second factors yet, so it cannot require one. Send "optional" or "off".',
        )
      const enabledFactors = factorKinds.filter((kind) => given.includes(kind))
      const mfa = { policy, enabledFactors, isRecoveryCodesEnabled }
      await updateEnvironment({ mfa }, {}, await deps.store.directory.catalog(), deps)
      return ok({})
    },
  }),
]

function refuseUnknown(
  key: string | null | undefined,
  known: readonly { readonly key: string }[],
  field: string,
  list: string,
): void {
  if (key === undefined || key === null || known.some((one) => one.key === key)) return
  throw new RequestError('INVALID_REQUEST', `${field}: there is no such key; ${list} has all of them`)
}
