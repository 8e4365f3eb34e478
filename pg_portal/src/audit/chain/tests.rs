use proptest::prelude::*;

use super::*;

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

/// Short, so that two of them are often alike but for one character, or one is the other's beginning.
fn text() -> impl Strategy<Value = String> {
    "[ab]{0,3}"
}

fn personal() -> impl Strategy<Value = Personal> {
    use proptest::option::of;
    (of(id()), of(text()), of(text()), of(text())).prop_map(
        |(actor_user_id, payload, ip_address, user_agent)| Personal {
            actor_user_id,
            payload,
            ip_address,
            user_agent,
        },
    )
}

fn event() -> impl Strategy<Value = Event> {
    use proptest::option::of;
    let who = (id(), any::<i64>(), id(), any::<i64>(), text());
    let what = (of(id()), text(), of(text()), of(id()), any::<Hash>());
    (who, what).prop_map(|(who, what)| Event {
        org_id: who.0,
        seq: who.1,
        id: who.2,
        occurred_at: who.3,
        event_type: who.4,
        portal_account_id: what.0,
        actor_type: what.1,
        entity: what.2,
        entity_id: what.3,
        commitment: what.4,
    })
}

fn seal() -> impl Strategy<Value = Seal> {
    use proptest::option::of;
    let what = (id(), id(), text(), any::<[i64; 6]>());
    (what, of(any::<Hash>()), any::<Hash>()).prop_map(|(what, previous_hash, events_hash)| {
        let [first_seq, last_seq, row_count, from_at, to_at, sealed_at] = what.3;
        Seal {
            id: what.0,
            org_id: what.1,
            month: what.2,
            first_seq,
            last_seq,
            row_count,
            from_at,
            to_at,
            sealed_at,
            previous_hash,
            events_hash,
        }
    })
}

/// `mine` with one field, number `which`, taken from `other`.
macro_rules! with_one_of {
    ($mine:expr, $other:expr, $which:expr, [$($field:ident),+]) => {{
        let mut changed = $mine.clone();
        let mut place = 0usize..;
        $(if place.next() == Some($which) {
            changed.$field = $other.$field.clone();
        })+
        changed
    }};
}

proptest! {
    #[test]
    fn every_change_of_the_personal_part_or_its_salt_changes_the_commitment(
        mine in personal(), other in personal(), which in 0usize..4, salt in any::<Salt>(), other_salt in any::<Salt>(),
    ) {
        let changed: Personal = with_one_of!(mine, other, which, [actor_user_id, payload, ip_address, user_agent]);
        prop_assert_eq!(changed == mine, changed.commitment(&salt) == mine.commitment(&salt));
        prop_assert_eq!(salt == other_salt, mine.commitment(&salt) == mine.commitment(&other_salt));
    }

    #[test]
    fn every_change_of_an_event_changes_its_hash(mine in event(), other in event(), which in 0usize..10) {
        let changed: Event = with_one_of!(mine, other, which, [
            org_id, seq, id, occurred_at, event_type, portal_account_id, actor_type, entity, entity_id, commitment
        ]);
        prop_assert_eq!(changed == mine, changed.hash() == mine.hash());
    }

    #[test]
    fn every_change_of_a_seal_changes_its_hash(mine in seal(), other in seal(), which in 0usize..11) {
        let changed: Seal = with_one_of!(mine, other, which, [
            id, org_id, month, first_seq, last_seq, row_count, from_at, to_at, sealed_at, previous_hash, events_hash
        ]);
        prop_assert_eq!(changed == mine, changed.hash() == mine.hash());
    }

    #[test]
    fn two_different_personal_parts_never_share_a_commitment(a in personal(), b in personal()) {
        prop_assert_eq!(a == b, a.commitment(&[7; 16]) == b.commitment(&[7; 16]));
    }

    #[test]
    fn a_batch_knows_its_order_and_its_length(hashes in prop::collection::vec(any::<Hash>(), 2..6), at in 0usize..5) {
        let of = |hashes: &[Hash]| {
            let mut batch = Batch::new();
            hashes.iter().for_each(|hash| batch.add(hash));
            batch.hash()
        };
        let at = at % (hashes.len() - 1);
        let mut swapped = hashes.clone();
        swapped.swap(at, at + 1);
        prop_assert_eq!(swapped == hashes, of(&swapped) == of(&hashes));
        prop_assert_ne!(of(&hashes[1..]), of(&hashes));
    }

    #[test]
    fn an_anchor_survives_being_printed(org_id in id(), last_seq in 1i64.., hash in any::<Hash>()) {
        let anchor = Anchor { org_id, last_seq, hash };
        prop_assert_eq!(Anchor::parse(&format!(" {anchor}\n")), Some(anchor));
    }
}

#[test]
fn the_encoding_is_the_documented_one() {
    // Computed with sha256sum over the bytes that the head of chain.rs describes.
    let hash = Fields::of("x").text(Some(12)).bytes(None).hash();
    let bytes = b"\x01\0\0\0\0\0\0\0\x01x\x01\0\0\0\0\0\0\0\x0212\0";
    assert_eq!(hash, <Hash>::from(Sha256::digest(bytes)));
}

#[test]
fn what_is_no_anchor_is_none() {
    let good = Anchor {
        org_id: Uuid::nil(),
        last_seq: 3,
        hash: [0xab; 32],
    }
    .to_string();
    assert!(Anchor::parse(&good).is_some());
    let spoiled = [
        String::new(),
        good.replace("-1:", "-2:"),
        good.replace(":3:", ":0:"),
        good.replace(":3:", ":x:"),
        good[1..].to_owned(),
        good[..good.len() - 1].to_owned(),
        good.replace("ab", "äb"),
        format!("{good}:"),
    ];
    for text in spoiled {
        assert_eq!(Anchor::parse(&text), None, "{text}");
    }
}
