// A worker thread that gives back what it gets: the price of a thread, and of nothing else.
import { parentPort } from 'node:worker_threads'

parentPort?.on('message', (text: unknown) => parentPort?.postMessage(text))
