// The minimum common web API (ECMA-429, first edition, §7) item by item, and what else of the web a package may ask for: whether a
// workflow has it, and what to use instead where it has not. A refused name does not exist in a run, so that `typeof` and `in` say so
// to libraries; that it is refused, and why, is said by the hint of the error that reading it throws, and by
// docs/reference/guest-surface.md, whose table is made from this one. A test asks a real run for each item.

export interface WebItem {
  /** A path from the global object. */
  readonly name: string
  /** An imperative sentence; absent when the item is there. */
  readonly instead?: string
  /** What is different from the standard, or when it is there. */
  readonly note?: string
}

const noWebAssembly = "Import the package's JavaScript build, or call a service with kinde.fetch."
const noGlobalHandler = 'Use addEventListener("error", …), or try and catch.'
const noRejectionHandler = 'Await the promise, or give it a catch().'
const noMessages = 'There is one thread here: use an EventTarget, queueMicrotask or setTimeout.'
const noCompression = 'Import the package fflate: gzipSync, gunzipSync, zlibSync, inflateSync.'
const withStreams = 'one of the streams, above'
const byBinding = (key: string) => `with the binding \`${key}\`, which is mounted by default`

const webAssembly = [
  'Global',
  'Instance',
  'Memory',
  'Module',
  'Table',
  'Tag',
  'Exception',
  'CompileError',
  'LinkError',
  'RuntimeError',
]
const webAssemblyFunctions = [
  'compile',
  'compileStreaming',
  'instantiate',
  'instantiateStreaming',
  'JSTag',
  'validate',
]

/** In the order of the standard. */
export const minimumCommonApi: readonly WebItem[] = [
  { name: 'AbortController' },
  { name: 'AbortSignal', note: '`timeout` goes by the run’s clock' },
  { name: 'Blob', note: '`stream()` with the streams, above' },
  { name: 'ByteLengthQueuingStrategy', note: withStreams },
  { name: 'CompressionStream', instead: noCompression },
  { name: 'CountQueuingStrategy', note: withStreams },
  { name: 'Crypto' },
  { name: 'CryptoKey' },
  { name: 'CustomEvent' },
  { name: 'DecompressionStream', instead: noCompression },
  { name: 'DOMException' },
  { name: 'ErrorEvent' },
  { name: 'Event' },
  { name: 'EventTarget' },
  { name: 'File' },
  { name: 'FormData' },
  { name: 'Headers', note: 'those of a Request or an answer may be changed, too' },
  { name: 'MessageChannel', instead: noMessages },
  { name: 'MessageEvent', note: 'the runtime fires none' },
  { name: 'MessagePort', instead: noMessages },
  { name: 'Performance' },
  { name: 'PromiseRejectionEvent', note: 'the runtime fires none' },
  { name: 'ReadableByteStreamController', note: withStreams },
  { name: 'ReadableStream', note: withStreams },
  { name: 'ReadableStreamBYOBReader', note: withStreams },
  { name: 'ReadableStreamBYOBRequest', note: withStreams },
  { name: 'ReadableStreamDefaultController', note: withStreams },
  { name: 'ReadableStreamDefaultReader', note: withStreams },
  {
    name: 'Request',
    note: 'what concerns a browser’s page (`mode`, `cache`, `credentials` …) is kept and has no effect',
  },
  { name: 'Response', note: 'an object or an array as body is sent as JSON' },
  { name: 'SubtleCrypto' },
  {
    name: 'TextDecoder',
    note: 'UTF-8, UTF-16 and windows-1252 (`latin1`); others throw. The text of a `kinde.fetch` answer is decoded by every charset',
  },
  { name: 'TextDecoderStream', note: withStreams },
  { name: 'TextEncoder' },
  { name: 'TextEncoderStream', note: withStreams },
  { name: 'TransformStream', note: withStreams },
  { name: 'TransformStreamDefaultController', note: withStreams },
  { name: 'URL', note: 'without `createObjectURL`' },
  {
    name: 'URLPattern',
    instead: 'Import the package urlpattern-polyfill, or use URL and a regular expression.',
  },
  { name: 'URLSearchParams' },
  ...webAssembly.map((name) => ({ name: `WebAssembly.${name}`, instead: noWebAssembly })),
  { name: 'WritableStream', note: withStreams },
  { name: 'WritableStreamDefaultController', note: withStreams },
  { name: 'WritableStreamDefaultWriter', note: withStreams },
  { name: 'globalThis' },
  { name: 'atob' },
  { name: 'btoa' },
  { name: 'clearTimeout' },
  { name: 'clearInterval' },
  { name: 'console', note: byBinding('console') },
  { name: 'crypto' },
  { name: 'fetch', note: byBinding('kinde.fetch') },
  { name: 'navigator.userAgent', note: '`Mintage`' },
  { name: 'onerror', instead: noGlobalHandler },
  { name: 'onunhandledrejection', instead: noRejectionHandler },
  { name: 'onrejectionhandled', instead: noRejectionHandler },
  { name: 'performance' },
  { name: 'queueMicrotask' },
  { name: 'reportError', note: 'fails the run unless a listener for `error` prevents it' },
  { name: 'self' },
  { name: 'setTimeout' },
  { name: 'setInterval' },
  { name: 'structuredClone', note: 'of the language’s own values; transfers ArrayBuffers' },
  ...webAssemblyFunctions.map((name) => ({ name: `WebAssembly.${name}`, instead: noWebAssembly })),
]

/** Not in the standard, and asked for by packages that were written for browsers. */
const otherRefusals: Readonly<Record<string, string>> = {
  Atomics: 'There is one thread here: use plain values.',
  BroadcastChannel: noMessages,
  EventSource: 'Call the service with kinde.fetch; an answer is read whole.',
  FinalizationRegistry: 'Use try and finally: when memory is collected is not seen here.',
  SharedArrayBuffer: 'Use an ArrayBuffer.',
  WeakRef: 'Use a WeakMap: when memory is collected is not seen here.',
  Worker: 'There is one thread here: call the function directly.',
  XMLHttpRequest: 'Use fetch or kinde.fetch.',
  document: 'There is no page here; import the package’s build for servers.',
  indexedDB: 'Nothing is kept between runs: read and write data with kinde.fetch.',
  localStorage: 'Nothing is kept between runs: read and write data with kinde.fetch.',
  sessionStorage: 'Nothing is kept between runs: use a variable.',
  window: 'Use globalThis.',
}

/** What to use instead of a global name that a workflow does not have; undefined for names that the web does not know either. */
export function webReplacement(name: string): string | undefined {
  if (Object.hasOwn(otherRefusals, name)) return otherRefusals[name]
  return minimumCommonApi.find((item) => item.name === name || item.name.startsWith(`${name}.`))?.instead
}

/** For docs/reference/guest-surface.md. */
export function minimumCommonApiTable(): string {
  const rows = minimumCommonApi.map(({ name, instead, note }) =>
    instead === undefined
      ? `| \`${name}\` | yes | ${note ?? ''} |`
      : `| \`${name}\` | **refused** | ${instead} |`,
  )
  return ['| item | there | |', '| --- | --- | --- |', ...rows].join('\n')
}
