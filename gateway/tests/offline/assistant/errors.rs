//! Servers that refuse, and what is asked of them again.

use std::time::{Duration, Instant};

use portal_gateway::assistant::model::{ModelError, Usage};
use serde_json::json;

use super::{KEY, MESSAGES, hear, model, model_with};
use crate::{
    logs::Logs,
    upstream::{Step, Upstream, answer, head, ok, piece, refusal, send},
};

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_when_it_says() {
    let busy = refusal("429 Too Many Requests", "retry-after: 1\r\n", "slow down");
    let upstream = Upstream::in_turn(vec![busy, answer(&["Yes."])]).await;
    let started = Instant::now();
    let heard = hear(&model(&upstream)).await;
    assert_eq!((heard.text().as_str(), heard.end), ("Yes.", Ok("stop")));
    assert!(
        started.elapsed() >= Duration::from_secs(1),
        "not before the time it named"
    );
    assert_eq!(upstream.asked().len(), 2);
}

#[tokio::test]
async fn nobody_waits_as_long_as_a_server_might_wish() {
    let busy = refusal(
        "429 Too Many Requests",
        "retry-after: 3600\r\n",
        "slow down",
    );
    let upstream = Upstream::saying(busy).await;
    let started = Instant::now();
    assert_eq!(
        hear(&model(&upstream)).await.end,
        Err(ModelError::FirstTokenTimeout)
    );
    assert!(started.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_failing_server_is_asked_so_many_times_and_no_more() {
    for status in [
        "500 Internal Server Error",
        "503 Service Unavailable",
        "529 Overloaded",
    ] {
        let upstream = Upstream::saying(refusal(status, "retry-after: 0\r\n", "no")).await;
        let heard = hear(&model(&upstream)).await;
        let code: u16 = status[..3].parse().unwrap();
        let refused = ModelError::Refused {
            status: code,
            retry_after: Some(Duration::ZERO),
        };
        assert_eq!(heard.end, Err(refused));
        assert_eq!(
            upstream.asked().len(),
            3,
            "{status}: once and two times again"
        );
    }
}

#[tokio::test]
async fn a_connection_that_ends_before_any_answer_is_tried_again() {
    let upstream =
        Upstream::in_turn(vec![vec![], vec![send("HTTP/1.1 2")], answer(&["Yes."])]).await;
    assert_eq!(hear(&model(&upstream)).await.text(), "Yes.");
    assert_eq!(upstream.asked().len(), 3);
}

#[tokio::test]
async fn what_will_not_change_is_not_asked_again() {
    for status in [
        "400 Bad Request",
        "401 Unauthorized",
        "404 Not Found",
        "302 Found",
    ] {
        let upstream =
            Upstream::saying(refusal(status, "location: http://127.0.0.1:1/\r\n", "no")).await;
        let heard = hear(&model(&upstream)).await;
        assert!(
            matches!(heard.end, Err(ModelError::Refused { .. })),
            "{status}: {heard:?}"
        );
        assert_eq!(upstream.asked().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_server_is_asked_without_what_it_does_not_know_and_that_is_remembered() {
    let upstream = Upstream::answering(|_, asked| match &asked.body {
        body if body.get("stream_options").is_some() => {
            refusal("400 Bad Request", "", "unknown field stream_options")
        }
        body if body.get("max_tokens").is_some() => refusal(
            "422 Unprocessable Entity",
            "",
            "use max_completion_tokens instead of max_tokens",
        ),
        _ => answer(&["Yes."]),
    })
    .await;
    let model = model(&upstream);
    assert_eq!(hear(&model).await.text(), "Yes.");
    assert_eq!(upstream.asked().len(), 3);
    assert_eq!(hear(&model).await.text(), "Yes.");
    let asked = upstream.asked();
    assert_eq!(asked.len(), 4, "learnt once");
    assert_eq!(asked[3].body["max_completion_tokens"], json!(50));
}

#[tokio::test]
async fn a_whole_answer_at_once_is_read_and_what_is_none_is_not() {
    let document = |text: &str| vec![head("200 OK", ""), send(text)];
    let said = json!({ "choices": [{ "message": { "content": "negative" } }], "usage": { "prompt_tokens": 9, "completion_tokens": 1 } });
    let upstream = Upstream::saying(document(&said.to_string())).await;
    let usage = Usage {
        prompt_tokens: 9,
        completion_tokens: 1,
    };
    assert_eq!(
        model(&upstream).complete(&MESSAGES, 5).await,
        Ok(("negative".to_owned(), Some(usage)))
    );
    let asked = upstream.asked();
    assert_eq!(
        (
            &asked[0].body["stream"],
            asked[0].body.get("stream_options")
        ),
        (&json!(false), None)
    );

    for (text, error) in [
        ("{}".to_owned(), ModelError::Malformed),
        ("[".to_owned(), ModelError::Malformed),
        ("{\"choices\":[]}".to_owned(), ModelError::Empty),
        (
            "{\"choices\":[{\"message\":{\"content\":null}}]}".to_owned(),
            ModelError::Empty,
        ),
        ("x".repeat(1100 * 1024), ModelError::Malformed),
    ] {
        let upstream = Upstream::saying(document(&text)).await;
        assert_eq!(model(&upstream).complete(&MESSAGES, 5).await, Err(error));
    }
    let upstream = Upstream::saying(vec![head("200 OK", ""), send("{"), Step::Stall]).await;
    let model = model_with(&upstream, |config| {
        config.total_timeout = Duration::from_millis(200)
    });
    assert_eq!(
        model.complete(&MESSAGES, 5).await,
        Err(ModelError::TotalTimeout)
    );
}

#[tokio::test]
async fn neither_question_answer_refusal_nor_key_is_logged() {
    let logs = Logs::listen();
    let scripts = vec![
        refusal(
            "429 Too Many Requests",
            "retry-after: 0\r\n",
            "You asked: A question of Dana's",
        ),
        vec![
            ok(),
            piece("An answer to Dana"),
            send("data: {\"choices\": \"Dana's shape\"}\n\n"),
        ],
        refusal("400 Bad Request", "", "Dana's words are too long"),
    ];
    let upstream = Upstream::in_turn(scripts).await;
    let model = model(&upstream);
    assert_eq!(hear(&model).await.end, Err(ModelError::Malformed));
    assert!(hear(&model).await.end.is_err());
    let text = logs.text();
    assert!(
        text.contains("asking the model again") && text.contains("the model's server refused"),
        "{text}"
    );
    for hidden in ["Dana", KEY, "Be brief"] {
        assert!(!text.contains(hidden), "{hidden} is in the log:\n{text}");
    }
}
