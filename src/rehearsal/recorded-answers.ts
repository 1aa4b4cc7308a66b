// Answers that recorded invocations got, by what was asked: a rehearsed run that asks the same gets the same. Read once, and bounded.
import { z } from 'zod'
import type { Store } from '../store/index.ts'
import type { AnswersInStore } from './closed-calls.ts'

/** The newest ones. */
const mostInvocations = 1_000
const atATime = 200
const mostBytes = 16 * 1024 * 1024

const runSchema = z.looseObject({
  steps: z.array(
    z.looseObject({
      recording: z
        .looseObject({
          answers: z
            .array(z.looseObject({ requestHash: z.string(), envelope: z.string().optional() }))
            .optional(),
        })
        .optional(),
    }),
  ),
})

export async function recordedAnswers({
  invocations,
  recordings,
}: Pick<Store, 'invocations' | 'recordings'>): Promise<AnswersInStore> {
  const answers = new Map<string, string>()
  let bytes = 0
  const ids = (await invocations.list({ limit: mostInvocations })).map(({ id }) => id)
  for (let from = 0; from < ids.length; from += atATime) {
    const newestFirst = new Map(ids.slice(from, from + atATime).map((id, index) => [id, index]))
    // oxlint-disable-next-line no-await-in-loop -- a part at a time, because recordings can be large
    const found = await recordings.list([...newestFirst.keys()])
    const order = (id: string) => newestFirst.get(id) ?? 0
    for (const { run } of found.toSorted((a, b) => order(a.invocationId) - order(b.invocationId))) {
      for (const { requestHash, envelope } of answersOf(run)) {
        if (envelope === undefined || answers.has(requestHash) || bytes + envelope.length > mostBytes)
          continue
        answers.set(requestHash, envelope)
        bytes += envelope.length
      }
    }
  }
  return { recorded: (requestHash) => answers.get(requestHash) }
}

/** What another version wrote in another form has none. */
function answersOf(run: unknown) {
  const { steps = [] } = runSchema.safeParse(run).data ?? {}
  return steps.flatMap(({ recording }) => recording?.answers ?? [])
}
