// Everything that the management API refuses, as one table of codes. The shape on the wire is Kinde's (C§8): a list of
// `{ code, message }`, but one object for a route that does not exist.
//
// Where Kinde documents a status it is Kinde's: 403, not 401, for a missing or invalid token. Elsewhere it is HTTP's.
import type { ContentfulStatusCode } from 'hono/utils/http-status'

interface RequestErrorEntry {
  readonly status: ContentfulStatusCode
  readonly meaning: string
}

export const requestErrors = {
  INVALID_CREDENTIALS: { status: 403, meaning: 'The request carries no bearer token.' },
  TOKEN_INVALID: {
    status: 403,
    meaning: 'The token is not a valid machine token of this issuer for the management API.',
  },
  INSUFFICIENT_SCOPE: {
    status: 403,
    meaning: 'The token lacks the scope of the operation; the message names it.',
  },
  ORGANIZATION_BOUND: {
    status: 403,
    meaning:
      'The application belongs to one organization, but the operation concerns another organization or the whole environment.',
  },
  INVALID_REQUEST: {
    status: 400,
    meaning: 'A parameter or a field of the body is missing or invalid; one entry for each.',
  },
  NOT_SUPPORTED: {
    status: 400,
    meaning: 'The parameter, field or value exists in Kinde’s API, but Mintage does not support it.',
  },
  PROPERTY_NOT_FOUND: { status: 400, meaning: 'No property has this key in this context.' },
  PROPERTY_ID_NOT_FOUND: { status: 404, meaning: 'No property has this id.' },
  PROPERTY_CATEGORY_NOT_FOUND: {
    status: 404,
    meaning: 'No category of properties has this id in this context.',
  },
  USER_NOT_FOUND: { status: 404, meaning: 'No user has this id.' },
  ORGANIZATION_NOT_FOUND: { status: 404, meaning: 'No organization has this code.' },
  MEMBERSHIP_NOT_FOUND: { status: 404, meaning: 'The user does not belong to the organization.' },
  APPLICATION_NOT_FOUND: { status: 404, meaning: 'No application has this id.' },
  ACCESS_ROLE_REQUIRED: {
    status: 409,
    meaning: 'Access control needs at least one access role: without one no user could sign in.',
  },
  APPLICATION_NOT_CONNECTED: { status: 409, meaning: 'The application may not ask for the API.' },
  MANAGEMENT_API_FIXED: {
    status: 409,
    meaning: 'The management API is built in: it cannot be deleted, and its scopes are fixed.',
  },
  CONNECTION_NOT_FOUND: { status: 404, meaning: 'No connection has this id.' },
  CONNECTION_BUILT_IN: {
    status: 409,
    meaning:
      'Sign-in with a password is built in: it is for all applications, and `mintage.yaml` switches it on and off.',
  },
  CUSTOMER_NOT_FOUND: {
    status: 404,
    meaning: 'The customer id is neither the id of a user nor the code of an organization.',
  },
  PLAN_NOT_FOUND: {
    status: 404,
    meaning: 'No plan has this code. Plans are declared under `billing.plans` of mintage.yaml.',
  },
  PLAN_NOT_FOR_CUSTOMER: {
    status: 409,
    meaning: 'The plan is for organizations and the customer is a user, or the other way round.',
  },
  AGREEMENT_NOT_FOUND: { status: 404, meaning: 'No agreement has this id.' },
  ENVIRONMENT_VARIABLE_NOT_FOUND: { status: 404, meaning: 'No environment variable has this id.' },
  ROLE_NOT_FOUND: { status: 404, meaning: 'No role has this id or key, or the member does not have it.' },
  PERMISSION_NOT_FOUND: {
    status: 404,
    meaning: 'No permission has this id or key, or the member or the role does not have it.',
  },
  SUBSCRIBER_NOT_FOUND: { status: 404, meaning: 'No subscriber has this id.' },
  API_KEY_NOT_FOUND: { status: 404, meaning: 'No API key has this id.' },
  API_KEY_REVOKED: { status: 409, meaning: 'A revoked API key cannot be rotated.' },
  API_NOT_FOUND: { status: 404, meaning: 'No API has this id.' },
  API_SCOPE_NOT_FOUND: {
    status: 404,
    meaning: 'The API has no scope with this id, or the member or the role does not have it.',
  },
  DATE_TIME_RANGE_TOO_LARGE: { status: 400, meaning: 'The period is longer than the operation takes.' },
  FEATURE_FLAG_NOT_FOUND: { status: 404, meaning: 'No feature flag has this key.' },
  IDENTITY_NOT_FOUND: { status: 404, meaning: 'No identity has this id.' },
  FACTOR_NOT_FOUND: { status: 404, meaning: 'The user has no second factor with this id.' },
  ENTITLEMENT_NOT_FOUND: {
    status: 404,
    meaning: 'The customer, or the agreement, has no entitlement to a feature with this key.',
  },
  INVITATION_NOT_FOUND: { status: 404, meaning: 'The organization has no invitation with this code.' },
  INVITATION_ACCEPTED: {
    status: 409,
    meaning: 'The invitation was accepted, so it cannot be revoked. Remove the member instead.',
  },
  EMAIL_TOO_LONG: {
    status: 400,
    meaning: 'The email address of an invitation is longer than 254 characters.',
  },
  FIRST_NAME_TOO_LONG: {
    status: 400,
    meaning: 'The first name of an invitation is longer than 64 characters.',
  },
  LAST_NAME_TOO_LONG: {
    status: 400,
    meaning: 'The last name of an invitation is longer than 64 characters.',
  },
  INVOCATION_NOT_FOUND: { status: 404, meaning: 'No invocation has this id, or it is not kept any more.' },
  RECORDING_MISSING: {
    status: 409,
    meaning: 'What the invocation needs to run again was not kept, or is not kept any more.',
  },
  DEPLOYMENT_NOT_FOUND: {
    status: 404,
    meaning: 'No deployment has this id, or it was deleted because only the newest are kept.',
  },
  DEPLOYMENT_FAILED: {
    status: 409,
    meaning: 'The deployment failed its check, or has not been checked to the end: it is never activated.',
  },
  DEPLOYMENT_INVALID: {
    status: 400,
    meaning: 'What was sent is not a deployment, or is one of another version of Mintage.',
  },
  DEPLOYMENT_IS_LIVE: { status: 409, meaning: 'A canary or a shadow cannot be the deployment that is live.' },
  ROLE_VACANT: { status: 404, meaning: 'No deployment is the canary, or the shadow, at the moment.' },
  NOTHING_TO_ROLL_BACK: {
    status: 409,
    meaning: 'Nothing was live before what is live now, or it has been deleted since.',
  },
  WEBHOOK_NOT_FOUND: { status: 404, meaning: 'No webhook has this id.' },
  WEBHOOK_DISABLED: {
    status: 409,
    meaning: 'The webhook failed for 72 hours and was disabled. Nothing is sent until it is resumed.',
  },
  TOO_MANY_WEBHOOKS: { status: 409, meaning: 'The environment has as many webhooks as it may have.' },
  EVENT_NOT_FOUND: { status: 404, meaning: 'No event has this id, or it is not kept any more.' },
  DELIVERY_NOT_FOUND: { status: 404, meaning: 'No delivery has this id, or it is not kept any more.' },
  REHEARSAL_NOT_FOUND: { status: 404, meaning: 'No rehearsal has this id, or its report was deleted.' },
  TOO_MANY_REQUESTS: {
    status: 429,
    meaning:
      'The application asks too often. `RateLimit-Reset` and `Retry-After` say in how many seconds it may ask again.',
  },
  NOT_OFFERED: {
    status: 501,
    meaning:
      'The operation belongs to a part of Kinde that Mintage does not have: connected apps, directories, passkeys.',
  },
  NOT_IMPLEMENTED: {
    status: 501,
    meaning: 'Kinde’s API has this operation, but Mintage does not implement it; the message names it.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    meaning: 'The path exists with other methods: the header `Allow` lists them.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    meaning: 'Neither Mintage nor Kinde has such an operation. `errors` is an object here.',
  },
  ALREADY_EXISTS: { status: 409, meaning: 'A value that must be unique is already taken.' },
  CHANGED_MEANWHILE: {
    status: 409,
    meaning: 'Other requests kept changing the same record. Nothing was changed. Try again.',
  },
  REQUEST_TOO_LARGE: { status: 413, meaning: 'The body is larger than the limit.' },
  INTERNAL_ERROR: { status: 500, meaning: 'A defect in Mintage. Its log holds the details.' },
  SERVICE_UNAVAILABLE: { status: 503, meaning: 'The database cannot be reached. Try again.' },
} as const satisfies Record<string, RequestErrorEntry>

export type RequestErrorCode = keyof typeof requestErrors

export interface RequestProblem {
  readonly code: RequestErrorCode
  readonly message: string
}

/** A message may quote what the caller sent. */
const longestMessage = 300

/** Thrown by operations and turned into an answer in one place (management-api.ts). */
export class RequestError extends Error {
  readonly status: ContentfulStatusCode
  readonly problems: readonly RequestProblem[]

  constructor(code: RequestErrorCode, messages: string | readonly string[], options?: { cause: unknown }) {
    const list = typeof messages === 'string' ? [messages] : messages
    super(list.join(' '), options)
    this.name = 'RequestError'
    this.status = requestErrors[code].status
    this.problems = list.map((message) => ({ code, message: message.slice(0, longestMessage) }))
  }
}
