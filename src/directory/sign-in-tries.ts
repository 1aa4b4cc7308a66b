// The counters of one try to sign in: of the network address that it comes from, and of the account, or of a device that the account
// knows. Both are counted before the password is judged, and put right afterwards (docs/decisions/0039).
import type { Change, PasswordRecord, ThrottleStore } from '../store/index.ts'
import { knownDevice } from './known-device.ts'
import {
  accountThrottle,
  addressThrottle,
  admitTry,
  deviceThrottle,
  isUsedUp,
  networkOf,
  passwordKey,
  throttleKey,
  type Throttled,
} from './throttle.ts'

export interface AdmittedSignIn {
  readonly kind: 'admitted'
  /** The place of the device, when the account knows it. */
  readonly device: number | undefined
  /** When it was right: the account's counter starts anew, the address gets this try back and no other. */
  readonly settling: readonly Change[]
  /** When it was not judged. */
  readonly takingBack: readonly Change[]
}

export interface SignInTriesDeps {
  readonly throttles: ThrottleStore
  readonly now: () => number
  readonly deviceSecret: string
}

/** `typed`: counted instead of an account that does not exist. */
export async function admitSignIn(
  { ip, deviceToken, typed }: { readonly ip: string; readonly deviceToken?: string; readonly typed: string },
  password: PasswordRecord | undefined,
  deps: SignInTriesDeps,
): Promise<AdmittedSignIn | RefusedSignIn> {
  const { throttles, now } = deps
  const network = networkOf(ip)
  const addressKey = throttleKey('address', network)
  const atAddress = await admitTry(addressKey, addressThrottle, throttles, now())
  if (atAddress.kind === 'throttled') return refused(atAddress, `network ${network}`, deps)
  const account = await admitAtAccount(deviceToken, typed, password, deps)
  if (account.kind === 'throttled') return refused(account, `account ${password?.userId ?? typed}`, deps)
  const { key, device } = account
  return {
    kind: 'admitted',
    device,
    settling: [
      { kind: 'clear-tries', key },
      { kind: 'refund-try', key: addressKey },
    ],
    takingBack: [
      { kind: 'refund-try', key },
      { kind: 'refund-try', key: addressKey },
    ],
  }
}

/** `isNews`: the first of its kind for a while. The audit log has that one, and none of a flood that follows it. */
export interface RefusedSignIn {
  readonly kind: 'refused'
  readonly throttled: Throttled
  readonly isNews: boolean
}

async function refused(
  throttled: Throttled,
  subject: string,
  { throttles, now }: SignInTriesDeps,
): Promise<RefusedSignIn> {
  const { isAdmitted } = await throttles.admit(throttleKey('refusal', subject), oncePerQuarterHour, now())
  return { kind: 'refused', throttled, isNews: isAdmitted }
}

const oncePerQuarterHour = { freeTries: 1, hardLimit: 1, forgetAfterMs: 15 * 60_000 }

type AtAccount =
  | { readonly kind: 'admitted'; readonly key: string; readonly device: number | undefined }
  | Throttled

async function admitAtAccount(
  deviceToken: string | undefined,
  typed: string,
  password: PasswordRecord | undefined,
  { throttles, now, deviceSecret }: SignInTriesDeps,
): Promise<AtAccount> {
  const known = password ?? { userId: '', hash: '' }
  const device = knownDevice(deviceToken, known, deviceSecret)
  if (password !== undefined && device !== undefined) {
    const key = passwordKey(`device-${String(device)}`, password)
    const admission = await admitTry(key, deviceThrottle, throttles, now())
    if (admission.kind === 'admitted') return { kind: 'admitted', key, device }
    // A device that used its tries up counts as any other browser.
    if (!(await isUsedUp(key, deviceThrottle, throttles, now()))) return admission
  }
  const key = password === undefined ? throttleKey('account', typed) : passwordKey('account', password)
  const admission = await admitTry(key, accountThrottle, throttles, now())
  return admission.kind === 'throttled' ? admission : { kind: 'admitted', key, device }
}
