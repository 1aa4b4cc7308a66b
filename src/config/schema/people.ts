// `organizations`, `users`, `connections`, `environmentVariables`, and the settings of signing in and of invitations.
import { z } from 'zod'
import { organizationCodeForm, userIdForm } from '../../oauth/index.ts'
import { branding } from './branding.ts'
import { defaultInvitationDays } from '../../store/index.ts'
import { key, name, productKey, secret, variableName } from './fields.ts'

/** The ways of signing in that Mintage has; each is one connection. */
export const connectionStrategies = ['email:password', 'username:password', 'phone:password'] as const

export const connections = z.partialRecord(
  z.enum(connectionStrategies),
  z.strictObject({
    displayName: name.optional().describe('Shown to people.'),
    isEnabled: z.boolean().optional().describe('Whether one may sign in that way.'),
  }),
)

const values = {
  properties: z.record(productKey, z.string()).optional().describe('Values of properties, by key.'),
  featureFlags: z.record(productKey, z.json()).optional().describe('Values of feature flags, by key.'),
}

const domain = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
    'expected a domain in lower case, such as acme.com',
  )

export const organizations = z.record(
  key,
  z.strictObject({
    name: name.optional().describe('The key when left out.'),
    code: z
      .string()
      .regex(organizationCodeForm, 'expected org_ and letters, digits or _ in lower case')
      .optional()
      .describe('`org_code` in tokens. Made from the key when left out, so it is the same on every machine.'),
    handle: z.string().min(1).max(100).optional().describe('A short name of its own.'),
    externalId: z.string().min(1).max(200).optional().describe('Its id in another system.'),
    isDefault: z
      .boolean()
      .optional()
      .describe('The one for people who sign up without naming any; they join it when autoMembership is on.'),
    autoMembership: z
      .boolean()
      .optional()
      .describe('Whether people who sign up or sign in may join it by themselves.'),
    allowedDomains: z
      .array(domain)
      .max(100)
      .optional()
      .describe(
        'With any, only people with a verified email address in one of these domains join by themselves. Like the following settings, it stays as it is when left out.',
      ),
    autoJoinByDomain: z
      .boolean()
      .optional()
      .describe(
        'People with a verified email address in one of `allowedDomains` join by themselves, also when `autoMembership` is off.',
      ),
    branding: branding
      .optional()
      .describe('How pages and mails look for a sign-in to it; see `settings.branding`.'),
    senderName: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('From whom mails are that are sent for a sign-in to it.'),
    senderEmail: z
      .email({ error: 'expected an email address' })
      .optional()
      .describe('The address of the sender. Your mail server has to accept it.'),
    session: z
      .strictObject({
        endsWithBrowser: z
          .boolean()
          .optional()
          .describe('Whether the browser forgets the session when it is closed.'),
        unusedSeconds: z
          .int()
          .min(1)
          .max(31_536_000)
          .optional()
          .describe('Users sign in again after so long without using the session.'),
      })
      .optional()
      .describe(
        'The single sign-on session of users who sign in to it, instead of what the application says. Of several organizations the strictest counts.',
      ),
    isSuspended: z
      .boolean()
      .optional()
      .describe('Its members and machines get no tokens for it. The tokens that members have end.'),
    ...values,
  }),
)

const membership = z.strictObject({
  roles: z.array(productKey).optional().describe('Keys of roles; the default ones when left out.'),
  permissions: z.array(productKey).optional().describe('Permissions besides those of the roles.'),
})

const user = z
  .strictObject({
    email: z.email({ error: 'expected an email address' }).optional().describe('Signs in with it.'),
    username: z
      .string()
      .regex(/^[^\s@+][^\s@]{0,63}$/, 'expected a name without spaces, @ and a leading +')
      .optional()
      .describe('Signs in with it.'),
    phone: z
      .string()
      .regex(/^\+[1-9][\d ().-]{6,24}$/, 'expected an international number such as +447700900000')
      .optional()
      .describe('Signs in with it.'),
    id: z
      .string()
      .regex(userIdForm, 'expected kp_ and letters, digits or _ in lower case')
      .optional()
      .describe('`sub` in tokens, for a new user. Drawn at random when left out.'),
    password: secret(
      z.string().min(8, 'expected at least 8 characters').max(1_000),
      'Set when it is not the user’s password already. The rules on common passwords do not apply here.',
    ).optional(),
    isTemporaryPassword: z.boolean().optional().describe('The user has to replace it at the first sign-in.'),
    isEmailVerified: z
      .boolean()
      .optional()
      .describe('True when left out, because the author of the file vouches for the address.'),
    firstName: z.string().max(200).optional().describe('Left as it is when left out, like all of a profile.'),
    lastName: z.string().max(200).optional().describe('The family name.'),
    picture: z
      .url({ error: 'expected an address of a picture' })
      .optional()
      .describe('Address of a picture.'),
    providedId: z.string().min(1).max(200).optional().describe('The user’s id in another system.'),
    isSuspended: z.boolean().optional().describe('Cannot sign in.'),
    organizations: z
      .record(key, membership)
      .optional()
      .describe('Memberships, by the key of the organization.'),
    ...values,
  })
  .refine((value) => value.email ?? value.username ?? value.phone, {
    error: 'expected an email, a username or a phone, by which the user is found',
  })

export const users = z.array(user)

export const environmentVariables = z.record(
  variableName,
  z
    .strictObject({
      value: secret(z.string().max(50_000), 'What the workflow reads.'),
      isSecret: z.boolean().optional().describe('Encrypted at rest, never shown again, redacted in logs.'),
    })
    .describe('A variable that workflows read by kinde.env.'),
)

export const signIn = z.strictObject({
  isLastOrganizationUsed: z
    .boolean()
    .default(false)
    .describe(
      'A user of several organizations signs in to the last used one, where the application names none, and is asked only before the first sign-in. Turn it on when your application has a switcher.',
    ),
})

export const invitations = z.strictObject({
  expireDays: z
    .int()
    .min(1)
    .max(365)
    .default(defaultInvitationDays)
    .describe('An invitation to an organization works for this many days.'),
  application: z
    .string()
    .optional()
    .describe(
      'The application that links of invitations lead to: its key, or its client id. When left out, it is the only application with a `loginUri`; without one, people sign in at their account page.',
    ),
})
