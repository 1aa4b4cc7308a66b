// Host side of `kinde.localization`.
import { text, type HostFunctionTable } from './host-function.ts'

export const localizationFunctions: HostFunctionTable = {
  localization: (host, key) => host.localizedText(text(key, 'key')),
}
