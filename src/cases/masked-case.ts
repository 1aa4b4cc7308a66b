// Makes the case of an invocation: what it was given and what came of it, masked (mask.ts).
import { tokenKinds, type TokenKind } from '../oauth/index.ts'
import { redactor, type HostCallAnswer } from '../runtime/host-calls/index.ts'
import { claimDigest } from '../tokens/index.ts'
import { z } from 'zod'
import { parseCase, type Case, type CaseAnswer } from './case.ts'
import { Masks } from './mask.ts'

/** An answer as a recording holds it. */
export interface GivenAnswer {
  readonly kind: string
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** JSON; absent when the run ended before the answer came. */
  readonly envelope?: string | undefined
}

export interface CaseParts extends Omit<Case, 'version' | 'answers' | 'localization'> {
  readonly answers: readonly GivenAnswer[]
}

/** The default claims and answers decide which values are masked; the rest follows. Values of secret variables become `masked-NAME`. */
export function maskedCase({ answers, ...parts }: CaseParts): Case {
  const masks = new Masks()
  const secrets = Object.entries(parts.environment).filter(([, { isSecret }]) => isSecret)
  // A short value would be found in innocent words; the variable's own value is masked all the same.
  for (const [name, { value }] of secrets)
    if (value.length >= 4) masks.add(value, () => secretMask(name, value))
  const given = answers.flatMap(caseAnswer)
  masks.find(parts.before)
  masks.find(parts.event)
  masks.find(Object.values(parts.environment).flatMap(({ value, isSecret }) => (isSecret ? [] : [value])))
  masks.find(given)
  masks.find(lastGoodClaims(parts.lastGood))
  masks.find(parts.expected)
  const masked = masks.apply({ ...parts, answers: given })
  const redact = redactor(secrets.map(([, { value }]) => value))
  const { event, before, environment, expected } = masked
  const lastGood = parts.lastGood && maskedLastGood(parts.lastGood, masks, parts.before)
  return parseCase(
    {
      version: 2,
      ...parts,
      event: texts(event, redact),
      before: texts(before, redact),
      environment: Object.fromEntries(
        Object.entries(environment).map(([name, { value, isSecret }]) => [
          name,
          { value: isSecret ? secretMask(name, parts.environment[name]?.value ?? '') : value, isSecret },
        ]),
      ),
      ...(lastGood && { lastGood: texts(lastGood, redact) }),
      answers: texts(masked.answers, redact),
      ...(expected && { expected: texts(expected, redact) }),
    },
    'the case',
  )
}

type LastGood = NonNullable<Case['lastGood']>

function lastGoodClaims(lastGood: LastGood = {}): object[] {
  return Object.values(lastGood).flatMap(({ tokens }) => Object.values(tokens).map(({ set }) => set))
}

/** A default claim that the run replaced is known by a digest, which has to be that of the masked default now. */
function maskedLastGood(lastGood: LastGood, masks: Masks, before: Case['before']): LastGood {
  const masked = masks.apply(before)
  const digestFor = (token: TokenKind, claim: string, digest: string) =>
    digest === claimDigest(before[token]?.[claim]) ? claimDigest(masked[token]?.[claim]) : digest
  const tokensOf = (tokens: LastGood[string]['tokens']) =>
    tokenKinds.flatMap((token) => {
      const changed = tokens[token]
      if (changed === undefined) return []
      const replaced = Object.entries(changed.replaced).map(([claim, digest]) => [
        claim,
        digestFor(token, claim, digest),
      ])
      return [[token, { ...changed, set: masks.apply(changed.set), replaced: Object.fromEntries(replaced) }]]
    })
  return Object.fromEntries(
    Object.entries(lastGood).map(([id, { ageSeconds, tokens }]) => [
      id,
      { ageSeconds, tokens: Object.fromEntries(tokensOf(tokens)) },
    ]),
  )
}

/** An address stays one, so that a workflow can call it. */
function secretMask(name: string, value: string): string {
  const isAddress = /^https?:\/\//.test(value) && URL.canParse(value)
  return isAddress
    ? `https://${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.example.test/`
    : `masked-${name}`
}

/** Secrets in other spellings, such as base64, which have no mask. */
function texts(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((item) => texts(item, redact))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, texts(item, redact)]))
}

const fetchValueSchema = z.object({
  status: z.int(),
  statusText: z.string().default(''),
  headers: z.array(z.tuple([z.string(), z.string()])).default([]),
  body: z.string().default(''),
  bodyBase64: z.string().optional(),
  url: z.string(),
  redirected: z.boolean().default(false),
})

/** Of a call that has no answer there is nothing to give. */
function caseAnswer({ kind, method, url, envelope }: GivenAnswer): Partial<CaseAnswer>[] {
  if (envelope === undefined) return []
  // The sandbox wrote it.
  const answer = JSON.parse(envelope) as HostCallAnswer
  const asked = {
    kind: kind as CaseAnswer['kind'],
    ...(method !== undefined && { method }),
    // In the address of a case an asterisk stands for any characters.
    ...(url !== undefined && { url: url.replace(/#.*$/s, '') }),
  }
  if (!answer.ok) return [{ ...asked, error: { code: answer.code, message: answer.message } }]
  const fetched = fetchValueSchema.safeParse(answer.value).data
  if (fetched === undefined) return [{ ...asked, value: answer.value as NonNullable<CaseAnswer['value']> }]
  const { status, statusText, headers, body, bodyBase64, redirected, url: answered } = fetched
  return [
    {
      ...asked,
      status,
      ...(statusText !== '' && { statusText }),
      headers,
      ...(body !== '' && { body: jsonOf(body) }),
      ...(bodyBase64 !== undefined && { bodyBase64 }),
      ...(redirected && { redirectedTo: answered }),
    },
  ]
}

/** JSON is easier to read and to edit, when writing it again gives the same text. */
function jsonOf(body: string): NonNullable<CaseAnswer['body']> {
  if (!/^\s*[[{]/.test(body)) return body
  try {
    const parsed = z.json().parse(JSON.parse(body))
    return JSON.stringify(parsed) === body && parsed !== null ? parsed : body
  } catch {
    return body
  }
}
