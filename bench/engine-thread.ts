// A worker thread that runs a workflow in a standing QuickJS for each message: what no wall, no image and no limit cost.
import { parentPort, workerData } from 'node:worker_threads'
import { engineAlone } from './floor.ts'

const run = await engineAlone(workerData)
parentPort?.on('message', () => void answer())

async function answer(): Promise<void> {
  parentPort?.postMessage(await run())
}
