// The only writer to the terminal. Text of guests and files goes through `printable` before it gets here, so that a
// workflow cannot move the cursor or recolour what Mintage says about it.
import { styleText } from 'node:util'
import { LineWriter, type LossHandling, type LostLines } from './line-writer.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

export type Paint = (style: Style, text: string) => string

export interface Output {
  /** Columns to fit one line into: the terminal's, or 100 without a terminal. */
  readonly width: number
  /** Neither throws when writing fails. */
  print(text: string): void
  printError(text: string): void
  /** Lines of `print` that could not be written, unless a server reports them. */
  readonly lost: LostLines | undefined
  /** For a server: see LineWriter. */
  handleLoss(handling: LossHandling): void
  /** A line on standard error that each call replaces; without a terminal, a line now and then. */
  openProgress(): (text: string) => void
  /** Colours for what goes to `print`; plain text without colours. */
  readonly style: Paint
  readonly styleError: Paint
}

const widthWithoutTerminal = 100

export function terminalOutput(settings: { readonly noColor: boolean }): Output {
  // Asking for the streams also makes a pipe non-blocking: a slow reader does not stop the event loop.
  const { stdout, stderr } = process
  const [lines, errorLines] = [new LineWriter(stdout.fd), new LineWriter(stderr.fd)]
  return {
    width: Math.max(40, stdout.isTTY ? stdout.columns : widthWithoutTerminal),
    print: (text) => lines.write(text),
    printError: (text) => errorLines.write(text),
    get lost() {
      return lines.lost
    },
    handleLoss: (handling) => lines.handleLoss(handling),
    openProgress: () => progressOn(stderr.isTTY, (text) => errorLines.write(text)),
    style: painter(stdout.isTTY && !settings.noColor),
    styleError: painter(stderr.isTTY && !settings.noColor),
  }
}

const progressEveryMs = 2_000
/** One line up, and nothing in it. */
const again = '\u001B[1A\u001B[2K'

function progressOn(isTerminal: boolean, write: (text: string) => void): (text: string) => void {
  let isBegun = false
  let saidAtMs = performance.now()
  return (text) => {
    if (isTerminal) write(`${isBegun ? again : ''}${text}`)
    else if (performance.now() - saidAtMs >= progressEveryMs) {
      saidAtMs = performance.now()
      write(text)
    }
    isBegun = true
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
