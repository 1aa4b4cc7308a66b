// A mail's subject and its two bodies. Names come from people: in the subject a line end would begin another header, in HTML
// a bracket would begin a tag.
import { mailWords } from './copy.ts'
import type { MailMessage } from './mail.ts'

export interface MailText {
  readonly subject: string
  readonly plain: string
  readonly html: string
}

const longestName = 80

export function mailText({ kind, language, application, link, validMinutes }: MailMessage): MailText {
  const words = mailWords(kind, language, nameOnOneLine(application), validMinutes)
  return {
    subject: words.subject,
    plain: `${words.lead}\n\n${words.action}:\n${link}\n\n${words.note}\n`,
    html: `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${escaped(words.subject)}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 36em">
<p>${escaped(words.lead)}</p>
<p><a href="${escaped(link)}">${escaped(words.action)}</a></p>
<p>${escaped(words.note)}</p>
<p style="word-break: break-all">${escaped(link)}</p>
</body>
</html>
`,
  }
}

/** A line end would begin another header. */
export function nameOnOneLine(name: string): string {
  return name
    .replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, longestName)
    .toWellFormed()
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
])

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities.get(character) ?? '')
}
