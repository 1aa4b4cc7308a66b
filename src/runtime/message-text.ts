// The two messages of each run as one text: the order, and how it ended. A thread that has slept gets a text in half the time of an
// object with as much in it. The largest member of each is JSON already, so it follows behind the first line as it is.
import type { MessageToPool, RunOrder } from './protocol.ts'

type Ended = MessageToPool<'ended'>

export function orderText({ input, ...order }: RunOrder): string {
  return `${JSON.stringify(order)}\n${input}`
}

/** The text comes from the pool: it is an order. */
export function orderOf(text: string): RunOrder {
  const [head, input] = parts(text)
  return { ...(JSON.parse(head) as Omit<RunOrder, 'input'>), input }
}

export function endedText(ended: Ended): string {
  const { outcome } = ended
  if (outcome.kind !== 'completed') return `${JSON.stringify(ended)}\n`
  return `${JSON.stringify({ ...ended, outcome: { kind: outcome.kind } })}\n${outcome.claimsJson}`
}

/** What a thread said as one text, to be parsed like all that a thread says; undefined when it is not such a string. */
export function endedOf(text: string): unknown {
  try {
    const [head, claimsJson] = parts(text)
    const ended: unknown = JSON.parse(head)
    return isCompleted(ended) ? { ...ended, outcome: { ...ended.outcome, claimsJson } } : ended
  } catch {
    return undefined
  }
}

function isCompleted(ended: unknown): ended is { readonly outcome: { readonly kind: 'completed' } } {
  if (typeof ended !== 'object' || ended === null || !('outcome' in ended)) return false
  const { outcome } = ended
  return typeof outcome === 'object' && outcome !== null && 'kind' in outcome && outcome.kind === 'completed'
}

/** The first line, which is JSON and so holds no line break of its own, and all that follows. */
function parts(text: string): [head: string, rest: string] {
  const end = text.indexOf('\n')
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)]
}
