// What a connection has to know of its provider, by strategy (C§18): checked when it is saved, sealed by the store, and never shown again.
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import type { ConnectionKind, ConnectionRecord } from '../store/index.ts'
import { domainOf } from './organization-settings.ts'

const text = z.string().max(2_000).exactOptional()
/** Certificates, keys and metadata. */
const document = z.string().max(200_000).exactOptional()
const flag = z.boolean().exactOptional()
const domains = z
  .array(
    z
      .string()
      .max(300)
      .refine((domain) => domainOf(domain) !== undefined, 'this is not a domain'),
  )
  .max(500)
  .exactOptional()

const every = { is_use_custom_domain: flag, is_trusted: flag }

const enterprise = {
  ...every,
  home_realm_domains: domains,
  is_auto_join_organization_enabled: flag,
  is_create_missing_user: flag,
  is_force_show_sso_button: flag,
  upstream_params: z.record(z.string().max(200), z.json()).exactOptional(),
}

const password = z.strictObject({})

const social = z.strictObject({ ...every, client_id: text, client_secret: text })

const entra = z.strictObject({
  ...enterprise,
  client_id: text,
  client_secret: text,
  entra_id_domain: text,
  is_use_common_endpoint: flag,
  is_sync_user_profile_on_login: flag,
  is_retrieve_provider_user_groups: flag,
  is_extended_attributes_required: flag,
})

const saml = z.strictObject({
  ...enterprise,
  saml_entity_id: text,
  saml_idp_metadata_url: text,
  saml_idp_metadata_xml: document,
  saml_sign_in_url: text,
  sign_request_algorithm: z.enum(['RSA-SHA256', 'RSA-SHA1']).exactOptional(),
  protocol_binding: z.enum(['HTTP-REDIRECT', 'HTTP-POST']).exactOptional(),
  name_id_format: z.enum(['Persistent', 'Transient', 'Email address', 'Unspecified']).exactOptional(),
  saml_email_key_attr: text,
  saml_user_id_key_attr: text,
  saml_first_name_key_attr: text,
  saml_last_name_key_attr: text,
  saml_signing_certificate: document,
  saml_signing_private_key: document,
})

export function connectionOptionsSchema(strategy: ConnectionRecord['strategy']): z.ZodType<JsonObject> {
  if (strategy.endsWith(':azure_ad')) return entra
  return { password, oauth2: social, saml, wsfed: entra }[connectionKindOf(strategy)]
}

export function connectionKindOf(strategy: ConnectionRecord['strategy']): ConnectionKind {
  if (strategy.startsWith('oauth2:')) return 'oauth2'
  if (strategy.startsWith('saml:')) return 'saml'
  return strategy.startsWith('wsfed:') ? 'wsfed' : 'password'
}

/** In the clear, because lists are searched by them. */
export function homeRealmDomainsOf({ home_realm_domains: given }: JsonObject): readonly string[] {
  const list = Array.isArray(given) ? given : []
  return list.flatMap((domain) => (typeof domain === 'string' ? (domainOf(domain) ?? []) : []))
}
