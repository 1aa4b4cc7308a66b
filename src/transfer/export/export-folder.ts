// A folder that appears whole or not at all: it is written beside its place under another name, and moved there when it is complete. Only its
// owner may read it, because it holds password hashes.
import { createHash, type Hash } from 'node:crypto'
import { mkdtemp, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { ConfigError } from '../../errors/index.ts'
import { makeFolder } from '../../files/index.ts'
import { manifestFile, manifestIn, manifestText, type Manifest } from './export-format.ts'

const unfinished = '.unfinished-'

export interface ExportFolderOptions {
  /** Where it is to be. */
  readonly folder: string
  /** Takes the place of an earlier export. */
  readonly overwrite: boolean
}

export class ExportFolder {
  readonly #options: ExportFolderOptions
  readonly #draft: string
  readonly #files: Record<string, { bytes: number; sha256: string }> = {}
  /** Drafts of exports that were interrupted. */
  readonly leftovers: readonly string[]

  /** Throws ConfigError `file_unreadable` when something else is in the place. */
  static async open(options: ExportFolderOptions): Promise<ExportFolder> {
    await refuseTaken(options)
    const parent = dirname(options.folder)
    const name = `${basename(options.folder)}${unfinished}`
    try {
      const leftovers = (await readdir(parent)).filter((one) => one.startsWith(name)).toSorted()
      const draft = await mkdtemp(join(parent, name))
      return new ExportFolder(
        options,
        draft,
        leftovers.map((one) => join(parent, one)),
      )
    } catch (cause) {
      throw new ConfigError('file_unreadable', `${options.folder} cannot be written.`, {
        hint: `Name a new folder in one that exists and that you may write to; this one would be in ${parent}.`,
        cause,
      })
    }
  }

  private constructor(options: ExportFolderOptions, draft: string, leftovers: readonly string[]) {
    this.#options = options
    this.#draft = draft
    this.leftovers = leftovers
  }

  /** A file that is written at once. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    const lines = await this.#open(name)
    await lines.add(content)
    await lines.close()
  }

  /** A JSON line for each record; memory does not grow with their number. */
  async lines(name: string): Promise<LinesOfExport> {
    const file = await this.#open(name)
    let count = 0
    return {
      async add(records) {
        if (records.length === 0) return
        count += records.length
        await file.add(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
      },
      async close() {
        await file.close()
        return count
      },
    }
  }

  /** The manifest last, then the name. */
  async finish(manifest: Omit<Manifest, 'format' | 'version' | 'files'>): Promise<void> {
    const files = Object.fromEntries(Object.entries(this.#files).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    await this.write(manifestFile, manifestText({ ...manifest, files }))
    const { folder, overwrite } = this.#options
    await refuseTaken(this.#options)
    const isThere = await exists(folder)
    const former = `${this.#draft}-former`
    if (overwrite && isThere) await rename(folder, former)
    await rename(this.#draft, folder)
    if (overwrite && isThere) await rm(former, { recursive: true, force: true })
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#files, name)
  }

  async discard(): Promise<void> {
    await rm(this.#draft, { recursive: true, force: true })
  }

  async #open(name: string): Promise<HashedFile> {
    const path = join(this.#draft, name)
    await makeFolder(dirname(path), 0o700)
    return new HashedFile(await open(path, 'wx', 0o600), (written) => void (this.#files[name] = written))
  }
}

export interface LinesOfExport {
  add(records: readonly object[]): Promise<void>
  /** Resolves to the number of lines. */
  close(): Promise<number>
}

class HashedFile {
  readonly #handle: FileHandle
  readonly #onClose: (written: { bytes: number; sha256: string }) => void
  readonly #hash: Hash = createHash('sha256')
  #bytes = 0

  constructor(handle: FileHandle, onClose: (written: { bytes: number; sha256: string }) => void) {
    this.#handle = handle
    this.#onClose = onClose
  }

  async add(content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    this.#hash.update(bytes)
    this.#bytes += bytes.length
    await this.#handle.writeFile(bytes)
  }

  /** On the disk when it resolves. */
  async close(): Promise<void> {
    await this.#handle.sync()
    await this.#handle.close()
    this.#onClose({ bytes: this.#bytes, sha256: this.#hash.digest('hex') })
  }
}

/** Only an earlier export is ever replaced, and only while it holds nothing else: it may have become a project with a database. */
async function refuseTaken({ folder, overwrite }: ExportFolderOptions): Promise<void> {
  if (!(await exists(folder))) return
  const names = await filesIn(folder)
  if (names?.length === 0) return
  const manifest = await manifestIn(folder)
  const other = names?.find((name) => name !== manifestFile && manifest?.files[name] === undefined)
  const isOwn = manifest !== undefined && names !== undefined && other === undefined
  if (overwrite && isOwn) return
  throw new ConfigError('file_unreadable', `${folder} exists and is not empty.`, {
    hint: isOwn
      ? 'It holds an earlier export. Add --overwrite to replace it, or name another folder.'
      : `${names === undefined ? 'It is a file.' : `It holds ${other ?? 'files'}, which no export wrote.`} Name a folder that does not exist yet.`,
  })
}

/** Undefined when it is not a folder. */
async function filesIn(folder: string): Promise<string[] | undefined> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => undefined)
  return entries
    ?.filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
