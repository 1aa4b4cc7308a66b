// What a refresh reads, asked for as soon as it is known what that will be: two groups of reads, each of one round trip to Postgres,
// instead of one read after the other as the engine comes to need them (docs/decisions/0053). The engine and the mint then find the reads
// under way. What is read here decides nothing by itself: the commit compares and sets.
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { ArtifactStore, DirectoryStore, StoredArtifact } from '../../store/index.ts'
import { hashOfArtifactId, isIdOfHash } from '../request/artifact-id.ts'
import { requestState, type ArtifactAhead, type SubjectAhead } from '../request/request-state.ts'
import { routes } from '../request/routes.ts'
import { readForm } from '../http/form-body.ts'

export interface ReadAheadDeps {
  readonly artifacts: Pick<ArtifactStore, 'find'>
  readonly directory: Pick<DirectoryStore, 'catalog' | 'tokenSubject'>
  /** Reads the key set again when that is due. */
  readonly freshKeys: () => Promise<unknown>
}

/** The first group, of a token request that has come: the token that it presents, and what may have changed since the last request. */
export function refreshAhead(deps: ReadAheadDeps) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (ctx.method === 'POST' && ctx.path === routes.token) {
      const state = requestState(ctx)
      state.tokenForm = begun(readForm(ctx))
      const form = await state.tokenForm.catch(() => undefined)
      const presented = form?.get('grant_type') === 'refresh_token' && form.get('refresh_token')
      if (presented && !isIdOfHash(presented)) {
        void begun(deps.directory.catalog())
        void begun(deps.freshKeys())
        state.presented = artifactAhead('RefreshToken', hashOfArtifactId(presented), deps)
      }
    }
    await next()
  }
}

/** The second group, of a refresh token that was found: its grant, and the user that it is for. */
export function ofTokenAhead(
  { grantId, payload, facts }: StoredArtifact,
  deps: ReadAheadDeps,
): { readonly grant: ArtifactAhead | undefined; readonly subject: SubjectAhead | undefined } {
  const { accountId: userId } = payload
  const organizationCode = facts?.['organizationCode'] ?? null
  const isUser =
    typeof userId === 'string' && (organizationCode === null || typeof organizationCode === 'string')
  return {
    grant: grantId === null ? undefined : artifactAhead('Grant', hashOfArtifactId(grantId), deps),
    subject: isUser
      ? { userId, organizationCode, found: begun(deps.directory.tokenSubject(userId, organizationCode)) }
      : undefined,
  }
}

function artifactAhead(model: string, idHash: string, { artifacts }: ReadAheadDeps): ArtifactAhead {
  return { model, idHash, row: begun(artifacts.find(model, idHash)) }
}

/** A request that ends before it asks for what was read never learns of a failure. */
function begun<Result>(reading: Promise<Result>): Promise<Result> {
  reading.catch(() => {})
  return reading
}
