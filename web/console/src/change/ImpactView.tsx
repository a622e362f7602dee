import { useQuery } from '@tanstack/react-query'
import { api } from '../api/client'
import { useWords } from '../language'
import { Becomes } from '../part/Becomes'
import { Money } from '../part/Money'
import type { Whole } from '../order/useOrder'
import classes from './change.module.css'
import type { Impact } from './useChange'

/** What a change does: statuses, sums, lines, stock and work, before and after. */
export function ImpactView({ impact, stale, order }: { impact: Impact; stale: boolean; order: Whole }) {
  const { t, locale } = useWords()
  const place = usePlaces()
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const waits = impact.lines.filter((l) => l.after.backordered > l.before.backordered)
  return (
    <section className={classes.impact} data-stale={stale || undefined} aria-label={t('change/impact')} aria-live="polite">
      <h3>{t('change/impact')}</h3>
      <dl>
        {impact.statuses.map((s) => (
          <Row key={s.name} name={t(`change/${s.name as 'status'}`)} before={word(s.name, s.before)} after={word(s.name, s.after)} />
        ))}
        {impact.amounts
          .filter((a) => ['charges', 'tax', 'total', 'owed'].includes(a.name))
          .map((a) => (
            <Row key={a.name} name={t(`change/${a.name as 'total'}`)} before={<Money of={a.before} />} after={<Money of={a.after} strong={a.name === 'total'} />} />
          ))}
        {impact.stock.map((s) => (
          <Row key={s.location_id + s.sku} name={t('change/kept', { sku: s.sku ?? '', place: place(s.location_id) })} before={number.format(s.before)} after={number.format(s.after)} />
        ))}
        {impact.work.map((w) => (
          <Row key={w.location_id + w.delivery_id} name={t('change/toShip', { place: place(w.location_id) })} before={number.format(w.before)} after={number.format(w.after)} />
        ))}
      </dl>
      {waits.map((l) => (
        <p key={l.sku} className={classes.waits}>
          {t('change/waits', { sku: l.sku, quantity: number.format(l.after.backordered - l.before.backordered) })}
        </p>
      ))}
    </section>
  )

  function word(name: string, code: string): string {
    const words = { status: 'status', payment_status: 'payment', fulfillment_status: 'fulfillment', return_status: 'return', cancel_status: 'cancel' }[name]
    return t(`${words}/${code}` as 'status/draft')
  }

  function usePlaces() {
    const { data } = useQuery({ queryKey: ['locations'], queryFn: async () => (await api.GET('/v1/locations', { params: { query: { limit: 200 } } })).data!.items, staleTime: 300_000, retry: false })
    return (id: string) => data?.find((l) => l.id === id)?.name ?? order.lines.flatMap((l) => l.sources ?? []).find((s) => s.location_id === id)?.location?.name ?? id
  }
}

function Row({ name, before, after }: { name: string; before: React.ReactNode; after: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Becomes before={before} after={after} />
      </dd>
    </div>
  )
}
