import { Dashboard } from '@/components/dashboard/dashboard'
import { dashboardQuery } from '@/lib/api/dashboard'
import { chosenPlace, Prefetch } from '@/lib/server'

/** Its one read, dashboard(), is the layout's too, for the marks in the navigation; of a chosen location it is another. */
export default async function HomePage() {
  const place = await chosenPlace()
  return <Prefetch queries={(api) => [dashboardQuery(api, place)]}><Dashboard /></Prefetch>
}
