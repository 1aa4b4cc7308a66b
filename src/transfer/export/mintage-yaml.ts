// mintage.yaml of what the database holds: applied to it, it changes nothing. Settings come from the project's file, and users are in users.ndjson.
// An entry that the file cannot say is left out of it and named; data/catalog.json has it all the same.
import type { BrandingOwner } from '../../branding/index.ts'
import { mintageValueProblems, yamlText } from '../../config/index.ts'
import { clientIdOf, declaredId } from '../../directory/index.ts'
import { isJsonObject } from '../../oauth/index.ts'
import { defaultTokenLifetimes, type Catalog, type TokenLifetimes } from '../../store/index.ts'
import { applicationEntry, type EntryContext } from './application-entry.ts'
import {
  apiEntries,
  categoryEntries,
  connectionEntries,
  flagEntries,
  permissionEntries,
  planEntries,
  propertyEntries,
  roleEntries,
  variableEntries,
  webhookEntries,
} from './catalog-entries.ts'
import { FileKeys } from './file-keys.ts'
import type { Given } from './given-file.ts'
import { organizationEntry, type OrganizationInFull } from './organization-entry.ts'
import { LooksLikeReference, plainValue, type NamedValues, type Reference } from './references.ts'
import { settingsEntry } from './settings-entry.ts'

export interface YamlSource {
  readonly given: Given
  readonly catalog: Catalog
  readonly issuer: string
  readonly organizations: readonly OrganizationInFull[]
  readonly brandingOf: (owner: BrandingOwner) => object | undefined
  readonly values: NamedValues
  /** Of the process that exports. */
  readonly variable: (name: string) => string | undefined
}

export interface LeftOutOfYaml {
  /** `applications.web` */
  readonly what: string
  readonly reason: string
}

export interface WrittenYaml {
  readonly text: string
  readonly leftOut: readonly LeftOutOfYaml[]
}

/** By the place of its entries: `applications`, `billing.plans`. */
type Sections = Record<string, Record<string, unknown>>

export function writtenYaml(source: YamlSource): WrittenYaml {
  const leftOut: LeftOutOfYaml[] = []
  const sections = sectionsOf(source)
  dropTextsThatLookLikeReferences(sections, leftOut)
  dropRefused(sections, source, leftOut)
  leftOut.push(...unsaid(sections, source))
  const shown = Object.fromEntries(
    Object.entries(sections)
      .filter(([, entries]) => Object.keys(entries).length > 0)
      .map(([section, entries]) => [section, section === 'settings' ? entries : byKey(entries)]),
  )
  return {
    text: `${head}${yamlText(fileOf(shown, ({ text }) => text))}`,
    leftOut: leftOut.toSorted((a, b) => (a.what < b.what ? -1 : 1)),
  }
}

function byKey(entries: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(entries).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const head = `# Written by mintage export. Users, and what this file cannot say, are in data/: bring them in with mintage import mintage --from FOLDER
# before the first start. Values behind \${env:NAME} come from the environment: see secrets.env or secrets.env.example.
`

function sectionsOf(source: YamlSource): Sections {
  const { given, catalog, issuer, values, brandingOf } = source
  const keys = new FileKeys({
    applications: given.keys('applications'),
    apis: given.keys('apis'),
    organizations: given.keys('organizations'),
  })
  const organizationKeys = new Map(
    source.organizations.map(({ organization: { code, name } }) => {
      const own = given.keyWhere('organizations', (entry, key) => organizationCode(key, entry) === code)
      return [code, keys.keyOf('organizations', own, name)]
    }),
  )
  const lifetimes = lifetimesOf(given)
  const context: EntryContext = { catalog, issuer, values, lifetimes, organizationKeys }
  const applications = catalog.applications.map((application) => {
    const { clientId } = application
    const own = given.keyWhere('applications', (entry, key) => declaredClientId(key, entry) === clientId)
    const key = keys.keyOf('applications', own, application.name)
    const entry = applicationEntry(key, application, given.entry('applications', key), context)
    return [key, { ...entry, branding: brandingOf({ kind: 'application', clientId }) }] as const
  })
  return {
    settings: settingsEntry(given, {
      values,
      variable: source.variable,
      branding: brandingOf({ kind: 'environment' }),
    }),
    permissions: permissionEntries(catalog),
    apis: apiEntries(context, keys, given),
    roles: roleEntries(context),
    featureFlags: flagEntries(catalog),
    propertyCategories: categoryEntries(catalog, given),
    properties: propertyEntries(catalog, given),
    organizations: Object.fromEntries(
      source.organizations.map((one) => {
        const { code } = one.organization
        const key = organizationKeys.get(code) ?? code
        const entry = organizationEntry(key, one)
        return [key, { ...entry, branding: brandingOf({ kind: 'organization', code }) }]
      }),
    ),
    applications: Object.fromEntries(applications),
    connections: connectionEntries(catalog),
    environmentVariables: variableEntries(context, given),
    webhooks: webhookEntries(context, given),
    'billing.plans': planEntries(catalog),
  }
}

function declaredClientId(key: string, { clientId }: Readonly<Record<string, unknown>>): string {
  return clientIdOf(key, { clientId: typeof clientId === 'string' ? clientId : undefined })
}

function organizationCode(key: string, { code }: Readonly<Record<string, unknown>>): string {
  return typeof code === 'string' ? code : declaredId('organization', key)
}

function lifetimesOf({ settings }: Given): TokenLifetimes {
  const given = isJsonObject(settings['tokenLifetimes']) ? settings['tokenLifetimes'] : {}
  const numbers = Object.entries(given).filter(([, value]) => typeof value === 'number')
  return { ...defaultTokenLifetimes, ...Object.fromEntries(numbers) }
}

function dropTextsThatLookLikeReferences(sections: Sections, leftOut: LeftOutOfYaml[]): void {
  for (const [section, entries] of Object.entries(sections)) {
    // The author's own texts.
    if (section === 'settings') continue
    for (const [key, entry] of Object.entries(entries)) {
      try {
        plainValue(entry, ({ text }) => text)
      } catch (error) {
        if (!(error instanceof LooksLikeReference)) throw error
        Reflect.deleteProperty(entries, key)
        const reason = 'it holds a text with ${ in it, which mintage.yaml would read as a reference'
        leftOut.push({ what: `${section}.${key}`, reason })
      }
    }
  }
}

/** What the reader of the file would refuse, and what refers to that. */
function dropRefused(sections: Sections, { values }: YamlSource, leftOut: LeftOutOfYaml[]): void {
  const known = new Map(values.all().map(({ name, value }) => [`\${env:${name}}`, value]))
  const valueOf = ({ text }: Reference) => known.get(text) ?? text
  for (;;) {
    const value = fileOf(sections, valueOf)
    const dropped = mintageValueProblems(value).filter(({ path, message }) => {
      const place = placeOf(path)
      if (place === undefined || !drop(sections, place)) return false
      leftOut.push({ what: place.join('.'), reason: message })
      return true
    })
    if (dropped.length === 0) return
  }
}

/** Settings are the author's, and may need variables that are not set here. */
function placeOf(path: readonly PropertyKey[]): readonly string[] | undefined {
  const names = path.map(String)
  const [section, key, part] = names[0] === 'billing' ? [names.slice(0, 2).join('.'), names[2]] : names
  if (section === undefined || key === undefined) return undefined
  if (section === 'settings') return key === 'branding' ? [section, key] : undefined
  return part === 'branding' ? [section, key, part] : [section, key]
}

function drop(sections: Sections, place: readonly string[]): boolean {
  const last = place.at(-1) ?? ''
  const around = place.slice(0, -1).reduce<unknown>((inner, step) => Object(inner)[step], sections)
  if (!isJsonObject(around) || !Object.hasOwn(around, last) || around[last] === undefined) return false
  return Reflect.deleteProperty(around, last)
}

/** What never got into the sections, because the file has no words for it. */
function unsaid(sections: Sections, { given, catalog }: YamlSource): LeftOutOfYaml[] {
  const categories = catalog.propertyCategories.filter(
    ({ id }) => !given.keys('propertyCategories').some((key) => declaredId('propertyCategory', key) === id),
  )
  const properties = catalog.properties.filter(({ key, context }) => {
    const entry = sections['properties']?.[key]
    return entry !== undefined && Object(entry).context !== context
  })
  return [
    ...categories.map(({ name }) => ({
      what: `propertyCategories ${name}`,
      reason: 'the management API made it, and the file knows categories by its own keys alone',
    })),
    ...properties.map(({ key, context }) => ({
      what: `properties.${key} (${context})`,
      reason: 'another property has the same key in another context',
    })),
    ...catalog.webhooks
      .filter(({ declaredAs }) => declaredAs === undefined)
      .map(({ name }) => ({
        what: `webhooks ${name}`,
        reason: 'the management API made it, and the file knows webhooks by its own keys alone',
      })),
    ...catalog.connections
      .filter(({ kind }) => kind !== 'password')
      .map(({ name }) => ({
        what: `connections ${name}`,
        reason: 'the file has connections with passwords alone',
      })),
  ]
}

/** The value of the file: without what is undefined, and with sections of sections in their places. */
function fileOf(sections: object, valueOf: (reference: Reference) => string): object {
  const plain: unknown = JSON.parse(JSON.stringify(plainValue(sections, valueOf)))
  const { 'billing.plans': plans, ...rest } = Object(plain)
  return plans === undefined || Object.keys(plans).length === 0 ? rest : { ...rest, billing: { plans } }
}
