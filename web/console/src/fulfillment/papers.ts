import { language } from '../language'

/** Where the pick list of some work is, in the reader's language. */
export const pickList = (works: string[]) => `/v1/fulfillments/pick-list.pdf?language=${language()}&ids=${works.map(encodeURIComponent).join(',')}`

/** Where the packing slip of a shipment is, in the reader's language. */
export const packingSlip = (shipment: string) => `/v1/shipments/${encodeURIComponent(shipment)}/packing-slip.pdf?language=${language()}`

/** For how many orders one pick list may be. */
export const mostPrinted = 100
