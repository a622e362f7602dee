import { Alert, Anchor, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Amount, Order } from '../api/client'
import { Unreachable } from '../api/problem'
import { useWords } from '../language'
import { Becomes } from '../part/Becomes'
import { Card } from '../part/Card'
import { Moment } from '../part/Moment'
import { Money } from '../part/Money'
import { type Channel, useDifferences, useStock, useWarnings } from './facts'
import type { Saved } from './keeper'
import { tops } from './work'
import classes from './wizard.module.css'

const atOnce = 100 // lines

/** The order as the server has it: price, tax, stock, promise and warnings, after each change. */
export function Living({ saved, channel }: { saved: Saved; channel?: Channel }) {
  const { t, locale } = useWords()
  const { draft } = saved
  const lines = draft ? tops(draft) : []
  const goods = (draft?.lines ?? []).filter((l) => l.kind === 'stock' && l.variant_id)
  const stock = useStock([...new Set(goods.map((l) => l.variant_id!))].sort(), channel)
  const wanted = new Map<string, number>()
  for (const l of goods) wanted.set(l.variant_id!, (wanted.get(l.variant_id!) ?? 0) + l.quantity)
  const price = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 6 })
  return (
    <Card title={t('wizard/living')} aside={<SavedAt saved={saved} />}>
      {lines.length === 0 ? (
        <Text c="dimmed">{t('wizard/noLines')}</Text>
      ) : (
        <ul className={classes.living}>
          {lines.slice(0, atOnce).map((l) => (
            <li key={l.id}>
              <span className={classes.what}>
                <bdi>{l.title}</bdi>
                <Text span size="xs" c="dimmed" dir="ltr">
                  {`${(l.sales_quantity || l.quantity).toLocaleString(locale)} ${l.sales_unit ?? ''} × ${price.format(Number(l.unit_price))}`}
                </Text>
                {l.variant_id && wanted.has(l.variant_id) && <Stock there={stock.data?.get(l.variant_id)} wanted={wanted.get(l.variant_id)!} />}
              </span>
              <Money of={l.extended} />
            </li>
          ))}
          {lines.length > atOnce && <li>{t('wizard/moreLines', { count: lines.length - atOnce })}</li>}
        </ul>
      )}
      {draft && <Totals draft={draft} />}
      {draft && <Warnings draft={draft} opened={saved.at === undefined} />}
    </Card>
  )
}

function Stock({ there, wanted }: { there?: number; wanted: number }) {
  const { t, locale } = useWords()
  if (there === undefined) return null
  const said = { count: there, replace: { count: there.toLocaleString(locale), lacks: (wanted - there).toLocaleString(locale) } }
  return (
    <Text span size="xs" c={there >= wanted ? 'var(--ordo-green)' : 'var(--ordo-amber)'}>
      {there >= wanted ? t('wizard/inStock', said) : t('wizard/short', said)}
    </Text>
  )
}

function Totals({ draft }: { draft: Order }) {
  const { t } = useWords()
  const rows: [string, Amount][] = [
    [t('wizard/goods'), draft.subtotal],
    [t('wizard/discount'), { ...draft.discount, amount: -draft.discount.amount }],
    [t('wizard/charges'), draft.charges],
    [t(draft.tax_inclusive ? 'wizard/taxIn' : 'wizard/tax'), draft.tax],
  ]
  const promised = draft.deliveries.find((d) => d.promised_at)?.promised_at
  return (
    <dl className={classes.totals}>
      {rows
        .filter(([, amount], i) => i === 0 || amount.amount !== 0)
        .map(([name, amount]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Money of={amount} />
            </dd>
          </div>
        ))}
      <div data-total>
        <dt>{t('wizard/total')}</dt>
        <dd>
          <Money of={draft.total} strong />
        </dd>
      </div>
      {promised && (
        <div>
          <dt>{t('wizard/promised')}</dt>
          <dd>
            <Moment at={promised} />
          </dd>
        </div>
      )}
    </dl>
  )
}

/** What one should know before one places it: likely duplicates, goods without an address, what a copy has not as its source. */
function Warnings({ draft, opened }: { draft: Order; opened: boolean }) {
  const { t } = useWords()
  const differences = useDifferences(draft)
  const homeless = draft.lines.some((l) => l.kind === 'stock') && draft.deliveries.some((d) => !d.address)
  const found = useWarnings(draft, opened)
  const warnings = draft.warnings ?? (opened ? (found.data ?? []) : [])
  const all = warnings.length + Number(homeless) + (differences.data ?? []).length
  if (all === 0) return null
  return (
    <Alert className={classes.warnings} role="status" title={t('wizard/warnings')}>
      <ul>
        {warnings.map((w) => (
          <li key={w.code + w.order_id}>
            <bdi>{w.detail}</bdi>{' '}
            {w.order_id && (
              <Anchor component={Link} to="/orders/$id" params={{ id: w.order_id } as never} target="_blank" inherit>
                {t('wizard/look')}
              </Anchor>
            )}
          </li>
        ))}
        {homeless && <li>{t('wizard/homeless')}</li>}
        {differences.data?.map((d) => (
          <li key={`${d.sku}${d.field}`}>
            <bdi>{d.sku}</bdi> {t(`wizard/differs/${d.field as 'total'}`)}: <Becomes before={d.was} after={d.is} /> {d.why && <bdi>{d.why}</bdi>}
          </li>
        ))}
      </ul>
    </Alert>
  )
}

/** How far the work is saved. */
function SavedAt({ saved: { saving, at, trouble, faults } }: { saved: Saved }) {
  const { t } = useWords()
  const seconds = useSecondsSince(at)
  const says = trouble instanceof Unreachable ? t('wizard/notSaved') : trouble ? t('wizard/refused') : saving ? t('wizard/saving') : at === undefined ? '' : t('wizard/saved', { count: seconds })
  return (
    <Group gap={6}>
      <Text size="sm" c={trouble ? 'var(--ordo-red)' : 'dimmed'} aria-live={trouble ? 'assertive' : 'off'}>
        {says}
      </Text>
      {!trouble && faults.size > 0 && (
        <Text size="sm" c="var(--ordo-red)">
          {t('wizard/linesOpen', { count: faults.size })}
        </Text>
      )}
    </Group>
  )
}

function useSecondsSince(at: number | undefined): number {
  const [now, set] = useState(Date.now)
  useEffect(() => {
    const tick = setInterval(() => set(Date.now()), 1000)
    return () => clearInterval(tick)
  }, [])
  return at === undefined ? 0 : Math.max(0, Math.round((now - at) / 1000))
}
