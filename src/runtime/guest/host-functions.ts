// The wall between the worker and the code inside the engine, as types: what the guest may call (HostFunctions) and
// what the worker may call (GuestEntries). Only strings and numbers cross it. Types alone: nothing here exists at run
// time, and neither side trusts the other further than the type says.

export interface HostFunctions {
  /** `level` is debug, info, warn or error. */
  readonly log: (level: string, text: string) => void
  /** kinde.auth.denyAccess; the host keeps the first reason. */
  readonly deny: (reason: string) => void
  /** JSON `{"value":string,"isSecret":boolean}`, or '' when there is no such variable. */
  readonly env: (key: string) => string
  /** A JSON string, or '' when there is no such text. */
  readonly localization: (key: string) => string
  /** Starts an outgoing host call and gives its id (0, 1, 2 …); -1 when it is refused because the run is ending. */
  readonly call: (kind: string, requestJson: string) => number
  /** Blocks until call `id` is answered and gives the envelope; that answer is not delivered a second time. */
  readonly wait: (id: number) => string
  /** Gives up call `id`: the host ends it, and no answer to it is delivered any more. */
  readonly abortCall: (id: number) => void
  readonly setTimer: (id: number, delayMs: number) => void
  readonly clearTimer: (id: number) => void
  /** Envelope `{"ok":true,"value":…}` or `{"ok":false,"name":"RangeError","message":…}`. */
  readonly intl: (operation: string, argumentsJson: string) => string
  /** An operation of crypto.subtle; envelope as of intl, the name being that of a DOMException. */
  readonly webCrypto: (operation: string, requestJson: string) => string
  /** A courtesy to the author: the line of a refused assignment. The host refuses with or without it. */
  readonly reservedAttempt: (token: string, claim: string, stack: string) => void
  /**
   * Ends the run with the claims as they are and gives 1, when they are plain data of at most `bytes` bytes of JSON; the
   * host reads them itself. 0 when they are not, and nothing has happened.
   */
  readonly finishPlain: (bytes: number) => number
  /**
   * Ends the run. `completed`: payload is the claims as JSON. `threw`: payload is JSON `{name, message, stack,
   * callCode?}`. `claims-invalid` and `claims-too-large`: payload is the message.
   */
  readonly finish: (kind: FinishKind, payload: string) => void
}

export type FinishKind = 'completed' | 'threw' | 'claims-invalid' | 'claims-too-large'

/** Called by the worker. None lets a guest's exception out: only the engine's interrupt or lack of memory can end one. */
export interface GuestEntries {
  /** `{bindings: string[], reservedClaims: {accessToken: string[], …}}`: puts the globals in place. Once, before load. */
  readonly mount: (configJson: string) => void
  /** Puts the streams in place; after mount, for bundles that name them. */
  readonly addStreams: (install: (prelude: object) => void) => void
  /** Runs the bundle's top level; gives '' or the JSON of the described error. */
  readonly load: (factory: BundleFactory) => string
  /** JSON `{defaultExport: 'function'|'handle-object'|'missing'|'other', settings?: …, settingsProblem?: string}`. */
  readonly inspect: () => string
  /** `{event, claims, claimsDepth, claimsBytes, resultBytes}`: calls the workflow; host.finish follows exactly once. */
  readonly start: (inputJson: string) => void
  readonly deliverAnswer: (id: number, envelopeJson: string) => void
  readonly fireTimer: (id: number) => void
  /** The stack of an error that the engine itself threw out of another entry: where it was interrupted. */
  readonly stackOf: (error: object) => string
  /** Where the host starts reading claims (finishPlain); functions of the guest's own play no part in it. */
  readonly roots: GuestRoots
}

export interface GuestRoots {
  readonly claims: object
  readonly claimsPrototypes: object
  readonly objectPrototype: object
  readonly arrayPrototype: object
}

export interface CommonJsModule {
  exports: unknown
}

/** The bundle, wrapped: `(function (module, exports, require) { … })`. */
export type BundleFactory = (
  module: CommonJsModule,
  exports: unknown,
  require: (name: string) => unknown,
) => void
