// Host side of `setTimeout` and its relatives.
import { integer, type HostArgument, type HostFunctionTable } from './host-function.ts'

const longestDelayMs = 0x7fffffff

function delay(value: HostArgument): number {
  return typeof value === 'number' && value > 0 ? Math.min(Math.floor(value), longestDelayMs) : 0
}

export const timerFunctions: HostFunctionTable = {
  setTimer: (host, id, delayMs) => host.setTimer(integer(id, 'id'), delay(delayMs)),
  clearTimer: (host, id) => host.clearTimer(integer(id, 'id')),
}
