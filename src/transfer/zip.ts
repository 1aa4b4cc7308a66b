// The files of a .zip, each read as a stream from its place.
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { open, type Entry, type ZipFile } from 'yauzl'
import { ConfigError } from '../errors/index.ts'
import type { LineFile } from './lines.ts'

/** Throws ConfigError `file_unreadable`. */
export async function filesOfZip(path: string): Promise<readonly LineFile[]> {
  try {
    const zip = await openZip(path)
    const files: LineFile[] = []
    const end = Promise.withResolvers<void>()
    zip.on('entry', (entry: Entry) => {
      if (!entry.fileName.endsWith('/')) files.push(fileOf(path, entry))
      zip.readEntry()
    })
    zip.on('end', () => end.resolve())
    zip.on('error', end.reject)
    zip.readEntry()
    await end.promise
    zip.close()
    return files
  } catch (cause) {
    throw new ConfigError('file_unreadable', `${path} is not a .zip that can be read.`, {
      hint: 'An export of Kinde with passwords is encrypted: decrypt it first.',
      cause,
    })
  }
}

const openZip = (path: string) =>
  promisify<string, object, ZipFile>(open)(path, { lazyEntries: true, autoClose: false })

function fileOf(path: string, entry: Entry): LineFile {
  const { fileName: name, crc32, uncompressedSize } = entry
  return {
    name,
    bytes: uncompressedSize,
    isPacked: false,
    fingerprint: createHash('sha256').update(`${name} ${crc32} ${uncompressedSize}`).digest('hex'),
    async open() {
      const zip = await openZip(path)
      const stream = await promisify(zip.openReadStream.bind(zip))(entry)
      stream.on('close', () => zip.close())
      return stream
    },
  }
}
