// The name of a device as its owner knows it, from what its browser says of itself: good enough to tell two devices apart, and nothing is
// decided by it. Undefined for what is not a known browser.

/** The first that is found: Edge says that it is Chrome, and Chrome that it is Safari. */
const browsers: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\b(?:OPR|Opera)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:HeadlessChrome|Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
]

const systems: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad|iPod)\b/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMac OS X\b|\bMacintosh\b/],
  ['Linux', /\bLinux\b|\bX11\b/],
]

export function deviceOf(
  userAgent: string | null,
): { readonly browser: string; readonly system: string } | undefined {
  const browser = nameIn(browsers, userAgent ?? '')
  const system = nameIn(systems, userAgent ?? '')
  return browser === undefined || system === undefined ? undefined : { browser, system }
}

function nameIn(table: readonly (readonly [string, RegExp])[], text: string): string | undefined {
  return table.find(([, pattern]) => pattern.test(text))?.[0]
}
