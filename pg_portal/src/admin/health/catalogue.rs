//! What the product makes and grants, against what is there: tables, views, policies, and what PUBLIC, anon and
//! authenticated may do. `product.txt` is what a fresh installation has; a test keeps it so.

use std::collections::BTreeSet;

use crate::spi::{self, column};

/// Lines of words between ` | `, as `live.sql` writes them and `product.txt` keeps them.
const PRODUCT: &str = include_str!("product.txt");

#[derive(Debug, Default, PartialEq)]
pub struct Catalogue {
    /// `public.customers`.
    pub relations: BTreeSet<String>,
    pub policies: BTreeSet<Policy>,
    pub grants: BTreeSet<Grant>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Policy {
    pub table: String,
    pub name: String,
    /// For whom and what: `select to authenticated`.
    pub scope: String,
    /// Stands for its expressions.
    pub digest: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// `table public.customers`, `function portal.sign_up(…)`, `schema portal`: as GRANT writes it.
    pub object: String,
    pub grantee: String,
    /// `SELECT`, or `UPDATE (full_name)`.
    pub privilege: String,
}

impl Catalogue {
    pub fn expected() -> Self {
        Self::parse(PRODUCT.lines())
    }

    /// What is in this database, of the product's own schemas and its tables in `public`.
    pub fn live() -> Self {
        let ours: Vec<String> = Self::expected().relations.into_iter().collect();
        let lines = spi::rows(include_str!("live.sql"), &[ours.into()], |row| {
            column::<String>(row, 1)
        });
        Self::parse(lines.iter().map(String::as_str))
    }

    fn parse<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut catalogue = Self::default();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.split(" | ").collect::<Vec<_>>()[..] {
                ["relation", name] => {
                    catalogue.relations.insert(name.to_owned());
                }
                ["policy", table, name, scope, digest] => {
                    let [table, name, scope, digest] =
                        [table, name, scope, digest].map(str::to_owned);
                    catalogue.policies.insert(Policy {
                        table,
                        name,
                        scope,
                        digest,
                    });
                }
                ["grant", object, grantee, privileges] => {
                    catalogue
                        .grants
                        .extend(privileges.split("; ").flat_map(|privilege| {
                            columns(privilege).into_iter().map(|privilege| Grant {
                                object: object.to_owned(),
                                grantee: grantee.to_owned(),
                                privilege,
                            })
                        }));
                }
                _ => panic!("the catalogue of the product has an unreadable line: {line}"),
            }
        }
        catalogue
    }

    pub fn has_policy(&self, table: &str, name: &str) -> bool {
        self.policies
            .iter()
            .any(|policy| policy.table == table && policy.name == name)
    }

    pub fn relations_missing_in(&self, live: &Self) -> Vec<String> {
        self.relations
            .difference(&live.relations)
            .cloned()
            .collect()
    }
}

/// `UPDATE (a, b)` as one privilege for each column.
fn columns(privilege: &str) -> Vec<String> {
    match privilege.strip_suffix(')').and_then(|p| p.split_once(" (")) {
        Some((verb, columns)) => columns
            .split(", ")
            .map(|c| format!("{verb} ({c})"))
            .collect(),
        None => vec![privilege.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_grants_is_one_grant_for_each_column() {
        let read = Catalogue::parse(
            [
                "# a comment",
                "relation | public.t",
                "policy | public.t | people see | select to authenticated | 0123456789ab",
                "grant | table public.t | authenticated | SELECT; UPDATE (a, b)",
            ]
            .into_iter(),
        );
        assert_eq!(read.relations, BTreeSet::from(["public.t".to_owned()]));
        let privileges: Vec<_> = read
            .grants
            .iter()
            .map(|grant| grant.privilege.as_str())
            .collect();
        assert_eq!(privileges, ["SELECT", "UPDATE (a)", "UPDATE (b)"]);
        assert_eq!(read.policies.len(), 1);
    }

    #[test]
    fn the_product_has_its_tables_and_grants() {
        let product = Catalogue::expected();
        assert!(product.relations.len() > 60, "{}", product.relations.len());
        assert!(product.policies.len() > 100, "{}", product.policies.len());
        assert!(product.grants.len() > 300, "{}", product.grants.len());
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = Catalogue::expected().relations_missing_in(&Catalogue::default());
        assert!(missing.contains(&"public.customers".to_owned()));
    }
}
