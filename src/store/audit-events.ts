// The events of the audit log, each with when it is written and what its `details` hold. docs/reference/audit-events.md is made from this table
// (`npm run docs`), and the type of a record that is written takes no other event.

interface AuditEventEntry {
  readonly when: string
  readonly details: string
}

export const auditEvents = {
  'user.signed_up': {
    when: 'A user made an account.',
    details: 'nothing',
  },
  'user.signed_in': {
    when: 'A user signed in with a password.',
    details: 'nothing',
  },
  'user.sign_in_failed': {
    when: 'A sign-in, or the password of a preview, was refused. Records that strangers cause are kept in a bounded number.',
    details: '`reason`, and `deployment_id` for a preview',
  },
  'user.email_verified': {
    when: 'A user proved an address by the link of a mail.',
    details: '`isPasswordReplaced`: whether a password that an unproven owner had set was replaced',
  },
  'user.password_changed': {
    when: 'A user changed the password.',
    details: 'nothing',
  },
  'user.password_reset': {
    when: 'A user set a new password by the link of a mail.',
    details: 'nothing',
  },
  'user.profile_changed': {
    when: 'A user changed the own profile.',
    details: '`before` and `after`: the fields that changed',
  },
  'user.session_ended': {
    when: 'A user ended one of the own sessions.',
    details: '`session`',
  },
  'user.signed_out_everywhere': {
    when: 'A user ended all of the own sessions.',
    details: 'nothing',
  },
  'user.deleted_account': {
    when: 'A user deleted the own account.',
    details: 'nothing',
  },
  'user.invitation_accepted': {
    when: 'A user accepted an invitation and joined its organization.',
    details: '`org_code`, `invitation_id`',
  },
  'user.invited_member': {
    when: 'A user invited someone to an organization.',
    details: '`by`: the user who did it; `org_code`, `invitation_id`, `role_ids`, `is_sent`',
  },
  'user.withdrew_invitation': {
    when: 'A user withdrew an invitation.',
    details: '`by`, `org_code`, `invitation_id`',
  },
  'user.renamed_organization': {
    when: 'A user renamed an organization.',
    details: '`by`, `org_code`, `before`, `after`',
  },
  'user.changed_member': {
    when: 'A user changed what a member of an organization may do.',
    details: '`by`, `org_code`, `change`, `before`, `after`; the record is about the member',
  },
  'user.removed_member': {
    when: 'A user removed a member from an organization.',
    details: '`by`, `org_code`, `change`; the record is about the member',
  },
  'organization.created': {
    when: 'A user created an organization during a sign-in.',
    details: '`org_code`, `after`: its fields',
  },
  'organization.joined': {
    when: 'A user joined an organization that lets people in by themselves.',
    details: '`org_code`, `change`',
  },
  'code.reused': {
    when: 'An authorization code or device code was used a second time. Its tokens were revoked.',
    details: 'nothing',
  },
  'refresh_token.reused': {
    when: 'A refresh token was used again after its grace. Its line of tokens was revoked.',
    details: 'nothing',
  },
  'preview.entered': {
    when: 'The password of a preview was entered.',
    details: '`deployment_id`',
  },
  'server.started': {
    when: 'A server started with a project that became live.',
    details: '`deployment`, `previous`, `how`',
  },
  'git.deployed': {
    when: 'A commit of the branch that is followed became live.',
    details: '`deployment`, `previous`, `how`; or `deployment`, `state`, `draft` when it did not',
  },
  'git.synced': {
    when: 'A commit of the branch that is followed was looked at.',
    details: '`repository`, `branch`, `folder`, `commit`, `author`, `outcome`, `deployment`, `problems`',
  },
  'canary.withdrawn': {
    when: 'A server withdrew a canary that failed.',
    details: '`deployment`, and the numbers that it was judged by',
  },
  'deployments.pruned': {
    when: 'Old deployments were deleted.',
    details: '`deployments`, `keepCount`',
  },
  'signing_keys.rotated': {
    when: 'New signing keys were made.',
    details: '`by`, `activeFrom`, `keys`',
  },
  'signing_key.retired': {
    when: 'A signing key was withdrawn.',
    details: '`by`, `kid`, `algorithm`, `successor`',
  },
  'mintage_file.added': {
    when: 'mintage.yaml added a record at a start.',
    details: '`by`, `what`, `name`, `fields`: names of fields without their values',
  },
  'mintage_file.changed': {
    when: 'mintage.yaml changed a record at a start.',
    details: 'as `mintage_file.added`',
  },
  'mintage_file.removed': {
    when: 'mintage.yaml removed a record at a start.',
    details: 'as `mintage_file.added`',
  },
  'import.batch': {
    when: '`mintage import` wrote a batch.',
    details: '`from`: the other system; `what`: how many of which records',
  },
  'export.written': {
    when: '`mintage export` wrote everything, with password hashes, to a folder.',
    details: '`withSecrets`, `users`, `organizations`',
  },
} as const satisfies Record<string, AuditEventEntry>

/** Every operation of the management API that changes something has its own: `management.` and its operationId. */
export type AuditEvent = keyof typeof auditEvents | `management.${string}`
