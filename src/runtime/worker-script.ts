// The code of a worker thread (worker/main.ts and all that it imports) as one script, made with esbuild and kept: a
// thread that loads one script stands ready in half of the time that it takes to find, strip and link forty files, and a
// thread is started again whenever one is lost.
import { oneScript } from './one-script.ts'

let script: Promise<string> | undefined

export function workerScript(): Promise<string> {
  script ??= oneScript('worker/main.ts', { target: 'node24', platform: 'node' })
  return script
}
