// A device on which a user has signed in before. It has a counter of failed tries of its own, so that whoever tries passwords from
// elsewhere cannot lock the user out (BF-01). The value is for a cookie; it proves nothing but that, and signs nobody in.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RandomBytes } from './ids.ts'

/** `secret` is the installation's own (`SecretStore`); the same for all processes. */
export function newDeviceToken(userId: string, secret: string, random: RandomBytes): string {
  const id = Buffer.from(random(16)).toString('base64url')
  return `${id}.${seal(id, userId, secret).toString('base64url')}`
}

/** The id of the device, when the token was made for this user. */
export function knownDeviceId(token: string | undefined, userId: string, secret: string): string | undefined {
  const [, id = '', mac = ''] = /^([\w-]{22})\.([\w-]{43})$/.exec(token ?? '') ?? []
  const given = Buffer.from(mac, 'base64url')
  const expected = seal(id, userId, secret)
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined
}

function seal(id: string, userId: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${userId}.${id}`).digest()
}
