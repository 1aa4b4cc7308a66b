// Host side of `Intl` and the `toLocale…` methods: pure questions, answered by the Intl of Node (intl.ts).
import { text, type HostFunctionTable } from './host-function.ts'
import { answerIntl } from './intl.ts'

export const intlFunctions: HostFunctionTable = {
  intl: (host, operation, parameters) =>
    answerIntl(text(operation, 'operation'), text(parameters, 'arguments'), () => host.spendFormatter()),
}
