import type { Words } from './en'

/** Words whose plurals have the forms of their own language. What they lack is said in English. */
export type Translation<T = Words> = { [K in keyof T as Form<K>]?: T[K] extends string ? string : Translation<T[K]> }

type Form<K> = K extends `${infer Stem}_${'one' | 'other'}` ? `${Stem}_${Intl.LDMLPluralRule}` : K
