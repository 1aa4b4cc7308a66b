// The only writer to the terminal. Text of guests and files goes through `printable` before it gets here, so that a
// workflow cannot move the cursor or recolour what Mintage says about it.
import { styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

export type Paint = (style: Style, text: string) => string

export interface Output {
  /** Columns to fit one line into: the terminal's, or 100 when there is none. */
  readonly width: number
  print(text: string): void
  printError(text: string): void
  /** Colours for what goes to `print`; the text as it is when there are none. */
  readonly style: Paint
  readonly styleError: Paint
}

const widthWithoutTerminal = 100

export function terminalOutput(settings: { readonly noColor: boolean }): Output {
  const { stdout, stderr } = process
  for (const stream of [stdout, stderr]) stream.on('error', endQuietlyOnClosedPipe)
  return {
    width: Math.max(40, stdout.isTTY ? stdout.columns : widthWithoutTerminal),
    print: (text) => void stdout.write(`${text}\n`),
    printError: (text) => void stderr.write(`${text}\n`),
    style: painter(stdout.isTTY && !settings.noColor),
    styleError: painter(stderr.isTTY && !settings.noColor),
  }
}

/** Text for one or more lines of a terminal: control characters are shown, not obeyed. Line breaks stay. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) =>
      character === '\n' ? '\n' : escaped(character),
    )
}

function escaped(character: string): string {
  if (character === '\t') return '  '
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}

function painter(colours: boolean): Paint {
  return colours ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}

/** `mintage … | head` closes the pipe early; that is no error of ours. */
function endQuietlyOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
