import type { Metadata } from 'next'
import { ArticlePage } from '@/components/help/article-page'
import { articleQuery } from '@/lib/api/knowledge'
import { Prefetch, load } from '@/lib/server'
import { getApi, isSignedIn } from '@/lib/supabase/server'

type Props = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await load(articleQuery(await getApi(), (await params).slug))).title }
}

export default async function HelpArticlePage({ params }: Props) {
  const { slug } = await params
  await load(articleQuery(await getApi(), slug))
  return <Prefetch queries={() => []}><ArticlePage slug={slug} isSignedIn={await isSignedIn()} /></Prefetch>
}
