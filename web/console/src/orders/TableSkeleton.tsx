import { Skeleton } from '@mantine/core'
import { useWords } from '../language'
import { gridOf } from './layout'
import classes from './OrderList.module.css'
import type { useLayout } from './useLayout'

/** The table before its first rows. */
export function TableSkeleton({ layout, narrow }: { layout: Pick<ReturnType<typeof useLayout>, 'shown' | 'rowHeight'>; narrow: boolean }) {
  const { t } = useWords()
  const height = narrow ? 64 : layout.rowHeight
  return (
    <div className={classes.scroll} role="status" aria-label={t('state/loading')}>
      {Array.from({ length: 14 }, (_, i) => (
        <div key={i} className={narrow ? classes.card : classes.row} data-still style={{ height, gridTemplateColumns: narrow ? undefined : gridOf(layout.shown) }}>
          {narrow ? (
            <>
              <Skeleton height={12} width="40%" />
              <span />
              <Skeleton height={10} width="60%" />
            </>
          ) : (
            [<span key="box" />, ...layout.shown.map((c) => <Skeleton key={c.id} height={10} width={`${55 + ((i * 7 + c.id.length * 5) % 35)}%`} />)]
          )}
        </div>
      ))}
    </div>
  )
}
