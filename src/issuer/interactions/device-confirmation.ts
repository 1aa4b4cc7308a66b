// The proof that the user has seen the page that confirms a device: who asks, for what, with which code. The engine takes `confirm` and
// `abort` beside any code that is typed, which would skip the page (RFC 8628 §5.4: remote phishing).
import { createHmac, timingSafeEqual } from 'node:crypto'

/** The hidden field of the page. */
export const confirmationField = 'confirmation'

const answers = ['confirm', 'abort']

export interface DeviceConfirmation {
  /** For the page of this code in the session that has this form token. */
  token(xsrf: string, userCode: string): string
  /** The form without an answer that no page has asked for: the engine shows the page. */
  onlyConfirmed(form: URLSearchParams): URLSearchParams
}

export function deviceConfirmation(secret: string): DeviceConfirmation {
  function token(xsrf: string, userCode: string): string {
    const letters = userCode.replaceAll(/\W/g, '').toUpperCase()
    return createHmac('sha256', secret).update(`device ${xsrf} ${letters}`).digest('base64url')
  }
  return {
    token,
    onlyConfirmed(form) {
      const given = Buffer.from(form.get(confirmationField) ?? '')
      const expected = Buffer.from(token(form.get('xsrf') ?? '', form.get('user_code') ?? ''))
      const kept = new URLSearchParams(form)
      kept.delete(confirmationField)
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        for (const answer of answers) kept.delete(answer)
      return kept
    },
  }
}
