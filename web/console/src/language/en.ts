import { facts } from './en/facts'
import { imports } from './en/imports'
import { screens } from './en/screens'

/** All that the console says, in English. The other languages have the same shape. */
export const en = { ...screens, ...imports, ...facts }

export type Words = typeof en
