// Host side of `kinde.auth`: the host keeps the first reason, so that nothing the guest does later takes it back.
import { text, type HostFunctionTable } from './host-function.ts'

export const authFunctions: HostFunctionTable = {
  deny: (host, reason) => host.deny(text(reason, 'reason')),
}
