// SBX-47 | refused import_unresolved or refused import_needs_builtin or completed | an import of a data: address
export const workflowSettings = { id: 'sbx-47-import-of-data', trigger: 'user:tokens_generation' }

import value from 'data:text/javascript,export default 1'

export default async function () {
  return value
}
