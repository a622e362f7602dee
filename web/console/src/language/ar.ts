import { facts } from './ar/facts'
import { screens } from './ar/screens'
import type { Translation } from './translation'

export const ar: Translation = { ...screens, ...facts }
