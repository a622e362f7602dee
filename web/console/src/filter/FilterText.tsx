import { type RefObject, useRef } from 'react'
import { useWords } from '../language'
import classes from './FilterBar.module.css'
import { marks } from './filter'

type Props = { hint: string; text: string; set: (text: string) => void; submit: () => void; positions: number[]; input: RefObject<HTMLInputElement | null> }

/** The text of a filter, with a wave under what the server does not understand. */
export function FilterText({ hint, text, set, submit, positions, input }: Props) {
  const { t } = useWords()
  const shade = useRef<HTMLDivElement>(null)
  return (
    <div className={classes.text} dir={text ? 'ltr' : undefined}>
      <div ref={shade} className={classes.shade} translate="no" aria-hidden>
        {pieces(text, positions).map(([piece, wrong], i) => (wrong ? <mark key={i}>{piece}</mark> : <span key={i}>{piece}</span>))}
      </div>
      <input
        ref={input}
        value={text}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        maxLength={2000}
        placeholder={hint}
        aria-label={t('orders/filter')}
        aria-invalid={positions.length > 0}
        aria-describedby={positions.length > 0 ? 'filter-faults' : undefined}
        onChange={(e) => set(e.currentTarget.value)}
        onScroll={(e) => shade.current && (shade.current.scrollLeft = e.currentTarget.scrollLeft)}
        onKeyDown={(e) => {
          if (e.key === 'Enter') submit()
          if (e.key === 'Escape') document.getElementById('content')!.focus({ preventScroll: true })
        }}
      />
    </div>
  )
}

/** Cuts the text where marks begin and end. */
function pieces(text: string, positions: number[]): [piece: string, wrong: boolean][] {
  const wrong = marks(text, positions)
  const cuts = [...new Set([0, text.length, ...wrong.flat()])].filter((at) => at <= text.length).sort((a, b) => a - b)
  return cuts.slice(1).map((to, i) => [text.slice(cuts[i], to), wrong.some(([from, end]) => from <= cuts[i]! && to <= end)])
}
