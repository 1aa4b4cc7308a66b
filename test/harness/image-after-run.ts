// A worker thread that runs workflows, each in an engine of its own, puts the image back, and says whether the engine's
// memory is the image again. A thread, because a thread's stack is larger than the main thread's: a deep recursion of the
// guest must end by the engine's own limit, as it does in production.
import { isDeepStrictEqual } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import type { Image } from '../../src/runtime/protocol.ts'
import { roomier } from '../../src/runtime/worker/roomier-image.ts'
import { openWorkerEngines, secretEnvironment, startRun } from './worker-engine.ts'

export interface AfterRun {
  readonly outcome: string
  readonly isIntact: boolean
  /** Whether the memory outgrew the image, which has room for all that the bodies do. */
  readonly hasGrown: boolean
  readonly isImageAgain: boolean
}

const engines = await openWorkerEngines()
/** Mostly space, so that what the host wrote of it lies where nothing of the engine's is written afterwards. */
const input =
  '{"event":{},"claims":{"accessToken":{}},"claimsDepth":64,"claimsBytes":16384,"resultBytes":1000000' +
  ' '.repeat(50_000) +
  '}'
const roomBytes = 5 * 1024 * 1024
const results: Record<string, AfterRun> = {}
for (const [name, body] of Object.entries(z.record(z.string(), z.string()).parse(workerData))) {
  const image = await withRoom(await engines.image(body))
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
    hasGrown: !fits,
    isImageAgain: isSame,
  }
}
parentPort?.postMessage(results)

/** Otherwise half of the bodies would outgrow their image, and an engine that has grown is dropped and not put back. */
async function withRoom(image: Image): Promise<Image> {
  const wider = await roomier(engines.parts, engines.memoryBytes, image, image.memoryBytes + roomBytes)
  if (wider === undefined) throw new Error('an image may not have this much room')
  return wider
}
