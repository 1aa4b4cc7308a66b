// What the engine is told when a user has signed in or up: which user, how, and our own facts for the session. The session of another user
// in this browser ends first, because a session that holds two accounts mixes them up.
import type { InteractionResults } from 'oidc-provider'
import type { ConnectionRecord, IdentityRecord, UserRecord } from '../../store/index.ts'
import { leaveSession, type SessionEndDeps } from '../kinde/logout.ts'
import type { InteractionStep } from './interaction-context.ts'

interface SignedInUser {
  readonly user: UserRecord
  readonly identity: IdentityRecord
  readonly connection: ConnectionRecord
}

export async function finishSignedIn(
  step: InteractionStep,
  { user, identity, connection }: SignedInUser,
  deps: SessionEndDeps,
): Promise<void> {
  const { interaction, ctx } = step
  const { accountId: before } = await deps.provider.Session.get(ctx)
  if (before !== undefined && before !== user.id) {
    await leaveSession(ctx, deps)
    Reflect.deleteProperty(interaction, 'session')
    await interaction.save(interaction.exp - Math.floor(Date.now() / 1_000))
  }
  const result: InteractionResults = {
    login: { accountId: user.id, amr: ['pwd'] },
    // The prompt `create` is answered by having signed in, too.
    create: {},
    signIn: { connectionId: connection.id, identityId: identity.id },
  }
  await step.finish(result)
}
