// Errors as a test runner shows them: most show only the message, so place and hint are in it, and the stack begins in the test.
import { AppError, formatLocation } from '../errors/index.ts'

const ownFolder = new URL('..', import.meta.url).href

export function testError(error: AppError): AppError {
  const { code, message, hint, at } = error
  const place = at === undefined ? '' : `${formatLocation(at)}: `
  const advice = hint === undefined ? '' : `\n${hint}`
  const shown = new AppError(code, `${place}${message}${advice}`, {
    ...(hint !== undefined && { hint }),
    ...(at && { at }),
  })
  shown.name = error.name
  const frames = (shown.stack ?? '').split('\n').filter((line) => !line.includes(ownFolder))
  shown.stack = frames.join('\n')
  return shown
}
