import { facts } from './ar/facts'
import { imports } from './ar/imports'
import { screens } from './ar/screens'
import type { Translation } from './translation'

export const ar: Translation = { ...screens, ...imports, ...facts }
