// Every name on the global object of a workflow, and why it is there. Whatever the engine brings that is not in this list
// is deleted before an author's code runs, and a test compares the two. docs/reference/guest-surface.md says the same to
// authors. Nothing is frozen: an author may replace a builtin, as everywhere in JavaScript; it lasts for that run and
// changes nothing that the prelude does.

/** ECMAScript 2025: values and functions. */
const language = [
  'globalThis',
  'undefined',
  'NaN',
  'Infinity',
  'parseInt',
  'parseFloat',
  'isNaN',
  'isFinite',
  'decodeURI',
  'decodeURIComponent',
  'encodeURI',
  'encodeURIComponent',
  'escape',
  'unescape',
  'Object',
  'Function',
  'Boolean',
  'Symbol',
  'Number',
  'BigInt',
  'Math',
  'Date',
  'String',
  'RegExp',
  'Array',
  'Iterator',
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'JSON',
  'Promise',
  'Proxy',
  'Reflect',
  'ArrayBuffer',
  'DataView',
  'Uint8ClampedArray',
  'Int8Array',
  'Uint8Array',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
] as const

/** Errors; InternalError is the engine's own, for a stack or a heap that is full. */
const errors = [
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AggregateError',
  'InternalError',
  'DOMException',
] as const

/** What `using` compiles to. */
const resourceManagement = ['SuppressedError', 'DisposableStack', 'AsyncDisposableStack'] as const

/** The web's: without access to anything outside. */
const web = [
  'self',
  'global',
  'navigator',
  'reportError',
  'addEventListener',
  'removeEventListener',
  'dispatchEvent',
  'Event',
  'CustomEvent',
  'ErrorEvent',
  'MessageEvent',
  'PromiseRejectionEvent',
  'EventTarget',
  'AbortController',
  'AbortSignal',
  'Request',
  'Response',
  'Blob',
  'File',
  'FormData',
  'URL',
  'URLSearchParams',
  'Headers',
  'TextEncoder',
  'TextDecoder',
  'atob',
  'btoa',
  'structuredClone',
  'queueMicrotask',
  'crypto',
  'Crypto',
  'SubtleCrypto',
  'CryptoKey',
  'performance',
  'Performance',
  'setTimeout',
  'setInterval',
  'clearTimeout',
  'clearInterval',
] as const

/** There for packages that look for them when they load; they refuse when they are called (refused-globals.ts). */
const refused = ['eval', 'WebSocket'] as const

/** There in bundles that name a stream: a script of their own (web/streams.ts). */
export const streamGlobals: readonly string[] = [
  'ByteLengthQueuingStrategy',
  'CountQueuingStrategy',
  'ReadableByteStreamController',
  'ReadableStream',
  'ReadableStreamBYOBReader',
  'ReadableStreamBYOBRequest',
  'ReadableStreamDefaultController',
  'ReadableStreamDefaultReader',
  'TextDecoderStream',
  'TextEncoderStream',
  'TransformStream',
  'TransformStreamDefaultController',
  'WritableStream',
  'WritableStreamDefaultController',
  'WritableStreamDefaultWriter',
]

/** Answered by the host: the engine has no locale data. */
const locale = ['Intl'] as const

/** Names that are there only when a binding is mounted, by the key that mounts them; `kinde` comes with any `kinde.*`. */
export const boundGlobals = {
  console: ['console'],
  util: ['util'],
  'kinde.fetch': ['fetch'],
} as const satisfies Record<string, readonly string[]>

export const kindeGlobal = 'kinde'

/** Always there. */
export const guestGlobals: readonly string[] = [
  ...language,
  ...errors,
  ...resourceManagement,
  ...web,
  ...locale,
  ...refused,
]
