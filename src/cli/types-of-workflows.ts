// Which claims the workflows of a project set, from what the project's TypeScript says of their files, with what it cannot say as
// warnings.
import { isTokenTrigger, tokensOfTrigger, type SetClaim } from '../tokens/index.ts'
import type { TokenKind } from '../oauth/index.ts'
import type { ClaimTypes, WorkflowDeployment } from '../workflows/index.ts'
import type { ShownError } from './error-text.ts'

export interface ClaimsOfWorkflows {
  readonly claims: readonly SetClaim[]
  /** Whether the types could be read. */
  readonly isTyped: boolean
  readonly warnings: readonly ShownError[]
}

export function claimsSetBy(workflows: readonly WorkflowDeployment[], types: ClaimTypes): ClaimsOfWorkflows {
  if (types.kind !== 'read') {
    const isTyped = workflows.length === 0
    return { claims: [], isTyped, warnings: isTyped ? [] : [notRead(types)] }
  }
  const sets = workflows.flatMap(({ bundle, manifest }) => {
    const { trigger, failurePolicy } = manifest
    const tokens: readonly TokenKind[] = isTokenTrigger(trigger) ? tokensOfTrigger[trigger] : []
    // Under `continue`, a run that fails leaves the default claims.
    const mayFail = failurePolicy.action === 'continue'
    return types.files
      .filter(({ file }) => bundle.inputs.includes(file))
      .flatMap(({ claims }) => claims)
      .filter(({ token }) => tokens.includes(token))
      .map((claim) => ({ ...claim, isOptional: claim.isOptional || mayFail }))
  })
  const warnings = types.files.flatMap(({ file, untyped }) =>
    untyped.map(({ token, line }) => ({
      code: 'claims_untyped',
      message: `The types do not tell which claims of ${token} are set here.`,
      at: { file, line },
      hint: 'Name them by a type, accessTokenCustomClaims<{ plan: string }>(), or set them by a literal name.',
    })),
  )
  return { claims: sets, isTyped: true, warnings }
}

function notRead(types: Exclude<ClaimTypes, { readonly kind: 'read' }>): ShownError {
  if (types.kind === 'no-compiler') {
    return {
      code: 'claims_untyped',
      message: 'The project has no TypeScript, so the types of what its workflows set are unknown.',
      hint: 'Run npm install --save-dev typescript in the project.',
    }
  }
  return {
    code: 'claims_untyped',
    message: `The project’s TypeScript does not run, so the types of what its workflows set are unknown: ${types.reason}`,
    hint: 'Run the project’s TypeScript by hand: npx tsc --noEmit.',
  }
}
