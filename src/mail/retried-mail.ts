// Mail that is tried again: a mail server restarts, refuses for a while (greylisting, RFC 5321 §4.5.4.1), or is away. Bounded in
// attempts, time and number, because waiting mails are in memory and end with the process.
import { setTimeout as pause } from 'node:timers/promises'
import { MailError, type Mail, type MailMessage } from './mail.ts'

export interface RetryOptions {
  /** Milliseconds before each further attempt. */
  readonly pausesMs: readonly number[]
  /** Mails that may wait for another attempt; those beyond fail at their first. */
  readonly mostWaiting: number
  /** Told of each attempt that failed and will be made again. */
  readonly onRetry: (kind: MailMessage['kind'], attempt: number, error: MailError) => void
}

export const defaultRetries = { pausesMs: [1_000, 5_000, 20_000, 60_000], mostWaiting: 500 } as const

export interface RetriedMail extends Mail {
  /** From here on nothing waits: each waiting mail gets one last attempt, now. */
  hurry(): void
}

export function retriedMail(mail: Mail, { pausesMs, mostWaiting, onRetry }: RetryOptions): RetriedMail {
  const hurrying = new AbortController()
  const { signal } = hurrying
  let waiting = 0

  /** False when no further attempt is to be made. */
  async function waited(pauseMs: number): Promise<boolean> {
    if (signal.aborted || waiting >= mostWaiting) return false
    waiting += 1
    await pause(pauseMs, undefined, { signal }).catch(() => {})
    waiting -= 1
    return true
  }

  return {
    async send(message) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await mail.send(message)
        } catch (error) {
          const pauseMs = pausesMs[attempt - 1]
          if (!(error instanceof MailError) || error.isFinal || pauseMs === undefined) throw error
          onRetry(message.kind, attempt, error)
          if (!(await waited(pauseMs))) throw error
        }
      }
    },
    close: () => mail.close(),
    hurry: () => hurrying.abort(),
  }
}
