import { Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useWords } from '../language'
import { exact, spoken } from './format'

/** A time relative to now, with the exact one on hover. */
export function Moment({ at }: { at: string }) {
  const { locale } = useWords()
  const now = useNow()
  const date = new Date(at)
  return (
    <Tooltip label={exact(date, locale)}>
      <time dateTime={at}>{spoken(date, now, locale)}</time>
    </Tooltip>
  )
}

const minute = 60_000

/** The time, again each minute. */
export function useNow(): Date {
  const [now, set] = useState(() => new Date())
  useEffect(() => {
    const tick = setInterval(() => set(new Date()), minute)
    return () => clearInterval(tick)
  }, [])
  return now
}
