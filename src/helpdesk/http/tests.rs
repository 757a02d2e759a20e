//! Answers of a server that is slow, endless, broken or elsewhere.

use std::{collections::BTreeMap, future::Future};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::config::Secret;

fn client(port: u16) -> Client {
    let access = RestAccess {
        url: format!("http://127.0.0.1:{port}/desk/").parse().unwrap(),
        token: Secret::new("canary"),
        queue: String::new(),
        id_field: String::new(),
        fields: BTreeMap::new(),
        ca: Vec::new(),
        timeout: Duration::from_secs(3),
        settles: Duration::from_secs(1),
    };
    Client::new(&access, "token ", "REST/2.0/").unwrap()
}

/// A server that does this with its first caller, whose request was read.
async fn serving<F: Future<Output = ()> + Send>(act: impl FnOnce(TcpStream, String) -> F + Send + 'static) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let size = stream.read(&mut request).await.unwrap();
        act(stream, String::from_utf8_lossy(&request[..size]).into_owned()).await;
    });
    client
}

async fn saying(answer: impl Into<String>) -> Client {
    let answer = answer.into();
    serving(|mut stream, _| async move {
        stream.write_all(answer.as_bytes()).await.unwrap();
    })
    .await
}

async fn post(client: &Client) -> Result<Value, Fault> {
    client.call(Method::POST, "ticket", &[], Some(&json!({}))).await?.good()?.read()
}

fn name(result: &Result<Value, Fault>) -> &'static str {
    match result {
        Ok(_) => "taken",
        Err(Fault::Doubtful(_)) => "doubtful",
        Err(Fault::Unavailable { .. }) => "unavailable",
        Err(Fault::Refused(_)) => "refused",
        Err(Fault::Unacceptable(_)) => "unacceptable",
    }
}

#[tokio::test]
async fn nobody_there_is_no_doubt() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_eq!(name(&post(&client(port)).await), "unavailable");
}

#[tokio::test]
async fn an_answer_that_got_lost_is_doubtful_for_a_writing_and_not_for_a_reading() {
    for breaks in 0..5 {
        let one = || {
            serving(move |mut stream, _| async move {
                match breaks {
                    0 => drop(stream),
                    1 => tokio::time::sleep(Duration::from_secs(5)).await,
                    2 => stream.write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{\"id\":").await.unwrap(),
                    3 => stream.write_all(b"\x16\x03\x01 garbage \r\n\r\n").await.unwrap(),
                    _ => {
                        // A reset instead of an end.
                        stream.set_zero_linger().unwrap();
                        drop(stream);
                    }
                }
            })
        };
        assert_eq!(name(&post(&one().await).await), "doubtful", "{breaks}");
        assert_eq!(name(&one().await.get("ticket/1", &[]).await), "unavailable", "{breaks}");
    }
}

#[tokio::test]
async fn what_a_status_means() {
    let answer =
        |status: &str, body: &str| format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    for (status, writing, reading) in [
        ("200 OK", "taken", "taken"),
        ("201 Created", "taken", "taken"),
        ("302 Found", "refused", "refused"),
        ("400 Bad", "unacceptable", "unacceptable"),
        ("401 No", "refused", "refused"),
        ("403 No", "refused", "refused"),
        ("404 No", "refused", "refused"),
        ("408 Late", "doubtful", "unavailable"),
        ("413 Large", "unacceptable", "unacceptable"),
        ("422 Odd", "unacceptable", "unacceptable"),
        ("429 Slow", "unavailable", "unavailable"),
        ("500 Oops", "doubtful", "unavailable"),
        ("502 Gone", "doubtful", "unavailable"),
        ("503 Busy", "unavailable", "unavailable"),
        ("504 Late", "doubtful", "unavailable"),
    ] {
        assert_eq!(name(&post(&saying(answer(status, "{}")).await).await), writing, "{status}");
        assert_eq!(name(&saying(answer(status, "{}")).await.get("x", &[]).await), reading, "{status}");
    }
    // A page of somebody else's in between.
    assert_eq!(name(&post(&saying(answer("200 OK", "<html>log in")).await).await), "doubtful");
    let busy = "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n";
    let Err(Fault::Unavailable { after, .. }) = post(&saying(busy).await).await else { panic!() };
    assert_eq!(after, Some(Duration::from_mins(2)));
}

#[tokio::test]
async fn the_token_goes_to_no_other_address() {
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = other.local_addr().unwrap().port();
    let moved = format!("HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:{port}/\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(name(&post(&saying(moved).await).await), "refused");
    let asked = tokio::time::timeout(Duration::from_millis(200), other.accept()).await;
    assert!(asked.is_err(), "the redirect was followed");
}

#[tokio::test]
async fn address_and_token_are_sent_as_configured() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let client = serving(|mut stream, request| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await.unwrap();
        tell.send(request).unwrap();
    })
    .await;
    let _: Value = client.get("tickets", &[("query", "a = 'ü&'")]).await.unwrap();
    let request = told.await.unwrap();
    assert!(request.starts_with("GET /desk/REST/2.0/tickets?query=a+%3D+%27%C3%BC%26%27 HTTP/1.1"), "{request}");
    assert!(request.contains("authorization: token canary"), "{request}");
}

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let client = serving(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&vec![b' '; 65_536]).await.is_ok() {}
    })
    .await;
    assert_eq!(name(&client.get("x", &[]).await), "unavailable");
}

#[test]
fn what_somebody_wrote_is_not_repeated() {
    for (said, kept) in [
        ("No permission to create tickets in the queue 'Nope'", "No permission to create tickets in the queue …"),
        ("Invalid email 'frau.x@schule.example' of customer", "Invalid email … of customer"),
        ("user frau.x@schule.example is unknown", "user … is unknown"),
        ("line\nbreak \"open", "line break …"),
    ] {
        assert_eq!(without_quotes(said), kept);
    }
    assert_eq!(without_quotes(&"ä".repeat(10_000)).chars().count(), MOST_CHARS);
}
