// A worker thread that runs a workflow again and again in one engine, until it is asked to stop: the image before
// each run, the claims after it, and nothing between. What a message and a pool cost comes on top.
import { performance } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import { preludeFileName } from '../src/runtime/bundle-script.ts'
import { defaultLimits } from '../src/runtime/index.ts'
import { compileScript } from '../src/runtime/worker/compile.ts'
import { Engine } from '../src/runtime/worker/engine.ts'
import { prepareImage } from '../src/runtime/worker/prepare.ts'
import { closedHost } from '../src/runtime/worker/run-host.ts'
import { reservedClaims } from '../src/tokens/index.ts'
import type { ImageThreadSetup } from './image-thread-setup.ts'

if (parentPort === null) throw new Error('this file is the entry of a worker thread')
const port = parentPort
const { parts, prelude, streams, workload }: ImageThreadSetup = workerData
const { memoryBytes, runningTimeMs, claimsDepth, claimsBytes } = defaultLimits
const inside = <T>(work: () => T): T => work()
const bytecode = compileScript(parts, prelude, preludeFileName)
const { name, code, bindings } = workload
const image = await prepareImage(
  {
    parts,
    prelude: () => bytecode,
    streams: () => compileScript(parts, streams, preludeFileName),
    memoryBytes,
    runningTimeMs,
    inside,
  },
  name,
  {
    code,
    bindings,
    reservedClaims,
    secureFetchEncoding: 'base64url',
  },
)
const engine = await Engine.restore(parts, image, memoryBytes)
const bounds = { claimsDepth, claimsBytes, resultBytes: 256 * 1024 }
let claims: string | undefined
const host = {
  ...closedHost,
  shouldStop: () => false,
  finishPlain(bytes: number): boolean {
    claims = engine.plainClaims({ depth: claimsDepth, bytes })
    return claims !== undefined
  },
}

port.on('message', (forMs: number) => {
  let count = 0
  for (const until = performance.now() + forMs; performance.now() < until; count++) {
    engine.host = host
    engine.call('start', JSON.stringify({ ...workload.input, ...bounds }))
    engine.drain()
    if (claims === undefined) throw new Error('the run gave no claims')
    engine.restoreInPlace(image)
  }
  port.postMessage(count)
})
port.postMessage('ready')
