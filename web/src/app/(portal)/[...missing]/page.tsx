import { notFound } from 'next/navigation'

/** Nonsense is not found in the same surroundings as what is somebody else's. */
export default function MissingPage() {
  notFound()
}
