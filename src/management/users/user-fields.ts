// Fields of a user that a caller may set. Bounded, and free of control characters: names go into tokens, pages and mails.
import { z } from 'zod'

const isPlain = (text: string) => !/\p{Cc}/u.test(text)
const text = (most: number) => z.string().max(most).refine(isPlain, 'no control characters are allowed')

export const nameField = text(200)
export const providedIdField = text(200).min(1)

/** Shown in an `img` of a page, so only http and https are accepted. */
export const pictureField = text(2_000).refine(
  (url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
  'it must be an http or https address',
)
