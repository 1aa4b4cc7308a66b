// What all domains of the issuer share: the database, the keys that sign, the secrets, the bounds on what strangers store. A domain
// has an engine of its own (domain-engine.ts), and the engines share all of this.
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { passwordHasher } from '../directory/index.ts'
import { openSigningKeys } from '../keys/index.ts'
import { answerOnce } from './http/answer-once.ts'
import { deviceConfirmation } from './interactions/device-confirmation.ts'
import type { IssuerOptions } from './issuer-options.ts'
import { Outages, watchedStore } from './request/outages.ts'
import { StrangersStorage } from './request/strangers-storage.ts'

export type SharedParts = Awaited<ReturnType<typeof openSharedParts>>

export async function openSharedParts(options: IssuerOptions) {
  const { nowMs } = options
  const outages = new Outages(nowMs)
  const store = watchedStore(options.store, outages)
  const { artifacts, commit } = store
  const keys = await openSigningKeys({
    store: store.signingKeys,
    nowMs,
    onUnreadable: (kid, error) => options.log('signing_key_unreadable', { kid, error }),
    onClockBehind: (kid, activeFromMs) =>
      options.log('signing_key_not_yet_active', { kid, activeFrom: new Date(activeFromMs).toISOString() }),
  })
  const secret = (name: string) =>
    store.secrets.getOrCreate(name, () => randomBytes(32).toString('base64url'))
  const addressOf = (ctx: KoaContextWithOIDC) => options.addressOf(ctx.req)
  const strangers = new StrangersStorage(options.pendingSignIns, nowMs)
  const formSecret = await secret('form-token-key')
  const onStored = (ctx: KoaContextWithOIDC, bytes: number) => strangers.add(addressOf(ctx), bytes)
  const hasher = passwordHasher({
    random: randomBytes,
    onUnusable: (found) => options.log('password_hash_unusable', found),
  })
  return {
    outages,
    store,
    keys,
    addressOf,
    strangers,
    formSecret,
    confirmation: deviceConfirmation(formSecret),
    cookieSecret: await secret('cookie-key'),
    successorSecret: await secret('refresh-token-successor-key'),
    once: answerOnce({ artifacts, commit, secret: await secret('answer-key'), nowMs, onStored }),
    newJti: randomUUIDv7,
    accounts: {
      store,
      hasher,
      passwordRules: options.passwordRules,
      random: randomBytes,
      now: nowMs,
      background: options.background,
      isEmailProofRequired: options.isEmailProofRequired,
      isSignUpAllowed: options.isSignUpAllowed,
      deviceSecret: await secret('device-token-key'),
    },
  }
}
