// SBX-47 | refused import_unresolved or refused import_needs_builtin | an import of an address
export const workflowSettings = { id: 'sbx-47-import-of-an-address', trigger: 'user:tokens_generation' }

import { value } from 'https://example.com/module.js'

export default async function () {
  return value
}
