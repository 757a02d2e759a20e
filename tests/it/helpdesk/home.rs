//! What staff do in a real Request Tracker is read by the teacher soon, though we ask only from time to time:
//! its own webhook wakes us. Who cannot sign wakes nobody, and a webhook that is sent again changes nothing.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::{
    super::support::{Chat, TestProcess, client, text_of, until},
    ONE,
    tracker::Tracker,
};

/// Takes the webhooks of Request Tracker, which has one address for them, on to our server; and keeps them.
async fn hooks(port: u16, to: std::net::SocketAddr) -> Arc<Mutex<Vec<Vec<u8>>>> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("the port of the webhook is free");
    let seen = Arc::<Mutex<Vec<Vec<u8>>>>::default();
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut from, _)) = listener.accept().await {
            let kept = Arc::clone(&kept);
            tokio::spawn(async move {
                let mut request = vec![0; 16 * 1024];
                let mut read = 0;
                while !whole(&request[..read]) {
                    match from.read(&mut request[read..]).await {
                        Ok(more @ 1..) => read += more,
                        _ => return,
                    }
                }
                request.truncate(read);
                kept.lock().unwrap().push(request.clone());
                let _ = from.write_all(&sent(to, &request).await).await;
            });
        }
    });
    seen
}

/// Whether a request is there with its body.
fn whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    body.len() >= length.unwrap_or(0)
}

async fn sent(to: std::net::SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = vec![0; 4096];
    let read = stream.read(&mut answer).await.unwrap();
    answer.truncate(read);
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_staff_do_is_read_at_once_and_a_no_comes_back_to_them() {
    let _one = ONE.lock().await;
    let Some(tracker) = Tracker::running() else { return };
    let data = TempDir::new().unwrap();
    let config = format!(
        "[helpdesk.primary]\nkind = 'rt'\nurl = 'http://{}'\ntoken_file = '{}'\nqueue = 'Schul-IT'\n\
         webhook_secret = 'webhook-geheim'\nfields = {{ id = 'ChatId' }}\n{}[delivery]\npoll_seconds = 3600\n",
        tracker.address,
        tracker.token_file.display(),
        tracker.mail.as_deref().unwrap_or_default(),
    );
    std::fs::write(data.path().join("schullotse.toml"), config).unwrap();
    let mut server = TestProcess::with(data.path(), &[], "trace").await;
    let seen = hooks(tracker.hook_port, server.address).await;

    let mut chat = Chat::open(server.address).await;
    let fields = json!({ "symptom": "Die Dokumentenkamera bleibt dunkel", "room": "204" });
    chat.say(json!({ "type": "ticket.submit", "fields": fields, "include_transcript": false })).await;
    let number = chat.expect("ticket.created").await["number"].as_str().unwrap().to_owned();
    let there = chat.expect("ticket.status").await["text"].as_str().unwrap().to_owned();
    let reference = there.trim_end_matches('.').rsplit(' ').next().unwrap().to_owned();

    tracker.answer(&reference, "Bitte das Netzteil tauschen.\n-- \nT. Eins").await;
    let said = chat.expect("agent.message").await;
    assert_eq!(said["blocks"][1]["spans"][0]["text"], "Bitte das Netzteil tauschen.");
    tracker.set(&reference, "resolved").await;
    let asked = chat.expect("bot.end").await;
    assert!(text_of(&asked).contains("Geht es jetzt wieder?"), "{asked}");
    chat.say(json!({ "type": "choice.pick", "mid": "", "value": format!("solved:{number}:no") })).await;
    assert!(text_of(&chat.expect("bot.end").await).contains("wieder geöffnet"));
    until("it is open there again", async || tracker.status(&reference).await == "open").await;

    // Sent once more as it was, by whoever has heard it: accepted, and nothing is told again.
    let heard = seen.lock().unwrap().clone();
    assert!(heard.len() >= 2, "{} webhooks", heard.len());
    for request in &heard {
        assert!(sent(server.address, request).await.starts_with(b"HTTP/1.1 202"));
    }
    let address = format!("http://{}/api/v1/hooks/rt", server.address);
    let signed = |signature: Option<&str>| {
        let request = client().post(&address).header("content-type", "application/json").body("{\"ticket\":1}");
        signature.map_or(request.try_clone().unwrap(), |signature| request.header("x-hub-signature-256", signature))
    };
    let zeros = format!("sha256={}", "0".repeat(64));
    for signature in [None, Some("sha256="), Some("nonsense"), Some(zeros.as_str())] {
        assert_eq!(signed(signature).send().await.unwrap().status(), 401, "{signature:?}");
    }
    let elsewhere = address.replace("/rt", "/zammad");
    assert_eq!(client().post(elsewhere).body("{}").send().await.unwrap().status(), 401);
    tracker.answer(&reference, "Das zweite Netzteil liegt bereit.").await;
    let said = chat.expect("agent.message").await;
    assert_eq!(said["blocks"][1]["spans"][0]["text"], "Das zweite Netzteil liegt bereit.");
    let answers = chat.seen.iter().filter(|message| message["type"] == "agent.message").count();
    assert_eq!(answers, 2, "each is told once");

    // Whatever a library may say of what it does: no secret, and nothing that anybody wrote.
    let mut log = server.log().await;
    let doctor = super::super::support::run(data.path(), &["doctor"]).await;
    log.push_str(&doctor.stdout);
    log.push_str(&doctor.stderr);
    assert!(doctor.stdout.contains("Request Tracker 5."), "{}", doctor.stdout);
    let mailed = tracker.mail.is_none() || doctor.stdout.contains("answers by IMAP");
    assert!(mailed, "{}", doctor.stdout);
    let token = std::fs::read_to_string(&tracker.token_file).unwrap();
    for secret in [token.trim(), "webhook-geheim", "mail-geheim", "imap-geheim", "Dokumentenkamera", "Netzteil"] {
        let at = log.find(secret).map(|at| log[..at].lines().last().unwrap_or_default().len());
        assert_eq!(at, None, "the log holds one of {} characters that it must not", secret.len());
    }
}
