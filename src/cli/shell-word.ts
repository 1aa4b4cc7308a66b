// A path as a word of a command that people copy: quoted where a shell would take it apart.
export function shellWord(path: string): string {
  if (/^[\p{L}\p{N}_@%+=:,./-]+$/u.test(path)) return path
  return `"${path.replaceAll(/["$`\\]/g, String.raw`\$&`)}"`
}
