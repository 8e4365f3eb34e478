-- Chapter 11e: the knowledge base as readers see it. Built like chapter 11.

create view portal.kb_articles with (security_invoker = true) as
select
  a.org_id,
  a.id,
  a.slug,
  a.title,
  a.body_markdown,
  a.category,
  a.tags,
  a.updated_at
from public.kb_articles a
where a.is_published
  -- A company's own article stands in front of the shared one of the same name. Without a log-in there are only shared
  -- ones, and the policy shows no others.
  and (
    a.org_id is not null
    or not exists (
      select from public.kb_articles o
      where o.org_id is not null and o.slug = a.slug and o.is_published
    )
  );
comment on view portal.kb_articles is
  'Published articles: the caller''s company''s and shared ones; without a log-in shared ones alone. A company''s own article stands in front of the shared one of the same slug. search_kb finds passages in them.';
comment on column portal.kb_articles.org_id is 'The company it belongs to; null when all companies share it.';
comment on column portal.kb_articles.id is 'Identifies the article.';
comment on column portal.kb_articles.slug is 'Short name for web addresses.';
comment on column portal.kb_articles.title is 'Title.';
comment on column portal.kb_articles.body_markdown is 'The article, in Markdown.';
comment on column portal.kb_articles.category is 'Subject, such as hvac, billing or portal_usage.';
comment on column portal.kb_articles.tags is 'Words to find it by.';
comment on column portal.kb_articles.updated_at is 'When it last changed.';

-- Access ---------------------------------------------------------------------------------------------

revoke all on table portal.kb_articles from public, anon, authenticated, service_role;
grant select on table portal.kb_articles to anon, authenticated;
