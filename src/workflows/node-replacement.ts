// What takes the place of a module or a global of Node in a workflow, for error texts. A row for each of Node's modules that
// people reach for; a test keeps the list complete.

const calls = 'Call out with kinde.fetch(url) or fetch(url).'
const noProcesses = 'There are no other processes or threads: do this work behind a call (kinde.fetch).'
const noStreams = 'There are no streams of Node: read an answer whole, as .json or .text.'
const noDiagnostics = 'Leave it out: a workflow cannot look into the engine that runs it.'

const replacements: Readonly<Record<string, string>> = {
  assert: 'Throw an Error when a condition does not hold; console.assert(condition) only logs it.',
  async_hooks: 'Pass the context along as an argument.',
  buffer: 'Use Uint8Array with TextEncoder and TextDecoder, and atob and btoa for Base64.',
  child_process: noProcesses,
  cluster: noProcesses,
  console: 'Use the global console.',
  constants: noDiagnostics,
  crypto:
    'Use the global crypto: crypto.subtle for hashes, HMAC and signatures, crypto.randomUUID() and crypto.getRandomValues().',
  dgram: calls,
  diagnostics_channel: noDiagnostics,
  dns: `${calls} It resolves names itself.`,
  domain: 'Catch errors with try and catch.',
  events: 'Call the functions directly, or use a package such as mitt.',
  fs: 'There are no files: import data into the bundle (import data from "./data.json"), or read it with kinde.fetch(url).',
  http: calls,
  http2: calls,
  https: calls,
  inspector: noDiagnostics,
  module: 'Import by a fixed name: everything a workflow uses is in its bundle.',
  net: calls,
  os: noDiagnostics,
  path: 'Use new URL(path, base) for addresses, or the package path-browserify for paths.',
  perf_hooks: 'Use the global performance.',
  process: 'Read environment variables with getEnvironmentVariable(key)?.value.',
  punycode:
    'Use new URL(address).hostname, which is in ASCII form, or the package punycode (npm install punycode).',
  querystring: 'Use URLSearchParams.',
  readline: 'Split the text at its line feeds: text.split("\\n").',
  repl: noDiagnostics,
  sea: noDiagnostics,
  sqlite: 'There is no database in a workflow: ask a service for the data with kinde.fetch(url).',
  stream: noStreams,
  string_decoder: 'Use TextDecoder.',
  sys: 'Import "util", which has format and inspect.',
  test: 'Test a workflow from outside of it: docs/guides/test-a-workflow.md.',
  timers:
    'Use the globals setTimeout, setInterval and queueMicrotask; to wait, await new Promise((resolve) => setTimeout(resolve, ms)).',
  tls: calls,
  trace_events: noDiagnostics,
  tty: noDiagnostics,
  util: 'Import "util": it has format and inspect.',
  v8: 'Use structuredClone to copy a value.',
  vm: 'There is no code from strings: import the code into the bundle.',
  wasi: 'There is no WebAssembly in a workflow: do this work behind a call (kinde.fetch).',
  worker_threads: noProcesses,
  zlib: 'Send and read plain text: fetch unpacks compressed answers itself.',
}

const globals: Readonly<Record<string, string>> = {
  Buffer: replacements['buffer'] ?? '',
  clearImmediate: 'Use setTimeout(work, 0) and clearTimeout.',
  __dirname: 'A workflow has no folder: import data into the bundle (import data from "./data.json").',
  __filename: 'A workflow has no file when it runs: import what it needs into the bundle.',
  require: 'Write import at the top of the file: everything a workflow uses is in its bundle.',
  setImmediate: 'Use queueMicrotask(work) or setTimeout(work, 0).',
}

/** For a module of Node, with or without `node:` and a path below it, as an imperative sentence; undefined for other names. */
export function moduleReplacement(specifier: string): string | undefined {
  const [name = ''] = specifier.replace(/^node:/, '').split('/')
  return Object.hasOwn(replacements, name) ? replacements[name] : undefined
}

/** For a name that is a global in Node, or a module of Node that the author did not import. */
export function nodeGlobalReplacement(name: string): string | undefined {
  return Object.hasOwn(globals, name) ? globals[name] : moduleReplacement(name)
}
