// Everything that is wrong with mintage.yaml, in the shape of every error. Each problem brings its line along: one that holds a secret
// is not read from the file here.
import type { MintageFileError } from '../config/index.ts'
import { errorText } from './error-text.ts'
import type { Paint } from './output.ts'

export function fileProblemsText({ code, problems }: MintageFileError, style: Paint): string {
  return problems
    .map(({ message, at, hint, sourceLine }) => errorText({ code, message, at, hint }, sourceLine, style))
    .join('\n\n')
}
