// Every function that an engine can call on its host: this table and the system calls of wasi.ts are the whole wall.
// A test lists them (test/runtime/imports.test.ts): an addition is a decision about security.
import { authFunctions } from './auth.ts'
import { callFunctions } from './calls.ts'
import { consoleFunctions } from './console.ts'
import { envFunctions } from './env.ts'
import type { HostFunctionTable } from './host-function.ts'
import { intlFunctions } from './intl-functions.ts'
import { localizationFunctions } from './localization.ts'
import { timerFunctions } from './timers.ts'
import { tokenClaimFunctions } from './token-claims.ts'
import { webCryptoFunctions } from './web-crypto.ts'

export type { HostArgument } from './host-function.ts'

export const hostFunctions: HostFunctionTable = {
  ...consoleFunctions,
  ...authFunctions,
  ...envFunctions,
  ...localizationFunctions,
  ...callFunctions,
  ...timerFunctions,
  ...tokenClaimFunctions,
  ...intlFunctions,
  ...webCryptoFunctions,
}
