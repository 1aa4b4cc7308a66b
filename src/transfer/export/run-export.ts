// An export from beginning to end: the organizations and users line by line, then mintage.yaml and the catalog, then the manifest. Nothing holds more
// than a page of users; the catalog and the organizations of mintage.yaml are small by their bounds.
import { contentSources, liveRole, type SourceFile } from '../../deployments/index.ts'
import type { Catalog, Store } from '../../store/index.ts'
import { issuerOf } from '../own-catalog.ts'
import { apiKeySchema } from '../own-records.ts'
import { catalogText, sortedCatalog } from './catalog-file.ts'
import { dataFiles, secretsFile } from './export-format.ts'
import { isWorkflow } from '../../workflows/index.ts'
import { ExportFolder } from './export-folder.ts'
import { Given } from './given-file.ts'
import { writtenYaml, type LeftOutOfYaml } from './mintage-yaml.ts'
import { notCarried, type NotCarried } from './not-carried.ts'
import { writeOrganizations } from './organization-files.ts'
import { pagesOf, pageSize } from './pages.ts'
import { NamedValues } from './references.ts'
import { secretLine } from './secret-lines.ts'
import { userLine } from './user-line.ts'

export interface ExportOptions {
  readonly store: Store
  readonly folder: string
  readonly overwrite: boolean
  readonly withSecrets: boolean
  /** The project's mintage.yaml as its author wrote it; undefined without one. */
  readonly givenFile: unknown
  /** Files of the project beside its workflows, such as kinde.json. */
  readonly projectFiles: readonly SourceFile[]
  /** What the workflows of the project are made of. */
  readonly workflows: () => Promise<readonly SourceFile[]>
  readonly variable: (name: string) => string | undefined
  readonly onProgress: (progress: ExportProgress) => void
}

export interface ExportProgress {
  readonly users: number
  /** From 0 to 1. */
  readonly share: number
}

export interface ExportSummary {
  readonly folder: string
  readonly counts: Readonly<Record<string, number>>
  /** Names of what has to be set in the environment of the next server, each with what it is. */
  readonly toSet: readonly { readonly name: string; readonly what: string }[]
  /** Those of `toSet` whose values are in secrets.env. */
  readonly written: readonly string[]
  readonly notInMintageYaml: readonly LeftOutOfYaml[]
  readonly notCarried: readonly NotCarried[]
  /** Unfinished folders of exports that were interrupted. */
  readonly leftovers: readonly string[]
}

/** Rejects with ConfigError `file_unreadable`, StoreError. Then the folder is as it was. */
export async function runExport(options: ExportOptions): Promise<ExportSummary> {
  const folder = await ExportFolder.open(options)
  try {
    return await new Export(options, folder).run()
  } catch (error) {
    await folder.discard()
    throw error
  }
}

class Export {
  readonly #options: ExportOptions
  readonly #folder: ExportFolder
  readonly #given: Given
  readonly #counts: Record<string, number> = {}

  constructor(options: ExportOptions, folder: ExportFolder) {
    this.#options = options
    this.#folder = folder
    this.#given = new Given(options.givenFile)
  }

  async run(): Promise<ExportSummary> {
    const { store, variable, withSecrets } = this.#options
    const catalog = sortedCatalog(await store.directory.catalog())
    const issuer = issuerOf(catalog.apis) ?? 'http://localhost'
    const organizations = await writeOrganizations({
      ...this.#options,
      catalog,
      given: this.#given,
      folder: this.#folder,
    })
    Object.assign(this.#counts, organizations.counts)
    await this.#writeUsers(catalog)
    await this.#writeSubscribers()
    await this.#writeApiKeys()
    await this.#writeAgreements()
    await this.#writeWorkflows(catalog)
    const values = new NamedValues()
    const { kept, brandingOf } = organizations
    const source = { given: this.#given, catalog, issuer, organizations: kept, brandingOf, values, variable }
    const yaml = writtenYaml(source)
    await this.#folder.write('mintage.yaml', yaml.text)
    const text = await catalogText(catalog, {
      issuer,
      values,
      given: this.#given,
      directory: store.directory,
    })
    await this.#folder.write(dataFiles.catalog, text)
    const written = await this.#writeValues(values)
    await this.#folder.write('.gitignore', `data/\n${secretsFile}\n.mintage/\nnode_modules/\n`)
    await this.#folder.finish({
      exportedAt: new Date(store.nowMs()).toISOString(),
      issuer,
      hasSecrets: withSecrets,
    })
    await store.commit([exportRecord(store.nowMs(), withSecrets, this.#counts)])
    return {
      folder: this.#options.folder,
      counts: { ...catalogCounts(catalog), ...this.#counts },
      toSet: values.all().map(({ name, what }) => ({ name, what })),
      written,
      notInMintageYaml: yaml.leftOut,
      notCarried: notCarried(withSecrets),
      leftovers: this.#folder.leftovers,
    }
  }

  async #writeUsers(catalog: Catalog): Promise<void> {
    const { store, onProgress } = this.#options
    const total = await store.directory.userCount()
    const lines = await this.#folder.lines(dataFiles.users)
    let users = 0
    for await (const page of pagesOf((cursor) => store.directory.usersInFull(cursor))) {
      await lines.add(page.map((user) => userLine(user, catalog)))
      users += page.length
      onProgress({ users, share: Math.min(1, users / Math.max(total, 1)) })
    }
    this.#counts['users'] = await lines.close()
  }

  async #writeSubscribers(): Promise<void> {
    const { subscribers } = this.#options.store
    const lines = await this.#folder.lines(dataFiles.subscribers)
    const order = { by: 'email', isDescending: false } as const
    for await (const page of pagesOf((cursor) => subscribers.list(order, cursor))) await lines.add(page)
    this.#counts['subscribers'] = await lines.close()
  }

  async #writeAgreements(): Promise<void> {
    const { billing } = this.#options.store
    const lines = await this.#folder.lines(dataFiles.agreements)
    for await (const page of pagesOf((cursor) => billing.agreementsInFull(cursor))) await lines.add(page)
    this.#counts['agreements'] = await lines.close()
  }

  async #writeApiKeys(): Promise<void> {
    const { apiKeys } = this.#options.store
    const lines = await this.#folder.lines(dataFiles.apiKeys)
    for (let cursor = ''; ;) {
      const page = await apiKeys.list({}, { size: pageSize, cursor })
      await lines.add(page.map((key) => apiKeySchema.parse({ ...key, isRevoked: key.status === 'revoked' })))
      const last = page.at(-1)
      if (last === undefined || page.length < pageSize) break
      cursor = last.id
    }
    this.#counts['apiKeys'] = await lines.close()
  }

  /** Those that serve, as they were deployed; beside them the folder has their types, tests and data. */
  async #writeWorkflows(catalog: Catalog): Promise<void> {
    const { store, projectFiles, workflows } = this.#options
    const live = liveRole(catalog)?.deploymentId
    const content = live === undefined ? undefined : await store.deployments.content(live)
    const served = live === undefined || content === undefined ? undefined : contentSources(live, content)
    const ofFolder = (await workflows()).filter(
      ({ file }) => served === undefined || !isWorkflow(file) || served.some((one) => one.file === file),
    )
    const sources = new Map([...ofFolder, ...(served ?? [])].map(({ file, text }) => [file, text]))
    const files = new Map([...projectFiles.map(({ file, text }) => [file, text] as const), ...sources])
    for (const [file, text] of files) await this.#folder.write(file, text)
    this.#counts['workflowFiles'] = sources.size
  }

  /** Resolves to the names whose values were written. */
  async #writeValues(values: NamedValues): Promise<readonly string[]> {
    const all = values.all()
    if (all.length === 0) return []
    const lines = all.map(({ name, what, value }) => {
      const line = this.#options.withSecrets && value !== undefined ? secretLine(name, value) : undefined
      return {
        name,
        isWritten: line !== undefined,
        text: `# ${what.replaceAll(/\s+/g, ' ')}\n${line ?? `# ${name}=`}\n`,
      }
    })
    const file = this.#options.withSecrets ? secretsFile : `${secretsFile}.example`
    await this.#folder.write(file, lines.map(({ text }) => text).join(''))
    return lines.filter(({ isWritten }) => isWritten).map(({ name }) => name)
  }
}

/** For the audit log: everyone's password hashes have left. */
function exportRecord(
  atMs: number,
  withSecrets: boolean,
  { users = 0, organizations = 0 }: Record<string, number>,
) {
  const details = { withSecrets, users, organizations }
  const record = { atMs, event: 'export.written' as const, userId: null, clientId: null, ip: null, details }
  return { kind: 'append-audit', record } as const
}

function catalogCounts(catalog: Catalog): Record<string, number> {
  const { applications, apis, roles, permissions, featureFlags, properties, connections } = catalog
  const parts = { applications, apis, roles, permissions, featureFlags, properties, connections }
  const { environmentVariables, webhooks, billingPlans } = catalog
  return Object.fromEntries(
    Object.entries({ ...parts, environmentVariables, webhooks, billingPlans }).map(([name, list]) => [
      name,
      list.length,
    ]),
  )
}
