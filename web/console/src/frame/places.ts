import { type Icon, IconAt, IconFileImport, IconHome, IconMail, IconPackages, IconPalette, IconStack2 } from '@tabler/icons-react'
import type { LinkProps } from '@tanstack/react-router'
import type { useWords } from '../language'

/** The parts of the navigation, in their order: what one works on, the desks, what is sold, and what is set up. */
export const parts = ['work', 'desks', 'goods', 'office'] as const

/** A screen that one goes to from anywhere: by the navigation, the palette and a pair of keys. */
export type Place = {
  to: NonNullable<LinkProps['to']>
  says: (t: ReturnType<typeof useWords>['t']) => string
  icon: Icon
  part: (typeof parts)[number]
  needs?: string // the permission without which it is not offered
  key?: string // after g
}

export const places: Place[] = [
  { to: '/', says: (t) => t('nav/home'), icon: IconHome, part: 'work', key: 'h' },
  { to: '/orders', says: (t) => t('nav/orders'), icon: IconPackages, part: 'work', needs: 'order.list', key: 'o' },
  { to: '/mentions', says: (t) => t('nav/mentions'), icon: IconAt, part: 'work', needs: 'note.list', key: 'm' },
  { to: '/bulks', says: (t) => t('nav/bulks'), icon: IconStack2, part: 'work', needs: 'bulk.list' },
  { to: '/imports', says: (t) => t('nav/imports'), icon: IconFileImport, part: 'goods', needs: 'import.list', key: 'i' },
  { to: '/mail-templates', says: (t) => t('nav/templates'), icon: IconMail, part: 'office' },
  { to: '/style', says: (t) => t('nav/style'), icon: IconPalette, part: 'office' },
]
