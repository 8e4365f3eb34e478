//! E-mail to a small mail server that answers as it is told.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use portal_gateway::notifications::{Carrier, email::Mailer, queue::Outcome, template::Templates};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};

use super::{config, message};

/// A mail server; keeps the mails it accepted.
struct Sink {
    url: String,
    mails: Arc<Mutex<Vec<String>>>,
}

/// What a mail server says, and when.
#[derive(Clone)]
struct Manners {
    to_recipient: &'static str,
    to_mail: &'static str,
    /// A recipient is answered when there is a permit.
    patience: Option<Arc<Semaphore>>,
}

impl Sink {
    /// Answers `verdict` to every recipient. `250 ok` accepts.
    async fn start(verdict: &'static str) -> Self {
        Self::with(Manners {
            to_recipient: verdict,
            to_mail: "250 kept",
            patience: None,
        })
        .await
    }

    async fn with(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let mails = Arc::new(Mutex::new(Vec::new()));
        let kept = mails.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, manners.clone(), kept.clone()));
            }
        });
        Self { url, mails }
    }

    fn carrier(&self) -> Carrier {
        let config = config(&[("PORTAL_SMTP_URL", &self.url)]);
        let templates = Arc::new(Templates::new(
            &config.outbox.public_url,
            &config.outbox.portal_url,
        ));
        let url = config.email.url.as_ref().unwrap();
        Carrier::Email(Box::new(
            Mailer::new(url, &config.email, templates).unwrap(),
        ))
    }

    /// The only mail that came, quoted-printable undone.
    fn mail(&self) -> String {
        let mails = self.mails.lock().unwrap();
        assert_eq!(mails.len(), 1);
        mails[0].replace("=\r\n", "").replace("=3D", "=")
    }
}

async fn talk(stream: TcpStream, manners: Manners, mails: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let _ = write.write_all(b"220 sink\r\n").await;
    let mut mail: Option<String> = None;
    while let Ok(Some(line)) = lines.next_line().await {
        let reply = match &mut mail {
            Some(text) if line == "." => {
                mails.lock().unwrap().push(std::mem::take(text));
                mail = None;
                manners.to_mail
            }
            Some(text) => {
                text.push_str(&line);
                text.push_str("\r\n");
                continue;
            }
            None if line.starts_with("RCPT") => {
                if let Some(patience) = &manners.patience {
                    patience.acquire().await.unwrap().forget();
                }
                manners.to_recipient
            }
            None if line == "DATA" => {
                mail = Some(String::new());
                "354 go on"
            }
            None if line == "QUIT" => return,
            None => "250 ok",
        };
        let _ = write.write_all(format!("{reply}\r\n").as_bytes()).await;
    }
}

#[tokio::test]
async fn a_mail_is_whole_and_the_same_at_every_try() {
    let sink = Sink::start("250 ok").await;
    let carrier = sink.carrier();
    let notification = message("dana@example.com", "See you <b>soon</b>");
    assert_eq!(carrier.send(&notification).await, Outcome::Sent);
    let first = sink.mail();
    for expected in [
        "From: \"Acme Comfort\" <notifications@example.com>\r\n",
        "To: \"Dana Miller\" <dana@example.com>\r\n",
        "Reply-To: help@acme-comfort.example\r\n",
        "Subject: New message from Acme Comfort\r\n",
        "Message-ID: <00000000-0000-0000-0000-000000000002@example.com>\r\n",
        "X-Portal-Dedupe-Key: message_received:1:email:2\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "List-Unsubscribe: <https://api.example.com/portal/v1/unsubscribe?token=org.token.messages>\r\n",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        "Content-Type: multipart/alternative;",
        // The text says it as it was written, the HTML as text.
        "> See you <b>soon</b>",
        "See you &lt;b&gt;soon&lt;&#x2f;b&gt;",
        "https://acme-comfort.example.com/messages/",
    ] {
        assert!(
            first.contains(expected),
            "{expected:?} is missing in:\n{first}"
        );
    }
    sink.mails.lock().unwrap().clear();
    assert_eq!(carrier.send(&notification).await, Outcome::Sent);
    let id = |mail: &str| {
        let line = mail.lines().find(|line| line.starts_with("Message-ID"));
        line.map(str::to_owned)
    };
    assert_eq!(id(&sink.mail()), id(&first));
}

#[tokio::test]
async fn an_appointment_brings_its_calendar_file_with_its_method() {
    for method in ["PUBLISH", "CANCEL"] {
        let sink = Sink::start("250 ok").await;
        let mut notification = message("dana@example.com", "Hello");
        let calendar = format!("BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR\r\n");
        notification.calendar = Some(calendar.clone());
        assert_eq!(sink.carrier().send(&notification).await, Outcome::Sent);
        let mail = sink.mail();
        let kind = format!("Content-Type: text/calendar; charset=utf-8; method={method}\r\n");
        assert!(mail.contains("Content-Type: multipart/mixed;"), "{mail}");
        assert!(mail.contains(&kind) && mail.contains(&calendar), "{mail}");
        assert!(mail.contains("filename=\"appointment.ics\""), "{mail}");
    }
}

#[tokio::test]
async fn only_a_refused_mailbox_or_message_is_given_up() {
    for (verdict, is_final) in [
        ("550 no such mailbox", true),
        ("554 5.7.1 not wanted", true),
        ("451 try again later", false),
        ("421 shutting down", false),
        // Our standing with the server, not the message.
        ("530 authenticate first", false),
        ("503 bad sequence", false),
    ] {
        let sink = Sink::start(verdict).await;
        let outcome = sink
            .carrier()
            .send(&message("dana@example.com", "Hello"))
            .await;
        match &outcome {
            Outcome::Refused(reason) => {
                assert!(is_final && reason.contains(&verdict[..3]), "{outcome:?}")
            }
            Outcome::Retry(reason) => {
                assert!(!is_final && reason.contains(&verdict[..3]), "{outcome:?}")
            }
            other => panic!("{verdict}: {other:?}"),
        }
        assert!(sink.mails.lock().unwrap().is_empty());
    }
}

/// Whoever gave up waiting leaves answers on the line. None of them may pass for that to a later mail.
#[tokio::test]
async fn what_a_slow_server_says_too_late_is_never_taken_for_its_answer_to_the_next_mail() {
    let patience = Arc::new(Semaphore::new(0));
    let sink = Sink::with(Manners {
        to_recipient: "250 ok",
        to_mail: "451 try again later",
        patience: Some(patience.clone()),
    })
    .await;
    let carrier = sink.carrier();
    let notification = message("dana@example.com", "Hello");
    let given_up = timeout(Duration::from_millis(200), carrier.send(&notification)).await;
    assert!(given_up.is_err(), "{given_up:?}");
    patience.add_permits(100);
    // Time for a connection to be put back, were it kept.
    sleep(Duration::from_millis(50)).await;
    for _ in 0..3 {
        let outcome = carrier.send(&notification).await;
        assert!(
            matches!(&outcome, Outcome::Retry(why) if why.contains("451")),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn an_absent_server_is_tried_again_and_a_wrong_address_is_not() {
    let sink = Sink::start("250 ok").await;
    let carrier = sink.carrier();
    for address in ["", "nobody", "dana@example.com\r\nBcc: all@example.com"] {
        let outcome = carrier.send(&message(address, "Hello")).await;
        assert!(
            matches!(outcome, Outcome::Refused(_)),
            "{address}: {outcome:?}"
        );
    }
    let nowhere = Sink {
        url: "smtp://127.0.0.1:1".to_owned(),
        mails: Arc::default(),
    };
    let outcome = nowhere
        .carrier()
        .send(&message("dana@example.com", "Hello"))
        .await;
    assert!(
        matches!(&outcome, Outcome::Retry(why) if why.contains("refused")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn no_fact_can_write_a_header() {
    let sink = Sink::start("250 ok").await;
    let mut notification = message("dana@example.com", "Hello");
    notification.facts["company"]["name"] = "Acme\r\nBcc: all@example.com\r\n\r\n<script>".into();
    notification.facts["person"]["name"] = "Dana\nX-Evil: yes".into();
    assert_eq!(sink.carrier().send(&notification).await, Outcome::Sent);
    let mail = sink.mail();
    let head = mail.split("\r\n\r\n").next().unwrap();
    for line in head.split("\r\n") {
        assert!(
            !line.starts_with("Bcc") && !line.starts_with("X-Evil"),
            "{head}"
        );
    }
    assert!(
        !mail.contains("<script>") || !mail.contains("<title><script>"),
        "{mail}"
    );
}
