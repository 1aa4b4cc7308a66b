// Host side of `console`: one formatted line at a time.
import { text, type HostFunctionTable } from './host-function.ts'

export const consoleFunctions: HostFunctionTable = {
  log: (host, level, line) => host.log(text(level, 'level'), text(line, 'text')),
}
