// What each kind of change does to whom, as the types of events that Kinde has of it.
import { refusedSignIn } from '../audit-store.ts'
import type { Change } from '../change.ts'
import type { EventType } from '../event-store.ts'
import type { SnapshotFamily } from './event-snapshots.ts'

/** A change, as what it does to whom. */
export interface Happening {
  readonly subject: string
  /** The one that applies is known when it is noted. */
  readonly note:
    | 'always'
    | 'user'
    | 'organization'
    | 'role'
    | 'permission'
    | 'putRole'
    | 'putPermission'
    | 'identity'
  readonly type: EventType
  readonly family: SnapshotFamily | undefined
}

const userUpdated = (userId: string): Happening[] => [
  { subject: userId, note: 'user', type: 'user.updated', family: 'user' },
]

/** Roles and permissions of members are part of their user (Kinde has no event of a membership). */
export function happeningsOf(change: Change): readonly Happening[] {
  switch (change.kind) {
    case 'add-user':
      return [{ subject: change.user.id, note: 'always', type: 'user.created', family: 'user' }]
    case 'update-user':
      return Object.keys(change.set).some((field) => field !== 'updatedAtMs')
        ? userUpdated(change.userId)
        : []
    case 'delete-user':
      return [{ subject: change.userId, note: 'user', type: 'user.deleted', family: undefined }]
    case 'add-identity':
      return userUpdated(change.identity.userId)
    case 'update-identity':
      return change.set.isPrimary === undefined
        ? []
        : [{ subject: change.identityId, note: 'identity', type: 'user.updated', family: 'user' }]
    case 'delete-identity':
      return [{ subject: change.identityId, note: 'identity', type: 'user.updated', family: 'user' }]
    case 'update-password':
      return change.set.due === undefined ? [] : userUpdated(change.userId)
    case 'add-password':
    case 'replace-password':
      return userUpdated(change.password.userId)
    case 'add-membership':
      return userUpdated(change.membership.userId)
    case 'update-membership':
    case 'delete-membership':
      return userUpdated(change.userId)
    case 'count-sign-in':
      return change.succeeded
        ? [{ subject: change.userId, note: 'user', type: 'user.authenticated', family: undefined }]
        : []
    case 'append-audit': {
      const { event, userId } = change.record
      return event === refusedSignIn && userId !== null
        ? [{ subject: userId, note: 'user', type: 'user.authentication_failed', family: undefined }]
        : []
    }
    case 'add-organization': {
      const { code } = change.organization
      return [{ subject: code, note: 'always', type: 'organization.created', family: 'organization' }]
    }
    case 'update-organization':
      return [
        { subject: change.code, note: 'organization', type: 'organization.updated', family: 'organization' },
      ]
    case 'put-branding':
    case 'put-branding-file':
    case 'delete-branding-file': {
      if (change.of.kind !== 'organization') return []
      const { code } = change.of
      return [{ subject: code, note: 'organization', type: 'organization.updated', family: 'organization' }]
    }
    case 'delete-organization':
      return [{ subject: change.code, note: 'organization', type: 'organization.deleted', family: undefined }]
    case 'put-role':
      return [{ subject: change.role.id, note: 'putRole', type: 'role.updated', family: 'role' }]
    case 'delete-role':
      return [{ subject: change.roleId, note: 'role', type: 'role.deleted', family: undefined }]
    case 'put-permission': {
      const { id } = change.permission
      return [{ subject: id, note: 'putPermission', type: 'permission.updated', family: 'permission' }]
    }
    case 'delete-permission':
      return [
        { subject: change.permissionId, note: 'permission', type: 'permission.deleted', family: undefined },
      ]
    case 'add-agreement':
      return agreementMade(change)
    case 'end-agreement':
      return [agreementEvent(change.agreementId, 'customer.agreement_cancelled')]
    case 'record-usage':
      return [
        { subject: change.usage.id, note: 'always', type: 'customer.meter_usage_updated', family: 'usage' },
      ]
    // Kinde has no event of these. A new kind of change does not compile until it is listed.
    case 'accept-invitation':
    case 'add-activation':
    case 'add-api-key':
    case 'add-artifact':
    case 'add-deployment':
    case 'add-member-api-scope':
    case 'add-invitation':
    case 'add-one-time-token':
    case 'add-rehearsal':
    case 'add-signing-key':
    case 'add-subscriber':
    case 'clear-tries':
    case 'consume-artifact':
    case 'delete-api':
    case 'delete-application':
    case 'delete-artifact':
    case 'delete-billing-plan':
    case 'delete-connection':
    case 'delete-deployment':
    case 'delete-deployment-role':
    case 'delete-deployment-preview':
    case 'delete-environment-variable':
    case 'delete-feature-flag':
    case 'delete-grant':
    case 'delete-member-api-scope':
    case 'delete-property':
    case 'delete-signing-key':
    case 'end-api-tokens':
    case 'delete-webhook':
    case 'enqueue-job':
    case 'expect-catalog':
    case 'import-users':
    case 'note-organization-sign-in':
    case 'note-token':
    case 'put-api':
    case 'put-application':
    case 'put-artifact':
    case 'put-billing-plan':
    case 'put-connection':
    case 'put-deployment-role':
    case 'put-deployment-preview':
    case 'put-environment-settings':
    case 'put-environment-variable':
    case 'put-feature-flag':
    case 'put-import':
    case 'put-file-memberships':
    case 'put-property':
    case 'put-property-category':
    case 'put-webhook':
    case 'redeliver':
    case 'refund-try':
    case 'revoke-api-key':
    case 'rotate-api-key':
    case 'resume-webhook':
    case 'revoke-invitation':
    case 'set-flag':
    case 'set-property':
    case 'set-signing-key-times':
    case 'sign-out-organization':
    case 'sign-out-user':
    case 'take-one-time-token':
    case 'update-deployment':
    case 'update-rehearsal':
      return []
  }
}

type AgreementMade = Extract<Change, { readonly kind: 'add-agreement' }>

/** A first plan is assigned, another one is a change. */
function agreementMade({ agreement: { id, planCode }, previousPlanCode }: AgreementMade): Happening[] {
  const made = agreementEvent(id, 'customer.agreement_created')
  if (previousPlanCode === planCode) return [made]
  const isFirst = previousPlanCode === null
  return [made, agreementEvent(id, isFirst ? 'customer.plan_assigned' : 'customer.plan_changed')]
}

function agreementEvent(subject: string, type: EventType): Happening {
  return { subject, note: 'always', type, family: 'agreement' }
}
