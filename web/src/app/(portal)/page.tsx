import { Dashboard } from '@/components/dashboard/dashboard'

/** Its one read, dashboard(), is made by the layout: the marks in the navigation come from it too. */
export default function HomePage() {
  return <Dashboard />
}
