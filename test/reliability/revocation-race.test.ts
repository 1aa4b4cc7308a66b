// INV-3 where it is hardest: a family is revoked while a request for it is between its look and its write. Whatever that request is
// given, nothing of it is accepted anywhere.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Change, Store } from '../../src/store/index.ts'
import { ada, directoryFixture, webClient } from '../harness/directory-fixture.ts'
import { History } from '../harness/history.ts'
import { startIssuer } from '../harness/issuer.ts'
import { Client, codeOf, told, tokensOf } from './client.ts'

/** Holds the next commit that puts an access token, from when it has come until it may go on. */
let gate: { readonly come: () => void; readonly mayGoOn: Promise<void> } | undefined

const isIssuing = (change: Change) =>
  change.kind === 'put-artifact' && change.artifact.model === 'AccessToken'

function gated(store: Store): Store {
  return {
    ...store,
    async commit(changes) {
      const held = changes.some(isIssuing) ? gate : undefined
      if (held) {
        gate = undefined
        held.come()
        await held.mayGoOn
      }
      return store.commit(changes)
    },
  }
}

const issuer = await startIssuer({ after }, { directory: await directoryFixture(), decorateStore: gated })
const history = new History()
const client = new Client({ name: 'ada', history, origin: () => issuer.url })
codeOf(await client.signIn(ada))

function post(path: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  const body = new URLSearchParams({ client_id: webClient.id, client_secret: webClient.secret, ...fields })
  return fetch(`${issuer.url}${path}`, { method: 'POST', body })
}

/** The request, with the family revoked after it has looked and before it writes. */
async function whileRevoking<Result>(refreshToken: string, request: () => Promise<Result>): Promise<Result> {
  const come = Promise.withResolvers<void>()
  const mayGoOn = Promise.withResolvers<void>()
  gate = { come: come.resolve, mayGoOn: mayGoOn.promise }
  const answer = request()
  await come.promise
  assert.equal((await post('/oauth2/revoke', { token: refreshToken })).status, 200)
  mayGoOn.resolve()
  return answer
}

test('a rotation that a revocation comes before gives nothing', async () => {
  const { refreshToken } = tokensOf(await client.redeem(codeOf(await client.return(ada))))
  const answer = await whileRevoking(refreshToken, () => client.refresh(refreshToken))
  assert.equal(told(answer), '400 invalid_grant')
})

test('a grace that a revocation comes before gives nothing', async () => {
  const first = tokensOf(await client.redeem(codeOf(await client.return(ada))))
  const second = tokensOf(await client.refresh(first.refreshToken))
  const answer = await whileRevoking(second.refreshToken, () => client.refresh(first.refreshToken))
  assert.equal(told(answer), '400 invalid_grant')
  assert.equal(told(await client.refresh(second.refreshToken)), '400 invalid_grant')
})
