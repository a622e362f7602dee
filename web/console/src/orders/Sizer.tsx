import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { useWords } from '../language'
import type { Column } from './columns'
import { narrowest, widest, within } from './layout'
import classes from './OrderList.module.css'

const step = 16 // pixels by a key

type Props = { column: Column; size: (id: Column['id'], width: number | undefined, done: boolean) => void }

/** The edge of a column: it is drawn by hand or by the arrow keys; a double click gives the column its own width again. */
export function Sizer({ column, size }: Props) {
  const { t } = useWords()
  const drawn = useRef<{ from: number; width: number; now: number }>(undefined)
  const widthOf = (e: { currentTarget: Element }) => e.currentTarget.parentElement!.getBoundingClientRect().width - (!column.pinned ? 0 : column.pinned.last ? 6 : 12)
  const forward = (e: { currentTarget: Element }) => (getComputedStyle(e.currentTarget).direction === 'rtl' ? -1 : 1)

  function draw(e: PointerEvent | KeyboardEvent, width: number) {
    if (!drawn.current) return
    drawn.current.now = within(width)
    size(column.id, drawn.current.now, false)
    e.preventDefault()
  }
  function keep() {
    const at = drawn.current
    if (!at || at.now === at.width) return
    size(column.id, at.now, true)
    at.width = at.now
  }
  function done() {
    keep()
    drawn.current = undefined
  }
  function reset() {
    drawn.current = undefined
    size(column.id, undefined, true)
  }
  function press(e: KeyboardEvent) {
    if (e.key === 'Home') return reset()
    const by = { ArrowRight: step, ArrowLeft: -step }[e.key]
    if (!by) return
    const width = widthOf(e)
    drawn.current ??= { from: 0, width, now: width }
    draw(e, drawn.current.now + by * forward(e))
  }

  return (
    <span
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('orders/resize', { column: t(`column/${column.id}`) })}
      aria-valuenow={column.least}
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      className={classes.sizer}
      onPointerDown={(e) => {
        e.currentTarget.setPointerCapture(e.pointerId)
        const width = widthOf(e)
        drawn.current = { from: e.clientX, width, now: width }
      }}
      onPointerMove={(e) => drawn.current && draw(e, drawn.current.width + (e.clientX - drawn.current.from) * forward(e))}
      onPointerUp={done}
      onPointerCancel={done}
      onDoubleClick={reset}
      onKeyDown={press}
      onKeyUp={keep}
      onBlur={done}
    />
  )
}
