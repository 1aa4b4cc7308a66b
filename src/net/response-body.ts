// Reads and decodes the body of an answer, counts its bytes while it streams, and stops at the limit. Decoded bytes are counted,
// because fifty megabytes of zeros travel as fifty kilobytes of gzip.
import { pipeline, Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { CallFailure } from './call-failure.ts'
import { headerValue, type HeaderList } from './request-headers.ts'

/** Codings may be stacked (RFC 9110 §8.4); no honest answer stacks more, and each layer multiplies. */
const mostCodings = 2
/** What names a charset stands at the beginning of a content type. */
const longestContentType = 1_024

/** A body as text, and its bytes in base64 when the text in UTF-8 is not exactly them. */
export interface AnswerBody {
  readonly body: string
  readonly bodyBase64?: string
}

/** Reads the body. Destroys `body` when it throws: CallFailure, or what the network or a decoder threw. */
export async function readBody(body: Readable, headers: HeaderList, limitBytes: number): Promise<AnswerBody> {
  const source = new CountedBody(body, limitBytes)
  try {
    if (Number(headerValue(headers, 'content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes)
    const chunks: Buffer[] = []
    let decodedBytes = 0
    for await (const chunk of decoded(source, decoders(headers))) {
      decodedBytes += chunk.length
      if (decodedBytes > limitBytes) throw tooLarge(limitBytes)
      chunks.push(chunk)
    }
    const bytes = Buffer.concat(chunks)
    const text = textOf(bytes, headers)
    return Buffer.from(text).equals(bytes)
      ? { body: text }
      : { body: text, bodyBase64: bytes.toString('base64') }
  } catch (error) {
    // An answer without a body (to HEAD, a 304) may name a coding all the same; only a decoder calls that damaged.
    if (source.isEmpty) return { body: '' }
    throw error
  } finally {
    body.destroy()
  }
}

/** Counts what comes off the wire as well: a coding can take in without end and give nothing out. */
class CountedBody {
  readonly #body: Readable
  readonly #limitBytes: number
  #bytes = 0
  #ended = false

  constructor(body: Readable, limitBytes: number) {
    this.#body = body
    this.#limitBytes = limitBytes
  }

  get isEmpty(): boolean {
    return this.#ended && this.#bytes === 0
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.#body) {
      if (!(chunk instanceof Buffer)) continue
      this.#bytes += chunk.length
      if (this.#bytes > this.#limitBytes) throw tooLarge(this.#limitBytes)
      yield chunk
    }
    this.#ended = true
  }
}

async function* decoded(source: CountedBody, transforms: readonly Transform[]): AsyncGenerator<Buffer> {
  const last = transforms.at(-1)
  // The callback has nothing to do: an error reaches the reader of the last stream.
  if (last !== undefined) pipeline([Readable.from(source), ...transforms], () => {})
  for await (const chunk of last ?? source) {
    if (chunk instanceof Buffer) yield chunk
  }
}

function decoders(headers: HeaderList): Transform[] {
  const codings = (headerValue(headers, 'content-encoding') ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
  if (codings.length > mostCodings)
    throw new CallFailure('fetch_failed', 'the answer is encoded too many times over')
  // Listed in the order in which they were applied (RFC 9110 §8.4), so undone from the end.
  return codings.toReversed().map(decoder)
}

function decoder(coding: string): Transform {
  if (coding === 'gzip' || coding === 'x-gzip') return createGunzip()
  if (coding === 'br') return createBrotliDecompress()
  // RFC 9110 §8.4.1.2: "deflate" is the zlib format.
  if (coding === 'deflate') return createInflate()
  throw new CallFailure(
    'fetch_failed',
    `the answer is encoded as "${coding.slice(0, 32)}", which is not supported`,
  )
}

/** The charset of the content type where it is known, else UTF-8; a byte order mark is dropped. */
function textOf(bytes: Buffer, headers: HeaderList): string {
  const type = headerValue(headers, 'content-type')?.slice(0, longestContentType) ?? ''
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type)?.[1]
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(bytes)
  } catch {
    return new TextDecoder('utf-8').decode(bytes)
  }
}

function tooLarge(limitBytes: number): CallFailure {
  return new CallFailure('fetch_too_large', `the body of the answer is larger than ${limitBytes} bytes`)
}
