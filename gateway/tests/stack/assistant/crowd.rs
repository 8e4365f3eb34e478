//! Many at once.

use uuid::Uuid;

use super::{Company, client::ask, serving};
use crate::upstream::{Step, Upstream, done, finish, ok, piece, usage, wait};

/// The budget of a company is counted under a lock, so the questions of one begin one after the other.
const COMPANIES: usize = 10;
const STREAMS: usize = 30;
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
    let mut asking = Vec::new();
    let mut companies = Vec::new();
    for _ in 0..COMPANIES {
        let company = Company::new().await;
        company.allow("account_turns_per_hour", 10_000).await;
        let who = company.customer();
        for conversation in conversations(&company).await {
            let (number, who) = (asking.len(), who.clone());
            asking.push(tokio::spawn(async move {
                let text = format!("What is kettle number {number}?");
                let id = Uuid::now_v7();
                (
                    number,
                    ask(address, &who, conversation, &text, id)
                        .await
                        .whole()
                        .await,
                )
            }));
        }
        companies.push(company);
    }
    for asked in asking {
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
    upstream.quiet().await;
    assert_eq!(upstream.asked().len(), COMPANIES * STREAMS);
    for company in companies {
        let sql = "select count(*) from public.portal_ai_messages \
             where org_id = $1 and role = 'assistant' and finish_reason = 'stop'";
        let stored = company
            .owner
            .query_one(sql, &[&company.org_id])
            .await
            .unwrap();
        assert_eq!(stored.get::<_, i64>(0), STREAMS as i64);
        assert_eq!(company.open_turns().await, 0);
    }
}
