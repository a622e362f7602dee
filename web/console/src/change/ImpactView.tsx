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
  const { t } = useWords()
  const others = impact.others ?? []
  return (
    <section className={classes.impact} data-stale={stale || undefined} aria-label={t('change/impact')} aria-live="polite">
      <h3>{t('change/impact')}</h3>
      {others.length > 0 && <h4>{t('regroup/thisOrder', { order: order.number ?? '' })}</h4>}
      <OfOrder of={impact} order={order} goods={others.length > 0} />
      {others.map((other) => (
        <div key={other.order_id ?? ''}>
          <h4>{other.order_number ? t('regroup/otherOrder', { order: other.order_number }) : t('regroup/newOrder')}</h4>
          <OfOrder of={other} order={order} goods />
        </div>
      ))}
    </section>
  )
}

const sums = ['charges', 'tax', 'total', 'owed']

/** What becomes of one order; with its goods if they move. */
function OfOrder({ of, order, goods }: { of: Omit<Impact, 'digest' | 'others'>; order: Whole; goods: boolean }) {
  const { t, locale } = useWords()
  const place = usePlaces()
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const waits = of.lines.filter((l) => !goods && l.after.backordered > l.before.backordered)
  const shown = goods ? ['discount', 'rounding', ...sums] : sums
  return (
    <>
      <dl>
        {of.statuses.filter((s) => s.before || ['status', 'payment_status'].includes(s.name)).map((s) => (
          <Row key={s.name} name={t(`change/${s.name as 'status'}`)} before={s.before && word(s.name, s.before)} after={word(s.name, s.after)} />
        ))}
        {goods && of.lines.map((l, i) => <Row key={i} name={<bdi>{l.sku || t('input/line')}</bdi>} before={number.format(l.before.quantity)} after={number.format(l.after.quantity)} />)}
        {of.amounts
          .filter((a) => shown.includes(a.name))
          .map((a) => (
            <Row key={a.name} name={t(`change/${a.name as 'total'}`)} before={<Money of={a.before} />} after={<Money of={a.after} strong={a.name === 'total'} />} />
          ))}
        {of.stock.map((s) => (
          <Row key={s.location_id + s.sku} name={t('change/kept', { sku: s.sku ?? '', place: place(s.location_id) })} before={number.format(s.before)} after={number.format(s.after)} />
        ))}
        {of.work.map((w) => (
          <Row key={w.location_id + (w.delivery_id ?? '')} name={t('change/toShip', { place: place(w.location_id) })} before={number.format(w.before)} after={number.format(w.after)} />
        ))}
      </dl>
      {waits.map((l) => (
        <p key={l.sku} className={classes.waits}>
          {t('change/waits', { sku: l.sku, quantity: number.format(l.after.backordered - l.before.backordered) })}
        </p>
      ))}
    </>
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

function Row({ name, before, after }: { name: React.ReactNode; before: React.ReactNode; after: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Becomes before={before} after={after} />
      </dd>
    </div>
  )
}
