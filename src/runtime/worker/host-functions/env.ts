// Host side of `kinde.env`: one variable at a time, so that no list of them ever lies in the guest's memory.
import { text, type HostFunctionTable } from './host-function.ts'

export const envFunctions: HostFunctionTable = {
  env: (host, key) => host.environmentVariable(text(key, 'key')),
}
