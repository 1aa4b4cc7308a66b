// The scripts for the engine as text: the prelude (guest/), whose value is an object with `install` (guest/host-functions.ts),
// and the streams, whose value is their `install`. Made with esbuild and kept; the worker compiles them to bytecode.
import { oneScript } from './one-script.ts'

let prelude: Promise<string> | undefined
let streams: Promise<string> | undefined

export function guestScript(): Promise<string> {
  prelude ??= asExpression('guest/prelude.ts', 'module.exports')
  return prelude
}

export function streamsScript(): Promise<string> {
  streams ??= asExpression('guest/web/streams.ts', 'module.exports.install')
  return streams
}

async function asExpression(file: string, value: string): Promise<string> {
  const text = await oneScript(file, { target: 'es2023', platform: 'neutral' })
  return `((module) => {\n((module, exports) => {\n${text}\n})(module, module.exports)\nreturn ${value}\n})({ exports: {} })`
}
