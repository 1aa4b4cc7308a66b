// How an organization looks on the pages, as Kinde answers it. Mintage's pages look the same for every organization, light or
// dark as the person's device says, so there is nothing to tell but that.
import { z } from 'zod'

const colour = z.strictObject({ raw: z.string(), hex: z.string(), hsl: z.string() }).nullable()
const file = z.string().nullable()
const radius = z.int().nullable()

export const organizationLookSchema = {
  logo: file,
  logo_dark: file,
  favicon_svg: file,
  favicon_fallback: file,
  link_color: colour,
  background_color: colour,
  button_color: colour,
  button_text_color: colour,
  link_color_dark: colour,
  background_color_dark: colour,
  button_text_color_dark: colour,
  button_color_dark: colour,
  button_border_radius: radius,
  card_border_radius: radius,
  input_border_radius: radius,
  theme_code: z.enum(['light', 'dark', 'user_preference']),
  color_scheme: z.enum(['light', 'dark', 'light dark']),
}

export const organizationLook = {
  logo: null,
  logo_dark: null,
  favicon_svg: null,
  favicon_fallback: null,
  link_color: null,
  background_color: null,
  button_color: null,
  button_text_color: null,
  link_color_dark: null,
  background_color_dark: null,
  button_text_color_dark: null,
  button_color_dark: null,
  button_border_radius: null,
  card_border_radius: null,
  input_border_radius: null,
  theme_code: 'user_preference',
  color_scheme: 'light dark',
} as const
