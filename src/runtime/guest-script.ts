// The prelude (guest/) as the text of one script for the engine. Its value is an object with `install` (guest/
// host-functions.ts). Made with esbuild and kept; the worker compiles it to bytecode.
import { oneScript } from './one-script.ts'

let script: Promise<string> | undefined

export function guestScript(): Promise<string> {
  script ??= bundlePrelude()
  return script
}

async function bundlePrelude(): Promise<string> {
  const text = await oneScript('guest/prelude.ts', { target: 'es2023', platform: 'neutral' })
  return `((module) => {\n((module, exports) => {\n${text}\n})(module, module.exports)\nreturn module.exports\n})({ exports: {} })`
}
