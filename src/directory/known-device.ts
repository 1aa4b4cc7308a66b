// A device on which a user has signed in before. It has a counter of tries of its own, so that a stranger who tries passwords from
// elsewhere cannot lock the user out (BF-01). The value is for a cookie; it proves nothing but that, and signs no one in. An account
// has a few places for devices and no more, however often the user signs in, and a new password empties them (docs/decisions/0039).
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { PasswordRecord } from '../store/index.ts'
import type { RandomBytes } from './ids.ts'
import { devicesOfAccount } from './throttle.ts'

type KnownPassword = Pick<PasswordRecord, 'userId' | 'hash'>

/** A place by chance; two devices may share one. `secret` is the installation's own (`SecretStore`); the same for all processes. */
export function newDeviceToken(password: KnownPassword, secret: string, random: RandomBytes): string {
  return deviceToken((random(1)[0] ?? 0) % devicesOfAccount, password, secret)
}

export function deviceToken(place: number, password: KnownPassword, secret: string): string {
  return `${String(place)}.${seal(String(place), password, secret).toString('base64url')}`
}

/** The place of the device, when the token was made for this user and this password. */
export function knownDevice(
  token: string | undefined,
  password: KnownPassword,
  secret: string,
): number | undefined {
  const [, place = '', mac = ''] = /^(\d{1,2})\.([\w-]{43})$/.exec(token ?? '') ?? []
  const given = Buffer.from(mac, 'base64url')
  const expected = seal(place, password, secret)
  return given.length === expected.length && timingSafeEqual(given, expected) ? Number(place) : undefined
}

function seal(place: string, { userId, hash }: KnownPassword, secret: string): Buffer {
  return createHmac('sha256', secret).update(`device\n${userId}\n${place}\n${hash}`).digest()
}
