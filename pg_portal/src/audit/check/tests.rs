use proptest::prelude::*;

use super::*;

/// A log as the tables hold it: seals, and all numbered events in order.
#[derive(Clone)]
struct Log {
    seals: Vec<StoredSeal>,
    events: Vec<StoredEvent>,
}

fn log(batches: &[usize]) -> Log {
    let mut log = Log {
        seals: vec![],
        events: vec![],
    };
    for (number, size) in batches.iter().enumerate() {
        let month = format!("2026-{:02}", number + 1);
        let events = (0..*size)
            .map(|_| event(log.last_seq(), &month))
            .scan(0, |more, stored| {
                let seq = stored.event.seq + *more;
                *more += 1;
                Some(renumbered(stored, seq))
            });
        let events: Vec<_> = events.collect();
        log.seal(&month, events);
    }
    log
}

fn event(after: i64, month: &str) -> StoredEvent {
    let personal = Personal {
        payload: Some(format!("{{\"n\": {after}}}")),
        ..Personal::default()
    };
    let event = Event {
        org_id: Uuid::nil(),
        seq: after + 1,
        id: Uuid::nil(),
        occurred_at: after,
        event_type: "thing_updated".into(),
        portal_account_id: None,
        actor_type: "system".into(),
        entity: None,
        entity_id: None,
        commitment: [0; 32],
    };
    sealed(StoredEvent {
        event,
        month: month.into(),
        personal,
        salt: Some([9; 16]),
        erased_by: None,
        hash: [0; 32],
    })
}

fn renumbered(mut stored: StoredEvent, seq: i64) -> StoredEvent {
    stored.event.seq = seq;
    stored.event.id = Uuid::from_u128(seq as u128);
    sealed(stored)
}

/// With commitment and hash as the sealer would make them.
fn sealed(mut stored: StoredEvent) -> StoredEvent {
    if let Some(salt) = &stored.salt {
        stored.event.commitment = stored.personal.commitment(salt);
    }
    stored.hash = stored.event.hash();
    stored
}

impl Log {
    fn last_seq(&self) -> i64 {
        self.seals.last().map_or(0, |stored| stored.seal.last_seq)
    }

    fn seal(&mut self, month: &str, events: Vec<StoredEvent>) {
        let mut batch = Batch::new();
        events.iter().for_each(|stored| batch.add(&stored.hash));
        let seal = Seal {
            id: Uuid::from_u128(self.seals.len() as u128),
            org_id: Uuid::nil(),
            month: month.into(),
            first_seq: self.last_seq() + 1,
            last_seq: self.last_seq() + events.len() as i64,
            row_count: events.len() as i64,
            from_at: 0,
            to_at: 0,
            sealed_at: 0,
            previous_hash: self.seals.last().map(|stored| stored.hash),
            events_hash: batch.hash(),
        };
        let hash = seal.hash();
        self.seals.push(StoredSeal {
            seal,
            hash,
            is_purged: false,
        });
        self.events.extend(events);
    }

    /// Adds a record and seals it.
    fn record(&mut self, event_type: &str, id: u128, payload: String) {
        let mut stored = event(self.last_seq(), "2027-01");
        stored.event.event_type = event_type.into();
        stored.event.id = Uuid::from_u128(id);
        stored.personal.payload = Some(payload);
        self.seal("2027-01", vec![sealed(stored)]);
    }

    fn check(&self, anchor: Option<Anchor>) -> Result<i64, Fault> {
        let mut checker = Checker::new(anchor);
        for stored in &self.seals {
            checker.open(stored)?;
            if stored.is_purged {
                continue;
            }
            let seal = &stored.seal;
            let under = |e: &&StoredEvent| {
                e.month == seal.month && (seal.first_seq..=seal.last_seq).contains(&e.event.seq)
            };
            let mut events: Vec<_> = self.events.iter().filter(under).collect();
            events.sort_by_key(|stored| stored.event.seq);
            for event in events {
                checker.event(event)?;
            }
            checker.close(stored)?;
        }
        checker.finish()?;
        Ok(checker.events)
    }

    fn anchor(&self) -> Option<Anchor> {
        self.seals.last().map(|stored| Anchor {
            org_id: Uuid::nil(),
            last_seq: stored.seal.last_seq,
            hash: stored.hash,
        })
    }

    fn blank(&mut self, seqs: &[i64], erasure: u128) -> Erasure {
        let mut said = Erasure::default();
        for stored in self
            .events
            .iter_mut()
            .filter(|stored| seqs.contains(&stored.event.seq))
        {
            stored.personal = Personal::default();
            stored.salt = None;
            stored.erased_by = Some(Uuid::from_u128(erasure));
        }
        for month in ["2026-01", "2026-02", "2026-03"] {
            let of_month = |stored: &&StoredEvent| stored.salt.is_none() && stored.month == month;
            let blanked: Vec<_> = self.events.iter().filter(of_month).collect();
            if !blanked.is_empty() {
                let mut digest = Batch::new();
                blanked.iter().for_each(|stored| digest.add(&stored.hash));
                let count = blanked.len() as i64;
                let digest = chain::hex(&digest.hash());
                said.events.insert(month.into(), Blanked { count, digest });
            }
        }
        said
    }
}

fn batches() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(1usize..5, 1..4)
}

proptest! {
    #[test]
    fn an_untouched_log_passes(batches in batches()) {
        let log = log(&batches);
        prop_assert_eq!(log.check(log.anchor()), Ok(batches.iter().sum::<usize>() as i64));
    }

    #[test]
    fn a_changed_event_is_named(batches in batches(), at in any::<prop::sample::Index>(), how in 0..8) {
        let mut log = log(&batches);
        let at = at.index(log.events.len());
        let stored = &mut log.events[at];
        match how {
            0 => stored.personal.payload = Some("{}".into()),
            1 => stored.personal.user_agent = Some("x".into()),
            2 => stored.event.occurred_at += 1,
            3 => stored.event.event_type = "other".into(),
            4 => stored.event.entity_id = Some(Uuid::nil()),
            5 => stored.event.id = Uuid::max(),
            6 => stored.salt = None,
            _ => stored.hash = [0; 32],
        }
        let place = event_place(&log.events[at].event);
        prop_assert_eq!(log.check(None).unwrap_err().place, place);
    }

    #[test]
    fn a_changed_event_whose_hashes_were_made_anew_is_found_by_its_seal(batches in batches(), at in any::<prop::sample::Index>()) {
        let mut log = log(&batches);
        let at = at.index(log.events.len());
        log.events[at].personal.payload = Some("{}".into());
        log.events[at] = sealed(log.events[at].clone());
        let seq = log.events[at].event.seq;
        let seal = log.seals.iter().find(|s| (s.seal.first_seq..=s.seal.last_seq).contains(&seq)).unwrap();
        prop_assert_eq!(log.check(None).unwrap_err().place, seal_place(seal));
    }

    #[test]
    fn a_deleted_event_is_named(batches in batches(), at in any::<prop::sample::Index>()) {
        let mut log = log(&batches);
        let gone = log.events.remove(at.index(log.events.len()));
        let fault = log.check(None).unwrap_err();
        prop_assert_eq!(fault.place, format!("event {}", gone.event.seq));
        prop_assert!(fault.reason.contains("deleted"));
    }

    #[test]
    fn an_inserted_event_is_found(batches in batches(), at in any::<prop::sample::Index>()) {
        let mut log = log(&batches);
        let mut copy = log.events[at.index(log.events.len())].clone();
        copy.event.id = Uuid::max();
        log.events.push(sealed(copy.clone()));
        let fault = log.check(None).unwrap_err();
        prop_assert!(fault.place.starts_with(&format!("event {} ", copy.event.seq)), "{:?}", fault);
        prop_assert!(fault.reason.contains("inserted"));
    }

    #[test]
    fn two_events_that_changed_places_are_found(size in 2usize..6, at in any::<prop::sample::Index>()) {
        let mut log = log(&[size]);
        let at = at.index(size - 1);
        log.events[at].event.seq += 1;
        log.events[at + 1].event.seq -= 1;
        let fault = log.check(None).unwrap_err();
        prop_assert!(fault.place.starts_with(&format!("event {} ", at + 1)), "{:?}", fault);
    }

    #[test]
    fn a_changed_or_deleted_seal_is_found(batches in batches(), at in any::<prop::sample::Index>(), how in 0..6) {
        let mut log = log(&batches);
        let anchor = log.anchor();
        let at = at.index(log.seals.len());
        let seal = &mut log.seals[at].seal;
        match how {
            0 => seal.row_count += 1,
            1 => seal.last_seq += 1,
            2 => seal.month = "1999-01".into(),
            3 => seal.sealed_at += 1,
            4 => seal.events_hash = [1; 32],
            _ => { log.seals.remove(at); }
        }
        prop_assert!(log.check(anchor).is_err());
    }

    #[test]
    fn a_chain_that_was_cut_off_or_built_anew_is_found_by_its_anchor(batches in batches()) {
        let whole = log(&batches);
        let mut cut = whole.clone();
        cut.seals.pop();
        cut.events.retain(|stored| stored.event.seq <= cut.seals.last().map_or(0, |s| s.seal.last_seq));
        prop_assert!(cut.check(None).is_ok());
        prop_assert!(cut.check(whole.anchor()).unwrap_err().reason.contains("cut off"));
        let mut other = log(&[]);
        let mut stored = renumbered(event(0, "2026-01"), 1);
        for seq in 1..=whole.last_seq() {
            stored.personal.user_agent = Some("forged".into());
            other.seal("2026-01", vec![renumbered(stored.clone(), seq)]);
        }
        prop_assert!(other.check(None).is_ok());
        prop_assert!(other.check(whole.anchor()).unwrap_err().reason.contains("built anew"));
    }
}

fn as_json(erasure: &Erasure) -> String {
    serde_json::to_string(erasure).unwrap()
}

#[test]
fn an_erasure_that_is_recorded_passes_and_one_that_is_not_is_named() {
    let mut log = log(&[3, 2]);
    let erasure = log.blank(&[2, 4], 77);
    assert_eq!(
        log.check(None).unwrap_err().place,
        event_place(&log.events[1].event)
    );
    let mut recorded = log.clone();
    recorded.record(ERASED, 77, as_json(&erasure));
    assert_eq!(recorded.check(None), Ok(6));
    let mut of_another = log.clone();
    of_another.record(ERASED, 78, as_json(&erasure));
    assert!(of_another.check(None).is_err());
}

#[test]
fn an_erasure_covers_exactly_the_events_that_it_counted() {
    let mut log = log(&[3, 2]);
    let erasure = log.blank(&[2, 4], 77);
    let mut more = log.clone();
    more.blank(&[5], 77);
    more.record(ERASED, 77, as_json(&erasure));
    assert_eq!(
        more.check(None).unwrap_err().place,
        event_place(&more.events[3].event)
    );
    // Blanked again after the event that recorded it.
    log.record(ERASED, 77, as_json(&erasure));
    let mut stored = event(log.last_seq(), "2027-02");
    stored.event.id = Uuid::from_u128(6);
    log.seal("2027-02", vec![sealed(stored)]);
    log.blank(&[7], 77);
    assert_eq!(
        log.check(None).unwrap_err().place,
        event_place(&log.events[6].event)
    );
}

#[test]
fn a_month_may_be_gone_where_a_purge_says_so() {
    let mut log = log(&[3, 2, 2]);
    let erasure = log.blank(&[2, 6], 77);
    log.record(ERASED, 77, as_json(&erasure));
    let drop_months = |log: &mut Log, before: &str| {
        log.events.retain(|stored| stored.month.as_str() >= before);
        for stored in &mut log.seals {
            stored.is_purged = stored.seal.month.as_str() < before;
        }
    };
    drop_months(&mut log, "2026-03");
    let place = seal_place(&log.seals[0]);
    assert_eq!(log.check(None).unwrap_err().place, place);
    log.record(PURGED, 80, r#"{"before": "2026-02"}"#.into());
    assert!(log.check(None).unwrap_err().reason.contains("2026-02"));
    log.record(PURGED, 81, r#"{"before": "2026-03"}"#.into());
    assert_eq!(log.check(None), Ok(5));
    let anchor = Anchor {
        org_id: Uuid::nil(),
        last_seq: 3,
        hash: log.seals[0].hash,
    };
    assert_eq!(
        log.check(Some(anchor)),
        Ok(5),
        "an anchor of a dropped month still counts"
    );
}
