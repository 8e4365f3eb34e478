-- Chapter 9: the knowledge base.
--
-- Articles, their passages and what is to be embedded are reference tables: org_id is null for articles that every
-- company shares, so it cannot be part of the primary key.

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

-- Models -----------------------------------------------------------------------------------------------

create table public.kb_embedding_models (
  model text primary key check (char_length(btrim(model)) between 1 and 200),
  dimensions integer check (dimensions between 1 and 16000),
  state text not null default 'building' check (state in ('building', 'active', 'retired')),
  weak_below real not null default 0.35 check (weak_below between -1 and 1),
  created_at timestamptz not null default now(),
  activated_at timestamptz,
  retired_at timestamptz,
  check ((model = 'text') = (dimensions is null)),
  check ((state = 'retired') = (retired_at is not null)),
  check (state <> 'active' or activated_at is not null)
);
comment on table public.kb_embedding_models is
  'The models whose embeddings the passages of the knowledge base have. Each has a set of passages of its own; a new set is built beside the active one and takes over when it is complete. The model text stands for none: search by words alone.';
comment on column public.kb_embedding_models.model is 'Name of the model, as the gateway calls it.';
comment on column public.kb_embedding_models.dimensions is 'Length of its embeddings; null for text alone.';
comment on column public.kb_embedding_models.state is
  'building: embeddings are being made; active: questions are answered from it; retired: replaced, its passages are dropped a day later.';
comment on column public.kb_embedding_models.weak_below is
  'When the best passage is less similar to a question than this (cosine), the knowledge base is taken to have no answer.';
comment on column public.kb_embedding_models.created_at is 'When the row was created.';
comment on column public.kb_embedding_models.activated_at is 'When its set became the one that answers.';
comment on column public.kb_embedding_models.retired_at is 'When another set took over.';

create unique index idx_kb_embedding_models_active on public.kb_embedding_models (state) where state = 'active';
create unique index idx_kb_embedding_models_building on public.kb_embedding_models (state) where state = 'building';

insert into public.kb_embedding_models (model, state, activated_at) values ('text', 'active', now());

-- Passages ---------------------------------------------------------------------------------------------

-- Passages of what is published, one set for each model, written by the trigger below and by nobody else. Embeddings
-- come later, from the gateway. Sets of several models stand side by side, so the column has no fixed dimension and
-- no index: a company has a few thousand passages, and an exact scan of those is fast and finds everything
-- (portal_admin.index_kb() is for more).
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
  -- Checked at the end of a statement, so that passages can change places in one.
  unique (article_id, model, chunk_index) deferrable initially immediate
);
-- Beside the row, not in a table of long values: the scan reads every one of them.
alter table public.kb_article_chunks alter column embedding set storage main;
comment on table public.kb_article_chunks is
  'Published articles cut into passages along their headings, with their embeddings, for the assistant and for search.';
comment on column public.kb_article_chunks.id is 'Identifies the passage. Stays as long as what it says stays.';
comment on column public.kb_article_chunks.org_id is 'The article''s company; null when all companies share it.';
comment on column public.kb_article_chunks.article_id is 'The article.';
comment on column public.kb_article_chunks.chunk_index is 'Position in the article, from 0.';
comment on column public.kb_article_chunks.title is 'The article''s title.';
comment on column public.kb_article_chunks.heading_path is 'The headings above the passage, outermost first.';
comment on column public.kb_article_chunks.content is 'The passage, in Markdown.';
comment on column public.kb_article_chunks.content_hash is
  'SHA-256 of what is embedded (title, headings and passage), to see whether it must be embedded again.';
comment on column public.kb_article_chunks.model is 'The model whose set it belongs to.';
comment on column public.kb_article_chunks.embedding is 'The embedding; null until it is made, and for the model text.';
comment on column public.kb_article_chunks.search is
  'Words for full-text search: of the title (A), the headings (B) and the passage (C).';
comment on column public.kb_article_chunks.created_at is 'When the row was created.';

create index idx_kb_article_chunks_org_id on public.kb_article_chunks (org_id, model);
create index idx_kb_article_chunks_model on public.kb_article_chunks (model);
create index idx_kb_article_chunks_missing on public.kb_article_chunks (model, article_id)
  where embedding is null and model <> 'text';
create index idx_kb_article_chunks_search on public.kb_article_chunks using gin (search);

-- What is to be embedded: an outbox, written with the passages and emptied by the gateway.
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
)
with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
comment on table public.kb_embedding_jobs is
  'Articles with passages that lack their embedding, for each model. The gateway takes them, embeds and stores.';
comment on column public.kb_embedding_jobs.model is 'The model.';
comment on column public.kb_embedding_jobs.article_id is 'The article.';
comment on column public.kb_embedding_jobs.org_id is 'The article''s company; null when all companies share it.';
comment on column public.kb_embedding_jobs.not_before is 'When it may be tried next; infinity when it was given up.';
comment on column public.kb_embedding_jobs.attempts is 'How often it was tried.';
comment on column public.kb_embedding_jobs.lease_until is 'Until when a worker has it in hand.';
comment on column public.kb_embedding_jobs.last_error is 'Why the last try failed.';
comment on column public.kb_embedding_jobs.created_at is 'When it was queued.';

create index idx_kb_embedding_jobs_due on public.kb_embedding_jobs (model, not_before);
create index idx_kb_embedding_jobs_article_id on public.kb_embedding_jobs (article_id);
create index idx_kb_embedding_jobs_org_id on public.kb_embedding_jobs (org_id);

create trigger chunk after insert or update of title, body_markdown, is_published, org_id on public.kb_articles
  for each row execute function portal_internal.chunk_article();
comment on trigger chunk on public.kb_articles is
  'Keeps the passages of the article in step with what it says.';

-- Access ---------------------------------------------------------------------------------------------

alter table public.kb_articles enable row level security;
alter table public.kb_embedding_models enable row level security;
alter table public.kb_article_chunks enable row level security;
alter table public.kb_embedding_jobs enable row level security;
revoke all on table
  public.kb_articles, public.kb_embedding_models, public.kb_article_chunks, public.kb_embedding_jobs
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

create policy "everybody reads which model answers" on public.kb_embedding_models
  for select to anon, authenticated using (true);
create policy "workers read which models there are" on public.kb_embedding_models
  for select to service_role using (true);

-- There are none of what is not published.
create policy "everybody reads passages of shared articles" on public.kb_article_chunks
  for select to anon
  using (org_id is null);
create policy "people read passages of their company and of shared articles" on public.kb_article_chunks
  for select to authenticated
  using (org_id is null or org_id = (select portal_internal.org_id()));
create policy "workers read passages" on public.kb_article_chunks
  for select to service_role using (true);
create policy "workers read what is to be embedded" on public.kb_embedding_jobs
  for select to service_role using (true);

grant select (id, org_id, slug, title, body_markdown, category, tags, is_published, created_at, updated_at)
  on table public.kb_articles to anon, authenticated;
grant
  insert (org_id, slug, title, body_markdown, category, tags, is_published),
  update (slug, title, body_markdown, category, tags, is_published, updated_by_user_id)
  on table public.kb_articles to authenticated;
grant select on table public.kb_embedding_models to anon, authenticated, service_role;
grant select (id, org_id, article_id, chunk_index, title, heading_path, content, model, created_at)
  on table public.kb_article_chunks to anon, authenticated;
grant select, insert, update, delete on table public.kb_articles to service_role;
grant select on table public.kb_article_chunks, public.kb_embedding_jobs to service_role;
