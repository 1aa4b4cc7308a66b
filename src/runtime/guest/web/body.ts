// What Request and Response share (https://fetch.spec.whatwg.org/#body-mixin): a body that is read once. It is made a stream only
// where `body` is asked for.
import {
  bytesBuffer,
  GuestPromise,
  GuestSyntaxError,
  GuestTypeError,
  guardPromise,
  headersGet,
  isPromise,
  jsonParse,
  promiseThen,
  stringSlice,
} from '../primordials.ts'
import { Blob, copied } from './blob.ts'
import { contentBytes, contentForm, contentText, makeContent, type Content } from './content.ts'
import type { FormData } from './form-data.ts'
import { streamHooks } from './stream-hooks.ts'

let insideOf: (owner: unknown) => { content: Content | undefined; readonly headers: object } | undefined

export class Body {
  #content: Content | undefined
  readonly #headers: object

  /** What a body that is not JSON belongs to, for the error. */
  readonly #label: string

  constructor(content: Content | undefined, headers: object, label: string) {
    this.#content = content
    this.#headers = headers
    this.#label = label
  }

  static {
    insideOf = (owner) =>
      typeof owner === 'object' && owner !== null && #content in owner
        ? {
            get content() {
              return owner.#content
            },
            set content(content) {
              owner.#content = content
            },
            headers: owner.#headers,
          }
        : undefined
  }

  get headers(): object {
    return this.#headers
  }

  get body(): object | null {
    const content = this.#content
    const streams = streamHooks()
    if (content === undefined || streams === undefined) return null
    content.stream ??= streams.streamOf(
      () => copied(contentBytes(content)),
      () => {
        content.used = true
      },
    )
    return content.stream
  }

  get bodyUsed(): boolean {
    return this.#content?.used === true
  }

  text(): Promise<string> {
    return consumed(this, (content) => contentText(content))
  }

  json(): Promise<unknown> {
    return consumed(this, (content) => parsedJson(contentText(content), this.#label, this.#headers))
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return consumed(this, (content) => bytesBuffer(copied(contentBytes(content))))
  }

  bytes(): Promise<Uint8Array> {
    return consumed(this, (content) => copied(contentBytes(content)))
  }

  blob(): Promise<Blob> {
    return consumed(this, (content) => {
      const type = headersGet(this.#headers, 'content-type')
      return new Blob([contentBytes(content)], { type: type ?? '' })
    })
  }

  formData(): Promise<FormData> {
    return consumed(this, (content) => contentForm(content, headersGet(this.#headers, 'content-type') ?? ''))
  }
}

/** Undefined when there is no body; the owner is a Request or a Response. */
export function contentOf(owner: Body): Content | undefined {
  return insideOf(owner)?.content
}

/** Whatever an author did to the getter. */
export function headersOf(owner: Body): object {
  return insideOf(owner)?.headers ?? {}
}

/** Throws a TypeError when the body has been read, or is being read. */
export function assertUnused(content: Content | undefined): void {
  const isLocked = content?.stream !== undefined && streamHooks()?.isLocked(content.stream) === true
  if (content?.used === true || isLocked)
    throw new GuestTypeError('The body has been read already. It can be read once; use clone() before')
}

/** The content for a copy of the owner; a stream is split in two. */
export function sharedContent(owner: Body): Content | undefined {
  const inside = insideOf(owner)
  const content = inside?.content
  assertUnused(content)
  if (inside === undefined || content === undefined) return undefined
  const streams = streamHooks()
  if (content.stream === undefined || streams === undefined)
    return makeContent(content.type, content.text, content.bytes)
  const [first, second] = streams.tee(content.stream)
  inside.content = makeContent(content.type, undefined, undefined, first)
  return makeContent(content.type, undefined, undefined, second)
}

/** The content with its bytes at hand: at once, or when its stream has ended. */
export function settledContent(content: Content): Content | Promise<Content> {
  content.used = true
  const streams = streamHooks()
  if (content.stream === undefined || streams === undefined) return content
  const reading = streams.readAll(content.stream)
  return guardPromise(
    new GuestPromise((resolve, reject) => {
      promiseThen(
        guardPromise(reading),
        (bytes) => resolve(makeContent(content.type, undefined, bytes)),
        reject,
      )
    }),
  )
}

function consumed<Value>(owner: Body, read: (content: Content) => Value): Promise<Value> {
  return guardPromise(
    new GuestPromise<Value>((resolve, reject) => {
      const inside = insideOf(owner)
      if (inside === undefined)
        throw new GuestTypeError('Value of "this" must be of type Request or Response')
      const { content } = inside
      if (content === undefined) {
        resolve(read(makeContent('', '')))
        return
      }
      assertUnused(content)
      const settled = settledContent(content)
      if (!isPromise(settled)) {
        resolve(read(settled))
        return
      }
      const readWhole = (whole: Content): void => {
        try {
          resolve(read(whole))
        } catch (error) {
          reject(error)
        }
      }
      promiseThen(settled, readWhole, reject)
    }),
  )
}

function parsedJson(text: string, label: string, headers: object): unknown {
  try {
    return jsonParse(text)
  } catch {
    throw new GuestSyntaxError(notJsonText(label, headersGet(headers, 'content-type'), text))
  }
}

/** `label` ends in a comma where it says something more. */
export function notJsonText(label: string, contentType: string | null, text: string): string {
  return label + (contentType ?? 'no content type') + ', begins with "' + stringSlice(text, 0, 40) + '"'
}
