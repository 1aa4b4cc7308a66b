// `settings` of the project's file, with each secret replaced by a reference.
import { isJsonObject } from '../../oauth/index.ts'
import type { Given } from './given-file.ts'
import { Reference, type NamedValues } from './references.ts'

const secretSettings: readonly { readonly at: string; readonly name: string }[] = [
  { at: 'mail.smtp.password', name: 'MINTAGE_SMTP_PASSWORD' },
  { at: 'secureFetch.encryptionKey', name: 'MINTAGE_ENCRYPTION_KEY' },
  { at: 'deployments.git.token', name: 'MINTAGE_GIT_TOKEN' },
  { at: 'deployments.git.webhookSecret', name: 'MINTAGE_GIT_WEBHOOK_SECRET' },
]

interface SettingsDeps {
  readonly values: NamedValues
  readonly variable: (name: string) => string | undefined
  /** Of the environment, which the management API may have set. */
  readonly branding: object | undefined
}

export function settingsEntry(
  { settings }: Given,
  { values, variable, branding }: SettingsDeps,
): Record<string, unknown> {
  const resolved = (text: string) => {
    const names = [...text.matchAll(envReference)].map(([, name = '']) => name)
    if (names.some((name) => variable(name) === undefined)) return undefined
    return text.replaceAll(envReference, (_, name: string) => variable(name) ?? '')
  }
  const written = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item: unknown) => written(item, path))
    if (isJsonObject(value))
      return Object.fromEntries(
        Object.entries(value).map(([key, member]) => [
          key,
          written(member, path === '' ? key : `${path}.${key}`),
        ]),
      )
    if (typeof value !== 'string') return value
    const what = `settings.${path}`
    const secret = secretSettings.find(({ at }) => at === path)
    if (secret !== undefined)
      return values.reference({ what, name: secret.name, value: resolved(value), given: value })
    for (const [whole, name = ''] of value.matchAll(envReference))
      values.reference({ what, name, value: variable(name), given: whole })
    return value.includes('${') ? new Reference(value) : value
  }
  const { branding: _, ...rest } = settings
  const entry = written(rest, '')
  return { ...(isJsonObject(entry) ? entry : {}), branding }
}

const envReference = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g
