// Blob and File (https://w3c.github.io/FileAPI/): bytes that never change, so that a slice shares them.
import {
  bytesBuffer,
  bytesOf,
  bytesSet,
  bytesSubarray,
  charCodeAt,
  dateNow,
  decodeText,
  encodeText,
  GuestPromise,
  GuestTypeError,
  guardPromise,
  isFiniteNumber,
  makeBytes,
  newList,
  NumberOf,
  reflectGet,
  StringOf,
  stringToLowerCase,
  textDecoder,
  textEncoder,
  trunc,
} from '../primordials.ts'
import { elements } from './elements.ts'

let contentOf: (blob: unknown) => { readonly bytes: Uint8Array; readonly type: string } | undefined
let nameOf: (file: unknown) => string | undefined

function option(options: unknown, name: string): unknown {
  return typeof options === 'object' && options !== null ? reflectGet(options, name) : undefined
}

export function resolved<Value>(make: () => Value): Promise<Value> {
  return guardPromise(new GuestPromise((resolve) => resolve(make())))
}

export class Blob {
  readonly #bytes: Uint8Array
  readonly #type: string

  constructor(parts?: unknown, options?: unknown) {
    this.#bytes = parts === undefined ? makeBytes(0) : bytesOfParts(parts)
    this.#type = mediaType(option(options, 'type'))
  }

  static {
    contentOf = (blob) =>
      typeof blob === 'object' && blob !== null && #bytes in blob
        ? { bytes: blob.#bytes, type: blob.#type }
        : undefined
  }

  get size(): number {
    return this.#bytes.length
  }

  get type(): string {
    return this.#type
  }

  slice(start?: unknown, end?: unknown, type?: unknown): Blob {
    const from = position(start, 0, this.#bytes.length)
    const until = position(end, this.#bytes.length, this.#bytes.length)
    const part = bytesSubarray(this.#bytes, from, until < from ? from : until)
    return new Blob([part], { type: type ?? '' })
  }

  text(): Promise<string> {
    return resolved(() => decodeText(textDecoder, this.#bytes))
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return resolved(() => bytesBuffer(copied(this.#bytes)))
  }

  bytes(): Promise<Uint8Array> {
    return resolved(() => copied(this.#bytes))
  }
}

export class File extends Blob {
  readonly #name: string
  readonly #lastModified: number

  constructor(parts?: unknown, name?: unknown, options?: unknown) {
    if (arguments.length < 2)
      throw new GuestTypeError('File: 2 arguments required, but only ' + arguments.length + ' present')
    super(parts, options)
    this.#name = StringOf(name)
    const lastModified = option(options, 'lastModified')
    this.#lastModified = lastModified === undefined ? dateNow() : trunc(NumberOf(lastModified)) || 0
  }

  static {
    nameOf = (file) => (typeof file === 'object' && file !== null && #name in file ? file.#name : undefined)
  }

  get name(): string {
    return this.#name
  }

  get lastModified(): number {
    return this.#lastModified
  }

  get webkitRelativePath(): string {
    return ''
  }
}

/** Undefined for what is not a Blob. */
export const blobContent = (
  blob: unknown,
): { readonly bytes: Uint8Array; readonly type: string } | undefined => contentOf(blob)

/** Undefined for what is not a File. */
export const fileName = (file: unknown): string | undefined => nameOf(file)

export function copied(bytes: Uint8Array): Uint8Array {
  const copy = makeBytes(bytes.length)
  bytesSet(copy, bytes, 0)
  return copy
}

export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (let index = 0; index < parts.length; index++) length += parts[index]?.length ?? 0
  const whole = makeBytes(length)
  let at = 0
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index]
    if (part === undefined) continue
    bytesSet(whole, part, at)
    at += part.length
  }
  return whole
}

function bytesOfParts(parts: unknown): Uint8Array {
  if (typeof parts !== 'object' || parts === null || bytesOf(parts) !== undefined)
    throw new GuestTypeError('Blob: the first argument must be a sequence of parts')
  const given = elements(parts, 'Blob: the first argument must be a sequence of parts')
  const chunks = newList<Uint8Array>()
  for (let index = 0; index < given.length; index++) {
    const part = given[index]
    chunks[index] = contentOf(part)?.bytes ?? bytesOf(part) ?? encodeText(textEncoder, StringOf(part))
  }
  return concatenated(chunks)
}

/** https://w3c.github.io/FileAPI/#constructorBlob: a type with other characters than these is dropped. */
function mediaType(type: unknown): string {
  const text = type === undefined ? '' : StringOf(type)
  for (let index = 0; index < text.length; index++) {
    const code = charCodeAt(text, index)
    if (code < 0x20 || code > 0x7e) return ''
  }
  return stringToLowerCase(text)
}

function position(value: unknown, missing: number, size: number): number {
  if (value === undefined) return missing
  const number = NumberOf(value)
  const whole = isFiniteNumber(number) ? trunc(number) : number > 0 ? size : number < 0 ? -size : 0
  if (whole < 0) return size + whole < 0 ? 0 : size + whole
  return whole > size ? size : whole
}
