// The small workflow, which then waits for as long as its event says: what keeps many runs in flight at once.
import small from './smallWorkflow.ts'

declare function setTimeout(callback: (value?: unknown) => void, delayMs: number): unknown

interface Event {
  context: { user: { id: string }; auth: { origin: string } }
  waitMs: number
}

export default async function waiting(event: Event): Promise<void> {
  await small(event)
  await new Promise((resolve) => setTimeout(resolve, event.waitMs))
}
