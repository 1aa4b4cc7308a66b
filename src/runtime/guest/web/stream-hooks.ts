// What bodies ask of streams. The classes are a script of their own (streams.ts), which is there only for bundles that name them.

export interface StreamHooks {
  readonly isStream: (value: unknown) => boolean
  /** A stream of one chunk; `onRead` is called when the guest begins to read it. */
  readonly streamOf: (bytes: () => Uint8Array, onRead: () => void) => object
  readonly isLocked: (stream: object) => boolean
  /** Rejects with what the stream failed with, or a TypeError for a chunk that is not bytes. */
  readonly readAll: (stream: object) => Promise<Uint8Array>
  readonly tee: (stream: object) => readonly [object, object]
}

let known: StreamHooks | undefined

/** Once, when the script with the classes is evaluated. */
export function takeStreams(hooks: StreamHooks): void {
  known = hooks
}

export const streamHooks = (): StreamHooks | undefined => known
