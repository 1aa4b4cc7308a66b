// The grace of a rotated refresh token. Its holder may have lost the answer, or several tabs may refresh at once; neither must cost the
// session. So for a few seconds after its use a token is answered with the newest token of its line, however many came in between
// (docs/decisions/0021). A later request is a reuse: the engine revokes the family.
//
// A line is found without stored values: each successor is derived from the token that it replaces (overrides/derived-successors.ts).
import type { ArtifactStore, StoredArtifact } from '../../store/index.ts'
import { hashOfArtifactId } from '../request/artifact-id.ts'
import type { Outages } from '../request/outages.ts'

export interface GraceDeps {
  readonly artifacts: Pick<ArtifactStore, 'find'>
  readonly nowMs: () => number
  readonly graceMs: number
  readonly outages: Pick<Outages, 'msBetween'>
  /** The value of the token that replaces another: always the same one (overrides/derived-successors.ts). */
  readonly successorOf: (refreshToken: string) => string
}

/**
 * `successor`: the value to answer with, and its row; without a row the line ended there, because the family was revoked meanwhile.
 * `expired`: it was used before and would be invalid anyway. `reused`: it was used before and no grace applies. `row` is what the
 * judgement is of, if there is such a token at all.
 */
export type Presented =
  | { readonly kind: 'usable'; readonly row: StoredArtifact | undefined }
  | ({ readonly kind: 'successor' } & Newest)
  | { readonly kind: 'expired'; readonly row: StoredArtifact }
  | {
      readonly kind: 'reused'
      readonly row: StoredArtifact
      readonly clientId: string
      readonly accountId: string | null
    }

interface Newest {
  readonly value: string
  readonly row: StoredArtifact | undefined
}

/** Each is one look into the database. A client that rotates more often within one grace does so in a loop. */
const mostLinks = 100

/** `arrivedAtMs`: when the request came. What others did while it waited does not count against it. */
export async function judgePresented(
  { refreshToken, row }: { readonly refreshToken: string; readonly row: StoredArtifact | undefined },
  arrivedAtMs: number,
  deps: GraceDeps,
): Promise<Presented> {
  if (!row || row.consumedAtMs === null) return { kind: 'usable', row }
  if (isExpired(row, arrivedAtMs)) return { kind: 'expired', row }
  const newest = isWithinGrace(row.consumedAtMs, arrivedAtMs, deps)
    ? await newestOfLine({ value: refreshToken, row }, deps)
    : undefined
  if (newest) return { kind: 'successor', ...newest }
  const { clientId, accountId } = row.payload
  return {
    kind: 'reused',
    row,
    clientId: typeof clientId === 'string' ? clientId : '',
    accountId: typeof accountId === 'string' ? accountId : null,
  }
}

/** The unused token of a line, found from one of its ancestors. Undefined when the line does not lead there. */
export async function newestOfLine(
  from: Newest,
  deps: Pick<GraceDeps, 'artifacts' | 'successorOf'>,
): Promise<Newest | undefined> {
  let { value, row } = from
  for (let link = 0; link < mostLinks; link += 1) {
    if (row === undefined || row.consumedAtMs === null) return { value, row }
    value = deps.successorOf(value)
    if (row.successorIdHash !== hashOfArtifactId(value)) return undefined
    // oxlint-disable-next-line no-await-in-loop -- a token is derived from the one before it
    row = await findToken(value, deps)
  }
  return undefined
}

export function findToken(
  value: string,
  { artifacts }: Pick<GraceDeps, 'artifacts'>,
): Promise<StoredArtifact | undefined> {
  return artifacts.find('RefreshToken', hashOfArtifactId(value))
}

function isExpired({ expiresAtMs }: StoredArtifact, atMs: number): boolean {
  return expiresAtMs !== null && expiresAtMs <= atMs
}

/** Of the whole line, since its other tokens were used later. Without a grace the second of two requests is a reuse. */
function isWithinGrace(
  consumedAtMs: number,
  arrivedAtMs: number,
  { graceMs, outages }: Pick<GraceDeps, 'graceMs' | 'outages'>,
): boolean {
  if (graceMs === 0) return false
  return arrivedAtMs - consumedAtMs - outages.msBetween(consumedAtMs, arrivedAtMs) < graceMs
}
