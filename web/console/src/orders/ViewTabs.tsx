import { Tabs, VisuallyHidden } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useWords } from '../language'
import { type Count, shownCount } from '../part/format'
import { views as usualViews } from './fields'
import classes from './OrderList.module.css'
import { isTeams, type View } from './useViews'

type Props = {
  views: View[]
  view?: View // that is shown
  filter: string
  changed: boolean
  counts: Map<string, Count>
  open: (to: { view: string } | { filter: string }) => void
}

/** The usual filters and the saved views as tabs, each with what it finds. */
export function ViewTabs({ views, view, filter, changed, counts, open }: Props) {
  const { t } = useWords()
  const now = view ? view.id : (usualViews.find(([, text]) => text === filter)?.[0] ?? null)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }) // newer browsers give a promise back, which is no end of an effect
  }, [now, changed, views.length, counts.size])
  return (
    <Tabs value={now} onChange={(id) => id && open(views.some((v) => v.id === id) ? { view: id } : { filter: usualViews.find(([name]) => name === id)![1] })} className={classes.tabs}>
      <Tabs.List ref={list} className={classes.views} aria-label={t('orders/views')}>
        {usualViews.map(([name, text]) => (
          <Tabs.Tab key={name} value={name}>
            {t(`orders/${name}`)}
            {text && <Found count={counts.get(text)} />}
          </Tabs.Tab>
        ))}
        {views.map((v) => (
          <Tabs.Tab key={v.id} value={v.id} leftSection={isTeams(v) && <IconUsers size={14} stroke={1.6} aria-hidden />}>
            {isTeams(v) && <VisuallyHidden>{t('view/teams')} </VisuallyHidden>}
            <bdi className={classes.viewName}>{v.name}</bdi>
            <Found count={counts.get(v.filter)} />
            {v === view && changed && (
              <>
                <span className={classes.changed} aria-hidden />
                <VisuallyHidden> {t('view/changed')}</VisuallyHidden>
              </>
            )}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  )
}

function Found({ count }: { count?: Count }) {
  const { locale } = useWords()
  return count?.count ? <span className={classes.count}> {shownCount(count, locale)}</span> : null
}
