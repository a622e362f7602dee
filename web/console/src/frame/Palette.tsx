import { createSpotlight, Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight'
import { useMantineColorScheme } from '@mantine/core'
import '@mantine/spotlight/styles.css'
import { IconBook2, IconBookmark, IconKeyboard, IconLanguage, IconLogout, IconMoon, IconPackage, IconSearch, IconSun, IconTag, IconUser } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { OrderSummary } from '../api/client'
import { useMay } from '../api/me'
import { session } from '../api/session'
import { type Language, languages, useWords } from '../language'
import { useSpeak } from '../language/useSpeak'
import { amount } from '../part/format'
import { useViews } from '../orders/useViews'
import { signOut } from './Account'
import { places } from './places'
import { useFound } from './useFound'

const [store, spotlight] = createSpotlight()
const icon = { size: 18, stroke: 1.6 }

/** Ctrl-K: all screens and settings, and orders, customers and products by typing. */
export default function Palette({ opened, close, showKeys }: { opened: boolean; close: () => void; showKeys: () => void }) {
  const { t, locale } = useWords()
  const go = useNavigate()
  const may = useMay()
  const { setColorScheme } = useMantineColorScheme()
  const speak = useSpeak()
  const [query, setQuery] = useState('')
  const found = useFound(query)
  const views = useViews()

  useEffect(() => {
    if (opened) spotlight.open()
  }, [opened])

  const matches = (a: SpotlightActionData) => a.label!.toLowerCase().includes(query.trim().toLowerCase())
  const screens: SpotlightActionData[] = [
    ...places.filter((p) => !p.needs || may(p.needs)).map(({ to, says, icon: Icon }) => ({ id: to, label: says(t), leftSection: <Icon {...icon} />, onClick: () => void go({ to }) })),
    ...(views.data ?? []).map((v) => ({ id: v.id, label: t('view/goTo', { name: v.name }), leftSection: <IconBookmark {...icon} />, onClick: () => void go({ to: '/orders', search: { view: v.id } }) })),
    { id: 'reader', label: t('nav/reader'), leftSection: <IconBook2 {...icon} />, onClick: () => window.location.assign('/docs') },
    { id: 'keys', label: t('keys/title'), leftSection: <IconKeyboard {...icon} />, onClick: showKeys },
  ]
  const settings: SpotlightActionData[] = [
    { id: 'light', label: `${t('scheme/title')}: ${t('scheme/light')}`, leftSection: <IconSun {...icon} />, onClick: () => setColorScheme('light') },
    { id: 'dark', label: `${t('scheme/title')}: ${t('scheme/dark')}`, leftSection: <IconMoon {...icon} />, onClick: () => setColorScheme('dark') },
    ...(Object.keys(languages) as Language[]).map((code) => ({
      id: code,
      label: `${t('language/title')}: ${languages[code].name}`,
      leftSection: <IconLanguage {...icon} />,
      onClick: () => speak(code),
    })),
    { id: 'out', label: t('console/signOut'), leftSection: <IconLogout {...icon} />, onClick: () => void signOut(session()!) },
  ]
  const groups: SpotlightActionGroupData[] = [
    { group: t('palette/orders'), actions: found.orders.map(ofOrder) },
    {
      group: t('nav/customers'),
      actions: found.customers.map((c) => ({
        id: c.id,
        label: c.company || c.name || c.number,
        description: [c.number, c.company && c.name, c.email].filter(Boolean).join(' · '),
        leftSection: <IconUser {...icon} />,
        onClick: () => void go({ to: '/customers/$id', params: { id: c.id } }),
      })),
    },
    {
      group: t('nav/products'),
      actions: found.variants.map((v) => ({
        id: v.id,
        label: v.title || v.sku,
        description: v.sku,
        leftSection: <IconTag {...icon} />,
        onClick: () => void go({ to: '/variants/$id', params: { id: v.id } }),
      })),
    },
    { group: t('palette/go'), actions: screens.filter(matches) },
    { group: t('palette/set'), actions: settings.filter(matches) },
  ]

  function ofOrder(o: OrderSummary): SpotlightActionData {
    return {
      id: o.id,
      label: o.number ?? t('orders/draft'),
      description: [o.customer_name ?? o.company, amount(o.total, locale), t(`status/${o.status}`)].filter(Boolean).join(' · '),
      leftSection: <IconPackage {...icon} />,
      onClick: () => void go({ to: '/orders/$id', params: { id: o.id } }),
    }
  }

  return (
    <Spotlight
      store={store}
      shortcut={null}
      actions={groups.filter((g) => g.actions.length > 0)}
      filter={(_, all) => all}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={() => {
        setQuery('')
        close()
      }}
      nothingFound={found.isError ? t('palette/failed') : t('palette/nothing')}
      scrollable
      maxHeight="60vh"
      searchProps={{ placeholder: t('palette/title'), 'aria-label': t('palette/title'), leftSection: <IconSearch {...icon} /> }}
    />
  )
}
