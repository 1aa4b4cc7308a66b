// The streams of the web (https://streams.spec.whatwg.org/), from web-streams-polyfill: a script of its own, which is evaluated
// after the prelude for bundles that name a stream (worker/prepare.ts). It is as large as half of the prelude, and most
// workflows have no use for it.
//
// Unlike the prelude it is ordinary code: an author who breaks a builtin breaks streams, in that run. Nothing of claims, denials or
// the end of a run goes through here.
import {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableByteStreamController,
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  TransformStream,
  TransformStreamDefaultController,
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
} from 'web-streams-polyfill'
import type { StreamHooks } from './stream-hooks.ts'
import { TextDecoderStream, TextEncoderStream } from './text-streams.ts'

/** What the prelude gives. */
interface Prelude {
  readonly expose: (name: string, made: object) => void
  readonly takeStreams: (hooks: StreamHooks) => void
  readonly Blob: { readonly prototype: object }
  /** A copy of a Blob's bytes. */
  readonly blobBytes: (blob: unknown) => Uint8Array
}

export function install({ expose, takeStreams, Blob, blobBytes }: Prelude): void {
  const classes = {
    ByteLengthQueuingStrategy,
    CountQueuingStrategy,
    ReadableByteStreamController,
    ReadableStream,
    ReadableStreamBYOBReader,
    ReadableStreamBYOBRequest,
    ReadableStreamDefaultController,
    ReadableStreamDefaultReader,
    TextDecoderStream,
    TextEncoderStream,
    TransformStream,
    TransformStreamDefaultController,
    WritableStream,
    WritableStreamDefaultController,
    WritableStreamDefaultWriter,
  }
  for (const [name, made] of Object.entries(classes)) expose(name, made)
  Object.defineProperty(Blob.prototype, 'stream', {
    value: function stream(this: unknown): ReadableStream<Uint8Array> {
      const bytes = blobBytes(this)
      return streamOf(
        () => bytes,
        () => {},
      )
    },
    writable: true,
    configurable: true,
  })
  takeStreams({
    isStream: (value) => value instanceof ReadableStream,
    isLocked: (stream) => asStream(stream).locked,
    streamOf,
    readAll: async (stream) => readAll(asStream(stream)),
    tee: (stream) => asStream(stream).tee(),
  })
}

function asStream(value: object): ReadableStream<unknown> {
  if (value instanceof ReadableStream) return value
  throw new TypeError('The body is not a ReadableStream')
}

function streamOf(bytes: () => Uint8Array, onRead: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      type: 'bytes',
      pull(controller) {
        onRead()
        const chunk = bytes()
        if (chunk.length > 0) controller.enqueue(chunk as Uint8Array<ArrayBuffer>)
        controller.close()
        controller.byobRequest?.respond(0)
      },
      cancel: onRead,
    },
    { highWaterMark: 0 },
  )
}

async function readAll(stream: ReadableStream<unknown>): Promise<Uint8Array> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    if (!(value instanceof Uint8Array)) {
      const error = new TypeError('A body that is a stream must give Uint8Array chunks')
      await reader.cancel(error)
      throw error
    }
    chunks.push(value)
    length += value.length
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
