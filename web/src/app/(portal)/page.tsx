import { Dashboard } from '@/components/dashboard/dashboard'
import { dashboardQuery } from '@/lib/api/dashboard'
import { Prefetch } from '@/lib/server'

/** Its one read, dashboard(), is the layout's too, for the marks in the navigation; of a chosen location it is another. */
export default function HomePage() {
  return <Prefetch queries={(api, { place }) => [dashboardQuery(api, place)]}><Dashboard /></Prefetch>
}
