// Requests to a thread that are answered once: inspecting a module, preparing a deployment. The thread may refuse, or
// be lost with the request on it; both end the request, neither leaves it waiting.
import { SandboxError, WorkflowError } from '../errors/index.ts'
import * as z from 'zod'
import type { Image, MessageToPool } from './protocol.ts'
import type { DeploymentSource, ModuleExports } from './sandbox.ts'
import type { Thread } from './thread.ts'

type Answer = MessageToPool<'inspected'> | MessageToPool<'prepared'> | MessageToPool<'refused'>

interface Waiting {
  readonly thread: Thread
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: SandboxError) => void
}

const exportsSchema = z.strictObject({
  defaultExport: z.enum(['function', 'handle-object', 'missing', 'other']),
  settings: z.unknown().optional(),
})

export class Preparations {
  readonly #waiting = new Map<number, Waiting>()
  #next = 0

  /** What the module exports. Rejects with SandboxError. */
  async inspect(thread: Thread, code: string): Promise<ModuleExports> {
    const answer = await this.#ask(thread, (request) => thread.send({ kind: 'inspect', request, code }))
    if (answer.kind === 'refused')
      return { defaultExport: 'missing', settings: undefined, error: answer.error }
    if (answer.kind !== 'inspected') throw unexpected()
    const { defaultExport, settings } = exportsSchema.parse(JSON.parse(answer.exports))
    return { defaultExport, settings, ...(answer.error === undefined ? {} : { error: answer.error }) }
  }

  /** The image of a deployment. Rejects with WorkflowError `top_level_threw`, whose cause is the guest's error, or SandboxError. */
  async prepare(thread: Thread, id: string, source: DeploymentSource): Promise<Image> {
    const answer = await this.#ask(thread, (request) => thread.send({ kind: 'prepare', request, id, source }))
    if (answer.kind === 'prepared') return answer.image
    if (answer.kind !== 'refused') throw unexpected()
    throw new WorkflowError('top_level_threw', refusalText(answer), { cause: answer.error })
  }

  /** An answer counts only if it comes from the thread that was asked. */
  answer(thread: Thread, answer: Answer): void {
    const waiting = this.#waiting.get(answer.request)
    if (waiting?.thread !== thread) return
    this.#waiting.delete(answer.request)
    waiting.resolve(answer)
  }

  /** Ends every request, because the sandbox is closed. */
  close(): void {
    for (const { reject } of this.#waiting.values()) reject(sandboxClosed())
    this.#waiting.clear()
  }

  /** Ends every request that was sent to this thread. */
  lost(thread: Thread, cause: unknown): void {
    for (const [request, waiting] of this.#waiting) {
      if (waiting.thread !== thread) continue
      this.#waiting.delete(request)
      waiting.reject(
        new SandboxError('sandbox_crashed', 'the thread that prepared the workflow was lost', { cause }),
      )
    }
  }

  async #ask(thread: Thread, send: (request: number) => void): Promise<Answer> {
    const request = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { thread, resolve, reject })
      send(request)
    })
  }
}

function refusalText({ reason, error }: MessageToPool<'refused'>): string {
  switch (reason) {
    case 'threw':
      return `the top level of the workflow threw ${error.name}: ${error.message}`
    case 'running-time-exceeded':
      return 'the top level of the workflow computes for longer than the running-time limit'
    case 'out-of-memory':
      return 'the top level of the workflow uses more memory than the limit'
    case 'crashed':
      return 'the engine trapped while it evaluated the top level of the workflow'
  }
}

export function sandboxClosed(): SandboxError {
  return new SandboxError('sandbox_busy', 'the sandbox is closed')
}

function unexpected(): SandboxError {
  return new SandboxError('internal', 'a sandbox thread answered something else than it was asked')
}
