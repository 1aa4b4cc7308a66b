// Host side of the token bindings: attempts on reserved claims while the workflow runs, and the claims at its end.
import { integer, text, type HostFunctionTable } from './host-function.ts'

export const tokenClaimFunctions: HostFunctionTable = {
  reservedAttempt: (host, token, claim, stack) =>
    host.reservedAttempt(text(token, 'token'), text(claim, 'claim'), text(stack, 'stack')),
  finishPlain: (host, bytes) => (host.finishPlain(integer(bytes, 'bytes')) ? 1 : 0),
  finish: (host, kind, payload) => host.finish(text(kind, 'kind'), text(payload, 'payload')),
}
