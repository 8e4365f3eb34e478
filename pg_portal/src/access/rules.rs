//! From what the tables say about a person to what the person may reach. Plain Rust, no database.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::types::{AccountRole, Capability, ProfileRole};

/// All that the tables say about one user: live accounts and staff profiles, in every organization.
#[derive(Debug, Default, Clone)]
pub struct Standing {
    pub accounts: Vec<Account>,
    pub profiles: Vec<StaffProfile>,
    /// They have set up a second factor. Not looked for where the token proves it anyway.
    pub has_second_factor: bool,
}

#[derive(Debug, Clone)]
pub struct Account {
    pub id: Uuid,
    pub org_id: Uuid,
    pub org_slug: String,
    pub customer_id: Uuid,
    pub role: AccountRole,
    /// False for a contact who was invited to single locations only.
    pub implicit_grant: bool,
    pub grants: Vec<Grant>,
}

#[derive(Debug, Clone)]
pub struct Grant {
    pub customer_id: Uuid,
    /// `None`: the whole customer.
    pub location_id: Option<Uuid>,
    pub capabilities: Vec<Capability>,
}

#[derive(Debug, Clone)]
pub struct StaffProfile {
    pub org_id: Uuid,
    pub org_slug: String,
    pub role: ProfileRole,
    pub technician_id: Option<Uuid>,
}

/// What a request may reach: the caller in one organization.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Scope {
    pub org_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub account_role: Option<AccountRole>,
    pub customer_id: Option<Uuid>,
    pub staff_role: Option<ProfileRole>,
    pub technician_id: Option<Uuid>,
    /// One [`Reach`] per capability, in the order of [`Capability::ALL`].
    pub reach: Vec<Reach>,
    /// Every organization and account of the user, whichever was chosen.
    pub org_ids: BTreeSet<Uuid>,
    pub account_ids: BTreeSet<Uuid>,
    /// The second factor is still to be asked for; until then there is nothing else in here.
    pub lacks_second_factor: bool,
}

/// Whose things a capability covers.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Reach {
    /// Customers covered as a whole.
    pub whole: BTreeSet<Uuid>,
    /// Customers of whom only single locations are covered.
    pub partly: BTreeSet<Uuid>,
    /// Those single locations.
    pub locations: BTreeSet<Uuid>,
}

impl Reach {
    pub fn covers(&self, customer_id: Uuid, location_id: Uuid) -> bool {
        self.whole.contains(&customer_id) || self.locations.contains(&location_id)
    }
}

/// What an account may do with its own customer without any explicit grant.
pub fn implicit_capabilities(role: AccountRole) -> &'static [Capability] {
    use Capability as C;
    match role {
        AccountRole::Customer => &[C::View, C::Book, C::Cancel, C::Billing],
        AccountRole::PropertyManager | AccountRole::Admin => &Capability::ALL,
        AccountRole::BillingContact => &[C::View, C::Billing],
    }
}

/// Whether a token of this assurance level was given for a second factor.
pub fn proves_second_factor(assurance: Option<&str>) -> bool {
    assurance == Some("aal2")
}

/// What a token gives its person: the scope, or nothing while it was given for the password alone and the person has
/// set up a second factor.
pub fn scope_by_token(standing: &Standing, assurance: Option<&str>, named: Option<&str>) -> Scope {
    if standing.has_second_factor && !proves_second_factor(assurance) {
        return Scope {
            lacks_second_factor: true,
            ..Scope::default()
        };
    }
    scope(standing, named)
}

/// Chooses the organization and works out the reach in it.
///
/// `named`: the organization that the request names, by id or slug. Without one, a person with exactly one
/// organization is in that one; a person with several is in none until the request names it.
pub fn scope(standing: &Standing, named: Option<&str>) -> Scope {
    let mut scope = Scope {
        org_ids: org_ids(standing),
        account_ids: standing.accounts.iter().map(|a| a.id).collect(),
        ..Scope::default()
    };
    let Some(org_id) = choose_org(standing, named) else {
        return scope;
    };
    scope.org_id = Some(org_id);
    if let Some(profile) = standing.profiles.iter().find(|p| p.org_id == org_id) {
        scope.staff_role = Some(profile.role);
        scope.technician_id = profile.technician_id;
    }
    if let Some(account) = standing.accounts.iter().find(|a| a.org_id == org_id) {
        scope.account_id = Some(account.id);
        scope.account_role = Some(account.role);
        scope.customer_id = Some(account.customer_id);
        scope.reach = Capability::ALL.map(|c| reach(account, c)).to_vec();
    }
    scope
}

fn org_ids(standing: &Standing) -> BTreeSet<Uuid> {
    let accounts = standing.accounts.iter().map(|a| a.org_id);
    accounts
        .chain(standing.profiles.iter().map(|p| p.org_id))
        .collect()
}

fn choose_org(standing: &Standing, named: Option<&str>) -> Option<Uuid> {
    match named {
        Some(name) => {
            let accounts = standing.accounts.iter().map(|a| (a.org_id, &a.org_slug));
            let profiles = standing.profiles.iter().map(|p| (p.org_id, &p.org_slug));
            let id = name.parse::<Uuid>().ok();
            accounts
                .chain(profiles)
                .find(|(org_id, slug)| Some(*org_id) == id || *slug == name)
                .map(|(org_id, _)| org_id)
        }
        None => {
            let mut orgs = org_ids(standing).into_iter();
            orgs.next().filter(|_| orgs.next().is_none())
        }
    }
}

fn reach(account: &Account, capability: Capability) -> Reach {
    let mut reach = Reach::default();
    if account.implicit_grant && implicit_capabilities(account.role).contains(&capability) {
        reach.whole.insert(account.customer_id);
    }
    for grant in account
        .grants
        .iter()
        .filter(|g| g.capabilities.contains(&capability))
    {
        match grant.location_id {
            None => reach.whole.insert(grant.customer_id),
            Some(location_id) => {
                reach.partly.insert(grant.customer_id);
                reach.locations.insert(location_id)
            }
        };
    }
    reach
        .partly
        .retain(|customer| !reach.whole.contains(customer));
    reach
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u8) -> Uuid {
        Uuid::from_bytes([n; 16])
    }

    fn account(org: u8, role: AccountRole, grants: Vec<Grant>) -> Account {
        Account {
            id: id(org + 100),
            org_id: id(org),
            org_slug: format!("org-{org}"),
            customer_id: id(org + 50),
            role,
            implicit_grant: true,
            grants,
        }
    }

    fn standing(accounts: Vec<Account>) -> Standing {
        Standing {
            accounts,
            ..Standing::default()
        }
    }

    #[test]
    fn nobody_reaches_nothing() {
        assert_eq!(scope(&Standing::default(), None), Scope::default());
        assert_eq!(scope(&Standing::default(), Some("org-1")), Scope::default());
    }

    #[test]
    fn the_only_organization_needs_no_naming() {
        let scope = scope(
            &standing(vec![account(1, AccountRole::Customer, vec![])]),
            None,
        );
        assert_eq!(scope.org_id, Some(id(1)));
        assert_eq!(
            scope.reach[Capability::View as usize].whole,
            BTreeSet::from([id(51)])
        );
    }

    #[test]
    fn with_two_organizations_the_request_names_one() {
        let two = standing(vec![
            account(1, AccountRole::Customer, vec![]),
            account(2, AccountRole::Customer, vec![]),
        ]);
        assert_eq!(scope(&two, None).org_id, None);
        assert!(scope(&two, None).reach.is_empty());
        assert_eq!(scope(&two, Some("org-2")).org_id, Some(id(2)));
        assert_eq!(scope(&two, Some(&id(1).to_string())).org_id, Some(id(1)));
        assert_eq!(scope(&two, Some("org-3")).org_id, None);
        assert_eq!(scope(&two, None).org_ids.len(), 2);
    }

    #[test]
    fn a_named_organization_without_an_account_reaches_nothing() {
        let one = standing(vec![account(1, AccountRole::Admin, vec![])]);
        assert_eq!(scope(&one, Some("org-9")).account_id, None);
        assert!(scope(&one, Some("org-9")).reach.is_empty());
    }

    #[test]
    fn a_billing_contact_sees_and_pays_but_does_not_book() {
        let s = scope(
            &standing(vec![account(1, AccountRole::BillingContact, vec![])]),
            None,
        );
        assert!(!s.reach[Capability::Billing as usize].whole.is_empty());
        assert!(s.reach[Capability::Book as usize].whole.is_empty());
        assert!(s.reach[Capability::Manage as usize].whole.is_empty());
    }

    #[test]
    fn a_contact_invited_to_one_location_does_not_see_the_whole_customer() {
        let grant = Grant {
            customer_id: id(51),
            location_id: Some(id(7)),
            capabilities: vec![Capability::View],
        };
        let mut contact = account(1, AccountRole::Customer, vec![grant]);
        contact.implicit_grant = false;
        let view = &scope(&standing(vec![contact]), None).reach[Capability::View as usize];
        assert!(view.whole.is_empty());
        assert_eq!(view.partly, BTreeSet::from([id(51)]));
        assert_eq!(view.locations, BTreeSet::from([id(7)]));
    }

    #[test]
    fn with_a_second_factor_the_password_alone_gives_nothing() {
        let mut person = standing(vec![account(1, AccountRole::Admin, vec![])]);
        let whole = scope(&person, None);
        for assurance in [None, Some("aal1"), Some("aal2")] {
            assert_eq!(scope_by_token(&person, assurance, None), whole);
        }
        person.has_second_factor = true;
        assert_eq!(scope_by_token(&person, Some("aal2"), None), whole);
        let nothing = Scope {
            lacks_second_factor: true,
            ..Scope::default()
        };
        for assurance in [None, Some("aal1"), Some("AAL2"), Some("aal22"), Some("")] {
            assert_eq!(scope_by_token(&person, assurance, None), nothing);
            assert_eq!(scope_by_token(&person, assurance, Some("org-1")), nothing);
        }
    }

    fn any_grant() -> impl Strategy<Value = Grant> {
        (
            0u8..4,
            proptest::option::of(0u8..4),
            proptest::sample::subsequence(Capability::ALL.to_vec(), 0..=5),
        )
            .prop_map(|(customer, location, capabilities)| Grant {
                customer_id: id(customer),
                location_id: location.map(|l| id(l + 200)),
                capabilities,
            })
    }

    proptest! {
        #[test]
        fn a_token_gives_all_of_a_scope_or_nothing_of_it(
            org in 1u8..4,
            grants in proptest::collection::vec(any_grant(), 0..4),
            role in proptest::option::of(proptest::sample::select(vec![ProfileRole::Admin, ProfileRole::Technician])),
            has_second_factor in any::<bool>(),
            assurance in proptest::option::of("aal[0-3]|[a-z0-9]{0,5}"),
            named in proptest::option::of("org-[1-4]"),
        ) {
            let profile = role.map(|role| StaffProfile {
                org_id: id(org),
                org_slug: format!("org-{org}"),
                role,
                technician_id: Some(id(9)),
            });
            let person = Standing {
                accounts: vec![account(org, AccountRole::Admin, grants)],
                profiles: profile.into_iter().collect(),
                has_second_factor,
            };
            let (assurance, named) = (assurance.as_deref(), named.as_deref());
            let given = scope_by_token(&person, assurance, named);
            if has_second_factor && assurance != Some("aal2") {
                let nothing = Scope { lacks_second_factor: true, ..Scope::default() };
                prop_assert_eq!(given, nothing);
            } else {
                prop_assert_eq!(given, scope(&person, named));
            }
        }

        #[test]
        fn reach_never_exceeds_what_was_granted(
            grants in proptest::collection::vec(any_grant(), 0..8),
            implicit in any::<bool>(),
        ) {
            let mut acc = account(1, AccountRole::Customer, grants.clone());
            acc.implicit_grant = implicit;
            let scope = scope(&standing(vec![acc.clone()]), None);
            for (capability, reach) in Capability::ALL.into_iter().zip(&scope.reach) {
                for customer in &reach.whole {
                    let own = implicit && *customer == acc.customer_id
                        && implicit_capabilities(acc.role).contains(&capability);
                    let granted = grants.iter().any(|g| g.customer_id == *customer
                        && g.location_id.is_none() && g.capabilities.contains(&capability));
                    prop_assert!(own || granted);
                }
                for location in &reach.locations {
                    prop_assert!(grants.iter().any(|g| g.location_id == Some(*location)
                        && g.capabilities.contains(&capability)));
                }
                prop_assert!(reach.partly.is_disjoint(&reach.whole));
            }
        }
    }
}
