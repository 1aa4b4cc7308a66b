// A file of lines, read piece by piece: its memory does not grow with its size. `.gz` is opened on the way.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Transform, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

export interface LineFile {
  /** For people. */
  readonly name: string
  readonly fingerprint: string
  open(): Promise<Readable>
  /** Of what open() reads before it is unpacked. */
  readonly bytes: number
}

export async function fileOfLines(path: string, name: string): Promise<LineFile> {
  const { size } = await stat(path)
  return {
    name,
    bytes: size,
    fingerprint: await fingerprintOf(path, size),
    open: () => Promise.resolve(createReadStream(path)),
  }
}

/** Of a folder, as it is or packed as `.gz`; undefined when it has neither. */
export async function fileIn(folder: string, name: string): Promise<LineFile | undefined> {
  const found = [name, `${name}.gz`].find((one) => existsSync(join(folder, one)))
  return found === undefined ? undefined : fileOfLines(join(folder, found), found)
}

export interface Line {
  /** From 1. */
  readonly number: number
  readonly text: string
}

/** The lines that are not empty, and how many bytes were read for them. */
export async function* linesOf(file: LineFile, onRead: (bytes: number) => void): AsyncGenerator<Line> {
  const counting = new Transform({
    transform(chunk: Buffer, _, done) {
      onRead(chunk.length)
      done(null, chunk)
    },
  })
  const source = await file.open()
  source.on('error', (error) => counting.destroy(error))
  const plain = file.name.endsWith('.gz') ? source.pipe(counting).pipe(createGunzip()) : source.pipe(counting)
  counting.on('error', (error) => plain.destroy(error))
  try {
    let number = 0
    for await (const text of createInterface({ input: plain, crlfDelay: Infinity })) {
      number += 1
      if (text.trim() !== '') yield { number, text: number === 1 ? text.replace(/^\uFEFF/, '') : text }
    }
    if (plain.errored) throw plain.errored
  } finally {
    source.destroy()
  }
}

const sampleBytes = 64 * 1024

/** Of its size, its beginning and its end: reading all of a large file first would take as long as importing much of it. */
async function fingerprintOf(path: string, size: number): Promise<string> {
  const file = await open(path)
  try {
    const hash = createHash('sha256').update(`${size}\n`)
    for (const position of [0, Math.max(0, size - sampleBytes)]) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(sampleBytes), 0, sampleBytes, position)
      hash.update(buffer.subarray(0, bytesRead))
    }
    return hash.digest('hex')
  } finally {
    await file.close()
  }
}
