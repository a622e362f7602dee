import { facts } from './en/facts'
import { screens } from './en/screens'

/** All that the console says, in English. The other languages have the same shape. */
export const en = { ...screens, ...facts }

export type Words = typeof en
