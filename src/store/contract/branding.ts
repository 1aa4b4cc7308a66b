// Branding by owner: compare-and-set, files beside their document, and what goes when the owner goes.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BrandingOwner } from '../../branding/index.ts'
import { ChangedMeanwhileError } from '../store-error.ts'
import type { NewDatabase } from './contract-database.ts'
import { anApplication, anOrganization, hashOf } from './samples.ts'

const environment: BrandingOwner = { kind: 'environment' }
const application: BrandingOwner = { kind: 'application', clientId: 'app' }
const organization: BrandingOwner = { kind: 'organization', code: 'org_a' }

const logo = {
  kind: 'logo',
  contentType: 'image/png',
  hash: hashOf('logo'),
  bytes: Uint8Array.from([0x89, 0x50, 0, 255]),
} as const

export function brandingContract(newDatabase: NewDatabase): void {
  describe('branding', () => {
    test('is kept for each owner by itself, and its files without their bytes beside it', async (t) => {
      const { branding, commit } = await (await newDatabase(t)).open()
      await commit([
        { kind: 'add-organization', organization: anOrganization('org_a') },
        { kind: 'put-application', application: anApplication('app') },
        { kind: 'put-branding', of: environment, branding: { linkColor: '#123' }, expectedVersion: 0 },
        { kind: 'put-branding-file', of: organization, file: logo },
      ])
      await commit([
        { kind: 'put-branding', of: organization, branding: { businessName: 'Acme' }, expectedVersion: 0 },
      ])
      const { bytes: _, ...record } = logo
      assert.deepEqual(await branding.brandings([organization, application, environment]), [
        { owner: organization, version: 1, branding: { businessName: 'Acme' }, files: [record] },
        { owner: application, version: 0, branding: {}, files: [] },
        { owner: environment, version: 1, branding: { linkColor: '#123' }, files: [] },
      ])
      const file = await branding.file(organization, 'logo')
      assert.deepEqual({ ...file, bytes: Uint8Array.from(file?.bytes ?? []) }, logo)
      assert.equal(await branding.file(environment, 'logo'), undefined)
      await commit([{ kind: 'delete-branding-file', of: organization, file: 'logo' }])
      assert.equal(await branding.file(organization, 'logo'), undefined)
    })

    test('loses against another change of the same branding', async (t) => {
      const { branding, commit } = await (await newDatabase(t)).open()
      const put = (linkColor: string, expectedVersion: number) =>
        commit([{ kind: 'put-branding', of: environment, branding: { linkColor }, expectedVersion }])
      await put('#111', 0)
      await assert.rejects(put('#222', 0), ChangedMeanwhileError)
      await put('#333', 1)
      await assert.rejects(put('#444', 1), ChangedMeanwhileError)
      const [found] = await branding.brandings([environment])
      assert.deepEqual(found?.branding, { linkColor: '#333' })
    })

    test('needs its organization or application, and goes with it', async (t) => {
      const { branding, commit } = await (await newDatabase(t)).open()
      const put = (owner: BrandingOwner) =>
        commit([
          { kind: 'put-branding', of: owner, branding: { businessName: 'Acme' }, expectedVersion: 0 },
          { kind: 'put-branding-file', of: owner, file: logo },
        ])
      await assert.rejects(put(organization), { code: 'store_conflict' })
      await assert.rejects(put(application), { code: 'store_conflict' })
      await commit([
        { kind: 'add-organization', organization: anOrganization('org_a') },
        { kind: 'put-application', application: anApplication('app') },
      ])
      await put(organization)
      await put(application)
      await commit([
        { kind: 'delete-organization', code: 'org_a' },
        { kind: 'delete-application', clientId: 'app' },
      ])
      const found = await branding.brandings([organization, application])
      assert.deepEqual(
        found.map(({ version, files }) => [version, files]),
        [
          [0, []],
          [0, []],
        ],
      )
      assert.equal(await branding.file(organization, 'logo'), undefined)
    })
  })
}
