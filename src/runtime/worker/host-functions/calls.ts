// Host side of `kinde.fetch`, `kinde.secureFetch`, the global `fetch` and `kinde.cache`: all of them are calls that the
// pool executes on another thread (host-calls/), started here and answered later, or waited for.
import { integer, text, type HostFunctionTable } from './host-function.ts'

export const callFunctions: HostFunctionTable = {
  call: (host, kind, request) => host.call(text(kind, 'kind'), text(request, 'request')),
  abortCall: (host, call) => host.abortCall(integer(call, 'call')),
  wait: (host, call) => host.wait(integer(call, 'call')),
}
