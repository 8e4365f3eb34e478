//! Many at once.

use std::time::Duration;

use uuid::Uuid;

use super::{Company, client::ask, serving};
use crate::upstream::{Step, Upstream, done, finish, ok, piece, usage, wait};

const STREAMS: usize = 300;
const PIECES: usize = 40;

/// Says forty numbered pieces that name whom they are for, 20 ms apart.
fn paced(question: &str) -> Vec<Step> {
    let number: usize = question
        .split("number ")
        .last()
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let pieces = (0..PIECES).flat_map(|at| [piece(&format!("{number}:{at};")), wait(20)]);
    [ok()]
        .into_iter()
        .chain(pieces)
        .chain([finish("stop"), usage(1, 1), done()])
        .collect()
}

/// Conversations of the company's customer, more than one may begin in an hour.
async fn conversations(company: &Company) -> Vec<Uuid> {
    let sql = "with talks as ( \
           insert into public.portal_ai_conversations (org_id, portal_account_id, customer_id) \
           select a.org_id, a.id, a.customer_id from public.portal_accounts a, generate_series(1, $2::int) \
           where a.org_id = $1 returning org_id, id), \
         words as ( \
           insert into public.portal_ai_messages (org_id, conversation_id, role, content) \
           select org_id, id, 'system', 'We mend kettles.' from talks) \
         select id from talks";
    let count = i32::try_from(STREAMS).unwrap();
    let rows = company
        .owner
        .query(sql, &[&company.org_id, &count])
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_three_hundred_paced_answers_at_once_no_piece_is_lost_or_merged() {
    let upstream =
        Upstream::answering(|_, asked| paced(asked.said_by("user").last().unwrap())).await;
    let patient = [
        ("PORTAL_DATABASE_POOL_WAIT_SECONDS", "30"),
        ("PORTAL_MODEL_FIRST_TOKEN_TIMEOUT_SECONDS", "60"),
    ];
    let (address, state) = serving(Some(&upstream), &patient).await;
    let company = Company::new().await;
    company.allow("account_turns_per_hour", 10_000).await;
    let sql = "update public.org_assistant_settings set org_tokens_per_day = 1000000000 where org_id = $1";
    company
        .owner
        .execute(sql, &[&company.org_id])
        .await
        .unwrap();
    let who = company.customer();
    let asking =
        conversations(&company)
            .await
            .into_iter()
            .enumerate()
            .map(|(number, conversation)| {
                let who = who.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(10 * number as u64)).await;
                    let text = format!("What is kettle number {number}?");
                    (
                        number,
                        ask(address, &who, conversation, &text, Uuid::now_v7())
                            .await
                            .whole()
                            .await,
                    )
                })
            });
    for asked in asking.collect::<Vec<_>>() {
        let (number, heard) = asked.await.unwrap();
        let deltas: Vec<_> = heard
            .of_kind("text-delta")
            .iter()
            .map(|part| part["delta"].as_str().unwrap().to_owned())
            .collect();
        let expected: Vec<_> = (0..PIECES).map(|at| format!("{number}:{at};")).collect();
        assert_eq!(deltas, expected);
        assert_eq!(heard.finish()["finishReason"], "stop");
    }
    state.assistant.running.none().await;
    assert_eq!(
        (
            upstream.asked().len(),
            upstream.open(),
            company.open_turns().await
        ),
        (STREAMS, 0, 0)
    );
    let sql = "select count(*) from public.portal_ai_messages where org_id = $1 and role = 'assistant' and finish_reason = 'stop'";
    let stored: i64 = company
        .owner
        .query_one(sql, &[&company.org_id])
        .await
        .unwrap()
        .get(0);
    assert_eq!(stored, STREAMS as i64);
}
