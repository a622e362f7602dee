import type { Words } from './en'
import { facts } from './de/facts'
import { screens } from './de/screens'

export const de: Words = { ...screens, ...facts }
