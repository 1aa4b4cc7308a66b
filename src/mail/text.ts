// A mail's subject and its two bodies. Names come from people: in the subject a line end would begin another header, in HTML
// a bracket would begin a tag.
import { mailWords } from './copy.ts'
import type { MailLook, MailMessage } from './mail.ts'

export interface MailText {
  readonly subject: string
  readonly plain: string
  readonly html: string
}

const longestName = 80

export function mailText(message: MailMessage): MailText {
  const { kind, language, application, look, link, validMinutes, organization = '' } = message
  const names = [nameOnOneLine(application), nameOnOneLine(organization)] as const
  const words = mailWords(kind, language, names[0], validMinutes, names[1])
  return {
    subject: words.subject,
    plain: `${words.lead}\n\n${words.action}:\n${link}\n\n${words.note}\n`,
    html: `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${escaped(words.subject)}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 36em">
${logo(look, application)}<p>${escaped(words.lead)}</p>
<p><a href="${escaped(link)}"${buttonStyle(look)}>${escaped(words.action)}</a></p>
<p>${escaped(words.note)}</p>
<p style="word-break: break-all">${escaped(link)}</p>
</body>
</html>
`,
  }
}

/** Without it the name is in the text all the same: many mail programs load no pictures. */
function logo(look: MailLook | undefined, application: string): string {
  if (look?.logoUrl === undefined) return ''
  const name = escaped(nameOnOneLine(application))
  return `<p><img src="${escaped(look.logoUrl)}" alt="${name}" height="48" style="max-width: 192px"></p>\n`
}

function buttonStyle(look: MailLook | undefined): string {
  if (look === undefined) return ''
  const colours = `background: ${escaped(look.button)}; color: ${escaped(look.buttonText)}`
  return ` style="display: inline-block; padding: 12px 20px; border-radius: 12px; ${colours}; font-weight: bold; text-decoration: none"`
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
