// What bodies ask of streams, where there are any.

export interface StreamHooks {
  readonly isStream: (value: unknown) => boolean
  /** A stream of one chunk; `onRead` is told when somebody begins to read it. */
  readonly streamOf: (bytes: () => Uint8Array, onRead: () => void) => object
  readonly isLocked: (stream: object) => boolean
  /** Rejects with what the stream failed with, or a TypeError for a chunk that is not bytes. */
  readonly readAll: (stream: object) => Promise<Uint8Array>
  readonly tee: (stream: object) => readonly [object, object]
}

export const streamHooks = (): StreamHooks | undefined => undefined
