// JSON leaves some control characters as they are; a terminal obeys a few of them, and some readers end a line at others.
const loose = /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu

/** JSON that means the same and holds none of them. */
export function plainJson(json: string): string {
  return json.replaceAll(
    loose,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
}
