/** The field of an entry of such a stream that holds the items, as a JSON array. */
export const ITEMS_FIELD = 'items'
