// What console shows of an object whose fields are not its own properties: each class of web/ says it of its instances.

type Show = (value: object) => object | undefined

const shows: Show[] = []

/** While the prelude is evaluated, before an author's code runs. `show` gives undefined for what is not its own. */
export function showAs(show: Show): void {
  shows[shows.length] = show
}

/** Plain fields to show instead of the object; undefined for an object that is shown as it is. */
export function shownFields(value: object): object | undefined {
  for (let index = 0; index < shows.length; index++) {
    const fields = shows[index]?.(value)
    if (fields !== undefined) return fields
  }
  return undefined
}
