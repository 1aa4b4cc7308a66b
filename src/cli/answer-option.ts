// `--answer '[METHOD ]URL=FILE'`: a file that stands in for the server of a call.
import { extname } from 'node:path'
import { z } from 'zod'
import type { CaseAnswer } from '../cases/index.ts'
import { answersOf, type AnswerRule, type Answers } from '../runtime/host-calls/index.ts'
import { usage, type CommandArguments } from './arguments.ts'
import type { CommandOption } from './command.ts'
import { readJsonFile, readTextFile } from './text-file.ts'

export const answerOption: CommandOption = {
  name: 'answer',
  value: '[METHOD ]URL=FILE',
  repeatable: true,
  summary:
    'Answer calls to this address from a file; * matches any characters. Other calls fail with answer_missing.',
}

/** A document with a status is a whole answer; any other is the body of one. */
const answerSchema = z.strictObject({
  status: z.int(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
})

/** Undefined when none are given. Throws ConfigError `usage`, `file_unreadable`, `answer_invalid`. */
export async function readAnswers(command: string, given: CommandArguments): Promise<Answers | undefined> {
  const texts = given.values(answerOption.name)
  if (texts.length === 0) return undefined
  return answersOf(await Promise.all(texts.map((text) => readRule(command, text))))
}

/** The same answers for runs that have no network at all. Throws as readAnswers does. */
export async function readCaseAnswers(command: string, given: CommandArguments): Promise<CaseAnswer[]> {
  const rules = await Promise.all(given.values(answerOption.name).map((text) => readRule(command, text)))
  // Says what is wrong with a pattern.
  answersOf(rules)
  return rules.flatMap(({ method, url, status, headers, body }) =>
    (['fetch', 'secureFetch'] as const).map((kind) => ({
      kind,
      url,
      ...(method !== undefined && { method }),
      ...(status !== undefined && { status }),
      ...(headers && { headers: Object.entries(headers) }),
      ...(body !== undefined && { body: z.json().parse(body) }),
    })),
  )
}

async function readRule(command: string, text: string): Promise<AnswerRule> {
  // The last one: an address may have `=` in its query.
  const end = text.lastIndexOf('=')
  const [, method, url] = /^(?:([A-Za-z]+) +)?(\S+)$/.exec(text.slice(0, Math.max(0, end)).trim()) ?? []
  const file = text.slice(end + 1)
  if (url === undefined || file === '') {
    const example = "--answer 'https://api.example.com/*=customers.json'"
    throw usage({ name: command }, '--answer needs an address and a file, with = between them.', example)
  }
  const rule = { url, ...(method !== undefined && { method: method.toUpperCase() }) }
  if (extname(file) !== '.json') return { ...rule, body: await readTextFile(file) }
  const json = await readJsonFile(file, 'answer_invalid')
  const whole = answerSchema.safeParse(json).data
  // A JSON string stays one, with its quotes.
  if (whole === undefined)
    return { ...rule, headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }
  const { status, headers, body } = whole
  return { ...rule, status, ...(headers && { headers }), body }
}
