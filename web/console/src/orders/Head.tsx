import { Checkbox, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useWords } from '../language'
import type { Column } from './columns'
import { gridOf } from './layout'
import classes from './OrderList.module.css'
import { pinnedBox, pinnedTo } from './pinned'
import { Sizer } from './Sizer'
import type { useLayout } from './useLayout'

type Props = { columns: Column[]; sort: string; setSort: (sort: string) => void; all: boolean; some: boolean; selectAll: (on: boolean) => void; size: ReturnType<typeof useLayout>['size'] }

/** The heads of the columns; a click sorts by those that the server can sort by. */
export function Head({ columns, sort, setSort, all, some, selectAll, size }: Props) {
  const { t } = useWords()
  return (
    <div role="rowgroup" className={classes.heads}>
      <div role="row" className={classes.row} style={{ gridTemplateColumns: gridOf(columns) }}>
        <span role="columnheader" {...pinnedBox(columns)}>
          <Checkbox size="xs" checked={all} indeterminate={some && !all} onChange={(e) => selectAll(e.currentTarget.checked)} aria-label={t('orders/selectAll')} />
        </span>
        {columns.map((c) => {
          const up = sort === c.sort
          const down = sort === '-' + c.sort
          return (
            <span key={c.id} role="columnheader" data-end={c.end || undefined} {...pinnedTo(c)} aria-sort={!c.sort ? undefined : up ? 'ascending' : down ? 'descending' : 'none'}>
              {c.sort ? (
                <UnstyledButton className={classes.sort} onClick={() => setSort(down ? c.sort! : '-' + c.sort)} aria-label={t('orders/sortBy', { column: t(`column/${c.id}`) })}>
                  {t(`column/${c.id}`)}
                  {up ? <IconArrowUp size={13} /> : <IconArrowDown size={13} opacity={down ? 1 : 0} />}
                </UnstyledButton>
              ) : (
                t(`column/${c.id}`)
              )}
              <Sizer column={c} size={size} />
            </span>
          )
        })}
      </div>
    </div>
  )
}
