import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Copyable } from '../part/Copyable'
import { Ledger } from '../part/Ledger'
import { Money } from '../part/Money'
import classes from './order.module.css'
import { Sources } from './Sources'
import type { Line, Whole } from './useOrder'

/** What was agreed, line by line, with where its units are. Parts of a bundle stand below it. */
export function Lines({ order }: { order: Whole }) {
  const { t } = useWords()
  const tops = order.lines.filter((l) => !l.parent_id && l.quantity > 0).sort((a, b) => a.position - b.position)
  return (
    <Card title={t('order/lines')}>
      {tops.length === 0 && order.lines.length > 0 && <Text c="dimmed">{t('regroup/nothing')}</Text>}
      <ul className={classes.lines}>
        {tops.map((line) => (
          <li key={line.id}>
            <LineRow order={order} line={line} />
            {order.lines.some((l) => l.parent_id === line.id) && (
              <ul className={classes.parts}>
                {order.lines
                  .filter((l) => l.parent_id === line.id)
                  .map((part) => (
                    <li key={part.id}>
                      <LineRow order={order} line={part} part />
                    </li>
                  ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function LineRow({ order, line, part }: { order: Whole; line: Line; part?: boolean }) {
  const { locale } = useWords()
  const may = useMay()
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 })
  const price = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 6 })
  return (
    <div className={classes.line}>
      <div className={classes.lineName}>
        {line.variant_id && may('variant.get') ? (
          <Link to="/variants/$id" params={{ id: line.variant_id }} className={classes.lineLink}>
            <bdi>{line.title}</bdi>
          </Link>
        ) : (
          <bdi>
            <strong>{line.title}</strong>
          </bdi>
        )}
        <span className={classes.facts}>
          {line.sku && <Copyable text={line.sku} />}
          {Object.entries(line.options ?? {}).map(([name, value]) => (
            <span key={name}>
              <bdi>{`${name}: ${value}`}</bdi>
            </span>
          ))}
          <Sources order={order} line={line} />
        </span>
      </div>
      <span className={classes.lineCount} dir="ltr">
        {number.format(line.quantity)}
        {!part && ` × ${price.format(Number(line.unit_price))}`}
      </span>
      <span className={classes.lineSum}>{!part && <Money of={line.extended} />}</span>
      {line.kind !== 'bundle' && (
        <div className={classes.lineLedger}>
          <Ledger of={line} />
        </div>
      )}
    </div>
  )
}
