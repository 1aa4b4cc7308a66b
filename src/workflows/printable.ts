// Text of a guest or of a hostile file on its way into one of our messages: of bounded length, on one line, and without
// the control and format characters that could repaint a terminal or turn the reading direction.

export function printable(text: string, mostCharacters: number): string {
  return text.slice(0, mostCharacters).replaceAll(/\p{C}/gu, ' ')
}
