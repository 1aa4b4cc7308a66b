// Fields of an organization that a caller may set. Bounded, and free of control characters: they go into tokens, pages and mails.
import { z } from 'zod'
import { organizationNameProblem } from '../../directory/index.ts'

const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => !/\p{Cc}/u.test(value), 'no control characters are allowed')

export const nameField = z
  .string()
  .refine((name) => organizationNameProblem(name) === undefined, 'is not a valid name')
export const externalIdField = text(200)
export const handleField = text(100)

/** How it looks on pages and in mails, as POST and PATCH take it. */
export const lookFields = [
  'background_color',
  'button_color',
  'button_text_color',
  'link_color',
  'background_color_dark',
  'button_color_dark',
  'button_text_color_dark',
  'link_color_dark',
  'theme_code',
]
