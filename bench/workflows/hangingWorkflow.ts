// What the case of the terminated thread runs. `ask` waits for an answer of the network, `wait` for a timer, and
// `hang` makes a call and then stays inside one native function of the engine, which does not ask whether to go on: no
// limit of the run ends it, only the end of its thread.
import { fetch } from '@kinde/infrastructure'

declare function setTimeout(callback: (value?: unknown) => void, delayMs: number): unknown

interface Event {
  part: 'ask' | 'wait' | 'hang'
  url: string
  waitMs: number
}

export default async function hanging(event: Event): Promise<void> {
  if (event.part === 'wait') await new Promise((resolve) => setTimeout(resolve, event.waitMs))
  else await fetch(`${event.url}/${event.part}`, { method: 'GET', headers: {}, responseFormat: 'text' })
  if (event.part === 'hang') 'a'.repeat(8_000_000).indexOf(`${'a'.repeat(4_000_000)}b`)
}
