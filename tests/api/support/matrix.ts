// The access matrix: what everybody may do with every table, view and function, found out by trying.
import { sql, superuser } from './database.ts'
import type { Rows, World } from './world.ts'

const CALLERS = [
  'anon', 'customer', 'manager', 'other', 'suspended', 'csr', 'dispatcher', 'admin', 'technician', 'service', 'gateway',
] as const
type Caller = (typeof CALLERS)[number]

/** One line: an object and an operation, then one cell for each caller. */
type Line = { object: string; operation: string; cells: Record<Caller, string> }

const databaseRole = (caller: Caller) =>
  ({ anon: 'anon', service: 'service_role', gateway: 'portal_gateway' } as Partial<Record<Caller, string>>)[caller] ?? 'authenticated'

/** The view's rows are those of this table. */
const VIEW_OF: Record<string, string> = {
  accounts: 'portal_accounts', ai_conversations: 'portal_ai_conversations', ai_messages: 'portal_ai_messages', appointment_events: 'work_order_events', appointments: 'work_orders',
  booking_requests: 'portal_booking_requests', contacts: 'customer_contacts', documents: 'documents', equipment: 'equipment',
  inbox: 'portal_threads', inbox_messages: 'portal_messages', invoices: 'invoices', job_notes: 'work_order_notes',
  job_parts: 'work_order_parts', kb_articles: 'kb_articles', locations: 'customer_locations', memberships: 'memberships', messages: 'portal_messages',
  notification_preferences: 'portal_notification_preferences', payments: 'payments', quotes: 'quotes',
  service_history: 'work_orders (completed)', services: 'service_types', threads: 'portal_threads', warranties: 'warranties',
}

interface Column { name: string; generated: boolean; may: Record<string, string[]> }
interface Relation { schema: string; name: string; isTable: boolean; columns: Column[] }

const OPERATIONS = ['select', 'insert', 'update', 'delete'] as const
type Operation = (typeof OPERATIONS)[number]

export async function accessMatrix(world: World): Promise<string> {
  const lines: Line[] = []
  const relations = await readRelations()
  const attempts = new Attempts(world)
  for (const relation of relations) {
    const table = relation.isTable ? relation.name : VIEW_OF[relation.name]
    const variants = relation.isTable ? Object.keys(world.rows.own).filter((name) => name.split(' ')[0] === table) : [table]
    if (!table || !variants.includes(table)) throw new Error(`support/world.ts has no row for ${relation.schema}.${relation.name}`)
    for (const operation of OPERATIONS) lines.push(attempts.line(relation, table, operation))
    for (const variant of variants.filter((name) => name !== table)) lines.push(attempts.line(relation, variant!, 'select'))
  }
  await attempts.run()
  return write([...lines, ...(await functionLines())])
}

async function readRelations(): Promise<Relation[]> {
  const roles = [...new Set(CALLERS.map(databaseRole))]
  return superuser<Relation[]>`
    select n.nspname as schema, c.relname as name, c.relkind in ('r', 'p') as "isTable",
      jsonb_agg(jsonb_build_object('name', a.attname, 'generated', a.attgenerated <> '', 'may', (
        select jsonb_object_agg(r, (
          select coalesce(jsonb_agg(p) filter (where case p
            when 'delete' then has_table_privilege(r, c.oid, p) else has_column_privilege(r, c.oid, a.attnum, p) end), '[]')
          from unnest('{select,insert,update,delete}'::text[]) as p))
        from unnest(${roles}::text[]) as r)) order by a.attnum) as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('public', 'portal')
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    group by 1, 2, 3 order by 1 desc, 2`
}

type Whose = keyof World['rows']
interface Attempt { role: string; claims: string; statement: string; report: (outcome: Outcome) => void }
type Outcome = 'allowed' | 'no rows' | 'refused'

/** Collects statements, runs them as their callers, each undone, and lets each report what came of it. */
class Attempts {
  private readonly todo: Attempt[] = []
  constructor(private readonly world: World) {}

  line(relation: Relation, variant: string, operation: Operation): Line {
    const cells = Object.fromEntries(CALLERS.map((caller) => [caller, '?'])) as Line['cells']
    const line = { object: `${relation.schema}.${relation.isTable ? variant : relation.name}`, operation, cells }
    for (const caller of CALLERS) this.cell(relation, variant, operation, caller, cells)
    return line
  }

  private cell(relation: Relation, variant: string, operation: Operation, caller: Caller, cells: Line['cells']) {
    const granted = relation.columns.filter(({ may }) => may[databaseRole(caller)]!.includes(operation))
    if (granted.length === 0) return void (cells[caller] = '-')
    // The other company's customer has rows of their own, and everybody else's are foreign.
    const { rows } = this.world
    const seenFrom = caller === 'other' ? { own: rows.foreign, same: this.world.besideForeign, foreign: rows.own } : rows
    const some = granted.length < relation.columns.filter(({ generated }) => !generated || operation === 'select').length
    const reached: Partial<Record<Whose, boolean>> = {}
    for (const whose of ['own', 'same', 'foreign'] as const) {
      const statement = this.statement(relation, operation, granted, seenFrom[whose][variant]!, seenFrom[whose], caller)
      this.todo.push({
        role: databaseRole(caller), claims: this.claims(caller), statement,
        report: (outcome) => {
          reached[whose] = outcome === 'allowed'
          cells[caller] = reach(reached) + (some && operation !== 'delete' ? '~' : '')
        },
      })
    }
  }

  private claims(caller: Caller): string {
    if (caller === 'gateway') return ''
    if (caller === 'anon' || caller === 'service') return JSON.stringify({ role: databaseRole(caller) })
    return JSON.stringify({ role: 'authenticated', sub: this.world[caller].userId })
  }

  private statement(
    relation: Relation, operation: Operation, granted: Column[], key: Record<string, unknown>, rows: Rows, caller: Caller,
  ): string {
    const name = `${relation.schema}.${relation.name}`
    const where = Object.entries(key).map(([column, at]) => `${column} = ${literal(at)}`).join(' and ')
    const row = `jsonb_populate_record(null::${name}, $row$%s$row$)`
    switch (operation) {
      case 'select':
        return `select ${granted[0]!.name} from ${name} where ${where}`
      case 'delete':
        return `delete from ${name} where ${where}`
      case 'update': {
        const column = granted.find(({ generated }) => !generated)!.name
        return fill(`update ${name} set ${column} = (${row}).${column} where ${where}`, name, where)
      }
      case 'insert': {
        const columns = granted.filter(({ generated, name }) => !generated && name !== 'id').map((column) => column.name)
        const inOwnName = this.inOwnName(relation.name, columns, caller, rows)
        return fill(`insert into ${name} (${columns}) select ${columns} from ${row}`, name, where, inOwnName)
      }
    }
  }

  /** People write in their own name; copies of a row that somebody else wrote would always be refused. */
  private inOwnName(table: string, columns: string[], caller: Caller, rows: Rows): Record<string, unknown> {
    if (['anon', 'service', 'gateway'].includes(caller)) return {}
    const person = this.world[caller as keyof World] as { userId: string; accountId?: string }
    const mine: Record<string, unknown> = {}
    for (const column of columns) {
      if (/^(portal_account_id|(created_by|sender)_portal_account_id)$/.test(column)) {
        mine[column] = person.accountId ?? (table === 'portal_booking_requests' ? rows.portal_accounts!.id : null)
      }
      if (/^(created_by|sender)_user_id$/.test(column)) mine[column] = person.accountId ? null : person.userId
      if (column === 'sender_type') mine[column] = person.accountId ? 'portal_customer' : 'internal_user'
    }
    return mine
  }

  async run(): Promise<void> {
    await superuser.begin(async (db) => {
      await db.unsafe(ATTEMPT)
      const outcomes = await db<{ outcome: string }[]>`
        select pg_temp.attempt(a.role, a.claims, a.statement) as outcome
        from rows from (unnest(${this.todo.map(({ role }) => role)}::text[]), unnest(${this.todo.map(({ claims }) => claims)}::text[]),
          unnest(${this.todo.map(({ statement }) => statement)}::text[])) with ordinality as a (role, claims, statement, n)
        order by a.n`
      this.todo.forEach((attempt, i) => attempt.report(judge(outcomes[i]!.outcome, attempt)))
    })
  }
}

/** The row as it is stored goes into the statement as a literal, so that writing it needs no right to read it. */
function fill(statement: string, table: string, where: string, changed: object = {}): string {
  const row = `(select to_jsonb(r) || ${literal(JSON.stringify(changed))}::jsonb from ${table} r where ${where})`
  return `fill ${row} into ${statement}`
}

function literal(given: unknown): string {
  return `'${String(given).replaceAll("'", "''")}'`
}

function judge(outcome: string, { statement, role, claims }: Attempt): Outcome {
  const [code, rest] = [outcome.slice(0, 5), outcome.slice(6)]
  if (code === 'ZZ000') return Number(rest) > 0 ? 'allowed' : 'no rows'
  // Constraints are looked at after grants and policies have let the statement pass.
  if (['23503', '23505', '23P01'].includes(code)) return 'allowed'
  if (code === '42501' || /^PT4/.test(code)) return 'refused'
  throw new Error(`${outcome}\n  as ${role} ${claims}\n  ${statement}`)
}

/** `own` rows, those of the whole `org`, or `all`; `none` where the grant is there and no row is. */
function reach({ own, same, foreign }: Partial<Record<Whose, boolean>>): string {
  if (own && same && foreign) return 'all'
  if (own && same) return 'org'
  if (own) return foreign ? 'own+foreign' : 'own'
  return [same && 'same', foreign && 'foreign'].filter(Boolean).join('+') || 'none'
}

async function functionLines(): Promise<Line[]> {
  const found = await sql<{ object: string; may: Record<string, boolean> }[]>`
    select n.nspname || '.' || p.proname || case when p.prosecdef then ' (definer)' else '' end as object,
      (select jsonb_object_agg(r, has_function_privilege(r, p.oid, 'execute')) from unnest(${[...new Set(CALLERS.map(databaseRole))]}::text[]) as r) as may
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('portal', 'portal_internal', 'portal_admin', 'public')
    order by n.nspname = 'public' desc, n.nspname, p.proname, p.oid`
  return found.map(({ object, may }) => ({
    object, operation: 'execute',
    cells: Object.fromEntries(CALLERS.map((caller) => [caller, may[databaseRole(caller)] ? 'yes' : '-'])) as Line['cells'],
  }))
}

function write(lines: Line[]): string {
  const table = [['', '', ...CALLERS], ...lines.map(({ object, operation, cells }) => [object, operation, ...CALLERS.map((c) => cells[c])])]
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)))
  return table.map((row) => row.map((cell, i) => cell.padEnd(widths[i]! + 2)).join('').trimEnd() + '\n').join('')
}

const ATTEMPT = `
create function pg_temp.attempt(as_role text, claims text, statement text) returns text language plpgsql as $$
declare
  parts text[] := regexp_match(statement, '^fill (.*?) into ((?:insert into|update) .*)$', 'n');
  stored jsonb;
  touched int;
begin
  if parts is not null then
    execute 'select ' || parts[1] into stored;
    statement := replace(parts[2], '%s', stored::text);
  end if;
  perform set_config('request.jwt.claims', claims, true);
  perform set_config('role', as_role, true);
  execute statement;
  get diagnostics touched = row_count;
  raise exception using errcode = 'ZZ000', message = touched::text;
exception when others then
  return sqlstate || ' ' || sqlerrm;
end $$`
