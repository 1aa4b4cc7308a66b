// Agreements: one that holds for each customer, whatever races; and usage, summed exactly.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { UsageRecord } from '../billing-store.ts'
import { ChangedMeanwhileError } from '../store-error.ts'
import type { NewDatabase } from './contract-database.ts'
import { anAgreement, anOrganization, aUser } from './samples.ts'

export function billingContract(newDatabase: NewDatabase): void {
  describe('billing', () => {
    test('keeps one agreement that holds for a customer, sums its usage, and says so in events', async (t) => {
      const { billing, commit, events } = await (await newDatabase(t)).open()
      const engines = { kind: 'organization', id: 'org_a' } as const
      const ada = { kind: 'user', id: 'kp_ada' } as const
      await commit([
        { kind: 'add-organization', organization: anOrganization('org_a') },
        { kind: 'add-user', user: aUser('kp_ada') },
      ])
      const first = anAgreement('agreement_1', engines)
      const add = (agreement: typeof first, previousPlanCode: string | null = null) =>
        ({ kind: 'add-agreement', agreement, previousPlanCode }) as const
      const made = await Promise.allSettled([
        commit([add(first)]),
        commit([add({ ...first, id: 'agreement_of_a_race' })]),
        commit([add(anAgreement('agreement_2', ada))]),
      ])
      assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 2)
      const held = await billing.currentAgreement(engines)
      assert.ok(held)
      assert.deepEqual(held, { ...first, id: held.id, entitlements: held.entitlements })
      assert.deepEqual((await billing.currentAgreement(ada))?.id, 'agreement_2')

      const usage = (id: string, type: UsageRecord['type'], value: number, periodStartMs = 1) => {
        const about = { agreementId: held.id, featureCode: 'calls', usedAtMs: 7, recordedAtMs: 8 }
        return { kind: 'record-usage', usage: { id, type, value, periodStartMs, ...about } } as const
      }
      await Promise.all([commit([usage('u1', 'delta', 1_500)]), commit([usage('u2', 'delta', 2_001)])])
      assert.deepEqual(await billing.usage(held.id, 1), new Map([['calls', 3_501]]))
      await commit([usage('u3', 'absolute', 10_000)])
      await commit([usage('u4', 'delta', 1), usage('u5', 'delta', 5, 1_000)])
      assert.deepEqual(await billing.usage(held.id, 1), new Map([['calls', 10_001]]))
      assert.deepEqual(await billing.usage(held.id, 1_000), new Map([['calls', 5]]))
      await assert.rejects(commit([{ kind: 'end-agreement', agreementId: 'none', atMs: 9 }]))

      const from = await events.newest()
      const end = { kind: 'end-agreement', agreementId: held.id, atMs: 9 } as const
      const next = { ...anAgreement('agreement_3', engines), planCode: 'max', startedAtMs: 9 }
      await commit([end, add(next, 'pro')])
      await assert.rejects(commit([end]), ChangedMeanwhileError)
      assert.equal((await billing.agreement(held.id))?.endedAtMs, 9)
      assert.deepEqual(await billing.currentAgreement(engines), next)

      const written = await events.list({ afterSequence: 0, limit: 100 })
      const about = (type: string) => written.filter((event) => event.type === `customer.${type}`)
      assert.deepEqual(
        ['agreement_created', 'plan_assigned', 'plan_changed', 'agreement_cancelled'].map((type) =>
          about(type).map(({ data }) => data['agreement_id']),
        ),
        [
          [...about('plan_assigned').map(({ data }) => data['agreement_id']), 'agreement_3'],
          about('plan_assigned').map(({ data }) => data['agreement_id']),
          ['agreement_3'],
          [held.id],
        ],
      )
      assert.deepEqual(written.find(({ sequence }) => sequence === from)?.data, {
        customer: { id: 'org_a' },
        customer_id: 'org_a',
        org_code: 'org_a',
        user_id: null,
        agreement_id: held.id,
        plan: { code: 'pro', name: 'Pro' },
        feature_code: 'calls',
        meter_type_code: 'delta',
        meter_value: 0.005,
        meter_usage_timestamp: '1970-01-01T00:00:00.007Z',
        quantity: 0.005,
      })

      await commit([
        { kind: 'delete-organization', code: 'org_a' },
        { kind: 'delete-user', userId: 'kp_ada' },
      ])
      assert.equal(await billing.agreement('agreement_3'), undefined)
      assert.equal(await billing.agreement('agreement_2'), undefined)
      assert.deepEqual(await billing.usage(held.id, 1), new Map())
    })
  })
}
