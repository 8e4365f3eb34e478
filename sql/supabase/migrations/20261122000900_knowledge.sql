-- Chapter 9: the knowledge base.
--
-- Articles and their chunks are reference tables: org_id is null for articles that every company shares,
-- so it cannot be part of the primary key.

create table public.kb_articles (
  id uuid primary key default gen_random_uuid(),
  org_id uuid default portal_internal.org_id() references public.orgs (id),
  slug text not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 120),
  title text not null check (char_length(btrim(title)) between 1 and 200),
  body_markdown text not null check (char_length(btrim(body_markdown)) between 1 and 200000),
  category text check (char_length(btrim(category)) between 1 and 60),
  tags text[] check (cardinality(tags) <= 30),
  is_published boolean not null default false,
  created_by_user_id uuid default portal_internal.user_id() references auth.users (id) on delete set null,
  updated_by_user_id uuid references auth.users (id) on delete set null,
  search tsvector
    generated always as (setweight(to_tsvector('english', title), 'A')
      || setweight(to_tsvector('english', body_markdown), 'B')) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique nulls not distinct (org_id, slug)
);
comment on table public.kb_articles is
  'Articles of the knowledge base, of one company or shared by all.';
comment on column public.kb_articles.id is 'Identifies the article.';
comment on column public.kb_articles.org_id is
  'The company the article belongs to; null when all companies share it.';
comment on column public.kb_articles.slug is 'Short name for web addresses.';
comment on column public.kb_articles.title is 'Title.';
comment on column public.kb_articles.body_markdown is 'The article, in Markdown.';
comment on column public.kb_articles.category is 'Subject, such as hvac, billing or portal_usage.';
comment on column public.kb_articles.tags is 'Words to find it by.';
comment on column public.kb_articles.is_published is 'True once readers may see it.';
comment on column public.kb_articles.created_by_user_id is 'The log-in of whoever wrote it.';
comment on column public.kb_articles.updated_by_user_id is 'The log-in of whoever changed it last.';
comment on column public.kb_articles.search is 'Words of title and body, for full-text search.';
comment on column public.kb_articles.created_at is 'When the row was created.';
comment on column public.kb_articles.updated_at is 'When the row last changed.';

create index idx_kb_articles_search on public.kb_articles using gin (search);
create index idx_kb_articles_created_by_user_id on public.kb_articles (created_by_user_id);
create index idx_kb_articles_updated_by_user_id on public.kb_articles (updated_by_user_id);

create trigger touch before update on public.kb_articles
  for each row execute function portal_internal.touch_updated_at();
create trigger keep_keys before update on public.kb_articles
  for each row execute function portal_internal.keep_columns('org_id', 'id');
-- Changes of shared articles are not recorded: they belong to no company, so no company's log tells of them.
create trigger audit after insert or update or delete on public.kb_articles
  for each row execute function portal_internal.audit_row('article', 'body_markdown', 'search');

-- No vector index for now: a company has a few thousand chunks, and an exact scan of those is faster and
-- finds everything. Sets of several models may stand side by side, so the column has no fixed dimension.
create table public.kb_article_chunks (
  id uuid primary key default gen_random_uuid(),
  org_id uuid references public.orgs (id),
  article_id uuid not null references public.kb_articles (id) on delete cascade,
  chunk_index integer not null check (chunk_index >= 0),
  content text not null check (char_length(btrim(content)) between 1 and 20000),
  heading_path text[] not null default '{}',
  content_hash bytea not null check (octet_length(content_hash) = 32),
  model text not null check (char_length(btrim(model)) between 1 and 200),
  embedding extensions.vector not null,
  search tsvector generated always as (to_tsvector('english', content)) stored,
  created_at timestamptz not null default now(),
  unique (article_id, model, chunk_index)
);
comment on table public.kb_article_chunks is
  'Articles cut into passages, with their embeddings, for the assistant and for search.';
comment on column public.kb_article_chunks.id is 'Identifies the passage.';
comment on column public.kb_article_chunks.org_id is 'The article''s company; null when all companies share it.';
comment on column public.kb_article_chunks.article_id is 'The article.';
comment on column public.kb_article_chunks.chunk_index is 'Position in the article, from 0.';
comment on column public.kb_article_chunks.content is 'The passage.';
comment on column public.kb_article_chunks.heading_path is 'The headings above the passage, outermost first.';
comment on column public.kb_article_chunks.content_hash is
  'SHA-256 of the passage, to see whether it must be embedded again.';
comment on column public.kb_article_chunks.model is 'The model that made the embedding.';
comment on column public.kb_article_chunks.embedding is 'The embedding.';
comment on column public.kb_article_chunks.search is 'Words of the passage, for full-text search.';
comment on column public.kb_article_chunks.created_at is 'When the row was created.';

create index idx_kb_article_chunks_org_id on public.kb_article_chunks (org_id, model);
create index idx_kb_article_chunks_search on public.kb_article_chunks using gin (search);

-- Access ---------------------------------------------------------------------------------------------

alter table public.kb_articles enable row level security;
alter table public.kb_article_chunks enable row level security;
revoke all on table
  public.kb_articles, public.kb_article_chunks
  from public, anon, authenticated, service_role;

create policy "everybody reads published shared articles" on public.kb_articles
  for select to anon
  using (org_id is null and is_published);
create policy "people read published articles, the office its drafts too" on public.kb_articles
  for select to authenticated
  using (
    org_id is null and is_published
    or org_id = (select portal_internal.org_id())
      and (is_published or (select portal_internal.is_office()))
  );
create policy "administrators add articles of their company" on public.kb_articles
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators change articles of their company" on public.kb_articles
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));

-- Passages are read by the search functions alone, which hand out none of an unpublished article.
create policy "workers read and write passages" on public.kb_article_chunks
  to service_role using (true) with check (true);

grant select (id, org_id, slug, title, body_markdown, category, tags, is_published, created_at, updated_at)
  on table public.kb_articles to anon, authenticated;
grant
  insert (org_id, slug, title, body_markdown, category, tags, is_published),
  update (slug, title, body_markdown, category, tags, is_published, updated_by_user_id)
  on table public.kb_articles to authenticated;
grant select, insert, update, delete on table public.kb_articles, public.kb_article_chunks
  to service_role;
