import { useDocumentTitle } from '@mantine/hooks'
import { IconBarcode } from '@tabler/icons-react'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useWords } from '../language'
import { Blank, Failure } from '../part/Screen'
import classes from './desk.module.css'
import { Queue } from './Queue'
import { Task } from './Task'
import { useDesk, useLocations, useQueue } from './useWork'

/** The fulfillment desk: what a location has to do, and one piece of it at a time. On a phone either, on a wide screen both. */
export default function Desk() {
  const { t } = useWords()
  const { id }: { id?: string } = useParams({ strict: false })
  const go = useNavigate()
  const desk = useDesk()
  const { items: locations, isPending, error, refetch } = useLocations()
  const location = locations.find((l) => l.id === desk.location) ?? locations[0]
  const queue = useQueue(desk.ready ? location?.id : undefined)
  useDocumentTitle(`${t('nav/desk')} · ${t('console/title')}`)
  if (error && isPending === false && locations.length === 0) return <Failure error={error} retry={() => void refetch()} />

  const at = queue.works.findIndex((w) => w.id === id)
  const after = queue.works.find((w, i) => i > at && w.id !== id) // behind it, or the first if it has left the queue
  const next = after ?? queue.works.find((w) => w.id !== id)
  return (
    <div className={classes.desk} data-task={id !== undefined || undefined}>
      <Queue
        locations={locations}
        location={location}
        move={(to) => {
          desk.keep({ location: to })
          if (id) void go({ to: '/fulfillment' })
        }}
        queue={queue}
        open={id}
        known={!isPending && desk.ready}
      />
      <div className={classes.task}>
        {id ? (
          <Task key={id} id={id} next={next?.id} locations={locations} />
        ) : (
          <Blank icon={<IconBarcode size={36} stroke={1.3} />} title={t('desk/chooseTitle')} order={2}>
            {t('desk/chooseText')}
          </Blank>
        )}
      </div>
    </div>
  )
}
