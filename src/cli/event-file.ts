// The event file of `mintage run`: an event alone, or an event with the default claims of the tokens.
import { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import { tokenKindLabel, tokenKinds, type JsonObject, type TokenKind } from '../oauth/index.ts'
import {
  sampleClaims,
  tokensOfTrigger,
  type ClaimsByToken,
  type TokenTrigger,
  parseTokenEvent,
  type TokenEvent,
} from '../tokens/index.ts'

export interface RunInput {
  readonly event: TokenEvent
  /** Default claims of each token that the trigger mints: the file's, and the sample user's where it has none. */
  readonly claims: ClaimsByToken
  /** Texts for kinde.localization.get. */
  readonly localization: Readonly<Record<string, string>>
}

const claimsSchema = z.record(z.string(), z.json())

const eventWithClaims = z.strictObject({
  event: claimsSchema,
  accessToken: claimsSchema.optional(),
  idToken: claimsSchema.optional(),
  m2mToken: claimsSchema.optional(),
  localization: z.record(z.string(), z.string()).optional(),
})

/** Throws ConfigError `event_invalid`, which names the place or the field. */
export function parseRunInput(json: unknown, file: string, trigger: TokenTrigger): RunInput {
  const bare = claimsSchema.safeParse(json)
  if (!bare.success) throw invalid(file, 'expected a JSON object with an event.')
  const given = eventWithClaims.safeParse('event' in bare.data ? json : { event: json })
  if (!given.success) throw invalid(file, issueText(given.error))
  const event = parseTokenEvent(given.data.event, trigger, file)
  return { event, claims: claimsFor(event, given.data, file), localization: given.data.localization ?? {} }
}

function claimsFor(
  event: TokenEvent,
  given: Partial<Record<TokenKind, JsonObject | undefined>>,
  file: string,
): ClaimsByToken {
  const minted: readonly TokenKind[] = tokensOfTrigger[event.trigger]
  const foreign = tokenKinds.find((token) => given[token] !== undefined && !minted.includes(token))
  if (foreign) throw invalid(file, `${foreign}: ${event.trigger} mints no ${tokenKindLabel[foreign]}.`)
  const sample = sampleClaims(event)
  return Object.fromEntries(minted.map((token) => [token, given[token] ?? sample[token]]))
}

function issueText(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue?.code === 'unrecognized_keys') {
    return `${issue.keys.join(', ')}: not known beside “event”; known are accessToken, idToken, m2mToken and localization.`
  }
  return `${issue?.path.join('.') ?? 'file'}: expected an object.`
}

function invalid(file: string, message: string): ConfigError {
  return new ConfigError('event_invalid', message, {
    at: { file },
    hint: 'The file holds an event, or { "event": …, "accessToken": …, "idToken": … }; see docs/reference/events.md.',
  })
}
