// How many user codes of devices one network address may try out (RFC 8628 §5.1). A code has 20^8 values and lives for ten minutes.
import type { Store } from '../store/index.ts'
import { addressThrottle, admitTry, networkOf, throttleKey, type Throttled } from './throttle.ts'

export interface UserCodeTriesDeps {
  readonly store: Pick<Store, 'commit' | 'throttles'>
  readonly nowMs: () => number
}

/** `takeBack`: the code exists. */
export async function admitUserCode(
  ip: string,
  { store, nowMs }: UserCodeTriesDeps,
): Promise<{ readonly kind: 'admitted'; takeBack(): Promise<void> } | Throttled> {
  const key = throttleKey('user-code', networkOf(ip))
  const admission = await admitTry(key, addressThrottle, store.throttles, nowMs())
  if (admission.kind === 'throttled') return admission
  return { kind: 'admitted', takeBack: () => store.commit([{ kind: 'refund-try', key }]) }
}
