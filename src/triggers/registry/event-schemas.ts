// The event of each trigger (C§7), for events that come from a file: the fields that a workflow may rely on are checked, others
// are passed on, because Kinde adds fields and workflows in the wild read some that are documented nowhere. A field that Kinde
// leaves out in some cases is optional.
import { z } from 'zod'

/** A full origin without a trailing slash: createKindeAPI puts paths behind it (C§6.7). */
const domains = z.looseObject({
  kindeDomain: z
    .string()
    .regex(/^https?:\/\/[^/\s]+$/, 'expected an origin such as https://example.kinde.com'),
})

const application = z.looseObject({ clientId: z.string() })
const user = z.looseObject({ id: z.string() })
/** Absent, or without a code, when the user signed in to no organization. */
const organization = z.looseObject({ code: z.string().nullish() }).nullish()

function workflow<Key extends string>(trigger: Key) {
  return z.looseObject({ trigger: z.literal(trigger) })
}

/** Of a browser, or of an application that acts for the user. */
const request = z.looseObject({ ip: z.string(), userAgent: z.string().optional() })
const signInRequest = request.extend({ authUrlParams: z.record(z.string(), z.json()).optional() })

export const userTokensEvent = z.looseObject({
  request: request.extend({ auth: z.looseObject({ audience: z.array(z.string()) }).optional() }),
  context: z.looseObject({
    domains,
    auth: z.looseObject({
      origin: z.enum(['authorization_request', 'refresh_token_request']),
      isExistingSession: z.boolean(),
      connectionId: z.string().optional(),
    }),
    application,
    user: user.extend({ identityId: z.string().optional() }),
    organization,
    workflow: workflow('user:tokens_generation'),
  }),
})

export const m2mTokenEvent = z.looseObject({
  request: z.looseObject({
    auth: z.looseObject({ audience: z.array(z.string()), scope: z.array(z.string()).optional() }),
    ip: z.string(),
  }),
  context: z.looseObject({ domains, application, workflow: workflow('m2m:token_generation') }),
})

export const postAuthenticationEvent = z.looseObject({
  request: signInRequest,
  context: z.looseObject({
    domains,
    auth: z.looseObject({
      connectionId: z.string(),
      isNewUserRecordCreated: z.boolean(),
      provider: z.looseObject({ protocol: z.string() }).optional(),
    }),
    application,
    user,
    workflow: workflow('user:post_authentication'),
  }),
})

/** No user: the record does not exist yet. */
export const preRegistrationEvent = z.looseObject({
  request: signInRequest,
  context: z.looseObject({
    domains,
    auth: z.looseObject({ connectionId: z.string() }),
    application,
    workflow: workflow('user:pre_registration'),
  }),
})

export const preMfaEvent = z.looseObject({
  request,
  context: z.looseObject({
    domains,
    auth: z.looseObject({ connectionId: z.string() }),
    mfa: z.looseObject({
      policy: z.enum(['required', 'optional', 'off']),
      context: z.enum(['environment', 'organization']),
      isUserRoleExempt: z.boolean(),
      isUserConnectionExempt: z.boolean(),
    }),
    application,
    user,
    organization,
    workflow: workflow('user:pre_mfa'),
  }),
})

export const existingPasswordEvent = z.looseObject({
  request,
  context: z.looseObject({
    domains,
    auth: z.looseObject({
      providedEmail: z.string().optional(),
      password: z.string(),
      hashedPassword: z.string().optional(),
      hasUserRecordInKinde: z.boolean().optional(),
    }),
    user: user.optional(),
    workflow: workflow('user:existing_password_provided'),
  }),
})

export const newPasswordEvent = z.looseObject({
  request,
  context: z.looseObject({
    domains,
    auth: z.looseObject({
      firstPassword: z.string(),
      secondPassword: z.string(),
      newPasswordReason: z.enum(['reset', 'initial']),
    }),
    user: z.looseObject({ id: z.string().optional(), email: z.string() }),
    workflow: workflow('user:new_password_provided'),
  }),
})

export const planSelectionEvent = z.looseObject({
  request,
  context: z.looseObject({
    domains,
    billing: z.looseObject({ currentPlanCode: z.string(), requestedPlanCode: z.string() }),
    user,
    organization,
    workflow: workflow('user:plan_selection'),
  }),
})

export const planCancellationEvent = z.looseObject({
  request,
  context: z.looseObject({
    domains,
    billing: z.looseObject({ currentPlanCode: z.string(), agreementId: z.string() }),
    organization,
    workflow: workflow('user:plan_cancellation_request'),
  }),
})

export const newUsernameEvent = z.looseObject({
  request,
  context: z.looseObject({
    domains,
    auth: z.looseObject({ suppliedUsername: z.string() }),
    workflow: workflow('user:new_username_provided'),
  }),
})
