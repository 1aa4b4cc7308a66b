// Everything that is wrong with mintage.yaml, each problem with its place and its line, in the shape of every error.
import type { MintageFileError } from '../config/index.ts'
import { errorText } from './error-text.ts'
import type { Paint } from './output.ts'

export function fileProblemsText({ code, problems }: MintageFileError, style: Paint): string {
  return problems
    .map(({ message, at, hint, sourceLine }) => errorText({ code, message, at, hint }, sourceLine, style))
    .join('\n')
}
