// A worker thread that runs workflows, each in an engine of its own, puts the image back, and says whether the engine's
// memory is the image again. A thread, because a thread's stack is larger than the main thread's: a deep recursion of the
// guest must end by the engine's own limit, as it does in production.
import { isDeepStrictEqual } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { openWorkerEngines, secretEnvironment, startRun } from './worker-engine.ts'

export interface AfterRun {
  readonly outcome: string
  readonly isIntact: boolean
  /** Undefined when the memory has grown: such an engine is not put back. */
  readonly isImageAgain: boolean | undefined
}

const engines = await openWorkerEngines()
/** Mostly space, so that what the host wrote of it lies where nothing of the engine's is written afterwards. */
const input =
  '{"event":{},"claims":{"accessToken":{}},"claimsDepth":64,"claimsBytes":16384,"resultBytes":1000000' +
  ' '.repeat(50_000) +
  '}'
const results: Record<string, AfterRun> = {}
for (const [name, body] of Object.entries(z.record(z.string(), z.string()).parse(workerData))) {
  const image = await engines.image(body)
  const engine = await engines.engine(image)
  const limits = { runningTimeMs: 20_000, wallClockMs: 30_000 }
  const environment = secretEnvironment('secret '.repeat(1_000))
  const outcome = await startRun(engine, image, { limits, environment, input }).ended
  const fits = engine.fits(image)
  if (fits && engine.isIntact) engine.restoreInPlace(image)
  const { bytes, ...rest } = engine.capture(image.id, image.bundle)
  const { bytes: expected, ...expectedRest } = image
  const isSame = isDeepStrictEqual(rest, expectedRest) && Buffer.from(bytes).equals(Buffer.from(expected))
  results[name] = {
    outcome: JSON.stringify(outcome),
    isIntact: engine.isIntact,
    isImageAgain: fits ? isSame : undefined,
  }
}
parentPort?.postMessage(results)
