// The frame of every page: document head, the application's name and coin, the content, the languages. A page hands over
// its title and its content and cannot get the rest wrong.
import { coin } from './coin.ts'
import { copyFor } from './copy.ts'
import { html, type Html } from './html.ts'
import { languageNames, languages, type Language } from './language.ts'
import { scriptPath } from './script.ts'
import { stylesheetPath } from './stylesheet.ts'

/** Whose page this is for the person who sees it. Without an application it is the issuer's own. */
export interface Brand {
  readonly application?: string
  readonly organization?: string
  /** Shown in place of the coin; an https address, or a path of the issuer. */
  readonly logoUrl?: string
  /** In its place on a dark page, when the device decides which page is dark. */
  readonly darkLogoUrl?: string
  /** Of theme-stylesheet.ts. */
  readonly themeHref?: string
  /** The device decides when not given. */
  readonly colorScheme?: 'light' | 'dark'
  /** Of the drawn favicon, `#0b6a4d` when not given. */
  readonly colour?: string
  readonly faviconSvgUrl?: string
  readonly faviconUrl?: string
  readonly supportUrl?: string
  readonly termsUrl?: string
  readonly privacyUrl?: string
  readonly isSecuredByHidden?: boolean
}

/** Where a person goes on from a page at which something ends. */
export interface Onward {
  /** Of the application that the person came from, as far as it is known. */
  readonly home?: { readonly name: string; readonly href: string }
  readonly accountHref?: string
}

/** What every view model holds. */
export interface PageView {
  readonly language: Language
  readonly brand: Brand
  /** Where this very page is to be had in each language; without it no choice is offered. */
  readonly languageLinks?: Readonly<Partial<Record<Language, string>>>
  readonly onward?: Onward
}

interface PageContent {
  readonly title: string
  /** The person has something to correct; said at the start of the title, where a screen reader begins. */
  readonly isFaulty?: boolean
  readonly main: Html
  /** The page has buttons that our script serves. */
  readonly hasScript?: boolean
  /** Past what the page begins with, for the keyboard. */
  readonly skip?: { readonly to: string; readonly label: string }
  /** `workbench` is the whole width, for the playground. */
  readonly width?: 'sheet' | 'workbench'
}

export function applicationName({ brand }: PageView): string {
  return brand.application ?? 'Mintage'
}

/** The complete document. */
export function renderPage(view: PageView, content: PageContent): string {
  const { common } = copyFor(view.language)
  const name = common.pageTitle(content.title, applicationName(view))
  const title = content.isFaulty === true ? common.faultyPageTitle(name) : name
  const document = html`<!doctype html>
    <html lang="${view.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="${view.brand.colorScheme ?? 'light dark'}" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="stylesheet" href="${stylesheetPath}" />
        ${view.brand.themeHref !== undefined && html`<link rel="stylesheet" href="${view.brand.themeHref}" />`}
        ${content.hasScript === true && html`<script src="${scriptPath}" defer></script>`}
        ${favicons(view.brand)}
      </head>
      <body>
        ${content.skip && html`<a class="skip-link" href="#${content.skip.to}">${content.skip.label}</a>`}
        <div class="page page-${content.width ?? 'sheet'}">
          <div class="frame">
            ${header(view)}
            <main class="main">${content.main}</main>
          </div>
          ${footer(view)}
        </div>
      </body>
    </html> `
  return document.toString()
}

/** A browser that shows no SVG takes the other one. */
function favicons({ faviconSvgUrl, faviconUrl, colour = '#0b6a4d' }: Brand): Html {
  if (faviconSvgUrl === undefined && faviconUrl === undefined) return drawnFavicon(colour)
  return html`${faviconUrl !== undefined && html`<link rel="icon" type="image/png" href="${faviconUrl}" />`}
  ${faviconSvgUrl !== undefined && html`<link rel="icon" type="image/svg+xml" href="${faviconSvgUrl}" />`}`
}

function drawnFavicon(colour: string): Html {
  return html`<link
    rel="icon"
    href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Ccircle cx='16' cy='16' r='15' fill='${encodeURIComponent(colour)}'/%3E%3Ccircle cx='16' cy='16' r='10' fill='none' stroke='%23fff' stroke-width='2'/%3E%3C/svg%3E"
  />`
}

function header(view: PageView): Html {
  const { logoUrl, organization } = view.brand
  const application = applicationName(view)
  return html`<header class="brand">
    ${logoUrl === undefined ? coin(application) : logo(logoUrl, view.brand.darkLogoUrl)}
    <p class="brand-name">
      ${organization !== undefined && html`<bdi>${organization}</bdi> · `}<bdi>${application}</bdi>
    </p>
  </header>`
}

/** The name is written beside it. */
function logo(url: string, darkUrl: string | undefined): Html {
  const image = html`<img src="${url}" alt="" />`
  if (darkUrl === undefined) return html`<span class="brand-logo">${image}</span>`
  return html`<span class="brand-logo"
    ><picture
      ><source media="(prefers-color-scheme: dark)" srcset="${darkUrl}" />
      ${image}</picture
    ></span
  >`
}

function footer({ language, languageLinks, brand }: PageView): Html {
  const { common, links: words } = copyFor(language)
  const links = [
    [words.support, brand.supportUrl],
    [words.terms, brand.termsUrl],
    [words.privacy, brand.privacyUrl],
  ] as const
  const given = links.filter(([, href]) => href !== undefined)
  return html`<footer class="foot">
    ${brand.isSecuredByHidden !== true && html`<p>${common.poweredBy}</p>`}
    ${
      given.length > 0 &&
      html`<nav class="foot-links" aria-label="${words.label}">
        ${given.map(([label, href]) => html`<a class="foot-link" href="${href}">${label}</a>`)}
      </nav>`
    }
    ${
      languageLinks &&
      html`<nav class="foot-languages" aria-label="${common.languages}">
        ${languages
          .filter((other) => languageLinks[other] !== undefined)
          .map((other) =>
            other === language
              ? html`<span class="foot-language" aria-current="true">${languageNames[other]}</span>`
              : html`<a
                  class="foot-language"
                  href="${languageLinks[other]}"
                  lang="${other}"
                  hreflang="${other}"
                  >${languageNames[other]}</a
                >`,
          )}
      </nav>`
    }
  </footer>`
}

/** The one h1 of a page, and a line below it. */
export function heading(title: string | Html, lead?: string | Html): Html {
  return html`<div class="heading">
    <h1>${title}</h1>
    ${lead !== undefined && html`<p class="lead">${lead}</p>`}
  </div>`
}
