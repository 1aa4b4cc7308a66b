import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { findTrigger, nearestTrigger, nearestTriggerMember, triggers, type TriggerKey } from './index.ts'

const request = { ip: '192.0.2.1', userAgent: 'browser' }
const signIn = { ...request, authUrlParams: { state: 'x', clientId: 'app_1' } }
const domains = { kindeDomain: 'https://example.kinde.com' }
const application = { clientId: 'app_1' }
const user = { id: 'kp_1' }
const organization = { code: 'org_1' }
const billing = { currentPlanCode: 'free', requestedPlanCode: 'pro', agreementId: 'agr_1' }

/** One event of each trigger in the form of C§7; `workflow` is added below. */
const samples: Record<TriggerKey, { readonly request: object; readonly context: object }> = {
  'user:tokens_generation': {
    request: { ...request, auth: { audience: ['https://api.example.com'] } },
    context: {
      domains,
      application,
      user: { ...user, identityId: 'identity_1' },
      organization,
      auth: { origin: 'authorization_request', isExistingSession: false, connectionId: 'conn_1' },
    },
  },
  'm2m:token_generation': {
    request: { ip: '192.0.2.1', auth: { audience: ['https://api.example.com'], scope: ['read:all'] } },
    context: { domains, application },
  },
  'user:post_authentication': {
    request: signIn,
    context: { domains, application, user, auth: { connectionId: 'conn_1', isNewUserRecordCreated: true } },
  },
  'user:pre_registration': {
    request: signIn,
    context: { domains, application, auth: { connectionId: 'conn_1' } },
  },
  'user:pre_mfa': {
    request,
    context: {
      domains,
      application,
      user,
      organization,
      auth: { connectionId: 'conn_1' },
      mfa: {
        policy: 'required',
        context: 'organization',
        enabled_factors: ['mfa:email'],
        isUserRoleExempt: false,
        isUserConnectionExempt: false,
      },
    },
  },
  'user:existing_password_provided': {
    request,
    context: {
      domains,
      auth: {
        providedEmail: 'a@example.com',
        password: 'p',
        hashedPassword: 'h',
        hasUserRecordInKinde: true,
      },
    },
  },
  'user:new_password_provided': {
    request,
    context: {
      domains,
      auth: { firstPassword: 'p', secondPassword: 'p', newPasswordReason: 'reset' },
      user: { ...user, email: 'a@example.com' },
    },
  },
  'user:plan_selection': { request, context: { domains, billing, user, organization } },
  'user:plan_cancellation_request': { request, context: { domains, billing } },
  'user:new_username_provided': { request, context: { domains, auth: { suppliedUsername: 'ada' } } },
}

for (const { key, event: schema, eventType, member } of triggers) {
  describe(`the row of ${key}`, () => {
    const { request: sent, context } = samples[key]
    const event = { request: sent, context: { ...context, workflow: { trigger: key } } }

    test('accepts the event of C§7', () => {
      const parsed = schema.safeParse(event)
      assert.deepEqual(parsed.error?.issues ?? [], [])
      assert.deepEqual(parsed.data, event)
    })

    test('refuses the event of another trigger, and one without an address', () => {
      const other = { ...event, context: { ...context, workflow: { trigger: 'user:other' } } }
      assert.equal(schema.safeParse(other).success, false)
      assert.equal(schema.safeParse({ ...event, request: { ...sent, ip: undefined } }).success, false)
    })

    test('names the type of the event as @kinde/infrastructure does', () => {
      const types = readFileSync(new URL('types.d.ts', import.meta.resolve('@kinde/infrastructure')), 'utf8')
      const [, body = ''] = new RegExp(`export type ${eventType} = ([\\s\\S]*?)\\n\\};`).exec(types) ?? []
      assert.match(body, new RegExp(`WorkflowTrigger\\.${member};`))
    })
  })
}

describe('triggers', () => {
  test('are the members of WorkflowTrigger in @kinde/infrastructure, one for one', () => {
    // The package's types do not resolve under `nodenext`, so its value is parsed.
    const library: unknown = createRequire(import.meta.url)('@kinde/infrastructure')
    const { WorkflowTrigger } = z.object({ WorkflowTrigger: z.record(z.string(), z.string()) }).parse(library)
    assert.deepEqual(Object.fromEntries(triggers.map(({ member, key }) => [member, key])), WorkflowTrigger)
  })

  test('are found by their exact key alone', () => {
    assert.equal(findTrigger('user:tokens_generation ')?.key, undefined)
    assert.equal(findTrigger('toString'), undefined)
  })

  const suggestions: [string, string | undefined][] = [
    ['m2m:tokens_generation', 'm2m:token_generation'],
    ['user:token_generation', 'user:tokens_generation'],
    ['user:tokens_genaration', 'user:tokens_generation'],
    ['User:Post_Authentication', 'user:post_authentication'],
    ['user:plan_cancelation_request', 'user:plan_cancellation_request'],
    ['PostAuthentication', 'user:post_authentication'],
    ['WorkflowTrigger.UserPreMFA', 'user:pre_mfa'],
    ['onTokenGeneration', 'user:tokens_generation'],
    ['onUserTokenGenerated', 'user:tokens_generation'],
    ['WorkflowTrigger.onTokenGeneration', 'user:tokens_generation'],
    ['pre-token-generation', 'user:tokens_generation'],
    ['TokenGeneration', 'user:tokens_generation'],
    ['onM2MTokenGenerated', 'm2m:token_generation'],
    ['client_credentials_token', 'm2m:token_generation'],
    ['on_login', undefined],
    ['', undefined],
    ['__proto__', undefined],
  ]
  for (const [text, key] of suggestions) {
    test(`suggest ${key ?? 'nothing'} for "${text}"`, () => {
      assert.equal(nearestTrigger(text), key)
    })
  }

  test('suggest PlanCancellationRequest for the member that a published example names (C§6.13)', () => {
    assert.equal(nearestTriggerMember('UserPlanCancellationRequest')?.key, 'user:plan_cancellation_request')
  })
})
