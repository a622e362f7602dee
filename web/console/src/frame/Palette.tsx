import { useDebouncedValue } from '@mantine/hooks'
import { createSpotlight, Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight'
import { useMantineColorScheme } from '@mantine/core'
import '@mantine/spotlight/styles.css'
import { IconBook2, IconBookmark, IconKeyboard, IconLanguage, IconLogout, IconMoon, IconPackage, IconSearch, IconSun } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api, type OrderSummary } from '../api/client'
import { useMay } from '../api/me'
import { session } from '../api/session'
import { type Language, languages, speak, useWords } from '../language'
import { figure } from '../part/format'
import { quoted } from '../filter/filter'
import { useViews } from '../orders/useViews'
import { signOut } from './Account'
import { places } from './places'

const [store, spotlight] = createSpotlight()
const icon = { size: 18, stroke: 1.6 }

/** Ctrl-K: all screens, settings and orders by typing. */
export default function Palette({ opened, close, showKeys }: { opened: boolean; close: () => void; showKeys: () => void }) {
  const { t, locale } = useWords()
  const go = useNavigate()
  const may = useMay()
  const { setColorScheme } = useMantineColorScheme()
  const [query, setQuery] = useState('')
  const orders = useFound(query, may('order.list'))
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
      onClick: () => void speak(code),
    })),
    { id: 'out', label: t('console/signOut'), leftSection: <IconLogout {...icon} />, onClick: () => void signOut(session()!) },
  ]
  const groups: SpotlightActionGroupData[] = [
    { group: t('palette/orders'), actions: (query.trim().length >= 2 ? (orders.data ?? []) : []).map(found) },
    { group: t('palette/go'), actions: screens.filter(matches) },
    { group: t('palette/set'), actions: settings.filter(matches) },
  ]

  function found(o: OrderSummary): SpotlightActionData {
    return {
      id: o.id,
      label: o.number ?? t('orders/draft'),
      description: [o.customer_name ?? o.company, `${figure(o.total, locale)} ${o.currency}`, t(`status/${o.status}`)].filter(Boolean).join(' · '),
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
      nothingFound={orders.isError ? t('palette/failed') : t('palette/nothing')}
      scrollable
      maxHeight="60vh"
      searchProps={{ placeholder: t('palette/title'), 'aria-label': t('palette/title'), leftSection: <IconSearch {...icon} /> }}
    />
  )
}

/** The first orders that have the words, by number, reference, tracking or customer. */
function useFound(query: string, may: boolean) {
  const [words] = useDebouncedValue(query.trim(), 120)
  return useQuery({
    queryKey: ['found', words],
    enabled: may && words.length >= 2,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<OrderSummary[]> => {
      const filter = words.split(/\s+/).map(quoted).join(' ')
      return (await api.GET('/v1/orders', { params: { query: { filter, limit: 6 } }, signal })).data!.items
    },
  })
}
