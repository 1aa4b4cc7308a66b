// docs/reference/errors.md, made from the table of codes: `npm run docs` writes it, a test fails when the two part.
import { errorCodes } from './codes.ts'

/** The page as Markdown. */
export function errorsReference(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { meaning, fix }]) =>
      `| <a id="${code}"></a>\`${code}\` | ${meaning} | ${fix.replaceAll('|', '\\|')} |`,
  )
  return `${introduction}\n${rows.join('\n')}\n`
}

const introduction = `# Errors

Every error that Mintage shows has one of these codes, a message that says what happened and where, and what to do about it.
A code is never renamed. In a terminal an error is \`error[code]: message\`; in JSON it is \`{ code, message, at?, hint? }\`.

| code | what it means | what to do |
| --- | --- | --- |`
