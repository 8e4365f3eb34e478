//! The list of everything that is stored, and whose it is: `inventory.txt`. Export, erasure and the catalog test all read
//! it, so none of them can forget a table or a column. Plain Rust.

use std::sync::LazyLock;

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| parse(include_str!("inventory.txt")));

/// In the order in which rows can be erased: what refers to others first.
pub fn tables() -> &'static [Table] {
    &TABLES
}

#[derive(Debug, PartialEq)]
pub struct Table {
    pub name: &'static str,
    pub actions: Vec<Action>,
    pub columns: Vec<Column>,
}

/// Rows that are a customer's, and what an erasure does to them.
#[derive(Debug, PartialEq)]
pub struct Action {
    pub what: What,
    /// Of a row `t`.
    pub rows: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Delete,
    /// The row stays, without what is personal in it.
    Blank,
    /// As [`What::Blank`]; the row is another customer's.
    Scrub,
    /// Nothing in it is personal.
    Keep,
    /// As [`What::Keep`]; the row is not the customer's own.
    Show,
    /// An event of the audit log.
    Log,
}

#[derive(Debug, PartialEq)]
pub struct Column {
    pub name: &'static str,
    pub class: Class,
    /// What stands there after the erasure, where it is not null.
    pub value: Option<&'static str>,
    /// Of a row `t`: only then the value is the customer's.
    pub condition: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Personal,
    Fact,
    Secret,
    Company,
}

impl Class {
    pub fn label(self) -> &'static str {
        match self {
            Class::Personal => "personal",
            Class::Fact => "fact",
            Class::Secret => "secret",
            Class::Company => "company",
        }
    }

    pub fn is_exported(self) -> bool {
        matches!(self, Class::Personal | Class::Fact)
    }
}

impl Table {
    pub fn is_held(&self) -> bool {
        !self.actions.is_empty()
    }

    /// All rows that an export has.
    fn rows(&self) -> String {
        let shown = self
            .actions
            .iter()
            .filter(|action| action.what != What::Scrub);
        let rows = shown.map(|action| format!("({})", action.rows));
        format!(
            "t.org_id = $1 and ({})",
            rows.collect::<Vec<_>>().join(" or ")
        )
    }

    /// The ids of the rows that are the customer's own, by which the audit log names them.
    pub fn ids_sql(&self) -> Option<String> {
        let own = self
            .actions
            .iter()
            .all(|action| !matches!(action.what, What::Show | What::Log));
        let has_ids = self.columns.iter().any(|column| column.name == "id");
        let sql = || {
            format!(
                "select t.id from public.{} t where {}",
                self.name,
                self.rows()
            )
        };
        (self.is_held() && own && has_ids).then(sql)
    }

    /// What an erasure does to a column of the rows that it does not delete.
    pub fn treatment(&self, column: &Column) -> &'static str {
        let does = |what| self.actions.iter().any(|action| action.what == what);
        match column.changes() {
            _ if !self.is_held() => "not about customers",
            _ if does(What::Delete) && !does(What::Blank) && !does(What::Scrub) => {
                "deleted with its row"
            }
            true if does(What::Delete) => "deleted with its row, or erased",
            true => "erased",
            false if does(What::Delete) => "deleted with its row, or kept",
            false => "kept",
        }
    }

    /// A document of each row, in columns that are the customer's to see.
    pub fn export_sql(&self) -> String {
        let pairs = self
            .columns
            .iter()
            .filter(|column| column.class.is_exported());
        let pairs = pairs.map(|column| match column.condition {
            None => format!("'{0}', t.{0}", column.name),
            Some(condition) => format!("'{0}', case when {condition} then t.{0} end", column.name),
        });
        format!(
            "select coalesce(jsonb_agg(r.document order by r.document), '[]')
             from (select jsonb_build_object({}) as document from public.{} t where {}) r",
            pairs.collect::<Vec<_>>().join(", "),
            self.name,
            self.rows(),
        )
    }

    /// The statement of an action, where it changes anything. Done again, it finds nothing.
    pub fn erasure_sql(&self, action: &Action) -> Option<String> {
        let (table, rows) = (self.name, action.rows);
        match action.what {
            What::Keep | What::Show | What::Log => None,
            What::Delete => Some(format!(
                "delete from public.{table} t where t.org_id = $1 and ({rows})"
            )),
            What::Blank | What::Scrub => {
                let changes = || self.columns.iter().filter(|column| column.changes());
                let sets: Vec<_> = changes().map(Column::set_sql).collect();
                let differs: Vec<_> = changes().map(Column::differs_sql).collect();
                Some(format!(
                    "update public.{table} t set {} where t.org_id = $1 and ({rows}) and ({})",
                    sets.join(", "),
                    differs.join(" or ")
                ))
            }
        }
    }
}

impl Column {
    pub fn changes(&self) -> bool {
        self.class == Class::Personal || self.value.is_some() || self.class == Class::Secret
    }

    fn set_sql(&self) -> String {
        let (name, value) = (self.name, self.value.unwrap_or("null"));
        match self.condition {
            None => format!("{name} = {value}"),
            Some(condition) => {
                format!("{name} = case when {condition} then {value} else t.{name} end")
            }
        }
    }

    fn differs_sql(&self) -> String {
        let (name, value) = (self.name, self.value.unwrap_or("null"));
        let differs = format!("t.{name} is distinct from {value}");
        match self.condition {
            None => differs,
            Some(condition) => format!("{condition} and {differs}"),
        }
    }
}

/// A table's name at the start of a line; below it, indented, what is done to which rows, and its columns by class.
fn parse(text: &'static str) -> Vec<Table> {
    let mut tables: Vec<Table> = vec![];
    for line in text.lines() {
        let (indented, line) = (line.starts_with(' '), line.trim());
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if !indented {
            tables.push(Table {
                name: line,
                actions: vec![],
                columns: vec![],
            });
            continue;
        }
        let table = tables.last_mut().expect("the list begins with a table");
        let (word, rest) = line
            .split_once(' ')
            .unwrap_or_else(|| panic!("{line}: a word and what it is about"));
        match word {
            "delete" => table.actions.push(action(What::Delete, rest)),
            "blank" => table.actions.push(action(What::Blank, rest)),
            "scrub" => table.actions.push(action(What::Scrub, rest)),
            "show" => table.actions.push(action(What::Show, rest)),
            "log" => table.actions.push(action(What::Log, rest)),
            "keep" => table.actions.push(action(What::Keep, rest)),
            "personal" => table.columns.extend(columns(Class::Personal, rest)),
            "fact" => table.columns.extend(columns(Class::Fact, rest)),
            "secret" => table.columns.extend(columns(Class::Secret, rest)),
            "company" => table.columns.extend(columns(Class::Company, rest)),
            _ => panic!("{line}: the list has no word {word}"),
        }
    }
    tables
}

fn action(what: What, rows: &'static str) -> Action {
    Action {
        what,
        rows: rows.trim(),
    }
}

/// `name`, `name = value`, `name if condition`, separated by commas.
fn columns(class: Class, list: &'static str) -> impl Iterator<Item = Column> {
    list.split(',').map(move |column| {
        let (column, condition) = match column.split_once(" if ") {
            Some((column, condition)) => (column, Some(condition.trim())),
            None => (column, None),
        };
        let (name, value) = match column.split_once('=') {
            Some((name, value)) => (name, Some(value.trim())),
            None => (column, None),
        };
        Column {
            name: name.trim(),
            class,
            value,
            condition,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_read_and_names_each_thing_once() {
        let mut names: Vec<_> = tables().iter().map(|table| table.name).collect();
        assert!(names.len() > 40);
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all, "a table stands there twice");
        for table in tables() {
            let mut columns: Vec<_> = table.columns.iter().map(|column| column.name).collect();
            columns.sort_unstable();
            columns.dedup();
            assert_eq!(columns.len(), table.columns.len(), "{}", table.name);
        }
    }

    #[test]
    fn what_is_personal_is_erased() {
        for table in tables() {
            let personal = table.columns.iter().any(|c| c.class == Class::Personal);
            let stays = |action: &Action| matches!(action.what, What::Keep | What::Show);
            let erases = !table.actions.iter().all(stays);
            assert!(
                !personal || erases,
                "{} has personal columns that stay",
                table.name
            );
            let company = table.columns.iter().all(|c| c.class == Class::Company);
            assert!(
                table.is_held() || company,
                "{}: whose are its rows?",
                table.name
            );
        }
    }

    #[test]
    fn a_table_becomes_its_statements() {
        let tables = parse(
            "things\n  delete t.a = $2\n  blank t.b = $2\n  fact id, on = false\n  personal name = 'x', ip if t.own\n  secret token\n",
        );
        let [thing] = tables.as_slice() else {
            panic!("one table");
        };
        assert_eq!(
            thing.erasure_sql(&thing.actions[0]).unwrap(),
            "delete from public.things t where t.org_id = $1 and (t.a = $2)"
        );
        assert_eq!(
            thing.erasure_sql(&thing.actions[1]).unwrap(),
            "update public.things t set on = false, name = 'x', ip = case when t.own then null else t.ip end, token = null \
             where t.org_id = $1 and (t.b = $2) and (t.on is distinct from false or t.name is distinct from 'x' or \
             t.own and t.ip is distinct from null or t.token is distinct from null)"
        );
        assert!(thing.export_sql().contains(
            "jsonb_build_object('id', t.id, 'on', t.on, 'name', t.name, 'ip', case when t.own then t.ip end)"
        ));
        assert!(
            thing
                .export_sql()
                .contains("where t.org_id = $1 and ((t.a = $2) or (t.b = $2))")
        );
    }
}
