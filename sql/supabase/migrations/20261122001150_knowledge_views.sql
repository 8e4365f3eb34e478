-- Chapter 11e: the knowledge base as readers see it.

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
  and (
    a.org_id = (select portal_internal.org_id())
    or a.org_id is null
      and not exists (
        select from public.kb_articles own
        where own.org_id = (select portal_internal.org_id()) and own.slug = a.slug and own.is_published
      )
  );
comment on view portal.kb_articles is
  'Published articles of the caller''s company, and those that all companies share. Where both have an article of one slug, the company''s own.';
comment on column portal.kb_articles.org_id is 'The company it belongs to; null when all companies share it.';
comment on column portal.kb_articles.id is 'Identifies the article.';
comment on column portal.kb_articles.slug is 'Short name for web addresses; unique in what the caller sees.';
comment on column portal.kb_articles.title is 'Title.';
comment on column portal.kb_articles.body_markdown is 'The article, in Markdown.';
comment on column portal.kb_articles.category is 'Subject, such as hvac, billing or portal_usage.';
comment on column portal.kb_articles.tags is 'Words to find it by.';
comment on column portal.kb_articles.updated_at is 'When it last changed.';

revoke all on table portal.kb_articles from public, anon, authenticated, service_role;
grant select on table portal.kb_articles to anon, authenticated;
