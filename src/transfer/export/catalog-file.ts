// data/catalog.json: the catalog by its records, with ids. Values that mintage.yaml refers to by name stand under the same names here, and the
// issuer is `${issuer}`, because the next server may have another address.
import {
  catalogDocuments,
  type ApplicationRecord,
  type Catalog,
  type DirectoryStore,
} from '../../store/index.ts'
import { webhookAddress } from './catalog-entries.ts'
import type { Given } from './given-file.ts'
import { Reference, withPlaceholder, type NamedValues } from './references.ts'

/** Without what a server makes for itself. */
export const catalogParts = [
  'permissions',
  'apis',
  'roles',
  'featureFlags',
  'propertyCategories',
  'properties',
  'applications',
  'connections',
  'environmentVariables',
  'environmentSettings',
  'billingPlans',
  'webhooks',
] as const satisfies readonly (keyof typeof catalogDocuments)[]

/** In an order of its own, so that the same content gives the same files. */
export function sortedCatalog(catalog: Catalog): Catalog {
  const byId = (a: object, b: object) => (idOf(a) < idOf(b) ? -1 : 1)
  const lists = catalogParts.map((part) => [part, catalog[part].toSorted(byId)] as const)
  return { ...catalog, ...Object.fromEntries(lists) }
}

function idOf(record: object): string {
  return 'clientId' in record ? String(record.clientId) : 'id' in record ? String(record.id) : ''
}

interface CatalogDeps {
  readonly issuer: string
  readonly values: NamedValues
  readonly given: Given
  readonly directory: Pick<DirectoryStore, 'connectionOptions'>
}

export async function catalogText(catalog: Catalog, deps: CatalogDeps): Promise<string> {
  const { issuer, values, given, directory } = deps
  const lists: Record<string, readonly object[]> = {}
  for (const part of catalogParts) {
    const { schema } = catalogDocuments[part]
    // The members in the order of the schema, whatever the order that they were written in.
    lists[part] = catalog[part].map((record) => schema.parse(record))
  }
  const connections = []
  for (const connection of catalog.connections) {
    const options = await directory.connectionOptions(connection.id)
    const reference = options && {
      options: values.reference({
        what: `the options of the connection ${connection.name}`,
        name: `MINTAGE_CONNECTION_${connection.name}`,
        // Every quote as an escape, so that any way of quoting the line will do.
        value: JSON.stringify(options).replaceAll("'", String.raw`\u0027`),
      }).text,
    }
    connections.push({ ...catalogDocuments.connections.schema.parse(connection), ...reference })
  }
  const whole = {
    ...lists,
    apis: catalog.apis.map((api) => ({
      ...catalogDocuments.apis.schema.parse(api),
      audience: textOf(withPlaceholder(api.audience, issuer)),
    })),
    applications: catalog.applications.map((application) => applicationDocument(application, deps)),
    environmentVariables: catalog.environmentVariables.map((variable) => ({
      ...variable,
      value: variable.isSecret
        ? namedBy(
            values,
            variable.value,
            `MINTAGE_VARIABLE_${variable.key}`,
            `the environment variable ${variable.key}`,
          )
        : variable.value,
    })),
    webhooks: catalog.webhooks.map((webhook) => ({
      ...catalogDocuments.webhooks.schema.parse(webhook),
      endpoint: textOf(webhookAddress(webhook, given, { issuer, values })),
    })),
    connections,
  }
  return `${JSON.stringify(whole, null, 2)}\n`
}

function applicationDocument(application: ApplicationRecord, { issuer, values }: CatalogDeps): object {
  const document = catalogDocuments.applications.schema.parse(application)
  const { clientId, clientSecret, previousClientSecret: previous } = application
  const uri = (text: string | null) => (text === null ? null : textOf(withPlaceholder(text, issuer)))
  const uris = (texts: readonly string[]) => texts.map((text) => textOf(withPlaceholder(text, issuer)))
  const secret = (value: string, kind: string, what: string) =>
    namedBy(values, value, `MINTAGE_${kind}_${clientId}`, `${what} of ${application.name}`)
  return {
    ...document,
    clientSecret: clientSecret === null ? null : secret(clientSecret, 'CLIENT_SECRET', 'the client secret'),
    ...(typeof previous === 'string' && {
      previousClientSecret: secret(previous, 'PREVIOUS_CLIENT_SECRET', 'the previous client secret'),
    }),
    redirectUris: uris(application.redirectUris),
    logoutUris: uris(application.logoutUris),
    corsOrigins: uris(application.corsOrigins),
    backchannelLogoutUri: uri(application.backchannelLogoutUri),
    homepageUri: uri(application.homepageUri),
    loginUri: uri(application.loginUri),
  }
}

/** The name that mintage.yaml has for the same thing, where it has one. */
function namedBy(values: NamedValues, value: string, name: string, what: string): string {
  const known = values.all().find((one) => one.what === what && one.value === value)
  return known === undefined ? values.reference({ what, name, value }).text : `\${env:${known.name}}`
}

function textOf(text: string | Reference): string {
  return text instanceof Reference ? text.text : text
}
