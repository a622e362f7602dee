import type { Words } from './en'
import { facts } from './de/facts'
import { imports } from './de/imports'
import { screens } from './de/screens'

export const de: Words = { ...screens, ...imports, ...facts }
