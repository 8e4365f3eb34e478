//! Answers that come, in all the ways in which they do.

use std::time::{Duration, Instant};

use portal_gateway::assistant::model::{ModelError, Usage};
use serde_json::json;

use super::{KEY, hear, model, model_with};
use crate::upstream::{Step, Upstream, answer, done, event, finish, ok, piece, send, usage, wait};

#[tokio::test]
async fn an_answer_comes_piece_by_piece_with_its_reason_and_its_tokens() {
    let upstream = Upstream::saying(answer(&["Every", " spring", " [1]."])).await;
    let heard = hear(&model(&upstream)).await;
    assert_eq!(heard.pieces, ["Every", " spring", " [1]."]);
    assert_eq!(heard.end, Ok("stop"));
    assert_eq!(
        heard.usage,
        Some(Usage {
            prompt_tokens: 100,
            completion_tokens: 20
        })
    );

    let [asked] = &upstream.asked()[..] else {
        panic!("one request")
    };
    assert!(
        asked.head.starts_with("post /v1/chat/completions http/1.1"),
        "{}",
        asked.head
    );
    assert_eq!(asked.said_by("system"), ["Be brief."]);
    assert!(asked.head.contains(&format!("authorization: bearer {KEY}")));
    assert_eq!(
        asked.body,
        json!({ "model": "small", "stream": true, "max_tokens": 50, "temperature": 0.2,
            "stream_options": { "include_usage": true }, "messages": [
                { "role": "system", "content": "Be brief." }, { "role": "user", "content": "A question of Dana's" }] })
    );
}

#[tokio::test]
async fn bytes_may_be_cut_anywhere() {
    let whole: Vec<u8> = [
        piece("Grüße, "),
        piece("für 20 € 🔧"),
        finish("stop"),
        done(),
    ]
    .into_iter()
    .flat_map(|step| match step {
        Step::Send(bytes) => bytes,
        _ => vec![],
    })
    .collect();
    // Written out, not as \u escapes: so the cuts go through the characters themselves.
    assert!(String::from_utf8_lossy(&whole).contains("€ 🔧"));
    let one_by_one = whole
        .iter()
        .flat_map(|byte| [Step::Send(vec![*byte]), wait(0)]);
    let upstream = Upstream::saying([ok()].into_iter().chain(one_by_one).collect()).await;
    let heard = hear(&model(&upstream)).await;
    assert_eq!(heard.pieces, ["Grüße, ", "für 20 € 🔧"]);
    assert_eq!(heard.end, Ok("stop"));
}

#[tokio::test]
async fn events_that_come_together_stay_apart() {
    let many: Vec<u8> = (0..100)
        .flat_map(|number| event(&json!({ "choices": [{ "index": 0, "delta": { "content": format!("{number} ") } }] })))
        .collect();
    let upstream = Upstream::saying(vec![ok(), Step::Send(many), finish("stop"), done()]).await;
    let heard = hear(&model(&upstream)).await;
    assert_eq!(heard.pieces.len(), 100);
    assert_eq!(
        heard.text(),
        (0..100)
            .map(|number| format!("{number} "))
            .collect::<String>()
    );
}

#[tokio::test]
async fn what_servers_leave_out_or_add_does_no_harm() {
    let plain = |end: Vec<Step>| [vec![ok(), piece("Yes.")], end].concat();
    let odd = vec![
        ok(),
        send(": keep-alive\r\n\r\nevent: message\r\nid: 7\r\n"),
        send(
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\r\n\r\n",
        ),
        send("data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"another one\"}}]}\n\n"),
        send(
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\",\"content\":null}}]}\n\n",
        ),
        send(
            "data: {\"choices\":[{\"index\":0,\"delta\":null,\"finish_reason\":null}],\"x\":{}}\n\n",
        ),
        piece("Yes."),
        finish("stop"),
        done(),
        piece("after the end"),
    ];
    let mark = vec![
        ok(),
        send("\u{feff}data: {\"choices\":[]}\n\n"),
        piece("Yes."),
        finish("stop"),
    ];
    for (what, steps) in [
        ("no usage", plain(vec![finish("stop"), done()])),
        ("no [DONE]", plain(vec![finish("stop")])),
        ("no reason", plain(vec![done()])),
        (
            "a word that we do not know",
            plain(vec![finish("eos"), done()]),
        ),
        (
            "silence after the reason",
            plain(vec![finish("stop"), Step::Stall]),
        ),
        ("much that is not ours", odd),
        ("a byte order mark", mark),
    ] {
        let heard = hear(&model(&Upstream::saying(steps).await)).await;
        assert_eq!(
            (heard.text().as_str(), heard.end, heard.usage),
            ("Yes.", Ok("stop"), None),
            "{what}"
        );
    }
}

#[tokio::test]
async fn why_the_model_stopped_is_told_in_our_words() {
    for (theirs, ours) in [
        ("length", "length"),
        ("content_filter", "content-filter"),
        ("stop", "stop"),
    ] {
        let upstream =
            Upstream::saying(vec![ok(), piece("x"), finish(theirs), usage(1, 1), done()]).await;
        assert_eq!(hear(&model(&upstream)).await.end, Ok(ours));
    }
}

#[tokio::test]
async fn a_model_that_does_not_begin_is_given_up_and_not_asked_again() {
    let thinks = vec![ok(), send(": thinking\n\n"), Step::Stall];
    for steps in [vec![Step::Stall], vec![ok(), Step::Stall], thinks] {
        let upstream = Upstream::saying(steps).await;
        let model = model_with(&upstream, |config| {
            config.first_token_timeout = Duration::from_millis(200)
        });
        let started = Instant::now();
        assert_eq!(hear(&model).await.end, Err(ModelError::FirstTokenTimeout));
        assert!(started.elapsed() < Duration::from_secs(2));
        upstream.hung_up().await;
        assert_eq!(upstream.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_model_that_falls_silent_is_cut_and_one_that_is_only_slow_is_not() {
    let upstream = Upstream::saying(vec![ok(), piece("Turn it"), Step::Stall]).await;
    let heard = hear(&model(&upstream)).await;
    assert_eq!(
        (heard.text().as_str(), heard.end),
        ("Turn it", Err(ModelError::IdleTimeout))
    );
    upstream.hung_up().await;

    let slow = (0..5).flat_map(|_| [wait(150), piece("x")]);
    let steps = [ok()]
        .into_iter()
        .chain(slow)
        .chain([finish("stop")])
        .collect();
    let heard = hear(&model(&Upstream::saying(steps).await)).await;
    assert_eq!((heard.text().as_str(), heard.end), ("xxxxx", Ok("stop")));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_taken_for_a_whole_one() {
    let half = send("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half of a to");
    let chunked = send(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    let text = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Turn it\"}}]}\n\n";
    let chunk = send(&format!("{:x}\r\n{text}\r\n", text.len()));
    let of_chunk = send("ff\r\ndata: {");
    let error = send("data: {\"error\":{\"message\":\"overloaded\",\"code\":502}}\n\n");
    for (what, steps) in [
        (
            "in the middle of a token",
            vec![ok(), piece("Turn it"), half],
        ),
        ("between tokens", vec![ok(), piece("Turn it")]),
        (
            "in the middle of a chunk",
            vec![chunked.clone(), chunk.clone(), of_chunk],
        ),
        ("before the last chunk", vec![chunked, chunk]),
        ("with an error", vec![ok(), piece("Turn it"), error]),
    ] {
        let upstream = Upstream::saying(steps).await;
        let heard = hear(&model(&upstream)).await;
        assert_eq!(
            (heard.text().as_str(), heard.end),
            ("Turn it", Err(ModelError::Broken)),
            "{what}"
        );
        assert_eq!(upstream.asked().len(), 1, "{what}: not asked again");
    }
}

#[tokio::test]
async fn what_is_no_answer_is_an_error_and_ends_the_request() {
    let endless = vec![
        ok(),
        piece("Turn it"),
        send("data: "),
        send(&"x".repeat(100 * 1024)),
        Step::Stall,
    ];
    let no_text = vec![
        ok(),
        piece("Turn it"),
        Step::Send(vec![b'd', b'a', 0xff, b'\n', b'\n']),
    ];
    for (what, steps) in [
        (
            "no JSON",
            vec![
                ok(),
                piece("Turn it"),
                send("data: {\"choices\":\n\n"),
                Step::Stall,
            ],
        ),
        (
            "another shape",
            vec![
                ok(),
                piece("Turn it"),
                send("data: {\"choices\":7}\n\n"),
                Step::Stall,
            ],
        ),
        ("a line without end", endless),
        ("no UTF-8", no_text),
    ] {
        let heard = hear(&model(&Upstream::saying(steps).await)).await;
        assert_eq!(
            (heard.text().as_str(), heard.end),
            ("Turn it", Err(ModelError::Malformed)),
            "{what}"
        );
    }
    for steps in [
        vec![ok(), finish("stop"), done()],
        vec![ok(), done()],
        vec![ok(), piece(""), finish("length")],
    ] {
        assert_eq!(
            hear(&model(&Upstream::saying(steps).await)).await.end,
            Err(ModelError::Empty)
        );
    }
}

#[tokio::test]
async fn dropping_an_answer_ends_the_request_at_once() {
    let upstream = Upstream::saying(vec![ok(), piece("Turn it"), Step::Stall]).await;
    let mut reply = model(&upstream).stream(&super::MESSAGES, 50).await.unwrap();
    assert_eq!(reply.next().await, Ok(Some("Turn it".to_owned())));
    let dropped = Instant::now();
    drop(reply);
    assert!(upstream.hung_up().await - dropped < Duration::from_secs(1));
    upstream.quiet().await;
}
