// Recorded invocations by filters and by a text. Each filter goes by an index of the store; a text is looked for in what the filters let
// through, because documents are compressed. Outcomes are found and shown by their current names, however they are stored.
import type { InvocationFilter, InvocationStore, StoredInvocation } from '../store/index.ts'
import { endingErrorCode, runEndings, storedEndings, withCurrentEnding } from '../tokens/index.ts'

export interface InvocationSearch extends Omit<
  InvocationFilter,
  'outcomes' | 'accessTokenJti' | 'order' | 'afterSequence'
> {
  /** By its name or by the code of its error: `memory-exceeded`, `memory_exceeded`. One that is unknown finds nothing. */
  readonly outcome?: string
  /** Anywhere in the record, in any case. */
  readonly text?: string
}

export interface FoundInvocations {
  readonly invocations: readonly StoredInvocation[]
  /** Of the last one that was looked at; undefined when there was nothing to look at. */
  readonly lastSequence: number | undefined
  /** The text was looked for in the newest ones only. */
  readonly isCut: boolean
}

/** Invocations that a text is looked for in. */
const mostLookedThrough = 10_000
const pageSize = 500

/** Newest first. */
export async function newestInvocations(
  { text, outcome, ...filter }: InvocationSearch,
  store: Pick<InvocationStore, 'list'>,
): Promise<FoundInvocations> {
  const outcomes = filterOfOutcome(outcome)
  if (outcomes === undefined) return nothing
  const found: StoredInvocation[] = []
  const size = text === undefined ? filter.limit : pageSize
  let { beforeSequence } = filter
  for (let looked = 0; found.length < filter.limit; looked += size) {
    if (looked >= mostLookedThrough && text !== undefined)
      return { invocations: found, lastSequence: beforeSequence, isCut: true }
    const before = beforeSequence === undefined ? {} : { beforeSequence }
    // oxlint-disable-next-line no-await-in-loop -- page after page, until there are enough
    const page = await store.list({ ...filter, ...outcomes, ...before, limit: size })
    found.push(...matching(page, text))
    beforeSequence = page.at(-1)?.sequence ?? beforeSequence
    if (page.length < size) break
  }
  return { invocations: found.slice(0, filter.limit), lastSequence: beforeSequence, isCut: false }
}

/** Those that were written after one, oldest first: looks at `limit` of them. */
export async function invocationsAfter(
  afterSequence: number,
  { text, outcome, ...filter }: InvocationSearch,
  store: Pick<InvocationStore, 'list'>,
): Promise<FoundInvocations> {
  const outcomes = filterOfOutcome(outcome)
  if (outcomes === undefined) return nothing
  const page = await store.list({ ...filter, ...outcomes, afterSequence, order: 'oldest-first' })
  return { invocations: matching(page, text), lastSequence: page.at(-1)?.sequence, isCut: false }
}

const nothing: FoundInvocations = { invocations: [], lastSequence: undefined, isCut: false }

function filterOfOutcome(given: string | undefined): Pick<InvocationFilter, 'outcomes'> | undefined {
  if (given === undefined) return {}
  const found = runEndings.find((known) => known === given || endingErrorCode(known) === given)
  return found && { outcomes: storedEndings(found) }
}

function matching(page: readonly StoredInvocation[], text: string | undefined): readonly StoredInvocation[] {
  const wanted = text?.toLowerCase()
  const shown = page.map(withCurrentEnding)
  if (wanted === undefined) return shown
  return shown.filter((invocation) => JSON.stringify(invocation).toLowerCase().includes(wanted))
}
