// `settings.mail`: how mails are sent.
import { z } from 'zod'
import { secret } from './fields.ts'

const smtp = z.strictObject({
  host: z.string().min(1).describe('The mail server.'),
  port: z.int().min(1).max(65_535).default(587).describe('Its port.'),
  security: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .describe(
      '`starttls` insists on an upgrade, `tls` is encrypted from the start, `none` is for a local catcher.',
    ),
  user: z.string().optional().describe('The account at the mail server.'),
  password: secret(z.string(), 'Its password.').optional(),
})

export const mail = z.strictObject({
  from: z.string().min(3).describe('The sender, such as `Acme <hello@acme.example>`.'),
  smtp: smtp.describe('How mails are sent.'),
})
