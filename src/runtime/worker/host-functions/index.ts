// Every function that an engine can call on its host: this table and the system calls of wasi.ts are the whole wall.
// A test lists them (test/runtime/imports.test.ts): an addition is a decision about security.
import { integer, text, type HostArgument, type HostFunctionTable } from './host-function.ts'
import { answerIntl } from './intl.ts'
import { webCryptoFunctions } from './web-crypto.ts'

export type { HostArgument } from './host-function.ts'

const longestDelayMs = 0x7fffffff

export const hostFunctions: HostFunctionTable = {
  // console: one formatted line at a time
  log: (host, level, line) => host.log(text(level, 'level'), text(line, 'text')),

  // kinde.auth: the host keeps the first reason, so that nothing the guest does later takes it back
  deny: (host, reason) => host.deny(text(reason, 'reason')),

  // kinde.env: one variable at a time, so that the guest's memory never holds a list of them
  env: (host, key) => host.environmentVariable(text(key, 'key')),

  // kinde.localization
  localization: (host, key) => host.localizedText(text(key, 'key')),

  // kinde.fetch, kinde.secureFetch, fetch and kinde.cache: the pool executes calls on another thread (host-calls/); they are started
  // here and answered later, or waited for
  call: (host, kind, request) => host.call(text(kind, 'kind'), text(request, 'request')),
  abortCall: (host, call) => host.abortCall(integer(call, 'call')),
  wait: (host, call) => host.wait(integer(call, 'call')),

  // setTimeout and its relatives
  setTimer: (host, id, delayMs) => host.setTimer(integer(id, 'id'), delay(delayMs)),
  clearTimer: (host, id) => host.clearTimer(integer(id, 'id')),

  // the token bindings: attempts on reserved claims while the workflow runs, and the claims at its end
  reservedAttempt: (host, token, claim, stack) =>
    host.reservedAttempt(text(token, 'token'), text(claim, 'claim'), text(stack, 'stack')),
  finishPlain: (host, bytes) => (host.finishPlain(integer(bytes, 'bytes')) ? 1 : 0),
  finish: (host, kind, payload) => host.finish(text(kind, 'kind'), text(payload, 'payload')),

  // Intl and the toLocale… methods: pure questions, answered by Node's Intl
  intl: (host, operation, parameters) =>
    answerIntl(text(operation, 'operation'), text(parameters, 'arguments'), () => host.spendFormatter()),

  ...webCryptoFunctions,
}

function delay(value: HostArgument): number {
  return typeof value === 'number' && value > 0 ? Math.min(Math.floor(value), longestDelayMs) : 0
}
