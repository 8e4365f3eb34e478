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

create table public.kb_embedding_models (
  model text primary key check (char_length(btrim(model)) between 1 and 200),
  dimensions integer check (dimensions between 1 and 16000),
  state text not null default 'building' check (state in ('building', 'active', 'retired')),
  weak_below real not null default 0.35 check (weak_below between -1 and 1),
  created_at timestamptz not null default now(),
  activated_at timestamptz,
  retired_at timestamptz,
  check ((model = 'text') = (dimensions is null))
);
comment on table public.kb_embedding_models is
  'The models that embed passages. One answers, the next may be in the making; text stands for none, when passages are found by their words alone.';
comment on column public.kb_embedding_models.model is 'The model''s name, as gateways know it.';
comment on column public.kb_embedding_models.dimensions is 'How many numbers an embedding has; null for text.';
comment on column public.kb_embedding_models.state is
  'building: its passages are being embedded; active: it answers; retired: it answers no more.';
comment on column public.kb_embedding_models.weak_below is
  'A question whose best passage is less similar than this has found no answer. The scales of models differ.';
comment on column public.kb_embedding_models.created_at is 'When it was begun.';
comment on column public.kb_embedding_models.activated_at is 'Since when it answers.';
comment on column public.kb_embedding_models.retired_at is 'Since when it answers no more.';

create unique index kb_embedding_models_one_active on public.kb_embedding_models (state) where state = 'active';
create unique index kb_embedding_models_one_building on public.kb_embedding_models (state) where state = 'building';
insert into public.kb_embedding_models (model, state, activated_at) values ('text', 'active', now());

-- Every live model has its own set of passages. Written by the trigger on articles and by the workers' steps alone.
create table public.kb_article_chunks (
  id uuid primary key default gen_random_uuid(),
  org_id uuid references public.orgs (id),
  article_id uuid not null references public.kb_articles (id) on delete cascade,
  chunk_index integer not null check (chunk_index >= 0),
  title text not null,
  heading_path text[] not null default '{}',
  content text not null check (char_length(btrim(content)) between 1 and 20000),
  content_hash bytea not null check (octet_length(content_hash) = 32),
  model text not null references public.kb_embedding_models (model),
  embedding extensions.vector,
  search tsvector not null,
  created_at timestamptz not null default now(),
  -- Deferrable, so that it is looked at when all passages of an article have moved.
  unique (article_id, model, chunk_index) deferrable
);
comment on table public.kb_article_chunks is
  'Published articles cut into passages, with their embeddings, for the assistant and for search.';
comment on column public.kb_article_chunks.id is 'Identifies the passage.';
comment on column public.kb_article_chunks.org_id is 'The article''s company; null when all companies share it.';
comment on column public.kb_article_chunks.article_id is 'The article.';
comment on column public.kb_article_chunks.chunk_index is 'Position in the article, from 0.';
comment on column public.kb_article_chunks.title is 'The article''s title.';
comment on column public.kb_article_chunks.heading_path is 'The headings above the passage, outermost first.';
comment on column public.kb_article_chunks.content is 'The passage.';
comment on column public.kb_article_chunks.content_hash is
  'SHA-256 of title, headings and passage, to see whether it must be embedded again.';
comment on column public.kb_article_chunks.model is 'The model to whose set it belongs.';
comment on column public.kb_article_chunks.embedding is 'The embedding; null until a worker has made it.';
comment on column public.kb_article_chunks.search is
  'Words of title (weight A), headings (B) and passage (C), for full-text search.';
comment on column public.kb_article_chunks.created_at is 'When the row was created.';

-- Beside the row, not in a table of its own: the exact search reads all of a company's.
alter table public.kb_article_chunks alter column embedding set storage main;
create index idx_kb_article_chunks_org_id on public.kb_article_chunks (org_id, model);
create index idx_kb_article_chunks_search on public.kb_article_chunks using gin (search);
create index idx_kb_article_chunks_lacking on public.kb_article_chunks (model, article_id) where embedding is null;

create table public.kb_embedding_jobs (
  model text not null references public.kb_embedding_models (model),
  article_id uuid not null references public.kb_articles (id) on delete cascade,
  org_id uuid references public.orgs (id),
  not_before timestamptz not null default now(),
  attempts integer not null default 0 check (attempts >= 0),
  lease_until timestamptz,
  last_error text check (char_length(last_error) <= 2000),
  created_at timestamptz not null default now(),
  primary key (model, article_id)
);
comment on table public.kb_embedding_jobs is
  'Articles with passages that lack embeddings: work for the gateways.';
comment on column public.kb_embedding_jobs.model is 'The model that is to embed them.';
comment on column public.kb_embedding_jobs.article_id is 'The article.';
comment on column public.kb_embedding_jobs.org_id is 'The article''s company; null when all companies share it.';
comment on column public.kb_embedding_jobs.not_before is 'When it is due.';
comment on column public.kb_embedding_jobs.attempts is 'How often it was taken in hand.';
comment on column public.kb_embedding_jobs.lease_until is 'Until when a worker has it.';
comment on column public.kb_embedding_jobs.last_error is 'What went wrong the last time.';
comment on column public.kb_embedding_jobs.created_at is 'When the row was created.';

create index idx_kb_embedding_jobs_due on public.kb_embedding_jobs (model, not_before);
create index idx_kb_embedding_jobs_article_id on public.kb_embedding_jobs (article_id);
create index idx_kb_embedding_jobs_org_id on public.kb_embedding_jobs (org_id);

create trigger chunk_article after insert or update of title, body_markdown, is_published on public.kb_articles
  for each row execute function portal_internal.chunk_article();

-- Access ---------------------------------------------------------------------------------------------

alter table public.kb_articles enable row level security;
alter table public.kb_article_chunks enable row level security;
alter table public.kb_embedding_models enable row level security;
alter table public.kb_embedding_jobs enable row level security;
revoke all on table
  public.kb_articles, public.kb_article_chunks, public.kb_embedding_models, public.kb_embedding_jobs
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

-- There are passages of published articles alone.
create policy "everybody reads passages of shared articles" on public.kb_article_chunks
  for select to anon
  using (org_id is null);
create policy "people read passages of their company's and of shared articles" on public.kb_article_chunks
  for select to authenticated
  using (org_id is null or org_id = (select portal_internal.org_id()));
create policy "everybody reads which model answers" on public.kb_embedding_models
  for select to anon, authenticated
  using (true);

grant select (id, org_id, slug, title, body_markdown, category, tags, is_published, created_at, updated_at)
  on table public.kb_articles to anon, authenticated;
grant
  insert (org_id, slug, title, body_markdown, category, tags, is_published),
  update (slug, title, body_markdown, category, tags, is_published, updated_by_user_id)
  on table public.kb_articles to authenticated;
grant select (id, org_id, article_id, chunk_index, title, heading_path, content, model, embedding, search)
  on table public.kb_article_chunks to anon, authenticated;
grant select on table public.kb_embedding_models to anon, authenticated;
grant select, insert, update, delete on table public.kb_articles to service_role;
grant select on table public.kb_article_chunks, public.kb_embedding_models, public.kb_embedding_jobs to service_role;
