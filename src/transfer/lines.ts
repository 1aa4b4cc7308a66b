// A file of lines, read piece by piece: its memory grows neither with its size nor with that of a line. What gzip has packed is opened on
// the way, whatever the file is called.
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AppError, ConfigError } from '../errors/index.ts'

export interface LineFile {
  /** For people. */
  readonly name: string
  readonly fingerprint: string
  /** As it lies there. */
  open(): Promise<Readable>
  /** Of what open() reads. */
  readonly bytes: number
  readonly isPacked: boolean
}

/** Throws ConfigError `file_unreadable`. */
export async function fileOfLines(path: string, name: string): Promise<LineFile> {
  const { size, begin, fingerprint } = await sampled(path)
  if (isZip(begin))
    throw new ConfigError('file_unreadable', `${path} is a .zip, or the workbook of a spreadsheet.`, {
      hint: 'Unpack it, or save the sheet as a table of comma-separated values (CSV UTF-8).',
    })
  const [first, second] = begin
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new ConfigError('file_unreadable', `${path} is UTF-16.`, { hint: 'Save it as UTF-8.' })
  return {
    name,
    bytes: size,
    fingerprint,
    isPacked: first === 0x1f && second === 0x8b,
    open: () => Promise.resolve(createReadStream(path)),
  }
}

/** Whatever its name is. Throws ConfigError `file_unreadable`. */
export async function isZipFile(path: string): Promise<boolean> {
  return isZip((await sampled(path)).begin)
}

function isZip(begin: Uint8Array): boolean {
  return Buffer.from(begin.subarray(0, 4)).toString('latin1') === 'PK\u0003\u0004'
}

/** Of a folder, as it is or packed as `.gz`; undefined when it has neither. */
export async function fileIn(folder: string, name: string): Promise<LineFile | undefined> {
  const found = [name, `${name}.gz`].find((one) => existsSync(join(folder, one)))
  return found === undefined ? undefined : fileOfLines(join(folder, found), found)
}

/** What the file holds, unpacked. `onRead` gets the number of bytes that were read of what lies there. */
export async function contentOf(file: LineFile, onRead: (bytes: number) => void): Promise<Readable> {
  const counting = new Transform({
    transform(chunk: Buffer, _, done) {
      onRead(chunk.length)
      done(null, chunk)
    },
  })
  const source = await file.open()
  const plain = file.isPacked ? source.pipe(counting).pipe(createGunzip()) : source.pipe(counting)
  source.on('error', (error) => plain.destroy(error))
  counting.on('error', (error) => plain.destroy(error))
  plain.on('close', () => source.destroy())
  return plain
}

export type Line = {
  /** From 1. */
  readonly number: number
} & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly reason: string }
)

/** Bytes of a line: one user is a few hundred, and a file without line ends must not fill the memory. */
export const mostLineBytes = 1_000_000

const lineFeed = 0x0a
const byteOrderMark = /^\uFEFF/

/** The lines that are not empty. Rejects with ConfigError `file_unreadable`, which names the line. */
export async function* linesOf(file: LineFile, onRead: (bytes: number) => void): AsyncGenerator<Line> {
  let number = 0
  try {
    for await (const line of pieces(await contentOf(file, onRead))) {
      number += 1
      if (line === undefined) {
        yield { number, kind: 'unreadable', reason: 'the line has more than 1 MB' }
      } else if (!isUtf8(line)) {
        yield { number, kind: 'unreadable', reason: 'the line is not UTF-8' }
      } else {
        const text = line.toString('utf8').replace(number === 1 ? byteOrderMark : '', '')
        if (text.trim() !== '') yield { number, kind: 'text', text }
      }
    }
  } catch (error) {
    throw error instanceof AppError ? error : damaged(file, number + 1, error)
  }
}

/** Each line without its end; undefined for one that is too long, of which nothing is kept. */
async function* pieces(content: Readable): AsyncGenerator<Buffer | undefined> {
  let held: Buffer[] = []
  let heldBytes = 0
  const take = (last: Buffer) => {
    const isKept = heldBytes + last.length <= mostLineBytes
    const line = isKept ? Buffer.concat([...held, last]) : undefined
    held = []
    heldBytes = 0
    return line
  }
  for await (const chunk of content as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      yield take(chunk.subarray(start, end))
      start = end + 1
    }
    const rest = chunk.subarray(start)
    heldBytes += rest.length
    if (heldBytes > mostLineBytes) held = []
    else if (rest.length > 0) held.push(rest)
  }
  if (heldBytes > 0) yield take(Buffer.alloc(0))
}

export function damaged(file: LineFile, line: number, cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ConfigError('file_unreadable', `${file.name}:${line} cannot be read: ${reason}.`, {
    hint: 'Nothing behind this place was imported. Get the file again and repeat the command: users who are there are not written twice.',
    cause,
  })
}

/** Why a text in the JSON could not be stored by both databases; undefined when each can. Looks at the escapes: the text itself is Unicode. */
export function escapeProblem(json: string): string | undefined {
  if (!/\\u(?:0000|d[89a-f])/i.test(json)) return undefined
  const escapes = json.replaceAll('\\\\', '')
  if (escapes.includes('\\u0000')) return 'a text holds a NUL character'
  const unpaired = escapes.replaceAll(/\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}/gi, '')
  return /\\ud[89a-f]/i.test(unpaired)
    ? 'a text holds half of a surrogate pair, which is not Unicode'
    : undefined
}

const sampleBytes = 64 * 1024

interface Sampled {
  readonly size: number
  readonly begin: Uint8Array
  /** Of its size, its beginning and its end: reading all of a large file first would take as long as importing much of it. */
  readonly fingerprint: string
}

async function sampled(path: string): Promise<Sampled> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new Error('it is not a file')
    const { size } = found
    await using file = await open(path)
    const hash = createHash('sha256').update(`${size}\n`)
    const read = async (position: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(sampleBytes), 0, sampleBytes, position)
      return buffer.subarray(0, bytesRead)
    }
    const begin = await read(0)
    hash.update(begin).update(await read(Math.max(0, size - sampleBytes)))
    return { size, begin, fingerprint: hash.digest('hex') }
  } catch (cause) {
    throw new ConfigError('file_unreadable', `${path} cannot be read.`, { cause })
  }
}
