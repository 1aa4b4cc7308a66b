// The answers of one run: a case's in their order, then those of the test by the rules of `mintage run --answer`. What only a test has is
// that a call without an answer, and an error in an answer's function, fail the test itself, whatever the workflow makes of them.
import { caseCalls, type parseCase } from '../cases/index.ts'
import { AppError, ConfigError } from '../errors/index.ts'
import {
  answersOf,
  failureAnswers,
  openHostCalls,
  type AnswerRule,
  type HostCalls,
} from '../runtime/host-calls/index.ts'
import type { CallEntry } from '../runtime/index.ts'
import { checkedAnswer } from './checked-options.ts'
import type { RunWorkflowOptions } from './options.ts'

export interface TestAnswers {
  readonly hostCalls: Pick<HostCalls, 'execute'>
  /** Throws when the calls that were made are not those that the test expects. */
  check(calls: readonly CallEntry[]): void
  close(): Promise<void>
}

/** Throws ConfigError `usage` for an address, a method or a status that could never fit. */
export function testAnswers(
  { answers = {} }: RunWorkflowOptions,
  given: ReturnType<typeof parseCase> | undefined,
): TestAnswers {
  const rules = answersOf(Object.entries(answers).map(([name, answer]) => ruleOf(name, answer)))
  const failures: unknown[] = []
  const own = openHostCalls({
    answers: {
      async exchange(request) {
        try {
          return await rules.exchange(request)
        } catch (error) {
          if (!isGivenFailure(error)) failures.push(error)
          throw error
        }
      },
    },
    // Nothing is decrypted in a test: the answer stands in for the server that holds the key.
    encryptionKey: () => Buffer.alloc(32),
  })
  return {
    hostCalls: given === undefined ? own : caseCalls(given.answers, own),
    check(calls) {
      if (failures.length > 0) throw failures[0]
      const missing = calls.find(({ error }) => error?.code === 'answer_missing')
      if (missing !== undefined) throw answerMissing(missing, Object.keys(answers))
    },
    close: () => own.close(),
  }
}

function ruleOf(name: string, answer: NonNullable<RunWorkflowOptions['answers']>[string]): AnswerRule {
  const [, method, url = name] = /^(\S+) +(\S+)$/.exec(name.trim()) ?? []
  const rule = { url, ...(method !== undefined && { method }) }
  if (typeof answer !== 'function') return { ...rule, ...answer }
  return {
    ...rule,
    answer: async ({ method: called, url: address, headers, body }) => {
      const call = {
        method: called,
        url: address.href,
        headers: Object.fromEntries(headers),
        body: body?.toString(),
      }
      return checkedAnswer(name, await answer(call))
    },
  }
}

/** A workflow has to cope with it; every other error is the test's own. */
function isGivenFailure(error: unknown): boolean {
  return error instanceof AppError && failureAnswers.some((code) => code === error.code)
}

function answerMissing({ method, url, error }: CallEntry, given: readonly string[]): AppError {
  const known = given.length === 0 ? '' : ` Given are: ${given.join(', ')}.`
  // An answer redirected the call to an address that has none.
  const [, target] = /: redirected to (\S+): /.exec(error?.message ?? '') ?? []
  const call = target ?? `${method} ${url}`
  const from = target === undefined ? '' : `, to which ${method} ${url} is redirected,`
  return new ConfigError('answer_missing', `${call}${from} has no answer in this test.${known}`, {
    hint: `Add it to the options of runWorkflow: answers: { '${call}': { body: … } }.`,
  })
}
