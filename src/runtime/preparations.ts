// Requests to a thread that are answered once: inspecting a module, preparing a deployment. The thread may refuse, which ends the
// request, or be lost with the request on it: then another one is asked, once. Nothing leaves a request waiting.
import { SandboxError, WorkflowError } from '../errors/index.ts'
import * as z from 'zod'
import type { Image, MessageToPool } from './protocol.ts'
import type { DeploymentSource, ModuleExports } from './sandbox.ts'
import type { Thread } from './thread.ts'

type Answer = MessageToPool<'inspected'> | MessageToPool<'prepared'> | MessageToPool<'refused'>

type Send = (thread: Thread, request: number) => void

interface Waiting {
  readonly thread: Thread
  readonly send: Send
  readonly wasRetried: boolean
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: SandboxError) => void
}

const exportsSchema = z.strictObject({
  defaultExport: z.enum(['function', 'handle-object', 'missing', 'other']),
  settings: z.unknown().optional(),
  settingsProblem: z.string().exactOptional(),
})

export class Preparations {
  readonly #waiting = new Map<number, Waiting>()
  #next = 0

  /** What the module exports. Rejects with SandboxError. */
  async inspect(thread: Thread, code: string): Promise<ModuleExports> {
    const answer = await this.#ask(thread, (asked, request) => asked.send({ kind: 'inspect', request, code }))
    if (answer.kind === 'refused')
      return { defaultExport: 'missing', settings: undefined, error: answer.error }
    if (answer.kind !== 'inspected') throw unexpected()
    const { settings, ...others } = exportsSchema.parse(JSON.parse(answer.exports))
    return { ...others, settings, ...(answer.error === undefined ? {} : { error: answer.error }) }
  }

  /** The image of a deployment. Rejects with WorkflowError `top_level_threw`, whose cause is the guest's error, or SandboxError. */
  async prepare(thread: Thread, id: string, source: DeploymentSource): Promise<Image> {
    const answer = await this.#ask(thread, (asked, request) =>
      asked.send({ kind: 'prepare', request, id, source }),
    )
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

  /** The guest's code of this request does not end, and nothing stops it but the end of its thread. */
  outOfTime(thread: Thread, request: number): void {
    const error = { name: 'InternalError', message: 'interrupted', stack: '' }
    this.answer(thread, { kind: 'refused', request, reason: 'running-time-exceeded', error })
  }

  /** Sends every request that was sent to this thread to the next one. `isExplained`: whatever ended the thread was not one of them. */
  lost(thread: Thread, next: Thread, { cause, isExplained }: { cause: unknown; isExplained: boolean }): void {
    for (const [request, waiting] of this.#waiting) {
      if (waiting.thread !== thread) continue
      if (waiting.wasRetried && !isExplained) {
        this.#waiting.delete(request)
        waiting.reject(
          new SandboxError('sandbox_crashed', 'the threads that prepared the workflow were lost', { cause }),
        )
      } else {
        this.#waiting.set(request, {
          ...waiting,
          thread: next,
          wasRetried: waiting.wasRetried || !isExplained,
        })
        waiting.send(next, request)
      }
    }
  }

  async #ask(thread: Thread, send: Send): Promise<Answer> {
    // Fits the 32-bit slots of a thread's signal.
    this.#next = (this.#next + 1) % 0x7fff_ffff
    const request = this.#next
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { thread, send, wasRetried: false, resolve, reject })
      send(thread, request)
    })
  }
}

function refusalText({ reason, error }: MessageToPool<'refused'>): string {
  switch (reason) {
    case 'threw':
      return `the top level of the workflow threw ${error.name}: ${error.message}`
    case 'running-time-exceeded':
      return 'the top level of the workflow computes for longer than the running-time limit'
    case 'memory-exceeded':
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
