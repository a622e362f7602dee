import { type Icon, IconArrowBackUp, IconArrowsExchange, IconAt, IconBuildingWarehouse, IconCreditCardOff, IconFileImport, IconHome, IconMail, IconPackageImport, IconPackages, IconPalette, IconStack2, IconTag, IconTags, IconTruckDelivery, IconUsers } from '@tabler/icons-react'
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
  alone?: string // a key by itself
}

export const places: Place[] = [
  { to: '/', says: (t) => t('nav/home'), icon: IconHome, part: 'work', key: 'h' },
  { to: '/orders', says: (t) => t('nav/orders'), icon: IconPackages, part: 'work', needs: 'order.list', key: 'o' },
  { to: '/orders/new', says: (t) => t('wizard/title'), icon: IconPackageImport, part: 'work', needs: 'order.draft', alone: 'c' },
  { to: '/mentions', says: (t) => t('nav/mentions'), icon: IconAt, part: 'work', needs: 'note.list', key: 'm' },
  { to: '/bulks', says: (t) => t('nav/bulks'), icon: IconStack2, part: 'work', needs: 'bulk.list' },
  { to: '/fulfillment', says: (t) => t('desk/title'), icon: IconTruckDelivery, part: 'desks', needs: 'fulfillment.queue', key: 'f' },
  { to: '/imports', says: (t) => t('nav/imports'), icon: IconFileImport, part: 'goods', needs: 'import.list', key: 'i' },
  { to: '/returns', says: (t) => t('back/title'), icon: IconArrowBackUp, part: 'desks', needs: 'return.list', key: 'r' },
  { to: '/payments', says: (t) => t('unclear/title'), icon: IconCreditCardOff, part: 'desks', needs: 'payment.list' },
  { to: '/customers', says: (t) => t('customer/title'), icon: IconUsers, part: 'goods', needs: 'customer.list', key: 'c' },
  { to: '/products', says: (t) => t('product/title'), icon: IconTag, part: 'goods', needs: 'product.list', key: 'p' },
  { to: '/stock', says: (t) => t('stock/title'), icon: IconBuildingWarehouse, part: 'goods', needs: 'stock.list', key: 's' },
  { to: '/movements', says: (t) => t('movement/title'), icon: IconArrowsExchange, part: 'goods', needs: 'stock.list' },
  { to: '/price-lists', says: (t) => t('prices/title'), icon: IconTags, part: 'goods', needs: 'price_list.list' },
  { to: '/mail-templates', says: (t) => t('nav/templates'), icon: IconMail, part: 'office' },
  { to: '/style', says: (t) => t('nav/style'), icon: IconPalette, part: 'office' },
]
